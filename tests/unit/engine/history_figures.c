/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "engine/history_figures.h"

static struct history_figures figures_of(const double *v, size_t n)
{
	struct history_bucket b[256];
	struct history_figures f;
	for (size_t i = 0; i < n; i++)
		b[i] = (struct history_bucket){ v[i], v[i] - 1, v[i] + 1, v[i] + 0.25 };
	const struct history_span s = { .width_ns = 1, .n = n, .at = b };
	assert_int_equal(history_figures(&s, &f), ERR_OK);
	return f;
}

static void percentiles_are_of_averages_and_extremes_of_all_values(void **state)
{
	double v[100];
	(void)state;
	for (int i = 0; i < 100; i++)
		v[i] = (i * 37) % 100 + 1; /* 1 to 100 in some order */
	struct history_figures f = figures_of(v, 100);
	assert_int_equal(f.n, 100);
	assert_float_equal(f.min, 0, 0);
	assert_float_equal(f.max, 101, 0);
	assert_float_equal(f.avg, 50.5, 1e-9);
	assert_float_equal(f.p1, 1, 0);
	assert_float_equal(f.p5, 5, 0);
	assert_float_equal(f.p50, 50, 0);
	assert_float_equal(f.p95, 95, 0);
	assert_float_equal(f.p99, 99, 0);
	assert_float_equal(f.last, v[99] + 0.25, 0);
	assert_float_equal(f.deviation, sqrt((100.0 * 100 - 1) / 12), 1e-9);
	assert_float_equal(f.skewness, 0, 1e-9);
	assert_float_equal(f.kurtosis, -1.2002, 1e-3); /* of a uniform distribution: -1.2 */
}

static void skewness_has_the_sign_of_the_longer_tail(void **state)
{
	const double right[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 10 }, left[] = { 0, 0, 0, 0, -10 };
	(void)state;
	struct history_figures f = figures_of(right, 10);
	assert_float_equal(f.skewness, 2.6666667, 1e-6);
	assert_float_equal(f.kurtosis, 8.1111111 - 3, 1e-6);
	assert_true(figures_of(left, 5).skewness < 0);
}

static void gaps_count_for_nothing(void **state)
{
	const double some[] = { NAN, 2, NAN, 4, NAN }, none[] = { NAN, NAN };
	(void)state;
	struct history_figures f = figures_of(some, 5);
	assert_int_equal(f.n, 2);
	assert_float_equal(f.avg, 3, 0);
	assert_float_equal(f.last, 4.25, 0);
	f = figures_of(none, 2);
	assert_int_equal(f.n, 0);
	assert_true(isnan(f.avg) && isnan(f.min) && isnan(f.max) && isnan(f.last) && isnan(f.p99) &&
		    isnan(f.deviation) && isnan(f.skewness));
}

static void what_is_always_the_same_has_no_shape(void **state)
{
	const double same[] = { 0.1, 0.1, 0.1 };
	(void)state;
	struct history_figures f = figures_of(same, 3);
	assert_float_equal(f.deviation, 0, 1e-15);
	assert_true(isnan(f.skewness) && isnan(f.kurtosis));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percentiles_are_of_averages_and_extremes_of_all_values),
		cmocka_unit_test(skewness_has_the_sign_of_the_longer_tail),
		cmocka_unit_test(gaps_count_for_nothing),
		cmocka_unit_test(what_is_always_the_same_has_no_shape),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
