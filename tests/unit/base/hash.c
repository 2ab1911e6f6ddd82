/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"

static struct addr nth_v4(uint32_t i)
{
	uint8_t b[4] = { (uint8_t)(i >> 24), (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };
	return addr_from_v4(b);
}

static void neighbours_spread_over_all_shards(void **state)
{
	(void)state;
	unsigned count[N_SHARDS] = { 0 };
	for (uint32_t i = 0; i < 64000; i++) {
		struct addr a = nth_v4(0x0a000000 + i);
		unsigned s = addr_shard(&a);
		assert_true(s < N_SHARDS);
		count[s]++;
	}
	for (unsigned s = 0; s < N_SHARDS; s++)
		assert_in_range(count[s], 800, 1200);
}

static void the_secret_changes_the_order(void **state)
{
	(void)state;
	unsigned same = 0;
	for (uint32_t i = 0; i < 4096; i++) {
		struct addr a = nth_v4(i);
		same += (hash_addr(&a, 1) & 0xff) == (hash_addr(&a, 3) & 0xff);
		same += (hash64(i, 1) & 0xff) == (hash64(i, 3) & 0xff);
	}
	assert_true(same < 100); /* 32 are expected by chance */
}

static void low_bits_of_neighbours_differ(void **state)
{
	(void)state;
	unsigned count[256] = { 0 };
	for (uint32_t i = 0; i < 25600; i++) {
		struct addr a = nth_v4(0xc0a80000 + i);
		count[hash_addr(&a, 0x1234567) & 0xff]++;
	}
	for (unsigned i = 0; i < 256; i++)
		assert_in_range(count[i], 40, 180);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_spread_over_all_shards),
		cmocka_unit_test(the_secret_changes_the_order),
		cmocka_unit_test(low_bits_of_neighbours_differ),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
