/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "engine/pool.h"

static bool is_zero(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i])
			return false;
	return true;
}

/* Of all sizes, below a page and beyond a large one; each is written whole, so that two that overlap show. */
static void tables_are_empty_and_apart(void **state)
{
	static const size_t sizes[] = { 1, 64, 1000, 4096, 16384, 100000, 131072 };
	enum { N_SIZES = sizeof(sizes) / sizeof(sizes[0]), N = POOL_SLOTS + 3 };
	static uint8_t *at[N_SIZES][N];
	struct pool *p;
	(void)state;
	assert_int_equal(pool_new(&p), ERR_OK);
	for (unsigned k = 0; k < N_SIZES; k++)
		for (unsigned i = 0; i < N; i++) {
			at[k][i] = pool_take(p, sizes[k]);
			assert_non_null(at[k][i]);
			assert_int_equal((uintptr_t)at[k][i] % 64, 0);
			assert_true(is_zero(at[k][i], sizes[k]));
			memset(at[k][i], (int)(k * N + i) % 255 + 1, sizes[k]);
		}
	for (unsigned k = 0; k < N_SIZES; k++)
		for (unsigned i = 0; i < N; i++)
			for (size_t b = 0; b < sizes[k]; b++)
				assert_int_equal(at[k][i][b], (k * N + i) % 255 + 1);
	pool_free(p);
	pool_free(NULL);
}

static void what_was_given_back_is_empty_when_it_is_taken_again(void **state)
{
	static const size_t sizes[] = { 500, 20000, 65536 };
	struct pool *p;
	(void)state;
	assert_int_equal(pool_new(&p), ERR_OK);
	for (unsigned k = 0; k < 3; k++)
		for (unsigned i = 0; i < 5 * POOL_SLOTS; i++) {
			uint8_t *t = pool_take(p, sizes[k]);
			assert_true(is_zero(t, sizes[k]));
			memset(t, 0xaa, sizes[k]);
			pool_give(p, t, sizes[k]);
		}
	pool_give(p, NULL, 100);
	pool_free(p);
}

/* Whatever their size: pages are not theirs alone. */
static void giving_back_leaves_neighbours_alone(void **state)
{
	static const size_t sizes[] = { 100, 3000, 5000, 6920, 40000 };
	struct pool *p;
	(void)state;
	assert_int_equal(pool_new(&p), ERR_OK);
	for (unsigned k = 0; k < 5; k++) {
		uint8_t *a = pool_take(p, sizes[k]), *b = pool_take(p, sizes[k]), *c = pool_take(p, sizes[k]);
		memset(a, 1, sizes[k]);
		memset(b, 2, sizes[k]);
		memset(c, 3, sizes[k]);
		pool_give(p, b, sizes[k]);
		for (size_t i = 0; i < sizes[k]; i++) {
			assert_int_equal(a[i], 1);
			assert_int_equal(c[i], 3);
		}
	}
	pool_free(p);
}

static void without_a_pool_each_is_for_itself(void **state)
{
	uint8_t *t = pool_take(NULL, 3000000);
	(void)state;
	assert_non_null(t);
	assert_true(is_zero(t, 3000000));
	memset(t, 1, 3000000);
	pool_give(NULL, t, 3000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_empty_and_apart),
		cmocka_unit_test(what_was_given_back_is_empty_when_it_is_taken_again),
		cmocka_unit_test(giving_back_leaves_neighbours_alone),
		cmocka_unit_test(without_a_pool_each_is_for_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
