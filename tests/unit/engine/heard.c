/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "engine/heard.h"

#define S NS_PER_S

struct entry {
	struct heard from;
	bool stays;
	char *more;
};

static void release(void *entry)
{
	struct entry *e = entry;
	free(e->more);
}

static bool may_go(const void *entry)
{
	return !((const struct entry *)entry)->stays;
}

static const struct heard_kind kind = { sizeof(struct entry), release, may_go };

/* Heard of at that moment, and asked every minute. */
static struct entry *add(struct heard_table *t, const char *target, int64_t heard_ns)
{
	struct entry *e = heard_add(t, target, "", WATCH_VIA_NTP, heard_ns);
	if (e) {
		e->from.heard_ns = heard_ns;
		e->from.every_ns = 60 * S;
		e->more = strdup("more");
	}
	return e;
}

static bool has(const struct heard_table *t, const char *target)
{
	return heard_find(t, target, "", WATCH_VIA_NTP) != NULL;
}

static void one_is_a_target_a_part_and_a_way(void **state)
{
	struct heard_table t = { .kind = &kind };
	char target[] = "ab", part[] = "c";
	(void)state;
	assert_null(heard_find(&t, "ab", "c", WATCH_VIA_NTP));
	struct entry *e = heard_add(&t, target, part, WATCH_VIA_NTP, 0);
	assert_non_null(e);
	assert_null(e->more);
	memset(target, 'x', 2); /* it was copied */
	assert_ptr_equal(heard_find(&t, "ab", "c", WATCH_VIA_NTP), e);
	assert_null(heard_find(&t, "a", "bc", WATCH_VIA_NTP));
	assert_null(heard_find(&t, "ab", "", WATCH_VIA_NTP));
	assert_null(heard_find(&t, "ab", "c", WATCH_VIA_GPSD));
	heard_release(&t);
	assert_int_equal(t.n, 0);
}

static void names_that_are_too_long_find_no_place(void **state)
{
	struct heard_table t = { .kind = &kind };
	char name[HISTORY_TARGET_MAX + 1];
	(void)state;
	memset(name, 'n', HISTORY_TARGET_MAX);
	name[HISTORY_TARGET_MAX] = '\0';
	assert_null(heard_add(&t, name, "", WATCH_VIA_NTP, 0));
	assert_null(heard_add(&t, "a", name, WATCH_VIA_NTP, 0));
	name[HISTORY_TARGET_MAX - 1] = '\0';
	assert_non_null(heard_add(&t, name, name, WATCH_VIA_NTP, 0));
	heard_release(&t);
}

/* They were heard of a second apart, the first of them at 1000 s. */
static struct heard_table full_table(void)
{
	struct heard_table t = { .kind = &kind };
	char name[32];
	for (int i = 0; i < HEARD_MOST; i++) {
		snprintf(name, sizeof(name), "host-%d", i);
		assert_non_null(add(&t, name, (1000 + i) * S));
	}
	return t;
}

static void a_full_table_gives_up_who_is_silent_for_longest_and_may_go(void **state)
{
	struct heard_table t = full_table();
	(void)state;
	struct entry *first = heard_at(&t, 0);
	first->stays = true;
	assert_null(heard_add(&t, "new", "", WATCH_VIA_NTP, 1200 * S)); /* nobody is late yet */
	assert_non_null(add(&t, "new", (1000 + HEARD_MOST) * S));
	assert_true(has(&t, "new") && has(&t, "host-0") && !has(&t, "host-1") && has(&t, "host-2"));
	assert_int_equal(t.n, HEARD_MOST);
	heard_release(&t);
}

/* One that is asked once a day is no reason to keep one that is asked each minute and gone. */
static void who_is_not_late_stands_in_nobodys_way(void **state)
{
	struct heard_table t = full_table();
	(void)state;
	struct entry *first = heard_at(&t, 0);
	first->from.every_ns = 86400 * S;
	assert_non_null(heard_add(&t, "new", "", WATCH_VIA_NTP, 1300 * S));
	assert_true(has(&t, "host-0") && !has(&t, "host-1"));
	heard_release(&t);
}

static void after_three_days_they_are_gone(void **state)
{
	struct heard_table t = { .kind = &kind };
	const int64_t gone_ns = HEARD_GONE_S * S;
	(void)state;
	add(&t, "stands", 10 * S)->stays = true;
	add(&t, "old", 20 * S);
	add(&t, "young", 30 * S);
	heard_sweep(&t, 0, gone_ns + 20 * S);
	assert_int_equal(t.n, 3);
	heard_sweep(&t, 100 * S, gone_ns + 25 * S); /* we were not there to hear them */
	assert_int_equal(t.n, 3);
	heard_sweep(&t, 0, gone_ns + 25 * S);
	assert_int_equal(t.n, 2);
	assert_true(has(&t, "stands") && !has(&t, "old") && has(&t, "young"));
	struct entry *second = heard_at(&t, 1);
	assert_string_equal(second->more, "more");
	heard_release(&t);
}

static void one_that_is_removed_leaves_the_others_in_their_order(void **state)
{
	struct heard_table t = { .kind = &kind };
	(void)state;
	add(&t, "a", S);
	add(&t, "b", S);
	add(&t, "c", S);
	heard_remove(&t, 0);
	assert_int_equal(t.n, 2);
	assert_false(has(&t, "a"));
	assert_ptr_equal(heard_find(&t, "b", "", WATCH_VIA_NTP), heard_at(&t, 0));
	heard_remove(&t, 1);
	assert_true(t.n == 1 && has(&t, "b") && !has(&t, "c"));
	heard_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_is_a_target_a_part_and_a_way),
		cmocka_unit_test(names_that_are_too_long_find_no_place),
		cmocka_unit_test(a_full_table_gives_up_who_is_silent_for_longest_and_may_go),
		cmocka_unit_test(who_is_not_late_stands_in_nobodys_way),
		cmocka_unit_test(after_three_days_they_are_gone),
		cmocka_unit_test(one_that_is_removed_leaves_the_others_in_their_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
