/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A literal becomes a value of the type that it is compared with.  What a text may be depends on how it is
 * written: without quotes, in double quotes (octets, strings, dates, names of values) or in single ones (one
 * character, which is a number).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "field/filter_lex.h"
#include "field/filter_tree.h"

/* What is being converted. */
struct literal {
	struct filter *f;
	uint32_t node;
	enum field_type type;
	enum text_kind kind;
	bool partial;
	const struct field *words;
	const char *text; /* terminated copy, for words */
	const char *at;
	uint32_t len; /* of a character: its number */
};

static bool wrong(const struct literal *l, const char *expected)
{
	const struct filter_node *n = &l->f->nodes[l->node];
	return filter_fail(l->f->error, n->at, n->len, "expected %s, not %.*s", expected,
			   n->len < 60 ? (int)n->len : 60, l->f->text + n->at);
}

/* ---- numbers --------------------------------------------------------------------------------------- */

/* Decimal, 0x hexadecimal, 0 octal, 0b binary.  False when it is no number or needs more than 64 bits. */
static bool parse_number(const char *s, uint64_t *out)
{
	char *end;
	bool binary = s[0] == '0' && (s[1] == 'b' || s[1] == 'B');
	if (binary)
		s += 2;
	*out = 0;
	if (*s < '0' || *s > '9')
		return false;
	errno = 0;
	*out = strtoull(s, &end, binary ? 2 : 0);
	return *end == '\0' && errno == 0;
}

static uint64_t greatest(enum field_type t)
{
	switch (t) {
	case FIELD_UINT8: return UINT8_MAX;
	case FIELD_UINT16: return UINT16_MAX;
	case FIELD_UINT24: return 0xffffff;
	case FIELD_UINT32:
	case FIELD_FRAMENUM: return UINT32_MAX;
	case FIELD_INT8: return INT8_MAX;
	case FIELD_INT16: return INT16_MAX;
	case FIELD_INT32: return INT32_MAX;
	case FIELD_INT64: return INT64_MAX;
	case FIELD_BOOLEAN:
	case FIELD_UINT64:
	case FIELD_NONE:
	case FIELD_DOUBLE:
	case FIELD_BYTES:
	case FIELD_ETHER:
	case FIELD_IPV4:
	case FIELD_IPV6:
	case FIELD_STRING:
	case FIELD_ABSOLUTE_TIME:
	case FIELD_RELATIVE_TIME:
	case FIELD_PROTOCOL: break;
	}
	return UINT64_MAX;
}

static bool number(const struct literal *l, struct filter_constant *c)
{
	uint64_t *u = &c->value.v.u, most = greatest(l->type);
	char expected[64];
	if (l->kind == TEXT_CHAR) {
		*u = l->len;
		return true;
	}
	if (l->words && filter_word(l->words, l->at, l->len, u))
		return true;
	if (l->kind == TEXT_STRING)
		return wrong(l, "a number without quotes");
	if (!parse_number(l->text, u))
		return wrong(l, l->type == FIELD_BOOLEAN ? "true, false, 1 or 0" : "a number");
	if (*u <= most)
		return true;
	snprintf(expected, sizeof(expected), "at most %llu", (unsigned long long)most);
	return wrong(l, expected);
}

static bool real(const struct literal *l, struct filter_constant *c)
{
	char *end = NULL;
	if (l->kind == TEXT_WORD)
		c->value.v.d = strtod(l->text, &end);
	if (!end || end == l->text || *end || !isfinite(c->value.v.d))
		return wrong(l, "a number such as 5, 0.25 or 1e-6");
	return true;
}

/* Seconds, with up to nine decimals. */
static bool duration(const struct literal *l, struct filter_constant *c)
{
	struct field_time *t = &c->value.v.time;
	const char *s = l->text;
	int32_t scale = 100000000;
	bool good = l->kind == TEXT_WORD && *s >= '0' && *s <= '9';
	*t = (struct field_time){ 0 };
	for (; good && *s >= '0' && *s <= '9'; s++)
		good = !__builtin_mul_overflow(t->s, 10, &t->s) &&
		       !__builtin_add_overflow(t->s, *s - '0', &t->s);
	if (good && *s == '.')
		for (s++; good && *s >= '0' && *s <= '9'; s++, scale /= 10) {
			good = scale || *s == '0';
			t->ns += (*s - '0') * scale;
		}
	return good && !*s ? true : wrong(l, "seconds, such as 5 or 0.0005");
}

static bool date(const struct literal *l, struct filter_constant *c)
{
	if (l->kind != TEXT_CHAR && strlen(l->text) == l->len && filter_time(l->text, &c->value.v.time))
		return true;
	return wrong(l, "a time, such as \"2026-03-01 00:00:00.5\"");
}

/* ---- addresses ------------------------------------------------------------------------------------- */

