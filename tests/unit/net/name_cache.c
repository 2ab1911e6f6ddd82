/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "net/name_cache.h"

enum { CAPACITY = 100, MANY = 5000 };

static struct addr numbered(unsigned i)
{
	uint8_t v4[4] = { 10, 0, (uint8_t)(i >> 8), (uint8_t)i };
	return addr_from_v4(v4);
}

static void names_are_found_again(void **state)
{
	struct name_cache c;
	struct addr a = numbered(1), b = numbered(2);
	(void)state;
	assert_int_equal(name_cache_init(&c, CAPACITY, 7), ERR_OK);
	assert_null(name_cache_find(&c, &a));
	struct name_entry *e = name_cache_add(&c, &a);
	assert_null(e->name);
	assert_true(e->asked_ns == NAME_NEVER);
	assert_true(name_cache_set(&c, e, "one.example"));
	assert_string_equal(name_cache_find(&c, &a)->name, "one.example");
	assert_null(name_cache_find(&c, &b));
	assert_int_equal(c.n_named, 1);
	assert_true(name_cache_set(&c, e, NULL));
	assert_int_equal(c.n_named, 0);
	name_cache_release(&c);
	name_cache_release(&c);
}

static void the_table_stays_as_large_as_it_is(void **state)
{
	struct name_cache c;
	char name[32];
	size_t n = 0, n_named = 0;
	(void)state;
	assert_int_equal(name_cache_init(&c, CAPACITY, 7), ERR_OK);
	for (unsigned i = 0; i < MANY; i++) {
		struct addr a = numbered(i);
		struct name_entry *e = name_cache_add(&c, &a);
		e->asked_ns = (int64_t)i;
		snprintf(name, sizeof(name), "host%u", i);
		if (i % 3)
			assert_true(name_cache_set(&c, e, name));
	}
	assert_int_equal(c.n, CAPACITY);
	assert_int_equal(c.n_dropped, MANY - CAPACITY);
	for (unsigned i = 0; i < MANY; i++) {
		struct addr a = numbered(i);
		const struct name_entry *e = name_cache_find(&c, &a);
		n += e != NULL;
		if (!e || !e->name)
			continue;
		n_named++;
		snprintf(name, sizeof(name), "host%u", i);
		assert_string_equal(e->name, name);
		/* old ones went first */
		assert_true(i > MANY / 2);
	}
	assert_int_equal(n, CAPACITY);
	assert_int_equal(n_named, c.n_named);
	name_cache_release(&c);
}

static void those_that_wait_keep_their_place_as_long_as_others_can_go(void **state)
{
	struct name_cache c;
	(void)state;
	assert_int_equal(name_cache_init(&c, CAPACITY, 7), ERR_OK);
	for (unsigned i = 0; i < MANY; i++) {
		struct addr a = numbered(i);
		struct name_entry *e = name_cache_add(&c, &a);
		if (i >= 10)
			e->asked_ns = (int64_t)i;
	}
	for (unsigned i = 0; i < 10; i++) {
		struct addr a = numbered(i);
		assert_non_null(name_cache_find(&c, &a));
	}
	name_cache_release(&c);
	/* and when all wait, one goes all the same */
	assert_int_equal(name_cache_init(&c, CAPACITY, 7), ERR_OK);
	for (unsigned i = 0; i < MANY; i++) {
		struct addr a = numbered(i);
		name_cache_add(&c, &a);
	}
	assert_int_equal(c.n, CAPACITY);
	name_cache_release(&c);
}

static void removing_leaves_all_others_findable(void **state)
{
	struct name_cache c;
	(void)state;
	assert_int_equal(name_cache_init(&c, CAPACITY, 7), ERR_OK);
	for (unsigned i = 0; i < CAPACITY; i++) {
		struct addr a = numbered(i);
		name_cache_add(&c, &a);
	}
	for (unsigned gone = 0; gone < CAPACITY; gone++) {
		struct addr a = numbered(gone);
		name_cache_remove(&c, name_cache_find(&c, &a));
		for (unsigned i = 0; i < CAPACITY; i++) {
			a = numbered(i);
			assert_int_equal(name_cache_find(&c, &a) != NULL, i > gone);
		}
	}
	assert_int_equal(c.n, 0);
	name_cache_release(&c);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_again),
		cmocka_unit_test(the_table_stays_as_large_as_it_is),
		cmocka_unit_test(those_that_wait_keep_their_place_as_long_as_others_can_go),
		cmocka_unit_test(removing_leaves_all_others_findable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
