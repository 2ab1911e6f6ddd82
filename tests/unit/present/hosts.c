/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "present/hosts.h"

static enum err parse(struct hosts *h, const char *text, unsigned *line)
{
	const char *why;
	return hosts_parse(h, text, strlen(text), line, &why);
}

static const char *name_of(const struct hosts *h, const char *text)
{
	struct addr a;
	assert_true(addr_parse(text, &a));
	return hosts_name(h, &a);
}

static void names_comments_and_blank_lines_are_read(void **state)
{
	(void)state;
	struct hosts h;
	unsigned line;
	assert_int_equal(
		parse(&h,
		      "# servers\n\n192.0.2.1\tntp1 ntp1.example.net # the first\n  2001:db8::1 ntp6\r\n"
		      "192.0.2.2 last",
		      &line),
		ERR_OK);
	assert_int_equal(h.n, 3);
	assert_string_equal(name_of(&h, "192.0.2.1"), "ntp1");
	assert_string_equal(name_of(&h, "2001:db8::1"), "ntp6");
	assert_string_equal(name_of(&h, "192.0.2.2"), "last");
	assert_null(name_of(&h, "192.0.2.3"));
	hosts_release(&h);
}

static void the_first_name_of_an_address_wins(void **state)
{
	(void)state;
	struct hosts h;
	unsigned line;
	assert_int_equal(
		parse(&h, "192.0.2.9 z\n192.0.2.1 first\n192.0.2.1 second\n192.0.2.1 third\n", &line),
		ERR_OK);
	assert_int_equal(h.n, 2);
	assert_string_equal(name_of(&h, "192.0.2.1"), "first");
	hosts_release(&h);
}

static void a_bad_line_is_named_and_leaves_nothing(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"192.0.2.1",
		"ntp1 192.0.2.1",
		"192.0.2.300 x",
		"192.0.2.1 a\033[31m",
		"192.0.2.1 <b>",
		"192.0.2.1 \xc2\x9bz",
		"192.0.2.1 # only a comment",
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char text[128];
		struct hosts h;
		unsigned line;
		snprintf(text, sizeof(text), "192.0.2.7 good\n%s\n192.0.2.8 good", bad[i]);
		assert_int_equal(parse(&h, text, &line), ERR_FORMAT);
		assert_int_equal(line, 2);
		assert_int_equal(h.n, 0);
		hosts_release(&h);
	}
}

static void each_fault_has_its_words(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "192.0.2.1", "expected an address and a name" },
		{ "somebody 192.0.2.1", "expected an address and a name" },
		{ "192.0.2.1 a\033[31m", "name has control characters" },
		{ "192.0.2.1 a\x7f", "name has control characters" },
		{ "192.0.2.1 \xc2\x9bz", "name has control characters" },
		{ "192.0.2.1 a\"", "name has a quote, a backslash or an angle bracket" },
	};
	struct hosts h;
	unsigned line;
	const char *why;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(hosts_parse(&h, rows[i][0], strlen(rows[i][0]), &line, &why), ERR_FORMAT);
		assert_string_equal(why, rows[i][1]);
	}
	/* A NUL is a control character, too, and no end. */
	assert_int_equal(hosts_parse(&h, "192.0.2.1 a\0b", 13, &line, &why), ERR_FORMAT);
	assert_string_equal(why, "name has control characters");
}

static void a_name_of_255_octets_is_the_longest(void **state)
{
	(void)state;
	char text[300] = "192.0.2.1 ";
	struct hosts h;
	unsigned line;
	const char *why;
	memset(text + 10, '\xff', 256);
	assert_int_equal(hosts_parse(&h, text, 10 + 256, &line, &why), ERR_FORMAT);
	assert_string_equal(why, "name is too long");
	assert_int_equal(hosts_parse(&h, text, 10 + 255, &line, &why), ERR_OK);
	assert_int_equal(strlen(h.at[0].name), 255);
	assert_int_equal(strlen(h.at[0].label), 255 * 4);
	hosts_release(&h);
}

static void labels_show_what_names_hide(void **state)
{
	(void)state;
	struct hosts h;
	unsigned line;
	struct addr a;
	assert_int_equal(parse(&h, "192.0.2.1 a\xe2\x80\xae\xff\n192.0.2.2 \xc2\xb5s\n", &line), ERR_OK);
	assert_true(addr_parse("192.0.2.1", &a));
	assert_string_equal(hosts_name(&h, &a), "a\xe2\x80\xae\xff");
	assert_string_equal(hosts_label(&h, &a), "a\\u202e\\xff");
	assert_true(addr_parse("192.0.2.2", &a));
	assert_string_equal(hosts_label(&h, &a), "\xc2\xb5s");
	assert_true(addr_parse("192.0.2.3", &a));
	assert_null(hosts_label(&h, &a));
	hosts_release(&h);
}

static void a_byte_order_mark_is_skipped_at_the_start_only(void **state)
{
	(void)state;
	struct hosts h;
	unsigned line;
	assert_int_equal(parse(&h,
			       "\xef\xbb\xbf"
			       "192.0.2.1 a\n",
			       &line),
			 ERR_OK);
	assert_string_equal(name_of(&h, "192.0.2.1"), "a");
	hosts_release(&h);
	assert_int_equal(parse(&h, "\xef\xbb\xbf", &line), ERR_OK);
	assert_int_equal(h.n, 0);
	assert_int_equal(parse(&h,
			       "192.0.2.2 b\n\xef\xbb\xbf"
			       "192.0.2.1 a\n",
			       &line),
			 ERR_FORMAT);
	assert_int_equal(line, 2);
}

static void an_empty_file_is_no_error(void **state)
{
	(void)state;
	struct hosts h;
	unsigned line;
	assert_int_equal(parse(&h, "", &line), ERR_OK);
	assert_null(name_of(&h, "192.0.2.1"));
	hosts_release(&h);
}

static void a_hundred_thousand_lines_are_no_trouble(void **state)
{
	(void)state;
	enum { N = 100000 };
	char *text = malloc(N * 32), *at = text;
	struct hosts h;
	unsigned line;
	for (unsigned i = N; i-- > 0;)
		at += snprintf(at, 32, "10.%u.%u.%u h%u\n", i >> 16, i >> 8 & 255, i & 255, i);
	const char *why;
	assert_int_equal(hosts_parse(&h, text, (size_t)(at - text), &line, &why), ERR_OK);
	assert_int_equal(h.n, N);
	assert_string_equal(name_of(&h, "10.1.0.7"), "h65543");
	hosts_release(&h);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_comments_and_blank_lines_are_read),
		cmocka_unit_test(the_first_name_of_an_address_wins),
		cmocka_unit_test(a_bad_line_is_named_and_leaves_nothing),
		cmocka_unit_test(each_fault_has_its_words),
		cmocka_unit_test(a_name_of_255_octets_is_the_longest),
		cmocka_unit_test(labels_show_what_names_hide),
		cmocka_unit_test(a_byte_order_mark_is_skipped_at_the_start_only),
		cmocka_unit_test(an_empty_file_is_no_error),
		cmocka_unit_test(a_hundred_thousand_lines_are_no_trouble),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
