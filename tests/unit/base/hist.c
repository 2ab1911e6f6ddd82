/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hist.h"

static uint64_t next_random(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

/* Durations over all octaves, the few of a capture and the many. */
static int64_t some_value(uint64_t *seed, unsigned max_log2)
{
	uint64_t r = next_random(seed);
	return (int64_t)(r >> 8 & ((UINT64_C(1) << (1 + r % max_log2)) - 1));
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static void an_empty_one_gives_zero(void **state)
{
	(void)state;
	static const struct hist h;
	assert_int_equal(hist_percentile(&h, 0), 0);
	assert_int_equal(hist_percentile(&h, 0.5), 0);
	assert_int_equal(hist_percentile(&h, 1), 0);
	assert_true(hist_mean(&h) == 0 && hist_stddev(&h) == 0);
}

static void every_value_is_found_again_within_one_percent(void **state)
{
	(void)state;
	static struct hist h;
	uint64_t seed = 11;
	for (unsigned i = 0; i < 2000; i++) {
		int64_t v = some_value(&seed, 37), far = INT64_C(1) << 37;
		memset(&h, 0, sizeof(h));
		hist_add(&h, 0); /* so that clamping to min..max does not help */
		hist_add(&h, v);
		hist_add(&h, far);
		int64_t got = hist_percentile(&h, 0.5);
		assert_true(llabs(got - v) * 100 <= v);
		if (v < 64)
			assert_int_equal(got, v);
	}
}

static void percentiles_err_by_less_than_one_percent(void **state)
{
	(void)state;
	enum { N = 20011 };
	static const double shares[] = { 0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1 };
	static struct hist h;
	static int64_t v[N];
	uint64_t seed = 5;
	for (unsigned i = 0; i < N; i++) {
		v[i] = some_value(&seed, 38);
		hist_add(&h, v[i]);
	}
	qsort(v, N, sizeof(v[0]), compare);
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		int64_t want = v[(size_t)ceil(shares[i] * N) - 1], got = hist_percentile(&h, shares[i]);
		assert_true(llabs(got - want) * 100 <= want);
	}
	assert_int_equal(hist_percentile(&h, 0), v[0]);
	assert_int_equal(hist_percentile(&h, 1), v[N - 1]);
}

static void range_mean_and_counts_are_exact(void **state)
{
	(void)state;
	static struct hist h;
	uint64_t seed = 77;
	int64_t min = INT64_MAX, max = INT64_MIN, sum = 0;
	unsigned negative = 0;
	for (unsigned i = 0; i < 10000; i++) {
		int64_t v = some_value(&seed, 45) - 100000;
		hist_add(&h, v);
		min = v < min ? v : min;
		max = v > max ? v : max;
		sum += v;
		negative += v < 0;
	}
	assert_int_equal(h.min, min);
	assert_int_equal(h.max, max);
	assert_int_equal(h.n_negative, negative);
	assert_int_equal(h.n, 10000 - negative);
	assert_true(h.sum == sum);
	assert_true(hist_mean(&h) == (double)sum / 10000);
	assert_int_equal(hist_percentile(&h, 0), min);
}

static void merging_equals_adding_all(void **state)
{
	(void)state;
	uint64_t seed = 1234;
	for (unsigned turn = 0; turn < 20; turn++) {
		static struct hist a, b, all;
		memset(&a, 0, sizeof(a));
		memset(&b, 0, sizeof(b));
		memset(&all, 0, sizeof(all));
		for (unsigned i = 0; i < turn * 100; i++) {
			int64_t v = some_value(&seed, 42) - (i % 3 ? 0 : 5000);
			hist_add(next_random(&seed) & 1 ? &a : &b, v);
			hist_add(&all, v);
		}
		hist_merge(&a, &b);
		assert_true(a.sum == all.sum && a.n == all.n && a.n_negative == all.n_negative);
		assert_true(a.min == all.min && a.max == all.max);
		assert_memory_equal(a.bins, all.bins, sizeof(all.bins));
	}
}

static void merging_with_nothing_changes_nothing(void **state)
{
	(void)state;
	static struct hist a, b, none;
	hist_add(&a, 500);
	b = a;
	hist_merge(&a, &none);
	assert_memory_equal(&a, &b, sizeof(a));
	hist_merge(&none, &b);
	assert_int_equal(none.min, 500);
	assert_int_equal(none.max, 500);
}

static void negative_values_enter_no_percentile_but_the_minimum(void **state)
{
	(void)state;
	static struct hist h;
	hist_add(&h, -1000);
	assert_int_equal(hist_percentile(&h, 0.5), 0);
	assert_int_equal(hist_percentile(&h, 0), -1000);
	hist_add(&h, 10);
	hist_add(&h, 20);
	assert_int_equal(hist_percentile(&h, 0.01), 10);
	assert_int_equal(hist_percentile(&h, 0.5), 10);
	assert_int_equal(hist_percentile(&h, 0.51), 20);
}

static void huge_values_share_the_last_bin(void **state)
{
	(void)state;
	static struct hist h;
	hist_add(&h, INT64_C(1) << 38);
	hist_add(&h, INT64_MAX);
	hist_add(&h, INT64_MAX);
	assert_int_equal(h.bins[HIST_BINS - 1], 3);
	assert_int_equal(hist_percentile(&h, 1), INT64_MAX);
	assert_int_equal(hist_percentile(&h, 0.3), INT64_C(1) << 38);
	assert_true(h.sum == ((__int128)INT64_MAX * 2 + (INT64_C(1) << 38)));
}

static void deviation_comes_within_one_percent(void **state)
{
	(void)state;
	static struct hist h;
	uint64_t seed = 9;
	double sum = 0, squares = 0;
	enum { N = 5000 };
	static double v[N];
	for (unsigned i = 0; i < N; i++) {
		int64_t x = (int64_t)(next_random(&seed) % 3000000);
		v[i] = (double)x;
		sum += v[i];
		hist_add(&h, x);
	}
	for (unsigned i = 0; i < N; i++)
		squares += (v[i] - sum / N) * (v[i] - sum / N);
	double want = sqrt(squares / N);
	assert_true(fabs(hist_stddev(&h) - want) < want / 100);
}

/* What came later, taken out of the sum again. */
static void what_was_there_before_is_taken_away(void **state)
{
	static const int64_t shifts[] = { 0, 3000, -3000, -100000 };
	(void)state;
	for (unsigned k = 0; k < 4; k++) {
		struct hist before = { 0 }, all = { 0 }, later = { 0 };
		for (int64_t i = 0; i < 500; i++) {
			int64_t early = i * i % 7919, late = i * i * i % 9973 + shifts[k];
			hist_add(&before, early);
			hist_add(&all, early);
			hist_add(&all, late);
			hist_add(&later, late);
		}
		hist_take_away(&all, &before);
		assert_int_equal(all.n, later.n);
		assert_int_equal(all.n_negative, later.n_negative);
		assert_true(all.sum == later.sum);
		assert_memory_equal(all.bins, later.bins, sizeof(all.bins));
		if (later.n)
			assert_true(llabs(all.max - later.max) * 100 <= llabs(later.max));
		assert_true(later.n_negative ? all.min <= later.min
					     : llabs(all.min - later.min) * 100 <= later.min + 100);
		for (double share = 0.1; later.n && share < 1; share += 0.2) {
			int64_t a = hist_percentile(&all, share), b = hist_percentile(&later, share);
			assert_true(llabs(a - b) * 100 <= b);
		}
	}
}

static void nothing_is_left_of_itself_and_nobody_owes(void **state)
{
	struct hist h = { 0 }, twice = { 0 }, none = { 0 };
	(void)state;
	hist_add(&h, 17);
	hist_add(&h, -4);
	hist_merge(&twice, &h);
	hist_take_away(&twice, &none);
	assert_memory_equal(&twice, &h, sizeof(h));
	hist_merge(&twice, &h);
	hist_take_away(&h, &twice);
	assert_memory_equal(&h, &none, sizeof(h));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_one_gives_zero),
		cmocka_unit_test(every_value_is_found_again_within_one_percent),
		cmocka_unit_test(percentiles_err_by_less_than_one_percent),
		cmocka_unit_test(range_mean_and_counts_are_exact),
		cmocka_unit_test(merging_equals_adding_all),
		cmocka_unit_test(merging_with_nothing_changes_nothing),
		cmocka_unit_test(negative_values_enter_no_percentile_but_the_minimum),
		cmocka_unit_test(huge_values_share_the_last_bin),
		cmocka_unit_test(deviation_comes_within_one_percent),
		cmocka_unit_test(what_was_there_before_is_taken_away),
		cmocka_unit_test(nothing_is_left_of_itself_and_nobody_owes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
