/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history_made.h"
#include "present/svg.h"

static char *draw(const struct history_view *v, double width)
{
	struct buf b;
	struct svg svg;
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	svg_begin(
		&svg, &b,
		&(struct svg_config){ .width = width, .height = history_view_height(v, 150), .title = "t" });
	history_view_draw(v, &svg.canvas);
	svg_end(&svg);
	buf_char(&b, '\0');
	assert_int_equal(b.err, ERR_OK);
	char *text = strdup(b.data);
	buf_release(&b);
	return text;
}

static void add(struct history_view *v, const char *name, const char *series, const struct made *m,
		enum err wanted)
{
	const struct history_line l = { .name = name,
					.series = history_series_find(series),
					.span = &m->span };
	assert_non_null(l.series);
	assert_int_equal(history_view_add(v, &l), wanted);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;
	for (const char *at = text; (at = strstr(at, what)); at++)
		n++;
	return n;
}

static void units_stand_under_each_other_with_one_axis_of_time(void **state)
{
	struct history_view v = made_view();
	struct made offset, reach, event;
	(void)state;
	made_span(&offset, -1e-6, 2e-6);
	made_span(&reach, 3, 8);
	made_span(&event, 0, 6);
	add(&v, "a", "offset_s", &offset, ERR_OK);
	add(&v, "b", "offset_s", &offset, ERR_OK);
	add(&v, "a", "reach_polls", &reach, ERR_OK);
	add(&v, "a/GENERIC(0)", "clock_event", &event, ERR_OK);
	assert_int_equal(v.n, 3);
	assert_int_equal(v.panels[0].n, 2);
	char *svg = draw(&v, 1200);
	assert_int_equal(count(svg, ">UTC<"), 1);
	assert_int_equal(count(svg, ">03:00<"), 1);
	assert_non_null(strstr(svg, ">signal loss<"));
	assert_non_null(strstr(svg, ">a/GENERIC(0) clock_event<"));
	assert_non_null(strstr(svg, ">p99<"));
	assert_null(strstr(svg, "nan"));
	free(svg);
}

/* The line stops where nothing is known and goes on behind it. */
static void a_gap_is_a_gap(void **state)
{
	struct history_view v = made_view();
	struct made m;
	(void)state;
	made_span(&m, 1e-6, 1e-6);
	add(&v, "a", "offset_s", &m, ERR_OK);
	char *svg = draw(&v, 1200);
	/* Two pieces of line, and the one in the legend. */
	assert_int_equal(count(svg, "stroke-width=\"1.5\""), 2);
	free(svg);
}

static void names_of_strangers_are_text(void **state)
{
	struct history_view v = made_view();
	struct made m;
	(void)state;
	made_span(&m, 1, 2);
	add(&v, "<script>alert(1)</script>", "offset_s", &m, ERR_OK);
	char *svg = draw(&v, 1200);
	assert_null(strstr(svg, "<script"));
	assert_non_null(strstr(svg, "&lt;script&gt;"));
	free(svg);
}

static void a_narrow_picture_leaves_out_figures_not_names(void **state)
{
	struct history_view v = made_view();
	struct made m;
	(void)state;
	made_span(&m, 1, 2);
	add(&v, "ntp", "offset_s", &m, ERR_OK);
	char *svg = draw(&v, 400);
	assert_null(strstr(svg, ">p99<"));
	assert_non_null(strstr(svg, ">max<"));
	assert_non_null(strstr(svg, ">ntp offset_s<"));
	free(svg);
}

static void there_are_only_so_many_panels_and_lines(void **state)
{
	struct history_view v = made_view();
	struct made m;
	(void)state;
	made_span(&m, 0, 1);
	for (int i = 0; i < HISTORY_LINES_MAX; i++)
		add(&v, "a", "offset_s", &m, ERR_OK);
	add(&v, "a", "delay_s", &m, ERR_LIMIT);
	static const char *const others[] = { "stratum", "leap", "sources", "gdop", "pdop", "hdop", "vdop" };
	for (int i = 0; i < 7; i++)
		add(&v, "a", others[i], &m, ERR_OK);
	add(&v, "a", "tdop", &m, ERR_LIMIT);
	assert_int_equal(v.n, HISTORY_PANELS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_stand_under_each_other_with_one_axis_of_time),
		cmocka_unit_test(a_gap_is_a_gap),
		cmocka_unit_test(names_of_strangers_are_text),
		cmocka_unit_test(a_narrow_picture_leaves_out_figures_not_names),
		cmocka_unit_test(there_are_only_so_many_panels_and_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
