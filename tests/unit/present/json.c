/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>
#include <math.h>

#include "present/json.h"

static const char *done(struct buf *b)
{
	buf_char(b, '\0');
	return b->data;
}

static void members_are_set_apart_inline_and_by_line(void **state)
{
	struct buf b;
	struct jw j;
	(void)state;
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	jw_begin(&j, &b);
	jw_open(&j, NULL, JW_OBJECT | JW_LINES);
	jw_text(&j, "a", "x");
	jw_open(&j, "b", JW_ARRAY);
	jw_u64(&j, NULL, 1);
	jw_i64(&j, NULL, -2);
	jw_close(&j);
	jw_open(&j, "c", JW_OBJECT | JW_LINES);
	jw_close(&j);
	jw_open(&j, "d", JW_ARRAY | JW_LINES);
	jw_bool(&j, NULL, true);
	jw_null(&j, NULL);
	jw_close(&j);
	jw_close(&j);
	jw_end(&j);
	assert_string_equal(done(&b), "{\n  \"a\": \"x\",\n  \"b\": [1, -2],\n  \"c\": {},\n"
				      "  \"d\": [\n    true,\n    null\n  ]\n}\n");
	buf_release(&b);
}

static void numbers_are_exact(void **state)
{
	struct buf b;
	struct jw j;
	struct addr a;
	(void)state;
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	jw_begin(&j, &b);
	jw_open(&j, NULL, JW_ARRAY);
	jw_u64(&j, NULL, UINT64_MAX);
	jw_i64(&j, NULL, INT64_MIN);
	jw_seconds(&j, NULL, -38123);
	jw_seconds(&j, NULL, INT64_MIN);
	jw_real(&j, NULL, 0.25, 3);
	jw_real(&j, NULL, INFINITY, 3);
	jw_real(&j, NULL, NAN, 3);
	jw_share(&j, NULL, 1, 3);
	jw_share(&j, NULL, 1, 0);
	jw_time(&j, NULL, 0);
	assert_true(addr_parse("2001:db8::1", &a));
	jw_addr(&j, NULL, &a);
	jw_text_or_null(&j, NULL, NULL);
	jw_close(&j);
	assert_string_equal(done(&b), "[18446744073709551615, -9223372036854775808, -0.000038123, "
				      "-9223372036.854775808, 0.250, null, null, 0.333333, null, "
				      "\"1970-01-01T00:00:00.000000000Z\", \"2001:db8::1\", null]");
	buf_release(&b);
}

static void strings_are_escaped(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "plain", "\"plain\"" },
		{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "\n\t\x01\x7f", "\"\\n\\t\\u0001\\u007f\"" },
		{ "µ 時", "\"µ 時\"" },
		{ "\xff"
		  "a\xc3",
		  "\"\xef\xbf\xbd"
		  "a\xef\xbf\xbd\"" },
		{ "x\xe2\x80\xaey", "\"x\\u202ey\"" },
		{ "\xf3\xa0\x80\x81", "\"\\udb40\\udc01\"" },
		{ "", "\"\"" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b;
		assert_int_equal(buf_init(&b, -1), ERR_OK);
		jw_string(&b, rows[i].in, strlen(rows[i].in));
		assert_string_equal(done(&b), rows[i].out);
		buf_release(&b);
	}
}

/* Every octet alone and before and behind every other: a parser of others must take it. */
static void any_octets_make_valid_json(void **state)
{
	struct buf b;
	(void)state;
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	for (unsigned i = 0; i < 65536; i += 7) {
		char s[4] = { (char)(i >> 8), (char)i, (char)(i * 31), 'z' };
		b.len = 0;
		jw_string(&b, s, sizeof(s));
		json_t *value = json_loadb(b.data, b.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		assert_non_null(value);
		assert_true(json_is_string(value));
		json_decref(value);
	}
	buf_release(&b);
}

static void rows_end_with_what_their_source_suffered(void **state)
{
	struct buf b;
	(void)state;
	buf_init(&b, -1);
	jw_rows_end(&b, false, "");
	buf_char(&b, '\0');
	assert_string_equal(b.data, "],\n  \"damage\": null\n}\n");
	b.len = 0;
	jw_rows_end(&b, true, "cut \"here\"");
	buf_char(&b, '\0');
	assert_string_equal(b.data, "\n  ],\n  \"damage\": \"cut \\\"here\\\"\"\n}\n");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_set_apart_inline_and_by_line),
		cmocka_unit_test(numbers_are_exact),
		cmocka_unit_test(strings_are_escaped),
		cmocka_unit_test(any_octets_make_valid_json),
		cmocka_unit_test(rows_end_with_what_their_source_suffered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
