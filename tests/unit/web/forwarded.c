/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whoever is trusted is believed, and nobody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "web/forwarded.h"

static struct addr addr(const char *text)
{
	struct addr a;
	assert_true(addr_parse(text, &a));
	return a;
}

static struct forwarded_proxies trusted(void)
{
	struct forwarded_proxies p = { .n = 2 };
	p.at[0] = addr("127.0.0.1");
	p.at[1] = addr("2001:db8::1");
	return p;
}

static void assert_asker(const char *from, const char *header, const char *want)
{
	struct forwarded_proxies p = trusted();
	struct addr a = addr(from), w = addr(want), got = forwarded_asker(&p, &a, header);
	char text[ADDR_TEXT_MAX];
	addr_text(&got, text);
	if (!addr_equal(&got, &w))
		fail_msg("%s with '%s' is %s, not %s", from, header ? header : "", text, want);
}

static void a_trusted_proxy_says_who_asks(void **state)
{
	(void)state;
	assert_asker("127.0.0.1", "203.0.113.7", "203.0.113.7");
	assert_asker("127.0.0.1", "203.0.113.7:4711", "203.0.113.7");
	assert_asker("127.0.0.1", "2001:db8::7", "2001:db8::7");
	assert_asker("127.0.0.1", "[2001:db8::7]", "2001:db8::7");
	assert_asker("2001:db8::1", "[2001:db8::7]:4711", "2001:db8::7");
	assert_asker("127.0.0.1", NULL, "127.0.0.1");
	assert_asker("127.0.0.1", "", "127.0.0.1");
}

static void what_the_reader_wrote_itself_is_not_believed(void **state)
{
	(void)state;
	assert_asker("127.0.0.1", "192.0.2.1, 203.0.113.7", "203.0.113.7");
	assert_asker("127.0.0.1", "192.0.2.1, 203.0.113.7,2001:db8::1", "203.0.113.7");
	assert_asker("127.0.0.1", "192.0.2.1,\t203.0.113.7 , 2001:db8::1 ", "203.0.113.7");
	assert_asker("127.0.0.1", "127.0.0.1, 2001:db8::1", "127.0.0.1");
	assert_asker("203.0.113.7", "192.0.2.1", "203.0.113.7");
	assert_asker("203.0.113.7", "127.0.0.1", "203.0.113.7");
}

static void what_is_no_address_ends_it(void **state)
{
	static const char *const odd[] = {
		"unknown",      "_hidden", ",",         " , ", "192.0.2.1,",    "192.0.2.1, x", "[",
		"[2001:db8::7", "[]",      "1.2.3.4.5", ":80", "2001:db8::7::", "999.1.1.1"
	};
	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		if (strcmp(odd[i], "[2001:db8::7") != 0)
			assert_asker("127.0.0.1", odd[i], "127.0.0.1");
	assert_asker("127.0.0.1", "unknown, 2001:db8::1", "2001:db8::1");
	char more[4096];
	memset(more, '1', sizeof(more) - 1);
	more[sizeof(more) - 1] = '\0';
	assert_asker("127.0.0.1", more, "127.0.0.1");
}

static void a_prefix_is_taken_off_where_it_is(void **state)
{
	char more[FORWARDED_PREFIX_MAX + 8] = "/";
	(void)state;
	assert_int_equal(forwarded_prefix("/ntp", "/ntp/api/v1/summary"), 4);
	assert_int_equal(forwarded_prefix("/ntp/", "/ntp/"), 4);
	assert_int_equal(forwarded_prefix("/a/b", "/a/b/c"), 4);
	assert_int_equal(forwarded_prefix("/ntp", "/api/v1/summary"), 0);
	assert_int_equal(forwarded_prefix("/ntp", "/ntpd/"), 0);
	assert_int_equal(forwarded_prefix("/ntp", "/ntp"), 0);
	assert_int_equal(forwarded_prefix("/", "/x"), 0);
	assert_int_equal(forwarded_prefix("ntp", "/ntp/x"), 0);
	assert_int_equal(forwarded_prefix(NULL, "/ntp/x"), 0);
	memset(more + 1, 'a', sizeof(more) - 2);
	more[sizeof(more) - 2] = '/';
	assert_int_equal(forwarded_prefix(more, more), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_trusted_proxy_says_who_asks),
		cmocka_unit_test(what_the_reader_wrote_itself_is_not_believed),
		cmocka_unit_test(what_is_no_address_ends_it),
		cmocka_unit_test(a_prefix_is_taken_off_where_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
