/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "engine/history_series.h"
#include "engine/watch_points.h"

/* NaN is not there. */
static double value_of(const struct history_point *points, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(points[i].name, name) == 0)
			return points[i].value;
	return __builtin_nan("");
}

static bool is_there(const struct history_point *points, size_t n, const char *name)
{
	double v = value_of(points, n, name);
	return v == v;
}

static void a_good_answer_has_all_its_values(void **state)
{
	static struct query_report r = { .result = QUERY_OK, .asked_ns = 1000000000 };
	struct history_point points[HISTORY_POINTS_MAX];
	(void)state;
	r.query.samples[0] = (struct query_sample){ .has_times = true,
						    .offset_ns = -1500,
						    .delay_ns = 20000,
						    .header.stratum = 2,
						    .header.leap = 1 };
	r.summary = (struct query_summary){ .result = QUERY_OK,
					    .best = &r.query.samples[0],
					    .n_good = 1,
					    .bound_ns = 30000,
					    .root_delay_ns = 1000000,
					    .root_dispersion_ns = 2000000 };
	size_t n = watch_points(&r, 0x0f, points);
	assert_float_equal(value_of(points, n, "offset_s"), -1.5e-6, 1e-12);
	assert_float_equal(value_of(points, n, "delay_s"), 2e-5, 1e-12);
	assert_float_equal(value_of(points, n, "bound_s"), 3e-5, 1e-12);
	assert_float_equal(value_of(points, n, "root_delay_s"), 0.001, 1e-12);
	assert_float_equal(value_of(points, n, "root_dispersion_s"), 0.002, 1e-12);
	assert_float_equal(value_of(points, n, "stratum"), 2, 0);
	assert_float_equal(value_of(points, n, "leap"), 1, 0);
	assert_float_equal(value_of(points, n, "reach_polls"), 4, 0);
	assert_float_equal(value_of(points, n, "result"), 0, 0);
	assert_false(is_there(points, n, "jitter_s")); /* of one sample there is none */
}

static void a_gap_is_a_gap(void **state)
{
	static struct query_report r = { .result = QUERY_TIMEOUT };
	struct history_point points[HISTORY_POINTS_MAX];
	(void)state;
	size_t n = watch_points(&r, 0xfe, points);
	assert_int_equal(n, 2);
	assert_float_equal(value_of(points, n, "reach_polls"), 7, 0);
	assert_float_equal(value_of(points, n, "result"), query_result_status(QUERY_TIMEOUT), 0);
}

static void one_that_is_not_synchronised_gives_no_offset(void **state)
{
	static struct query_report r = { .result = QUERY_UNSYNCHRONISED };
	struct history_point points[HISTORY_POINTS_MAX];
	(void)state;
	r.query.samples[0] = (struct query_sample){ .has_times = true, .offset_ns = 5, .header.leap = 3 };
	r.summary.best = &r.query.samples[0];
	size_t n = watch_points(&r, 0, points);
	assert_false(is_there(points, n, "offset_s"));
	assert_float_equal(value_of(points, n, "leap"), 3, 0);
}

/* What is written is a series that pictures know. */
static void every_value_is_of_a_series(void **state)
{
	static struct query_report r = { .result = QUERY_OK };
	struct history_point points[HISTORY_POINTS_MAX];
	(void)state;
	r.query.samples[0].has_times = true;
	r.summary = (struct query_summary){ .result = QUERY_OK, .best = &r.query.samples[0], .n_good = 1 };
	size_t n = watch_points(&r, 0xff, points);
	assert_true(n >= 9);
	for (size_t i = 0; i < n; i++)
		assert_non_null(history_series_find(points[i].name));
}

/* Which of the last questions were lost, not only how many. */
static void the_register_is_told_in_octal(void **state)
{
	static struct query_report r = { .result = QUERY_TIMEOUT };
	static struct reading_fact facts[READING_FACTS_MAX];
	const char *found = "";
	(void)state;
	size_t n = watch_facts(&r, 0xf6, facts);
	for (size_t i = 0; i < n; i++)
		if (strcmp(facts[i].name, "reach") == 0)
			found = facts[i].text;
	assert_string_equal(found, "366");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_answer_has_all_its_values),
		cmocka_unit_test(a_gap_is_a_gap),
		cmocka_unit_test(one_that_is_not_synchronised_gives_no_offset),
		cmocka_unit_test(every_value_is_of_a_series),
		cmocka_unit_test(the_register_is_told_in_octal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
