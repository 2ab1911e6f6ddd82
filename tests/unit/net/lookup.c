/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <net/if.h>

#include "net/lookup.h"

static struct lookup_addr at[LOOKUP_MAX];
static char why[LOOKUP_WHY_MAX];

static void is_one(const char *host, int family, const char *wanted, uint32_t scope)
{
	size_t n;
	char text[ADDR_TEXT_MAX];
	assert_int_equal(lookup(host, family, at, &n, why), ERR_OK);
	assert_int_equal(n, 1);
	addr_text(&at[0].addr, text);
	assert_string_equal(text, wanted);
	assert_int_equal(at[0].scope, scope);
}

static void addresses_are_their_own(void **state)
{
	(void)state;
	is_one("192.0.2.1", 0, "192.0.2.1", 0);
	is_one("2001:db8::1", 0, "2001:db8::1", 0);
	is_one("2001:db8::1", 6, "2001:db8::1", 0);
	is_one("[2001:db8::1]", 0, "2001:db8::1", 0);
	is_one("fe80::1%lo", 0, "fe80::1", if_nametoindex("lo"));
}

static void what_is_no_name_is_told(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "..", "a..b", "[", "]", "[]", "name with blanks" };
	size_t n;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(lookup(bad[i], 0, at, &n, why), ERR_FORMAT);
		assert_int_equal(n, 0);
		assert_true(strlen(why) > 0);
	}
}

static void an_address_of_the_other_family_is_none(void **state)
{
	(void)state;
	size_t n;
	assert_int_equal(lookup("192.0.2.1", 6, at, &n, why), ERR_FORMAT);
	assert_int_equal(lookup("2001:db8::1", 4, at, &n, why), ERR_FORMAT);
	assert_true(strlen(why) > 0);
}

static void loopback_is_ours_and_documentation_is_not(void **state)
{
	(void)state;
	struct addr a;
	addr_parse("127.0.0.1", &a);
	assert_true(lookup_is_ours(&a));
	addr_parse("::1", &a);
	assert_true(lookup_is_ours(&a));
	addr_parse("192.0.2.77", &a);
	assert_false(lookup_is_ours(&a));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_their_own),
		cmocka_unit_test(what_is_no_name_is_told),
		cmocka_unit_test(an_address_of_the_other_family_is_none),
		cmocka_unit_test(loopback_is_ours_and_documentation_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
