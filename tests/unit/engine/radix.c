/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/radix.h"
#include "traffic.h"

enum { N = 20000 };

/* By key, then by old place: what a stable sort gives. */
static int by_key_and_place(const void *pa, const void *pb)
{
	const struct keyed *a = pa, *b = pb;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return (a->value > b->value) - (a->value < b->value);
}

static void sorts_like_qsort_and_is_stable(void **state)
{
	(void)state;
	static struct keyed a[N], b[N];
	for (unsigned bits = 0; bits <= 64; bits += 4) {
		for (size_t n = 0; n <= N; n = n ? n * 20 : 1) {
			uint64_t seed = bits + n;
			for (size_t i = 0; i < n; i++)
				a[i] = b[i] = (struct keyed){ bits ? traffic_random(&seed) >> (64 - bits) : 7,
							      (uint32_t)i };
			assert_int_equal(radix_sort(a, n), ERR_OK);
			qsort(b, n, sizeof(*b), by_key_and_place);
			for (size_t i = 0; i < n; i++) {
				assert_true(a[i].key == b[i].key);
				assert_int_equal(a[i].value, b[i].value);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(sorts_like_qsort_and_is_stable) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
