/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/filter_lex.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool filter_fail(struct filter_error *error, uint32_t at, uint32_t len, const char *format, ...)
{
	if (error->len)
		return false;
	error->column = at;
	error->len = len ? len : 1;
	va_list args;
	va_start(args, format);
	vsnprintf(error->message, sizeof(error->message), format, args);
	va_end(args);
	for (char *c = error->message; *c; c++)
		if ((unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7f)
			*c = '?';
	return false;
}

/* ---- kinds of characters, whatever the locale ------------------------------------------------------ */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static unsigned hex_value(char c)
{
	return is_digit(c) ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

/* ---- how long a word of each shape would be here -------------------------------------------------- */

/* name-1.part-2.part */
static uint32_t identifier_len(const char *s)
{
	uint32_t n = 0;
	if (!is_word(s[0]))
		return 0;
	while (is_word(s[n]) || s[n] == '-')
		n++;
	while (s[n] == '.' && (is_word(s[n + 1]) || s[n + 1] == '-')) {
		n++;
		while (is_word(s[n]) || s[n] == '-')
			n++;
	}
	return n;
}

/* Two digits or more pairs of them, one separator throughout. */
static uint32_t octets_len(const char *s)
{
	uint32_t n = 2;
	if (!is_hex(s[0]) || !is_hex(s[1]))
		return 0;
	char separator = s[2];
	if (separator != ':' && separator != '.' && separator != '-')
		return 0;
	while (s[n] == separator && is_hex(s[n + 1]) && is_hex(s[n + 2]))
		n += 3;
	return n > 2 ? n : 0;
}

static uint32_t prefix_len(const char *s, uint32_t most)
{
	uint32_t n = 0;
	if (s[0] != '/')
		return 0;
	while (n < most && is_digit(s[n + 1]))
		n++;
	return n ? n + 1 : 0;
}

/* The longest part from here that is an address, with its prefix. */
static uint32_t address_len(const char *s, int family)
{
	char copy[INET6_ADDRSTRLEN];
	uint8_t octets[16];
	uint32_t n = 0;
	while (n < sizeof(copy) - 1 &&
	       (s[n] == '.' || is_digit(s[n]) || (family == AF_INET6 && (is_hex(s[n]) || s[n] == ':'))))
		n++;
	for (; n; n--) {
		memcpy(copy, s, n);
		copy[n] = '\0';
		if (inet_pton(family, copy, octets) == 1)
			return n + prefix_len(s + n, family == AF_INET ? 2 : 3);
	}
	return 0;
}

static uint32_t longest(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* ---- words ----------------------------------------------------------------------------------------- */

struct keyword {
	const char *text;
	enum token_kind kind;
};

static const struct keyword words[] = {
	{ "any", TOKEN_ANY },         { "all", TOKEN_ALL },
	{ "eq", TOKEN_ANY_EQ },       { "any_eq", TOKEN_ANY_EQ },
	{ "ne", TOKEN_ALL_NE },       { "all_ne", TOKEN_ALL_NE },
	{ "all_eq", TOKEN_ALL_EQ },   { "any_ne", TOKEN_ANY_NE },
	{ "gt", TOKEN_GT },           { "ge", TOKEN_GE },
	{ "lt", TOKEN_LT },           { "le", TOKEN_LE },
	{ "in", TOKEN_IN },           { "contains", TOKEN_CONTAINS },
	{ "matches", TOKEN_MATCHES }, { "not", TOKEN_NOT },
	{ "and", TOKEN_AND },         { "or", TOKEN_OR },
	{ "bitwise_and", TOKEN_AMP },
};

/* The longer ones first. */
static const struct keyword signs[] = {
	{ "===", TOKEN_ALL_EQ },    { "!==", TOKEN_ANY_NE },     { "==", TOKEN_ANY_EQ },
	{ "!=", TOKEN_ALL_NE },     { "~=", TOKEN_ANY_NE },      { ">=", TOKEN_GE },
	{ "<=", TOKEN_LE },         { "&&", TOKEN_AND },         { "||", TOKEN_OR },
	{ "..", TOKEN_DOTDOT },     { ">", TOKEN_GT },           { "<", TOKEN_LT },
	{ "~", TOKEN_MATCHES },     { "!", TOKEN_NOT },          { "+", TOKEN_PLUS },
	{ "-", TOKEN_MINUS },       { "*", TOKEN_STAR },         { "/", TOKEN_SLASH },
	{ "%", TOKEN_PERCENT },     { "&", TOKEN_AMP },          { "(", TOKEN_LEFT_PAREN },
	{ ")", TOKEN_RIGHT_PAREN }, { "{", TOKEN_LEFT_BRACE },   { "}", TOKEN_RIGHT_BRACE },
	{ ",", TOKEN_COMMA },       { "[", TOKEN_LEFT_BRACKET },
};

static bool take(struct lex *l, struct token *out, enum token_kind kind, uint32_t len)
{
	out->kind = (uint8_t)kind;
	out->len = out->text_len = len;
	out->text = l->text + out->at;
	l->at += len;
	return true;
}

static bool bad(struct lex *l, struct token *out, uint32_t len, const char *message)
{
	out->kind = TOKEN_BAD;
	filter_fail(l->error, out->at, len, "%s", message);
	return false;
}

static bool lex_word(struct lex *l, struct token *out)
{
	const char *s = l->text + l->at;
	uint32_t n = longest(identifier_len(s), octets_len(s));
	n = longest(n, longest(address_len(s, AF_INET), address_len(s, AF_INET6)));
	if (!n)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i].text) == n && memcmp(words[i].text, s, n) == 0)
			return take(l, out, words[i].kind, n);
	return take(l, out, TOKEN_WORD, n);
}

