/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where words of a filter begin and end: as Wireshark 4.0 cuts them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "field/filter_lex.h"

struct reader {
	struct lex lex;
	struct token token;
	struct filter_error error;
	char pool[256];
};

static void begin(struct reader *r, const char *text)
{
	memset(r, 0, sizeof(*r));
	r->lex = (struct lex){ .text = text, .pool = r->pool, .error = &r->error };
}

/* The next word is of that kind and has that text. */
static void next(struct reader *r, enum token_kind kind, const char *text)
{
	lex_next(&r->lex, &r->token);
	if (r->token.kind != kind || r->token.text_len != strlen(text) ||
	    memcmp(r->token.text, text, strlen(text)) != 0)
		fail_msg("got kind %u, '%.*s', not '%s'", r->token.kind, (int)r->token.text_len,
			 r->token.text, text);
}

static void one(const char *text, enum token_kind kind)
{
	struct reader r;
	begin(&r, text);
	next(&r, kind, text);
	next(&r, TOKEN_END, "");
}

static void of_all_words_that_could_begin_the_longest_is_taken(void **state)
{
	(void)state;
	static const char *const words[] = {
		"ntp",           "ntp.flags.mode",
		"ntp.stratum-1", "192.0.2.0/24",
		"192.0.2.1",     "2001:db8::/32",
		"::1",           "::",
		"fe80::1",       "::ffff:192.0.2.1",
		"aa:bb:cc",      "aa-bb",
		"aa.bb.cc",      "0000.1111.2222",
		"0x1f",          "0b11",
		"1.5",           "1e-6",
		"2026-03-01",    "eqx",
		"android",       "r",
		"any_thing",     "1:2:3:4:5:6:7:8/64",
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		one(words[i], TOKEN_WORD);
}

static void words_and_signs_mean_the_same(void **state)
{
	(void)state;
	one("==", TOKEN_ANY_EQ);
	one("eq", TOKEN_ANY_EQ);
	one("any_eq", TOKEN_ANY_EQ);
	one("!=", TOKEN_ALL_NE);
	one("ne", TOKEN_ALL_NE);
	one("===", TOKEN_ALL_EQ);
	one("!==", TOKEN_ANY_NE);
	one("~=", TOKEN_ANY_NE);
	one("~", TOKEN_MATCHES);
	one("matches", TOKEN_MATCHES);
	one("contains", TOKEN_CONTAINS);
	one("&&", TOKEN_AND);
	one("and", TOKEN_AND);
	one("&", TOKEN_AMP);
	one("bitwise_and", TOKEN_AMP);
	one("||", TOKEN_OR);
	one("!", TOKEN_NOT);
	one("<=", TOKEN_LE);
	one("..", TOKEN_DOTDOT);
}

static void words_need_no_blanks_between_them(void **state)
{
	(void)state;
	struct reader r;
	begin(&r, "ntp.stratum>=2&&!ip.src==10.0.0.1..10.0.0.9\t{1..-5}");
	next(&r, TOKEN_WORD, "ntp.stratum");
	next(&r, TOKEN_GE, ">=");
	next(&r, TOKEN_WORD, "2");
	next(&r, TOKEN_AND, "&&");
	next(&r, TOKEN_NOT, "!");
	next(&r, TOKEN_WORD, "ip.src");
	next(&r, TOKEN_ANY_EQ, "==");
	next(&r, TOKEN_WORD, "10.0.0.1");
	next(&r, TOKEN_DOTDOT, "..");
	next(&r, TOKEN_WORD, "10.0.0.9");
	next(&r, TOKEN_LEFT_BRACE, "{");
	next(&r, TOKEN_WORD, "1");
	next(&r, TOKEN_DOTDOT, "..");
	next(&r, TOKEN_MINUS, "-");
	next(&r, TOKEN_WORD, "5");
	next(&r, TOKEN_RIGHT_BRACE, "}");
	next(&r, TOKEN_END, "");
}

static void what_is_between_brackets_is_taken_as_it_is(void **state)
{
	(void)state;
	struct reader r;
	begin(&r, "ntp[0:2, -1--2][ 3 ]");
	next(&r, TOKEN_WORD, "ntp");
	next(&r, TOKEN_LEFT_BRACKET, "[");
	next(&r, TOKEN_RANGE, "0:2");
	next(&r, TOKEN_COMMA, ",");
	next(&r, TOKEN_RANGE, " -1--2");
	next(&r, TOKEN_RIGHT_BRACKET, "]");
	next(&r, TOKEN_LEFT_BRACKET, "[");
	next(&r, TOKEN_RANGE, " 3 ");
	next(&r, TOKEN_RIGHT_BRACKET, "]");
	next(&r, TOKEN_END, "");
}

static void marked_words_are_fields_or_values_for_sure(void **state)
{
	(void)state;
	struct reader r;
	begin(&r, ".ntp.mac :aa:bb :7f7f");
	next(&r, TOKEN_FIELD, "ntp.mac");
	next(&r, TOKEN_VALUE, "aa:bb");
	next(&r, TOKEN_VALUE, "7f7f");
	next(&r, TOKEN_END, "");
}

static void string_is(const char *written, const char *meant, size_t len)
{
	struct reader r;
	begin(&r, written);
	lex_next(&r.lex, &r.token);
	assert_int_equal(r.token.kind, TOKEN_STRING);
	assert_int_equal(r.token.len, strlen(written));
	assert_int_equal(r.token.text_len, len);
	assert_memory_equal(r.token.text, meant, len);
}

static void strings_have_the_escapes_of_c(void **state)
{
	(void)state;
	string_is("\"abc\"", "abc", 3);
	string_is("\"\"", "", 0);
	string_is("\"a\\\"b\"", "a\"b", 3);
	string_is("\"\\x47\\x5\\120\"", "G\x05P", 3);
	string_is("\"a\\000b\"", "a\0b", 3);
	string_is("\"\\t\\n\\\\\"", "\t\n\\", 3);
	string_is("\"\\u00e9\\U0001f552\"", "\xc3\xa9\xf0\x9f\x95\x92", 6);
	string_is("r\"a\\d\\\"\"", "a\\d\\\"", 5);
	string_is("R\"\\x\"", "\\x", 2);
}

static void character_is(const char *written, uint32_t number)
{
	struct reader r;
	begin(&r, written);
	lex_next(&r.lex, &r.token);
	assert_int_equal(r.token.kind, TOKEN_CHAR);
	assert_int_equal(r.token.number, number);
}

static void characters_are_numbers(void **state)
{
	(void)state;
	character_is("'A'", 0x41);
	character_is("'\\''", 0x27);
	character_is("'\\x7f'", 0x7f);
	character_is("'\\012'", 10);
	character_is("'\\n'", 10);
	character_is("'\xff'", 0xff);
}

static void fault(const char *text, size_t column)
{
	struct reader r;
	begin(&r, text);
	do
		lex_next(&r.lex, &r.token);
	while (r.token.kind != TOKEN_END && r.token.kind != TOKEN_BAD);
	if (r.token.kind != TOKEN_BAD || !r.error.len || r.error.column != column)
		fail_msg("'%s': kind %u, column %zu", text, r.token.kind, r.error.column);
}

static void faults_are_found_where_they_are(void **state)
{
	(void)state;
	fault("ntp == \"abc", 7);
	fault("ntp == \"a\\qb\"", 9);
	fault("ntp == \"\\400\"", 8);
	fault("ntp == \"\\u12\"", 8);
	fault("ntp == \"\\ud800\"", 8);
	fault("ntp == 'ab'", 7);
	fault("ntp == ''", 7);
	fault("ntp == '\\", 7);
	fault("ntp[0:2", 4);
	fault("ntp[", 4);
	fault("ntp ; ip", 4);
	fault("ntp\r", 3);
	fault("ntp # 1", 4);
	fault("\"\\", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_all_words_that_could_begin_the_longest_is_taken),
		cmocka_unit_test(words_and_signs_mean_the_same),
		cmocka_unit_test(words_need_no_blanks_between_them),
		cmocka_unit_test(what_is_between_brackets_is_taken_as_it_is),
		cmocka_unit_test(marked_words_are_fields_or_values_for_sure),
		cmocka_unit_test(strings_have_the_escapes_of_c),
		cmocka_unit_test(characters_are_numbers),
		cmocka_unit_test(faults_are_found_where_they_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
