/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "present/utf8.h"

static uint32_t decode(const char *s, unsigned *n)
{
	uint32_t c;
	*n = utf8_next(s, strlen(s), &c);
	return c;
}

/* Borders of each length; RFC 3629 section 3. */
static void good_characters_are_decoded(void **state)
{
	static const struct {
		const char *s;
		uint32_t c;
		unsigned n;
	} rows[] = {
		{ "A", 'A', 1 },
		{ "\x7f", 0x7f, 1 },
		{ "\xc2\x80", 0x80, 2 },
		{ "\xdf\xbf", 0x7ff, 2 },
		{ "\xe0\xa0\x80", 0x800, 3 },
		{ "\xed\x9f\xbf", 0xd7ff, 3 },
		{ "\xee\x80\x80", 0xe000, 3 },
		{ "\xef\xbf\xbf", 0xffff, 3 },
		{ "\xf0\x90\x80\x80", 0x10000, 4 },
		{ "\xf4\x8f\xbf\xbf", 0x10ffff, 4 },
	};
	unsigned n;
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(decode(rows[i].s, &n), rows[i].c);
		assert_int_equal(n, rows[i].n);
	}
}

static void bad_octets_are_taken_one_by_one(void **state)
{
	static const char *const rows[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf",
		"\xc2",
		("\xc2"
		 "A"),
		"\xe0\x80\x80",
		"\xe0\x9f\xbf",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xe2\x82",
		"\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xf8\x88\x80\x80\x80",
		"\xfe",
		"\xff",
	};
	unsigned n;
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(decode(rows[i], &n), UTF8_BAD);
		assert_int_equal(n, 1);
	}
}

static const char *clean(struct buf *b, const char *s)
{
	b->len = 0;
	utf8_add_clean(b, s, strlen(s));
	buf_char(b, '\0');
	return b->data;
}

static void what_would_act_is_shown_instead(void **state)
{
	struct buf b;
	(void)state;
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	assert_string_equal(clean(&b, "plain näme 名"), "plain näme 名");
	assert_string_equal(clean(&b, "a\x1b[31mb\r\n"), "a\\x1b[31mb\\x0d\\x0a");
	assert_string_equal(clean(&b, "\x7f\xc2\x9b"), "\\x7f\\x9b");
	assert_string_equal(clean(&b, "x\xe2\x80\xaey"), "x\\u202ey");
	assert_string_equal(clean(&b, "x\xe2\x80\x8by\xef\xbb\xbf"), "x\\u200by\\ufeff");
	assert_string_equal(clean(&b, "bad \xff\xc3"), "bad \\xff\\xc3");
	assert_string_equal(clean(&b, "\xf3\xa0\x80\x81"), "\\ue0001");
	buf_release(&b);
}

static void columns_are_those_of_a_terminal(void **state)
{
	(void)state;
	assert_int_equal(utf8_columns("38 µs", strlen("38 µs")), 5);
	assert_int_equal(utf8_columns("時計", strlen("時計")), 4);
	assert_int_equal(utf8_columns("e\xcc\x81", 3), 1);
	assert_int_equal(utf8_columns("▁▂▃", strlen("▁▂▃")), 3);
	assert_int_equal(utf8_columns("", 0), 0);
}

static void clean_text_is_cut_between_characters_and_escapes(void **state)
{
	static const char hidden[] = "a\xe2\x80\xae\x9b\xc2\x9b\xc2\xb5";
	static const char whole[] = "a\\u202e\\x9b\\x9b\xc2\xb5";
	static const size_t ends[] = { 0, 1, 7, 11, 15, 17 };
	char out[sizeof(whole) + 1];
	(void)state;
	for (size_t size = 1; size <= sizeof(out); size++) {
		size_t want = 0;
		for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
			want = ends[i] < size ? ends[i] : want;
		memset(out, '?', sizeof(out));
		assert_int_equal(utf8_clean(hidden, strlen(hidden), out, size), want);
		assert_memory_equal(out, whole, want);
		assert_int_equal(out[want], '\0');
		for (size_t i = size; i < sizeof(out); i++)
			assert_int_equal(out[i], '?');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_characters_are_decoded),
		cmocka_unit_test(bad_octets_are_taken_one_by_one),
		cmocka_unit_test(what_would_act_is_shown_instead),
		cmocka_unit_test(columns_are_those_of_a_terminal),
		cmocka_unit_test(clean_text_is_cut_between_characters_and_escapes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