/* ":aa:bb" and ":aabb" are values even where a field had that name; ".name" is a field. */
static bool lex_marked(struct lex *l, struct token *out)
{
	const char *s = l->text + l->at;
	uint32_t n = 0;
	if (s[0] == ':') {
		while (is_hex(s[1 + n]))
			n++;
		n = longest(n, octets_len(s + 1));
	} else if (s[0] == '.') {
		n = identifier_len(s + 1);
	}
	if (!n || address_len(s, AF_INET6) > n)
		return false;
	take(l, out, s[0] == '.' ? TOKEN_FIELD : TOKEN_VALUE, n + 1);
	out->text++;
	out->text_len--;
	return true;
}

static bool lex_sign(struct lex *l, struct token *out)
{
	const char *s = l->text + l->at;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		uint32_t n = (uint32_t)strlen(signs[i].text);
		if (strncmp(signs[i].text, s, n) != 0)
			continue;
		l->in_range = signs[i].kind == TOKEN_LEFT_BRACKET;
		return take(l, out, signs[i].kind, n);
	}
	return false;
}

/* ---- between quotes -------------------------------------------------------------------------------- */

/* What an escape of one letter stands for; -1: none. */
static int escaped(char c)
{
	static const char letters[] = "abfnrtv\\'\"", values[] = "\a\b\f\n\r\t\v\\'\"";
	const char *found = c ? strchr(letters, c) : NULL;
	return found ? values[found - letters] : -1;
}

