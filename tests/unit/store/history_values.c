/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "store/history_values.h"

static void sorting_keeps_the_order_of_one_second(void **state)
{
	struct history_values v = { 0 };
	(void)state;
	assert_int_equal(history_values_add(&v, 5 * NS_PER_S + 900000000, 0, 1, 10), ERR_OK);
	assert_int_equal(history_values_add(&v, 5 * NS_PER_S + 100000000, 0, 1, 11), ERR_OK);
	assert_int_equal(history_values_add(&v, 4 * NS_PER_S, 0, 1, 12), ERR_OK);
	assert_int_equal(history_values_add(&v, 9 * NS_PER_S, 0, 0, 13), ERR_OK);
	assert_int_equal(history_values_add(&v, -1, 0, 0, 14), ERR_OK);
	history_values_sort(&v);
	const double wanted[] = { 14, 13, 12, 10, 11 };
	for (size_t i = 0; i < 5; i++)
		assert_float_equal(v.at[i].value, wanted[i], 0);
	assert_int_equal(v.at[0].time_s, -1);
	history_values_release(&v);
}

static void a_value_stands_since_the_one_before_unless_that_is_too_long_ago(void **state)
{
	struct history_value v = { .time_s = 10000, .every_s = 64 };
	(void)state;
	assert_int_equal(history_value_reach_s(64), 160);
	assert_int_equal(history_value_from_s(&v, INT64_MIN), 10000 - 1);
	assert_int_equal(history_value_from_s(&v, 10000 - 64), 10000 - 64);
	assert_int_equal(history_value_from_s(&v, 10000 - 160), 10000 - 160); /* one is missing */
	assert_int_equal(history_value_from_s(&v, 10000 - 161), 10000 - 1);   /* two are: a gap */
	v.every_s = 0;
	assert_int_equal(history_value_from_s(&v, 10000 - 2048), 10000 - 2048);
	assert_int_equal(history_value_from_s(&v, 10000 - 2101), 10000 - 1);
	v.every_s = 1;
	assert_int_equal(history_value_from_s(&v, 10000 - 3), 10000 - 3);
	assert_int_equal(history_value_from_s(&v, 10000 - 4), 10000 - 1);
}

static void paces_are_rounded_up_to_seconds(void **state)
{
	struct history_values v = { 0 };
	(void)state;
	assert_int_equal(history_values_add(&v, 0, 1500000000, 0, 0), ERR_OK);
	assert_int_equal(v.at[0].every_s, 2);
	assert_int_equal(history_values_add(&v, 0, INT64_MAX, 0, 0), ERR_OK);
	assert_int_equal(v.at[1].every_s, 100 * 86400);
	history_values_release(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorting_keeps_the_order_of_one_second),
		cmocka_unit_test(a_value_stands_since_the_one_before_unless_that_is_too_long_ago),
		cmocka_unit_test(paces_are_rounded_up_to_seconds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
