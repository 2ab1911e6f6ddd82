/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "store/history_table.h"

static void a_pair_has_one_number_for_ever(void **state)
{
	struct history_table t = { 0 };
	char name[32];
	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 1000; i++) {
			snprintf(name, sizeof(name), "host%d", i / 2);
			assert_int_equal(history_table_row(&t, name, i % 2 ? "delay_s" : "offset_s"), i);
		}
	assert_int_equal(t.n, 1000);
	assert_string_equal(t.at[7].name, "host3");
	assert_string_equal(t.at[7].series, "delay_s");
	history_table_release(&t);
}

static void what_is_no_series_has_no_number(void **state)
{
	struct history_table t = { 0 };
	char longest[HISTORY_NAME_MAX + 1];
	(void)state;
	assert_int_equal(history_table_row(&t, "a", "../x"), HISTORY_NO_ROW);
	assert_int_equal(history_table_row(&t, "a", ""), HISTORY_NO_ROW);
	assert_int_equal(history_table_row(&t, "", "offset_s"), HISTORY_NO_ROW);
	assert_int_equal(history_table_row(&t, "a", "Offset"), HISTORY_NO_ROW);
	memset(longest, 'a', HISTORY_NAME_MAX);
	longest[HISTORY_NAME_MAX] = '\0';
	assert_int_equal(history_table_row(&t, "a", longest), HISTORY_NO_ROW);
	assert_int_equal(history_table_row(&t, "a", longest + 1), 0);
	history_table_release(&t);
}

static void the_table_is_bounded_and_counts_what_it_refused(void **state)
{
	struct history_table t = { 0 };
	char name[32];
	(void)state;
	for (int i = 0; i < HISTORY_SERIES_MOST + 5; i++) {
		snprintf(name, sizeof(name), "h%d", i);
		assert_int_equal(history_table_row(&t, name, "offset_s"),
				 i < HISTORY_SERIES_MOST ? i : HISTORY_NO_ROW);
	}
	assert_int_equal(t.n_refused, 5);
	history_table_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair_has_one_number_for_ever),
		cmocka_unit_test(what_is_no_series_has_no_number),
		cmocka_unit_test(the_table_is_bounded_and_counts_what_it_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
