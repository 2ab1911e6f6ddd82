/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "web/url.h"

static struct url u;

static void path_and_parameters_are_unescaped(void **state)
{
	(void)state;
	url_parse("/api/v1/clients/2001%3adb8::7?filter=alert%3Ared+rx%3E5&limit=3&&empty=", &u);
	assert_false(u.wrong);
	assert_string_equal(u.path, "/api/v1/clients/2001:db8::7");
	assert_string_equal(url_text(&u, "filter"), "alert:red rx>5");
	assert_string_equal(url_text(&u, "empty"), "");
	assert_null(url_text(&u, "none"));
	url_parse("/a+b", &u);
	assert_string_equal(u.path, "/a+b");
}

static void what_is_no_target_is_wrong(void **state)
{
	static const char *const bad[] = { "",
					   "x",
					   "http://a/",
					   "/%",
					   "/%0",
					   "/%zz",
					   "/a%00b",
					   "/?a=%00",
					   "/?%",
					   "/?a=%f",
					   "/?a=1&a=2",
					   "*",
					   "/?a=1&b=2&c&d&e&f&g&h&i&j&k&l&m&n&o&p&u" };
	char long_one[URL_TARGET_MAX + 8];
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		url_parse(bad[i], &u);
		assert_true(u.wrong);
		assert_true(u.message[0]);
	}
	memset(long_one, 'a', sizeof(long_one));
	long_one[0] = '/';
	long_one[URL_TARGET_MAX + 1] = '\0';
	url_parse(long_one, &u);
	assert_true(u.wrong);
	long_one[URL_TARGET_MAX] = '\0';
	url_parse(long_one, &u);
	assert_false(u.wrong);
}

static void the_first_mistake_is_named(void **state)
{
	uint64_t n = 7;
	unsigned word = 9;
	(void)state;
	url_parse("/?limit=x&sort=y", &u);
	url_count(&u, "limit", 0, 10, &n);
	url_word(&u, "sort", "a|b", &word);
	assert_true(u.wrong);
	assert_string_equal(u.wrong_parameter, "limit");
	assert_string_equal(u.message, "must be a whole number from 0 to 10");
	assert_int_equal(n, 7);
	assert_int_equal(word, 9);
}

static void counts_stay_within_their_bounds(void **state)
{
	static const char *const bad[] = {
		"/?n=",     "/?n=-1",  "/?n=1.0", "/?n=0x1", "/?n=4", "/?n=11", "/?n=18446744073709551616",
		"/?n=%2b5", "/?n=5%20"
	};
	uint64_t n = 0;
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		url_parse(bad[i], &u);
		url_count(&u, "n", 5, 10, &n);
		assert_true(u.wrong);
	}
	url_parse("/?n=18446744073709551615", &u);
	url_count(&u, "n", 0, UINT64_MAX, &n);
	assert_false(u.wrong);
	assert_true(n == UINT64_MAX);
}

static void words_are_whole_words(void **state)
{
	unsigned i = 5;
	(void)state;
	url_parse("/?w=desc", &u);
	url_word(&u, "w", "asc|desc", &i);
	assert_int_equal(i, 1);
	url_parse("/?w=des", &u);
	url_word(&u, "w", "asc|desc", &i);
	assert_true(u.wrong);
	url_parse("/?w=asc|desc", &u);
	url_word(&u, "w", "asc|desc", &i);
	assert_true(u.wrong);
}

static int64_t moment(const char *target)
{
	int64_t t = INT64_MIN;
	url_parse(target, &u);
	url_moment(&u, "t", INT64_C(1772323200000000000), &t);
	return u.wrong ? -1 : t;
}

static void moments_are_dates_seconds_or_ages(void **state)
{
	static const char *const bad[] = { "/?t=",
					   "/?t=now",
					   "/?t=2026-03-01",
					   "/?t=2026-13-01T00:00:00Z",
					   "/?t=2026-03-01T00:00:00",
					   "/?t=99999999999",
					   "/?t=--5",
					   "/?t=1e9",
					   "/?t=2026-03-01T00:00:00%2b01:00" };
	(void)state;
	assert_int_equal(moment("/?t=2026-03-01T00:00:00Z"), INT64_C(1772323200000000000));
	assert_int_equal(moment("/?t=2026-03-01T00:00:00.25Z"), INT64_C(1772323200250000000));
	assert_int_equal(moment("/?t=2024-02-29T23:59:59Z"), INT64_C(1709251199000000000));
	assert_int_equal(moment("/?t=1772323200"), INT64_C(1772323200000000000));
	assert_int_equal(moment("/?t=0.000000001"), 1);
	assert_int_equal(moment("/?t=-900"), INT64_C(1772322300000000000));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(moment(bad[i]), -1);
}

static void prefixes_have_their_bits_in_the_long_form(void **state)
{
	static const char *const bad[] = { "/?p=",           "/?p=x",     "/?p=192.0.2.0/33",
					   "/?p=::/129",     "/?p=::1/",  "/?p=::1/1234",
					   "/?p=1.2.3",      "/?p=::/-1", "/?p=::1/12%20",
					   "/?p=192.0.2.1/x" };
	struct addr net;
	unsigned bits = 1;
	char text[ADDR_TEXT_MAX];
	(void)state;
	url_parse("/?p=192.0.2.77/24", &u);
	url_prefix(&u, "p", &net, &bits);
	assert_false(u.wrong);
	addr_text(&net, text);
	assert_string_equal(text, "192.0.2.0");
	assert_int_equal(bits, 120);
	url_parse("/?p=2001:db8::1", &u);
	url_prefix(&u, "p", &net, &bits);
	assert_int_equal(bits, 128);
	url_parse("/?p=all", &u);
	url_prefix(&u, "p", &net, &bits);
	assert_int_equal(bits, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		url_parse(bad[i], &u);
		url_prefix(&u, "p", &net, &bits);
		assert_true(u.wrong);
	}
}

static void unknown_parameters_are_wrong(void **state)
{
	static const char *const names[] = { "a", "b", NULL };
	(void)state;
	url_parse("/?a=1&b=2", &u);
	url_allow(&u, names);
	assert_false(u.wrong);
	url_parse("/?a=1&c=2", &u);
	url_allow(&u, names);
	assert_true(u.wrong);
	assert_string_equal(u.wrong_parameter, "c");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(path_and_parameters_are_unescaped),
		cmocka_unit_test(what_is_no_target_is_wrong),
		cmocka_unit_test(the_first_mistake_is_named),
		cmocka_unit_test(counts_stay_within_their_bounds),
		cmocka_unit_test(words_are_whole_words),
		cmocka_unit_test(moments_are_dates_seconds_or_ages),
		cmocka_unit_test(prefixes_have_their_bits_in_the_long_form),
		cmocka_unit_test(unknown_parameters_are_wrong),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
