/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/mru_rows.h"

#include <string.h>

enum { HAS_ADDR = 1, HAS_LAST = 2, HAS_FIRST = 4, HAS_COUNT = 8, HAS_MODE = 16, HAS_ALL = 31 };

bool mru_row_is_whole(unsigned have)
{
	return (have & HAS_ALL) == HAS_ALL;
}

/* Hexadecimal, and nothing else: it is sent back. */
static bool is_hex(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!((p[i] >= '0' && p[i] <= '9') || (p[i] >= 'a' && p[i] <= 'f') ||
		      (p[i] >= 'A' && p[i] <= 'F')))
			return false;
	return len != 0;
}

bool mru_rest_take(struct mru_rest *r, const struct var *v)
{
	static const char nonce[] = "nonce=";
	size_t head = sizeof(nonce) - 1;

	if (var_is(v, "now"))
		return var_timestamp(v, &r->now);
	if (!var_is(v, "nonce") || v->value_len >= sizeof(r->nonce) - head || !is_hex(v->value, v->value_len))
		return false;
	memcpy(r->nonce, nonce, head);
	memcpy(r->nonce + head, v->value, v->value_len);
	r->nonce[head + v->value_len] = '\0';
	return true;
}

static const char *const stems[] = { "addr", "last", "first", "ct", "mv", "rs", "sc", "dr" };

bool mru_var_index(const struct var *v, unsigned *index)
{
	for (size_t i = 0; i < sizeof(stems) / sizeof(stems[0]); i++)
		if (var_indexed(v, stems[i], index))
			return true;
	return false;
}

static bool stem_is(const struct var *v, const char *stem)
{
	unsigned index;
	return var_indexed(v, stem, &index);
}

static bool port_of(const char *p, size_t len, uint16_t *out)
{
	struct var v = { .name = "", .value = p, .value_len = len };
	uint64_t n = 0;
	bool ok = len && p[0] != '0' ? var_u64(&v, &n) && n <= UINT16_MAX : len == 1;

	*out = ok && p[0] != '0' ? (uint16_t)n : 0;
	return ok;
}

bool mru_address(const char *p, size_t len, struct mru_row *r)
{
	char text[ADDR_TEXT_MAX];
	const char *end = p + len, *port = end;

	while (port > p && port[-1] != ':')
		port--;
	if (port == p || !port_of(port, (size_t)(end - port), &r->port))
		return false;
	end = port - 1;
	if (end - p >= 2 && *p == '[' && end[-1] == ']') {
		p++;
		end--;
	}
	const char *scope = memchr(p, '%', (size_t)(end - p));
	size_t scope_len = scope ? (size_t)(end - scope) : 0;
	if (scope)
		end = scope;
	if ((size_t)(end - p) >= sizeof(text) || scope_len >= sizeof(r->scope))
		return false;
	memcpy(text, p, (size_t)(end - p));
	text[end - p] = '\0';
	memset(r->scope, 0, sizeof(r->scope));
	if (scope_len)
		memcpy(r->scope, scope, scope_len);
	return addr_parse(text, &r->addr);
}

void mru_row_take(struct mru_row *r, unsigned *have, const struct var *v)
{
	uint64_t n;

	if (stem_is(v, "addr")) {
		*have |= mru_address(v->value, v->value_len, r) ? HAS_ADDR : 0;
	} else if (stem_is(v, "last")) {
		*have |= var_timestamp(v, &r->last) ? HAS_LAST : 0;
	} else if (stem_is(v, "first")) {
		*have |= var_timestamp(v, &r->first) ? HAS_FIRST : 0;
	} else if (stem_is(v, "ct")) {
		*have |= var_u64(v, &r->count) ? HAS_COUNT : 0;
	} else if (stem_is(v, "mv") && var_u64(v, &n)) {
		*have |= HAS_MODE;
		r->mode = n & 7;
		r->version = n >> 3 & 7;
	} else if (stem_is(v, "rs") && var_u64(v, &n)) {
		r->restrictions = (uint16_t)n;
	} else if (stem_is(v, "sc")) {
		r->has_score = var_scaled(v, 3, &r->score_milli);
	} else if (stem_is(v, "dr")) {
		r->has_dropped = var_u64(v, &r->dropped);
	}
}

/* ---- questions ------------------------------------------------------------------------------------ */

static void add(struct mru_text *t, const char *s, size_t len)
{
	if (t->full || t->room - t->len < len) {
		t->full = true;
		return;
	}
	memcpy(t->out + t->len, s, len);
	t->len += len;
}

void mru_text_add(struct mru_text *t, const char *s)
{
	add(t, s, strlen(s));
}

void mru_text_number(struct mru_text *t, const char *s, uint64_t n)
{
	char digits[24];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + n % 10);
	while (n /= 10);
	mru_text_add(t, s);
	add(t, digits + at, sizeof(digits) - at);
}

static void add_hex(struct mru_text *t, uint32_t v)
{
	char digits[8];

	for (int i = 7; i >= 0; i--, v >>= 4)
		digits[i] = "0123456789abcdef"[v & 15];
	add(t, digits, sizeof(digits));
}

bool mru_text_point(struct mru_text *t, unsigned i, const struct addr *a, const char *scope, uint16_t port,
		    uint64_t last)
{
	char text[ADDR_TEXT_MAX];
	struct mru_text before = *t;
	bool v4 = addr_is_v4(a);

	addr_text(a, text);
	mru_text_number(t, ", addr.", i);
	mru_text_add(t, v4 ? "=" : "=[");
	mru_text_add(t, text);
	mru_text_add(t, scope);
	mru_text_number(t, v4 ? ":" : "]:", port);
	mru_text_number(t, ", last.", i);
	mru_text_add(t, "=0x");
	add_hex(t, (uint32_t)(last >> 32));
	mru_text_add(t, ".");
	add_hex(t, (uint32_t)last);
	if (!t->full)
		return true;
	*t = before;
	return false;
}