static bool address(const struct literal *l, struct filter_constant *c)
{
	bool v4 = l->type == FIELD_IPV4;
	char copy[INET6_ADDRSTRLEN];
	const char *slash = strchr(l->text, '/');
	size_t n = slash ? (size_t)(slash - l->text) : strlen(l->text);
	uint64_t prefix = v4 ? 32 : 128, most = prefix;
	if (l->kind != TEXT_WORD || n >= sizeof(copy))
		n = 0;
	memcpy(copy, l->text, n);
	copy[n] = '\0';
	if (inet_pton(v4 ? AF_INET : AF_INET6, copy, c->octets) != 1)
		return wrong(l, v4 ? "an IPv4 address, such as 192.0.2.1 or 192.0.2.0/24"
				   : "an IPv6 address, such as 2001:db8::1 or 2001:db8::/32");
	if (slash && (!parse_number(slash + 1, &prefix) || prefix > most))
		return wrong(l, v4 ? "a prefix of 0 to 32 bits" : "a prefix of 0 to 128 bits");
	c->value.prefix = (uint8_t)prefix;
	c->value.v.bytes.at = c->octets;
	c->value.v.bytes.len = v4 ? 4 : 16;
	return true;
}

/* ---- octets ---------------------------------------------------------------------------------------- */

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_separator(char c)
{
	return c == ':' || c == '.' || c == '-';
}

/* aa:bb, aa-bb, aa.bb, aabb, a:b; 0x and two digits; 0b and eight.  Returns how many octets, -1 for none. */
static int64_t parse_octets(const char *s, uint8_t *out)
{
	uint64_t bits;
	int64_t n = 0;
	size_t len = strlen(s);
	if (len == 4 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		s += 2;
	else if (len == 10 && s[0] == '0' && (s[1] == 'b' || s[1] == 'B') && (s[2] == '0' || s[2] == '1') &&
		 parse_number(s, &bits) && bits <= UINT8_MAX) {
		out[0] = (uint8_t)bits;
		return 1;
	}
	while (*s) {
		int high = hex(s[0]), low = high < 0 ? -1 : hex(s[1]);
		if (high < 0)
			return -1;
		if (low >= 0) {
			out[n++] = (uint8_t)(high << 4 | low);
			s += 2;
		} else {
			if (s[1] && !is_separator(s[1]))
				return -1;
			out[n++] = (uint8_t)high;
			s++;
		}
		if (is_separator(*s))
			s++;
	}
	return n;
}

static bool octets(const struct literal *l, struct filter_constant *c)
{
	bool ether = l->type == FIELD_ETHER;
	struct field_value *v = &c->value.v;
	if (l->kind == TEXT_CHAR && l->len <= UINT8_MAX && !ether) {
		c->octets[0] = (uint8_t)l->len;
		v->bytes.at = c->octets;
		v->bytes.len = 1;
		return true;
	}
	if (l->kind == TEXT_STRING && !ether) {
		v->bytes.at = (const uint8_t *)l->at;
		v->bytes.len = l->len;
		return true;
	}
	uint8_t *room = filter_pool(l->f, l->len + 1);
	if (!room)
		return false;
	int64_t n = l->kind == TEXT_WORD ? parse_octets(l->text, room) : -1;
	if (ether && (n > 6 || (n < 6 && (n < 0 || !l->partial))))
		return wrong(l, "an Ethernet address, such as 00:00:5e:00:53:01");
	if (n < 0)
		return wrong(l, "octets, such as 47:50:53 or \"GPS\"");
	v->bytes.at = room;
	v->bytes.len = (uint32_t)n;
	return true;
}

static bool string(const struct literal *l, struct filter_constant *c)
{
	if (l->kind == TEXT_CHAR)
		return octets(l, c);
	c->value.v.bytes.at = (const uint8_t *)l->at;
	c->value.v.bytes.len = l->len;
	return true;
}

/* ---- all -------------------------------------------------------------------------------------------- */

static bool convert(const struct literal *l, struct filter_constant *c)
{
	switch (l->type) {
	case FIELD_BOOLEAN:
	case FIELD_UINT8:
	case FIELD_UINT16:
	case FIELD_UINT24:
	case FIELD_UINT32:
	case FIELD_UINT64:
	case FIELD_INT8:
	case FIELD_INT16:
	case FIELD_INT32:
	case FIELD_INT64:
	case FIELD_FRAMENUM: return number(l, c);
	case FIELD_DOUBLE: return real(l, c);
	case FIELD_BYTES:
	case FIELD_ETHER:
	case FIELD_PROTOCOL: return octets(l, c);
	case FIELD_IPV4:
	case FIELD_IPV6: return address(l, c);
	case FIELD_STRING: return string(l, c);
	case FIELD_ABSOLUTE_TIME: return date(l, c);
	case FIELD_RELATIVE_TIME: return duration(l, c);
	case FIELD_NONE: break;
	}
	return wrong(l, "nothing to compare with");
}

bool filter_literal(struct filter *f, uint32_t node, enum field_type type, bool partial,
		    const struct field *words)
{
	const struct filter_node *n = &f->nodes[node];
	struct literal l = {
		.f = f,
		.node = node,
		.type = type,
		.kind = (enum text_kind)n->op,
		.partial = partial,
		.words = words,
		.at = n->text.at,
		.len = n->text.len,
		.text = "",
	};
	if (l.kind != TEXT_CHAR) {
		char *copy = (char *)filter_pool(f, (size_t)l.len + 1);
		if (!copy)
			return false;
		memcpy(copy, l.at, l.len);
		copy[l.len] = '\0';
		l.text = copy;
	}
	struct filter_constant *c = filter_constant_new(f, type);
	if (!c || !convert(&l, c)) {
		free(c);
		return false;
	}
	f->nodes[node].kind = NODE_CONSTANT;
	f->nodes[node].type = (uint8_t)type;
	f->nodes[node].constant = c;
	return true;
}
