/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "mib_made.h"

static void identifiers_are_numbers_apart_by_points(void **state)
{
	static const char *const bad[] = { "",
					   ".",
					   "1.",
					   ".1",
					   "1..2",
					   "1.a",
					   "1.4294967296",
					   "1.-2",
					   "1 2",
					   "iso.3",
					   "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16."
					   "17.18.19.20.21.22.23.24.25" };
	struct mib_oid oid;
	(void)state;
	assert_true(mib_oid_parse("1.3.6.1.4.1.5597.4294967295.0", &oid));
	assert_int_equal(oid.n, 9);
	assert_int_equal(oid.at[6], 5597);
	assert_int_equal(oid.at[7], UINT32_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(mib_oid_parse(bad[i], &oid));
		assert_int_equal(oid.n, 0);
	}
}

static void the_order_is_that_of_a_walk(void **state)
{
	struct mib_oid a, b;
	(void)state;
	assert_true(mib_oid_parse("1.3.6", &a) && mib_oid_parse("1.3.6.1", &b));
	assert_true(mib_oid_compare(&a, &b) < 0 && mib_oid_compare(&b, &a) > 0);
	assert_true(mib_oid_is_below(&b, &a) && mib_oid_is_below(&a, &a) && !mib_oid_is_below(&a, &b));
	assert_true(mib_oid_parse("1.3.10", &b));
	assert_true(mib_oid_compare(&a, &b) < 0);
	assert_false(mib_oid_is_below(&b, &a));
}

static void what_is_no_number_is_none(void **state)
{
	struct mib_table *t = calloc(1, sizeof(*t));
	double v;
	int64_t i;
	(void)state;
	put(t, made_text("1.1.0", "-0.002"));
	put(t, made_text("1.2.0", "n/a"));
	put(t, made_text("1.3.0", "12 s"));
	put(t, made_text("1.4.0", ""));
	put(t, made_integer("1.5.0", -1));
	put(t, made_count("1.6.0", UINT64_MAX, 64));
	put(t, made_value("1.7.0", MIB_NONE));
	assert_true(mib_number(t, "1.1", 0, &v) && v == -0.002);
	assert_false(mib_number(t, "1.2", 0, &v) || mib_number(t, "1.3", 0, &v) ||
		     mib_number(t, "1.4", 0, &v));
	assert_false(mib_number(t, "1.7", 0, &v) || mib_number(t, "1.8", 0, &v));
	assert_true(mib_integer(t, "1.5", 0, &i) && i == -1);
	assert_false(mib_integer(t, "1.6", 0, &i) || mib_integer(t, "1.1", 0, &i));
	assert_null(mib_text(t, "1.2", 0));
	assert_null(mib_text(t, "1.4", 0));
	assert_string_equal(mib_text(t, "1.3", 0), "12 s");
	assert_int_equal(t->n, 6);
	free(t);
}

static void rows_come_in_order_and_only_of_their_column(void **state)
{
	struct mib_table *t = calloc(1, sizeof(*t));
	uint32_t rows[MIB_ROWS_MAX];
	(void)state;
	put(t, made_integer("1.2.10", 1));
	put(t, made_integer("1.2.2", 1));
	put(t, made_integer("1.2.2.7", 1));
	put(t, made_integer("1.3.1", 1));
	put(t, made_integer("1.2.2", 5)); /* once more */
	assert_int_equal(mib_rows(t, "1.2", rows), 2);
	assert_int_equal(rows[0], 2);
	assert_int_equal(rows[1], 10);
	assert_int_equal(mib_find(t, "1.2", 2)->integer, 5);
	free(t);
}

static void what_finds_no_place_is_counted(void **state)
{
	struct mib_table *t = calloc(1, sizeof(*t));
	struct mib_value v = made_integer("1.2", 1);
	(void)state;
	v.oid.n = 3;
	for (uint32_t i = 0; i < MIB_VALUES_MAX + 3; i++) {
		v.oid.at[2] = i;
		mib_table_put(t, &v);
	}
	assert_int_equal(t->n, MIB_VALUES_MAX);
	assert_int_equal(t->n_refused, 3);
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identifiers_are_numbers_apart_by_points),
		cmocka_unit_test(the_order_is_that_of_a_walk),
		cmocka_unit_test(what_is_no_number_is_none),
		cmocka_unit_test(rows_come_in_order_and_only_of_their_column),
		cmocka_unit_test(what_finds_no_place_is_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
