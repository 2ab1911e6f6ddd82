/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/radix.h"
#include "traffic.h"

enum { MANY = 3 * RADIX_PART + 17 };

struct made {
	uint64_t (*key)[2];
	uint32_t n_words;
};

static uint64_t made_word(const void *arg, uint32_t i, unsigned word)
{
	return ((const struct made *)arg)->key[i][word];
}

static int by_key_and_number(const void *pa, const void *pb, void *arg)
{
	const struct made *m = arg;
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
	for (unsigned w = 0; w < m->n_words; w++)
		if (m->key[a][w] != m->key[b][w])
			return m->key[a][w] < m->key[b][w] ? -1 : 1;
	return (a > b) - (a < b);
}

static void expect_like_qsort(const struct made *m, size_t n)
{
	struct radix_keys keys = { .word = made_word, .arg = m, .n_words = m->n_words };
	uint32_t *got = malloc((n + 1) * sizeof(*got)), *want = malloc((n + 1) * sizeof(*want));

	for (size_t i = 0; i < n; i++)
		want[i] = (uint32_t)i;
	qsort_r(want, n, sizeof(*want), by_key_and_number, (void *)(uintptr_t)m);
	assert_int_equal(radix_order(&keys, n, got), ERR_OK);
	assert_true(n == 0 || memcmp(got, want, n * sizeof(*got)) == 0);
	free(got);
	free(want);
}

/* Keys of that many low bits in each word. */
static void make_keys(uint64_t (*key)[2], size_t n, unsigned high_bits, unsigned low_bits)
{
	uint64_t seed = 64 * (uint64_t)high_bits + low_bits;
	for (size_t i = 0; i < n; i++) {
		key[i][0] = high_bits ? traffic_random(&seed) >> (64 - high_bits) : 7;
		key[i][1] = low_bits ? traffic_random(&seed) >> (64 - low_bits) : 7;
	}
}

static void a_part_is_sorted_like_qsort_does(void **state)
{
	static const unsigned bits[] = { 0, 1, 3, 11, 12, 33, 64 };
	static const size_t lengths[] = { 0, 1, 2, 24, 25, 400, 8000 };
	uint64_t(*key)[2] = malloc(8000 * sizeof(*key));

	(void)state;
	for (unsigned h = 0; h < 7; h++) {
		for (unsigned l = 0; l < 7; l++) {
			make_keys(key, 8000, bits[h], bits[l]);
			for (unsigned k = 0; k < 7; k++)
				for (uint32_t words = 1; words <= 2; words++)
					expect_like_qsort(&(struct made){ key, words }, lengths[k]);
		}
	}
	free(key);
}

static void many_are_sorted_in_parts(void **state)
{
	static const unsigned bits[][2] = { { 64, 0 }, { 0, 64 }, { 1, 24 }, { 2, 2 }, { 0, 0 } };
	uint64_t(*key)[2] = malloc(MANY * sizeof(*key));

	(void)state;
	for (unsigned k = 0; k < 5; k++) {
		make_keys(key, MANY, bits[k][0], bits[k][1]);
		expect_like_qsort(&(struct made){ key, 2 }, MANY);
		expect_like_qsort(&(struct made){ key, 1 }, MANY);
	}
	free(key);
}

/* A few keys far from the rest: cutting by the highest bits leaves nearly all in one part, again and
 * again. */
static void keys_that_cannot_be_cut_evenly_cost_time_and_no_order(void **state)
{
	uint64_t(*key)[2] = malloc(MANY * sizeof(*key));

	(void)state;
	make_keys(key, MANY, 20, 64);
	for (size_t i = 0; i < 44; i++)
		key[i * 1000][0] = UINT64_C(1) << (20 + i);
	expect_like_qsort(&(struct made){ key, 2 }, MANY);
	free(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_is_sorted_like_qsort_does),
		cmocka_unit_test(many_are_sorted_in_parts),
		cmocka_unit_test(keys_that_cannot_be_cut_evenly_cost_time_and_no_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
