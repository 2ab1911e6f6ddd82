/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "store/history.h"
#include "unit/in_folder.h"
#include "web/kept.h"

static const int64_t noon_ns = INT64_C(1772366400000000000); /* 2026-03-01T12:00:00Z */

static void add(const char *target, int64_t time_ns)
{
	const struct history_point points[] = { { "offset_s", 1e-6 }, { "stratum", 1 } };
	struct history *h;
	const struct reading r = { .target = target,
				   .part = "",
				   .time_ns = time_ns,
				   .every_ns = 60 * NS_PER_S,
				   .is_ok = true,
				   .why = "",
				   .points = points,
				   .n_points = 2 };
	/* What came last is in the files when it is closed, or half a minute later. */
	assert_int_equal(history_open(folder, &h), ERR_OK);
	assert_int_equal(history_add(h, &r), ERR_OK);
	history_close(h);
}

static bool has(const struct kept_list *l, const char *name, const char *series)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(kept_text(l, l->at[i].name), name) == 0 &&
		    strcmp(kept_text(l, l->at[i].series), series) == 0)
			return true;
	return false;
}

/* Asks until the first list is made. */
static void until_made(struct kept *k, int64_t now_ns, const struct kept_list **l)
{
	unsigned n = 0;

	do {
		if (n)
			usleep(10000);
		assert_int_equal(kept_get(k, now_ns, l), ERR_OK);
	} while (kept_is_making(k) && ++n < 1000);
	assert_false(kept_is_making(k));
}

static void the_first_who_asks_does_not_wait_for_the_list(void **state)
{
	const struct kept_list *l;
	struct kept k;
	(void)state;
	add("a.example", noon_ns);
	add("b.example", noon_ns + NS_PER_S);
	kept_init(&k, folder);
	assert_int_equal(kept_get(&k, 1, &l), ERR_OK);
	assert_int_equal(l->n, 0);
	assert_true(kept_is_making(&k));
	until_made(&k, 1, &l);
	assert_int_equal(l->n, 4);
	assert_true(has(l, "a.example", "offset_s") && has(l, "b.example", "stratum"));
	kept_release(&k);
}

static void one_that_is_old_is_given_while_a_new_one_is_made(void **state)
{
	const struct kept_list *l;
	struct kept k;
	int64_t now_ns = 0;
	(void)state;
	kept_init(&k, folder);
	assert_int_equal(kept_begin(&k, 0), ERR_OK);
	until_made(&k, now_ns, &l);
	size_t n = l->n;
	add("c.example", noon_ns + 2 * NS_PER_S);
	assert_int_equal(kept_get(&k, now_ns + KEPT_FRESH_NS, &l), ERR_OK);
	assert_int_equal(l->n, n);
	now_ns += KEPT_FRESH_NS + 1;
	assert_int_equal(kept_get(&k, now_ns, &l), ERR_OK);
	assert_int_equal(l->n, n);
	for (int i = 0; i < 500 && l->n == n; i++) {
		usleep(10000);
		assert_int_equal(kept_get(&k, now_ns, &l), ERR_OK);
	}
	assert_true(has(l, "c.example", "offset_s"));
	kept_release(&k);
}

/* It was begun long before somebody asked. */
static void the_first_list_is_as_old_as_it_is(void **state)
{
	const struct kept_list *l;
	struct kept k;
	(void)state;
	kept_init(&k, folder);
	assert_int_equal(kept_begin(&k, 0), ERR_OK);
	until_made(&k, 10 * KEPT_FRESH_NS, &l);
	assert_true(k.runs && k.begun_ns == 10 * KEPT_FRESH_NS);
	kept_release(&k);
}

static void it_can_end_while_a_list_is_made(void **state)
{
	struct kept k;
	(void)state;
	kept_init(&k, folder);
	assert_int_equal(kept_begin(&k, 0), ERR_OK);
	kept_release(&k);
}

static void without_a_folder_nothing_is_kept(void **state)
{
	const struct kept_list *l;
	struct kept k;
	(void)state;
	kept_init(&k, NULL);
	assert_int_equal(kept_begin(&k, 0), ERR_OK);
	assert_int_equal(kept_get(&k, 1, &l), ERR_OK);
	assert_int_equal(l->n, 0);
	assert_false(kept_is_making(&k));
	kept_release(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_who_asks_does_not_wait_for_the_list),
		cmocka_unit_test(one_that_is_old_is_given_while_a_new_one_is_made),
		cmocka_unit_test(the_first_list_is_as_old_as_it_is),
		cmocka_unit_test(it_can_end_while_a_list_is_made),
		cmocka_unit_test(without_a_folder_nothing_is_kept),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
