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
static double value_of(const struct reading_made *m, const char *name)
{
	for (size_t i = 0; i < m->n_points; i++)
		if (strcmp(m->points[i].name, name) == 0)
			return m->points[i].value;
	return __builtin_nan("");
}

static const char *fact_of(const struct reading_made *m, const char *name)
{
	for (size_t i = 0; i < m->n_facts; i++)
		if (strcmp(m->facts[i].name, name) == 0)
			return m->facts[i].text;
	return "";
}

static bool is_there(const struct reading_made *m, const char *name)
{
	double v = value_of(m, name);
	return v == v;
}

static void make(struct reading_made *m, const struct query_report *r, uint8_t reach)
{
	reading_made_clear(m);
	watch_points(m, r, reach);
}

static void a_good_answer_has_all_its_values(void **state)
{
	static struct query_report r = { .result = QUERY_OK, .asked_ns = 1000000000 };
	static struct reading_made m;
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
	make(&m, &r, 0x0f);
	assert_float_equal(value_of(&m, "offset_s"), -1.5e-6, 1e-12);
	assert_float_equal(value_of(&m, "delay_s"), 2e-5, 1e-12);
	assert_float_equal(value_of(&m, "bound_s"), 3e-5, 1e-12);
	assert_float_equal(value_of(&m, "root_delay_s"), 0.001, 1e-12);
	assert_float_equal(value_of(&m, "root_dispersion_s"), 0.002, 1e-12);
	assert_float_equal(value_of(&m, "root_distance_s"), 0.0025, 1e-12);
	assert_float_equal(value_of(&m, "stratum"), 2, 0);
	assert_float_equal(value_of(&m, "leap"), 1, 0);
	assert_float_equal(value_of(&m, "reach_polls"), 4, 0);
	assert_float_equal(value_of(&m, "result"), 0, 0);
	assert_false(is_there(&m, "jitter_s")); /* of one sample there is none */
}

static void a_gap_is_a_gap(void **state)
{
	static struct query_report r = { .result = QUERY_TIMEOUT };
	static struct reading_made m;
	(void)state;
	make(&m, &r, 0xfe);
	assert_int_equal(m.n_points, 2);
	assert_float_equal(value_of(&m, "reach_polls"), 7, 0);
	assert_float_equal(value_of(&m, "result"), query_result_status(QUERY_TIMEOUT), 0);
}

static void one_that_is_not_synchronised_gives_no_offset(void **state)
{
	static struct query_report r = { .result = QUERY_UNSYNCHRONISED };
	static struct reading_made m;
	(void)state;
	r.query.samples[0] = (struct query_sample){ .has_times = true, .offset_ns = 5, .header.leap = 3 };
	r.summary.best = &r.query.samples[0];
	make(&m, &r, 0);
	assert_false(is_there(&m, "offset_s"));
	assert_float_equal(value_of(&m, "leap"), 3, 0);
}

/* What is written is a series that pictures know. */
static void every_value_is_of_a_series(void **state)
{
	static struct query_report r = { .result = QUERY_OK };
	static struct reading_made m;
	(void)state;
	r.query.samples[0].has_times = true;
	r.summary = (struct query_summary){ .result = QUERY_OK, .best = &r.query.samples[0], .n_good = 1 };
	make(&m, &r, 0xff);
	assert_true(m.n_points >= 9);
	for (size_t i = 0; i < m.n_points; i++)
		assert_non_null(history_series_find(m.points[i].name));
}

/* Which of the last questions were lost, not only how many. */
static void the_register_is_told_in_octal(void **state)
{
	static struct query_report r = { .result = QUERY_TIMEOUT };
	static struct reading_made m;
	(void)state;
	make(&m, &r, 0xf6);
	assert_string_equal(fact_of(&m, "reach"), "366");
}

static void what_is_shown_of_an_answer_is_told(void **state)
{
	static struct query_report r = { .result = QUERY_OK };
	static struct reading_made m;
	(void)state;
	r.query.samples[0].header = (struct ntp_header){ .version = 4,
							 .stratum = 1,
							 .refid = { 'G', 'P', 'S', 0 } };
	r.summary = (struct query_summary){ .result = QUERY_OK, .best = &r.query.samples[0], .n_good = 1 };
	assert_true(addr_parse("192.0.2.7", &r.addr));
	make(&m, &r, 0xff);
	assert_string_equal(fact_of(&m, "address"), "192.0.2.7");
	assert_string_equal(fact_of(&m, "result"), query_result_name(QUERY_OK));
	assert_string_equal(fact_of(&m, "refid"), "GPS");
	assert_string_equal(fact_of(&m, "version"), "4");
	r.result = QUERY_DNS;
	make(&m, &r, 0xff);
	assert_string_equal(fact_of(&m, "address"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_answer_has_all_its_values),
		cmocka_unit_test(a_gap_is_a_gap),
		cmocka_unit_test(one_that_is_not_synchronised_gives_no_offset),
		cmocka_unit_test(every_value_is_of_a_series),
		cmocka_unit_test(the_register_is_told_in_octal),
		cmocka_unit_test(what_is_shown_of_an_answer_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
