/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "history_made.h"
#include "present/history_histogram.h"
#include "present/svg.h"

static void every_average_is_in_a_bin_or_outside(void **state)
{
	struct made m;
	struct history_histogram h;
	size_t n = 0;
	(void)state;
	made_span(&m, -1e-6, 1e-6);
	m.at[0].avg = 1; /* an outlier presses nothing flat */
	struct history_line l = { .name = "a", .series = history_series_find("offset_s"), .span = &m.span };
	assert_int_equal(history_figures(&m.span, &l.figures), ERR_OK);
	history_histogram_make(&l, &h);
	for (size_t i = 0; i < HISTOGRAM_BINS; i++)
		n += h.bins[i];
	assert_int_equal(h.n_outside, 1);
	assert_int_equal(n + h.n_outside, l.figures.n);
	assert_true(h.low > -3000 && h.high < 3000);
}

static void what_is_always_the_same_is_one_bar(void **state)
{
	struct made m;
	struct history_histogram h;
	struct buf b;
	struct svg svg;
	(void)state;
	made_span(&m, 0, 0);
	struct history_line l = { .name = "a", .series = history_series_find("offset_s"), .span = &m.span };
	assert_int_equal(history_figures(&m.span, &l.figures), ERR_OK);
	history_histogram_make(&l, &h);
	assert_int_equal(h.most, l.figures.n);
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	svg_begin(&svg, &b, &(struct svg_config){ .width = 640, .height = 280, .title = "t" });
	history_histogram_draw(&l, &svg.canvas);
	svg_end(&svg);
	buf_char(&b, '\0');
	assert_null(strstr(b.data, "nan"));
	assert_non_null(strstr(b.data, ">p50<"));
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_average_is_in_a_bin_or_outside),
		cmocka_unit_test(what_is_always_the_same_is_one_bar),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
