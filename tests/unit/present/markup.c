/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "present/markup.h"

static void expect_text(const char *in, size_t len, const char *want)
{
	struct buf b;
	buf_init(&b, -1);
	markup_text_n(&b, in, len);
	buf_char(&b, '\0');
	assert_string_equal(b.data, want);
	buf_release(&b);
}

static void text_of_strangers_stays_text(void **state)
{
	(void)state;
	expect_text("<script>alert(\"x\")</script>", 27, "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;");
	expect_text("a&b'c", 5, "a&amp;b&#39;c");
	expect_text("&amp;", 5, "&amp;amp;");
	expect_text("größe – µs", strlen("größe – µs"), "größe – µs");
}

/* Neither XML 1.0 nor a reader can do with these. */
static void what_is_no_character_data_is_shown_as_an_escape(void **state)
{
	(void)state;
	expect_text("a\0b", 3, "a\\x00b");
	expect_text("\x1b[31m", 5, "\\x1b[31m");
	expect_text("\xff<", 2, "\\xff&lt;");
	expect_text("\xe2\x80\xae", 3, "\\u202e");
	expect_text("\xef\xbf\xbf", 3, "\\uffff");
	expect_text("\xe2\x80", 2, "\\xe2\\x80");
}

static void expect_number(double v, unsigned decimals, const char *want)
{
	struct buf b;
	buf_init(&b, -1);
	markup_number(&b, v, decimals);
	buf_char(&b, '\0');
	assert_string_equal(b.data, want);
	buf_release(&b);
}

static void numbers_are_short_and_round_to_the_nearest(void **state)
{
	(void)state;
	expect_number(12.5, 2, "12.5");
	expect_number(0, 2, "0");
	expect_number(-0.25, 2, "-0.25");
	expect_number(3, 1, "3");
	expect_number(2.96, 1, "3");
	expect_number(-0.01, 1, "0");
	expect_number(100, 0, "100");
	expect_number(1200.05, 1, "1200.1");
	expect_number(0.05, 2, "0.05");
	expect_number(1e300, 1, "0");
	expect_number(__builtin_nan(""), 1, "0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_of_strangers_stays_text),
		cmocka_unit_test(what_is_no_character_data_is_shown_as_an_escape),
		cmocka_unit_test(numbers_are_short_and_round_to_the_nearest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
