/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/mib_ask.h"
#include "mib_made.h"

/* An agent of a few values, in the order of a walk. */
struct agent {
	bool is_v1;
	size_t most; /* values in an answer; more is "too big" */
	const char *const *oids;
	size_t n, n_questions;
	size_t n_asked; /* values that were asked for, in all */
};

static const char *const two_interfaces[] = { "1.2.1", "1.2.2", "1.3.1", "1.3.2", "1.4.0", "1.5.0" };

static size_t find(const struct agent *a, const struct mib_oid *oid, bool next)
{
	struct mib_oid at;

	for (size_t i = 0; i < a->n; i++) {
		assert_true(mib_oid_parse(a->oids[i], &at));
		if (next ? mib_oid_compare(&at, oid) > 0 : mib_oid_compare(&at, oid) == 0)
			return i;
	}
	return a->n;
}

static int answer(struct agent *a, const struct mib_question *q, struct mib_value *out, size_t *n,
		  size_t *error_index)
{
	struct mib_oid at[MIB_ASK_MAX];
	unsigned rows = q->kind == MIB_BULK ? q->repeat : 1;

	*n = 0;
	a->n_questions++;
	a->n_asked += q->n;
	if (rows * q->n > a->most)
		return MIB_ERROR_TOO_BIG;
	memcpy(at, q->oid, sizeof(at));
	for (unsigned row = 0; row < rows; row++)
		for (size_t i = 0; i < q->n; i++) {
			size_t found = find(a, &at[i], q->kind != MIB_GET);
			struct mib_value v = { .oid = at[i], .kind = MIB_NONE };
			*error_index = i + 1;
			if (found == a->n && a->is_v1)
				return MIB_ERROR_NO_SUCH_NAME;
			if (found < a->n)
				v = made_integer(a->oids[found], (int64_t)found);
			at[i] = v.oid;
			out[(*n)++] = v;
		}
	*error_index = 0;
	return MIB_ERROR_NONE;
}

static void read_all(struct mib_ask *m, struct agent *a, struct mib_table *t)
{
	struct mib_question q;
	struct mib_value v[256];
	size_t n, error_index = 0;

	while (mib_ask_next(m, &q)) {
		int error = answer(a, &q, v, &n, &error_index);
		mib_ask_take(m, v, n, error, error_index, t);
	}
}

static const struct mib_want wants[] = {
	{ "1.2", true }, { "1.3", true }, { "1.4.0", false }, { "1.9.0", false }, { "1.7", true },
};

static void assert_all_is_read(bool is_v1, size_t most, size_t n_most)
{
	struct agent a = { is_v1, most, two_interfaces, 6, 0, 0 };
	struct mib_table *t = calloc(1, sizeof(*t));
	struct mib_ask m;

	mib_ask_init(&m, is_v1);
	for (size_t i = 0; i < 5; i++)
		assert_true(mib_ask_add(&m, &wants[i]));
	read_all(&m, &a, t);
	assert_false(m.is_stuck);
	assert_int_equal(t->n, 5);
	assert_non_null(mib_find(t, "1.2", 2));
	assert_non_null(mib_find(t, "1.3", 1));
	assert_non_null(mib_find(t, "1.4", 0));
	assert_null(mib_find(t, "1.5", 0));
	assert_true(a.n_questions <= n_most);
	free(t);
}

static void values_and_columns_are_read_side_by_side(void **state)
{
	(void)state;
	assert_all_is_read(false, 1000, 2);
}

static void an_agent_of_version_1_is_read_without_what_it_has_not(void **state)
{
	(void)state;
	assert_all_is_read(true, 1000, 8);
}

static void an_agent_for_which_it_is_too_big_is_asked_for_less(void **state)
{
	(void)state;
	assert_all_is_read(false, 4, 40);
	assert_all_is_read(false, 1, 60);
	assert_all_is_read(true, 1, 60);
}

static void an_agent_that_goes_in_circles_is_left(void **state)
{
	struct mib_table *t = calloc(1, sizeof(*t));
	struct mib_ask m;
	struct mib_question q;
	struct mib_value v = made_integer("1.2.1", 5);
	unsigned n = 0;
	(void)state;
	mib_ask_init(&m, false);
	assert_true(mib_ask_add(&m, &wants[0]));
	for (; mib_ask_next(&m, &q); n++)
		mib_ask_take(&m, &v, 1, MIB_ERROR_NONE, 0, t);
	assert_int_equal(n, 2);
	mib_ask_init(&m, false);
	assert_true(mib_ask_add(&m, &wants[0]));
	for (n = 0; mib_ask_next(&m, &q); n++) /* and one that never says anything */
		mib_ask_take(&m, NULL, 0, MIB_ERROR_NONE, 0, t);
	assert_int_equal(n, 1);
	/* Or goes on for ever. */
	mib_ask_init(&m, true);
	assert_true(mib_ask_add(&m, &wants[0]));
	for (n = 0; mib_ask_next(&m, &q); n++) {
		v.oid.at[2] = n + 1;
		mib_ask_take(&m, &v, 1, MIB_ERROR_NONE, 0, t);
	}
	assert_int_equal(n, MIB_ROWS_MAX + 1);
	mib_ask_init(&m, true);
	assert_true(mib_ask_add(&m, &wants[0]));
	for (n = 0; mib_ask_next(&m, &q) && n < 1000; n++) /* "too big", whatever is asked */
		mib_ask_take(&m, NULL, 0, MIB_ERROR_TOO_BIG, 0, t);
	assert_true(n < 10);
	free(t);
}

static void what_was_not_asked_for_is_not_taken(void **state)
{
	struct mib_table *t = calloc(1, sizeof(*t));
	struct mib_ask m;
	struct mib_question q;
	struct mib_value v[3] = { made_integer("1.4.1", 5), made_integer("1.5.0", 5),
				  made_integer("1.4.0", 5) };
	(void)state;
	mib_ask_init(&m, false);
	assert_true(mib_ask_add(&m, &wants[2]));
	assert_true(mib_ask_next(&m, &q));
	mib_ask_take(&m, v, 2, MIB_ERROR_NONE, 0, t);
	assert_int_equal(t->n, 0);
	assert_false(mib_ask_next(&m, &q));
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_and_columns_are_read_side_by_side),
		cmocka_unit_test(an_agent_of_version_1_is_read_without_what_it_has_not),
		cmocka_unit_test(an_agent_for_which_it_is_too_big_is_asked_for_less),
		cmocka_unit_test(an_agent_that_goes_in_circles_is_left),
		cmocka_unit_test(what_was_not_asked_for_is_not_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
