/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "engine/history_series.h"
#include "engine/traffic_points.h"

static double point(const struct reading_made *m, const char *name)
{
	for (size_t i = 0; i < m->n_points; i++)
		if (strcmp(m->points[i].name, name) == 0)
			return m->points[i].value;
	return NAN;
}

static bool is_near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

static void a_minute_becomes_rates_and_percentiles(void **state)
{
	const struct live_point p = { .width_s = 60,
				      .requests = 120,
				      .answers = 90,
				      .unanswered = 30,
				      .kods = 6,
				      .unique_5min = 7,
				      .unique_20min = 8,
				      .n_deltas = 90,
				      .delta_p50_ns = 20000,
				      .delta_p99_ns = 70000,
				      .delta_max_ns = 1000000 };
	struct reading_made m;
	(void)state;
	reading_made_clear(&m);
	traffic_points(&m, &p, 12);
	assert_true(is_near(point(&m, "requests_per_s"), 2) && is_near(point(&m, "answers_per_s"), 1.5));
	assert_true(is_near(point(&m, "unanswered_per_s"), 0.5) && is_near(point(&m, "kods_per_s"), 0.1));
	assert_true(is_near(point(&m, "clients_300s"), 7) && is_near(point(&m, "clients_1200s"), 8));
	assert_true(is_near(point(&m, "clients_86400s"), 12) && is_near(point(&m, "delta_p99_s"), 70e-6));
	for (size_t i = 0; i < m.n_points; i++)
		assert_non_null(history_series_find(m.points[i].name));
}

static void without_answers_there_are_no_delta_times(void **state)
{
	const struct live_point p = { .width_s = 60, .requests = 60 };
	struct reading_made m;
	(void)state;
	reading_made_clear(&m);
	traffic_points(&m, &p, NAN);
	assert_true(is_near(point(&m, "requests_per_s"), 1) && is_near(point(&m, "answers_per_s"), 0));
	assert_true(isnan(point(&m, "delta_p50_s")) && isnan(point(&m, "clients_86400s")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_minute_becomes_rates_and_percentiles),
		cmocka_unit_test(without_answers_there_are_no_delta_times),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
