/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hist.h"
#include "engine/spread.h"

static uint64_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *state >> 11 | *state << 53;
}

/* Of all magnitudes, both signs. */
static int64_t random_value(uint64_t *state)
{
	int64_t v = (int64_t)(next_random(state) >> (next_random(state) % 64));
	return next_random(state) & 1 ? v : ~v;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static void bins_follow_each_other_without_gap_from_end_to_end(void **state)
{
	int64_t next = INT64_MIN;
	(void)state;
	for (unsigned p = 0; p < SPREAD_PAGES; p++) {
		for (unsigned i = 0; i < SPREAD_BINS; i++) {
			assert_true(spread_bin_low(p, i) == next);
			assert_true(spread_bin_high(p, i) >= next);
			if (p < SPREAD_PAGES - 1 || i < SPREAD_BINS - 1)
				next = spread_bin_high(p, i) + 1;
		}
	}
	assert_true(spread_bin_high(SPREAD_PAGES - 1, SPREAD_BINS - 1) == INT64_MAX);
}

static void every_value_lies_in_its_bin(void **state)
{
	struct spread *s = calloc(1, sizeof(*s));
	uint64_t seed = 5;
	(void)state;
	for (unsigned k = 0; k < 20000; k++) {
		int64_t v = k < 300 ? (int64_t)k - 150 : random_value(&seed);
		spread_clear(s);
		spread_count(s, v, 1);
		bool found = false;
		for (unsigned p = 0; p < SPREAD_PAGES; p++)
			for (unsigned i = 0; s->used[p] && i < SPREAD_BINS; i++)
				if (s->bins[p][i]) {
					assert_true(spread_bin_low(p, i) <= v && v <= spread_bin_high(p, i));
					found = true;
				}
		assert_true(found);
		int64_t middle = spread_percentile(s, 0.5);
		double off = (double)middle - (double)v, size = v < 0 ? -(double)v : (double)v;
		assert_true((off < 0 ? -off : off) <= size / 100);
	}
	free(s);
}

static void percentiles_are_those_of_the_sorted_values_within_1_percent(void **state)
{
	enum { N = 5001 };
	static const double shares[] = { 0, 0.01, 0.5, 0.9, 0.99, 0.999, 1 };
	struct spread *s = calloc(1, sizeof(*s));
	struct spread_pool pool;
	uint32_t head = 0;
	int64_t v[N];
	uint64_t seed = 1;
	(void)state;
	spread_pool_init(&pool, 1000);
	for (unsigned i = 0; i < N; i++) {
		v[i] = random_value(&seed);
		assert_int_equal(spread_add(&pool, &head, v[i], 1), ERR_OK);
	}
	spread_collect(s, &pool, head);
	assert_int_equal(s->n, N);
	qsort(v, N, sizeof(v[0]), compare);
	for (unsigned i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		double rank = shares[i] * N;
		size_t k = rank <= 1 ? 0 : (size_t)rank - ((double)(size_t)rank == rank);
		double want = (double)v[k], got = (double)spread_percentile(s, shares[i]);
		double size = want < 0 ? -want : want, off = got < want ? want - got : got - want;
		assert_true(off <= size / 100);
	}
	spread_pool_release(&pool);
	free(s);
}

/* The same rule as the histograms of the report. */
static void percentiles_are_those_of_base_hist(void **state)
{
	struct spread *s = calloc(1, sizeof(*s));
	struct hist *h = calloc(1, sizeof(*h));
	uint64_t seed = 3;
	(void)state;
	for (unsigned i = 0; i < 3000; i++) {
		int64_t v = (int64_t)(next_random(&seed) >> (30 + next_random(&seed) % 30));
		spread_count(s, v, 1);
		hist_add(h, v);
	}
	for (double share = 0.05; share < 1; share += 0.05)
		assert_int_equal(spread_percentile(s, share), hist_percentile(h, share));
	free(s);
	free(h);
}

static void merged_lists_are_the_list_of_all(void **state)
{
	struct spread *one = calloc(1, sizeof(*one)), *two = calloc(1, sizeof(*two));
	struct spread_pool pool;
	uint32_t a = 0, b = 0, both = 0;
	uint64_t seed = 9;
	(void)state;
	spread_pool_init(&pool, 1000);
	for (unsigned i = 0; i < 2000; i++) {
		int64_t v = random_value(&seed);
		spread_add(&pool, i % 3 ? &a : &b, v, 1);
		spread_add(&pool, &both, v, 1);
	}
	spread_merge(&pool, &a, b);
	spread_collect(one, &pool, a);
	spread_collect(two, &pool, both);
	assert_int_equal(one->n, 2000);
	assert_memory_equal(one->bins, two->bins, sizeof(one->bins));
	uint32_t n = pool.n; /* what was given back is used again */
	b = 0;
	for (unsigned i = 0; i < 64; i++)
		spread_add(&pool, &b, INT64_C(1) << (i % 20), 1);
	assert_int_equal(pool.n, n);
	spread_pool_release(&pool);
	free(one);
	free(two);
}

static void a_pool_that_is_used_up_says_so_and_keeps_what_it_has(void **state)
{
	struct spread *s = calloc(1, sizeof(*s));
	struct spread_pool pool;
	uint32_t head = 0;
	(void)state;
	spread_pool_init(&pool, 2);
	assert_int_equal(spread_add(&pool, &head, 1, 1), ERR_OK);
	assert_int_equal(spread_add(&pool, &head, 1000, 1), ERR_OK);
	assert_int_equal(spread_add(&pool, &head, 1000000, 1), ERR_LIMIT);
	assert_int_equal(spread_add(&pool, &head, 1001, 1), ERR_OK);
	spread_collect(s, &pool, head);
	assert_int_equal(s->n, 3);
	spread_pool_release(&pool);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bins_follow_each_other_without_gap_from_end_to_end),
		cmocka_unit_test(every_value_lies_in_its_bin),
		cmocka_unit_test(percentiles_are_those_of_the_sorted_values_within_1_percent),
		cmocka_unit_test(percentiles_are_those_of_base_hist),
		cmocka_unit_test(merged_lists_are_the_list_of_all),
		cmocka_unit_test(a_pool_that_is_used_up_says_so_and_keeps_what_it_has),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
