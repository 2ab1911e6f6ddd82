/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <jansson.h>

#include "history_made.h"

static void numbers_have_units_in_their_keys_and_gaps_are_left_out(void **state)
{
	struct history_view v = made_view();
	struct made m;
	struct buf b;
	(void)state;
	made_span(&m, -1.25e-6, 2e-6);
	const struct history_line l = { .name = "\"\x1b<",
					.series = history_series_find("offset_s"),
					.span = &m.span };
	assert_int_equal(history_view_add(&v, &l), ERR_OK);
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	history_view_json(&v, &b);
	json_t *root = json_loadb(b.data, b.len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_string_equal(json_string_value(json_object_get(root, "schema")), "ntpscope-history-graph-1");
	json_t *line = json_array_get(json_object_get(root, "series"), 0);
	assert_string_equal(json_string_value(json_object_get(line, "series")), "offset_s");
	assert_float_equal(json_real_value(json_object_get(line, "min_s")), -1.25e-6, 1e-18);
	assert_float_equal(json_number_value(json_object_get(line, "width_s")), 60, 0);
	json_t *intervals = json_object_get(line, "intervals");
	assert_int_equal(json_array_size(intervals), MADE_N - 40);
	json_t *first = json_array_get(intervals, 0);
	assert_string_equal(json_string_value(json_object_get(first, "time")),
			    "2026-03-01T00:00:00.000000000Z");
	assert_float_equal(json_real_value(json_object_get(first, "avg_s")), -1.25e-6, 1e-18);
	json_decref(root);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_have_units_in_their_keys_and_gaps_are_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