static uint32_t put_utf8(char *out, uint32_t c)
{
	unsigned n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const uint8_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	for (unsigned i = n; i-- > 1; c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(lead[n] | c);
	return n;
}

/* \uXXXX and \UXXXXXXXX: what C allows there (ISO C, universal character names). */
static bool universal(const char *s, uint32_t *value)
{
	unsigned n = s[0] == 'u' ? 4 : 8;
	*value = 0;
	for (unsigned i = 1; i <= n; i++) {
		if (!is_hex(s[i]))
			return false;
		*value = *value << 4 | hex_value(s[i]);
	}
	if (*value < 0xa0)
		return *value == '$' || *value == '@' || *value == '`';
	return *value <= 0x10ffff && (*value < 0xd800 || *value > 0xdfff);
}

/* The escape at s, behind the backslash: its value, and how long it is; 0 when it is none.  utf8: the value
 * is a character, not an octet. */
static uint32_t escape(const char *s, uint32_t *value, bool *utf8)
{
	uint32_t n = 0;
	*value = 0;
	*utf8 = s[0] == 'u' || s[0] == 'U';
	if (*utf8)
		return universal(s, value) ? (s[0] == 'u' ? 5 : 9) : 0;
	if (s[0] == 'x') {
		for (n = 1; n < 3 && is_hex(s[n]); n++)
			*value = *value << 4 | hex_value(s[n]);
		return n > 1 ? n : 0;
	}
	for (; n < 3 && s[n] >= '0' && s[n] <= '7'; n++)
		*value = *value << 3 | (uint32_t)(s[n] - '0');
	if (n)
		return *value <= 0xff ? n : 0;
	int c = escaped(s[0]);
	*value = (uint32_t)(c < 0 ? 0 : c);
	return c < 0 ? 0 : 1;
}

/* The end of what a quote begins: the same quote, not behind a backslash.  False at the end of the text. */
static bool find_end(struct lex *l, struct token *out, uint32_t from, char quote, uint32_t *end)
{
	const char *s = l->text;
	uint32_t i = from;
	while (s[i] && s[i] != quote)
		i += s[i] == '\\' && s[i + 1] ? 2 : 1;
	*end = i;
	if (s[i])
		return true;
	return bad(l, out, i - out->at, "the closing quote is missing");
}

static bool bad_escape(struct lex *l, struct token *out, uint32_t at)
{
	out->kind = TOKEN_BAD;
	return filter_fail(l->error, at, 2,
			   "'\\%c' is no escape that is known; a backslash is written '\\\\'",
			   l->text[at + 1]);
}

static bool lex_string(struct lex *l, struct token *out)
{
	bool raw = l->text[l->at] != '"';
	uint32_t from = l->at + raw + 1, end, value;
	bool utf8;
	if (!find_end(l, out, from, '"', &end))
		return false;
	take(l, out, TOKEN_STRING, end + 1 - l->at);
	out->text = l->text + from;
	out->text_len = end - from;
	if (raw || !memchr(out->text, '\\', out->text_len))
		return true;
	char *to = l->pool + l->pool_len;
	uint32_t n = 0;
	for (uint32_t i = from; i < end;) {
		if (l->text[i] != '\\') {
			to[n++] = l->text[i++];
			continue;
		}
		uint32_t len = escape(l->text + i + 1, &value, &utf8);
		if (!len)
			return bad_escape(l, out, i);
		if (utf8)
			n += put_utf8(to + n, value);
		else
			to[n++] = (char)value;
		i += 1 + len;
	}
	l->pool_len += n;
	out->text = to;
	out->text_len = n;
	return true;
}

static bool lex_char(struct lex *l, struct token *out)
{
	uint32_t from = l->at + 1, end, len = 1;
	bool utf8;
	if (!find_end(l, out, from, '\'', &end))
		return false;
	const char *s = l->text + from;
	out->number = (uint8_t)s[0];
	if (s[0] == '\\') {
		len = escape(s + 1, &out->number, &utf8);
		if (!len)
			return bad_escape(l, out, from);
		len++;
	}
	if (end - from != len)
		return bad(l, out, end + 1 - out->at,
			   "expected one character between single quotes; strings have double quotes");
	return take(l, out, TOKEN_CHAR, end + 1 - l->at);
}

/* ---- all of it -------------------------------------------------------------------------------------- */

static void lex_range(struct lex *l, struct token *out)
{
	const char *s = l->text + l->at;
	uint32_t n = (uint32_t)strcspn(s, ",]");
	if (n == 0 && *s == ',') {
		take(l, out, TOKEN_COMMA, 1);
	} else if (n == 0 && *s == ']') {
		l->in_range = false;
		take(l, out, TOKEN_RIGHT_BRACKET, 1);
	} else if (s[n]) {
		take(l, out, TOKEN_RANGE, n);
	} else {
		bad(l, out, n ? n : 1, "expected ']' at the end of the slice");
	}
}

void lex_next(struct lex *l, struct token *out)
{
	if (!l->in_range)
		l->at += (uint32_t)strspn(l->text + l->at, " \t\n");
	const char *s = l->text + l->at;
	*out = (struct token){ .at = l->at, .text = s };
	if (l->in_range)
		lex_range(l, out);
	else if (!*s)
		out->kind = TOKEN_END;
	else if (*s == '"' || ((*s == 'r' || *s == 'R') && s[1] == '"'))
		lex_string(l, out);
	else if (*s == '\'')
		lex_char(l, out);
	else if (!lex_word(l, out) && !lex_marked(l, out) && !lex_sign(l, out)) {
		out->kind = TOKEN_BAD;
		if (*s == '#' || *s == '$' || *s == '@')
			filter_fail(l->error, l->at, 1,
				    "'%c' (layers, references, raw fields) is not known here", *s);
		else
			filter_fail(l->error, l->at, 1, "expected a field, a value or an operator, not '%c'",
				    *s);
	}
}
