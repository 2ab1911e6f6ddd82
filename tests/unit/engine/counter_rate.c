/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/counter_rate.h"

static const int64_t s = 1000000000;

static void a_rate_needs_two_values(void **state)
{
	struct counter_rate c = { 0 };
	double per_s = -1;
	(void)state;
	assert_false(counter_rate_next(&c, 1000, 64, 0, &per_s));
	assert_true(counter_rate_next(&c, 1100, 64, 10 * s, &per_s));
	assert_float_equal(per_s, 10, 1e-12);
	assert_false(counter_rate_next(&c, 1200, 64, 10 * s, &per_s)); /* no time has passed */
}

static void a_reset_is_a_gap(void **state)
{
	struct counter_rate c = { 0 };
	double per_s = -1;
	(void)state;
	counter_rate_next(&c, 1000000, 64, 0, &per_s);
	assert_false(counter_rate_next(&c, 5, 64, s, &per_s));
	assert_true(counter_rate_next(&c, 7, 64, 2 * s, &per_s));
	assert_float_equal(per_s, 2, 1e-12);
	counter_rate_reset(&c);
	assert_false(counter_rate_next(&c, 9, 64, 3 * s, &per_s));
}

static void a_counter_of_32_bits_comes_round(void **state)
{
	struct counter_rate c = { 0 };
	double per_s = -1;
	(void)state;
	counter_rate_next(&c, 0xfffffff0, 32, 0, &per_s);
	assert_true(counter_rate_next(&c, 0x10, 32, s, &per_s));
	assert_float_equal(per_s, 32, 1e-12);
	/* From the middle back to the beginning: rather a reset. */
	counter_rate_next(&c, 0x60000000, 32, 2 * s, &per_s);
	assert_false(counter_rate_next(&c, 0x10, 32, 3 * s, &per_s));
	/* Of 64 bits none ever came round. */
	counter_rate_next(&c, 0xfffffff0, 64, 4 * s, &per_s);
	assert_false(counter_rate_next(&c, 0x10, 64, 5 * s, &per_s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rate_needs_two_values),
		cmocka_unit_test(a_reset_is_a_gap),
		cmocka_unit_test(a_counter_of_32_bits_comes_round),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
