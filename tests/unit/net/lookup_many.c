/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "net/lookup_many.h"

static int64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static void is_address(const struct lookup_one *l, const char *wanted)
{
	struct addr a;

	assert_true(addr_parse(wanted, &a));
	assert_int_equal(l->n, 1);
	assert_true(addr_equal(&l->at[0].addr, &a));
	assert_string_equal(l->why, "");
}

static void addresses_are_their_own_answers(void **state)
{
	(void)state;
	struct lookup_one *l = calloc(4, sizeof(*l));

	l[0].host = "192.0.2.1";
	l[1].host = "2001:db8::1";
	l[2].host = "[2001:db8::2]";
	l[3].host = "127.0.0.1";
	assert_int_equal(lookup_many(l, 4, 0, 5 * NS_PER_S), ERR_OK);
	is_address(&l[0], "192.0.2.1");
	is_address(&l[1], "2001:db8::1");
	is_address(&l[2], "2001:db8::2");
	is_address(&l[3], "127.0.0.1");
	free(l);
}

static void an_address_of_the_other_family_is_none(void **state)
{
	(void)state;
	struct lookup_one *l = calloc(2, sizeof(*l));

	l[0].host = "192.0.2.1";
	l[1].host = "2001:db8::1";
	assert_int_equal(lookup_many(l, 2, 6, 5 * NS_PER_S), ERR_OK);
	assert_int_equal(l[0].n, 0);
	assert_true(strlen(l[0].why) > 5);
	is_address(&l[1], "2001:db8::1");
	assert_int_equal(lookup_many(l, 2, 4, 5 * NS_PER_S), ERR_OK);
	is_address(&l[0], "192.0.2.1");
	assert_int_equal(l[1].n, 0);
	free(l);
}

static void a_scope_comes_with_its_address(void **state)
{
	(void)state;
	struct lookup_one *l = calloc(1, sizeof(*l));

	l[0].host = "fe80::1%lo";
	assert_int_equal(lookup_many(l, 1, 0, 5 * NS_PER_S), ERR_OK);
	is_address(&l[0], "fe80::1");
	assert_int_equal(l[0].at[0].scope, 1);
	free(l);
}

/* What nobody answers, and what cannot be asked, has a reason; the others have their addresses. */
static void names_without_an_address_say_why_and_keep_nobody(void **state)
{
	(void)state;
	static char long_name[400];
	struct lookup_one *l = calloc(5, sizeof(*l));
	int64_t began_ns = now_ns();

	memset(long_name, 'n', sizeof(long_name) - 1);
	l[0].host = "nosuch.invalid";
	l[1].host = "192.0.2.1";
	l[2].host = long_name;
	l[3].host = "";
	l[4].host = "\x1b[31m";
	assert_int_equal(lookup_many(l, 5, 0, NS_PER_S), ERR_OK);
	assert_true(now_ns() - began_ns < 3 * NS_PER_S);
	is_address(&l[1], "192.0.2.1");
	for (int i = 0; i < 5; i++)
		if (i != 1)
			assert_true(l[i].n == 0 && strlen(l[i].why) > 5);
	free(l);
}

static void many_are_asked_side_by_side(void **state)
{
	(void)state;
	enum { N = 300 };
	struct lookup_one *l = calloc(N, sizeof(*l));

	for (int i = 0; i < N; i++)
		l[i].host = i % 2 ? "192.0.2.1" : "2001:db8::1";
	assert_int_equal(lookup_many(l, N, 0, 5 * NS_PER_S), ERR_OK);
	for (int i = 0; i < N; i++)
		is_address(&l[i], i % 2 ? "192.0.2.1" : "2001:db8::1");
	assert_int_equal(lookup_many(l, 0, 0, 0), ERR_OK);
	free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_their_own_answers),
		cmocka_unit_test(an_address_of_the_other_family_is_none),
		cmocka_unit_test(a_scope_comes_with_its_address),
		cmocka_unit_test(names_without_an_address_say_why_and_keep_nobody),
		cmocka_unit_test(many_are_asked_side_by_side),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
