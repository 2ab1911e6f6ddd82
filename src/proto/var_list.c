/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/var_list.h"

#include <string.h>

struct var_list var_list_of(const void *data, size_t len)
{
	const char *p = data;
	return (struct var_list){ p, len ? p + len : p };
}

/* ntpd ends lines with CR LF, pads with NULs, and puts blanks behind commas. */
static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

static size_t trimmed(const char *p, const char *end)
{
	while (end > p && is_blank(end[-1]))
		end--;
	return (size_t)(end - p);
}

static void take_quoted(struct var_list *l, struct var *out)
{
	const char *from = ++l->at;

	while (l->at < l->end && *l->at != '"')
		l->at++;
	out->value = from;
	out->value_len = (size_t)(l->at - from);
	out->quoted = true;
	while (l->at < l->end && *l->at != ',')
		l->at++;
}

static void take_value(struct var_list *l, struct var *out)
{
	out->has_value = true;
	while (l->at < l->end && is_blank(*l->at))
		l->at++;
	if (l->at < l->end && *l->at == '"') {
		take_quoted(l, out);
		return;
	}
	out->value = l->at;
	while (l->at < l->end && *l->at != ',')
		l->at++;
	out->value_len = trimmed(out->value, l->at);
}

bool var_next(struct var_list *l, struct var *out)
{
	*out = (struct var){ .name = "", .value = "" };
	while (l->at < l->end && (is_blank(*l->at) || *l->at == ','))
		l->at++;
	if (l->at == l->end)
		return false;
	out->name = l->at;
	while (l->at < l->end && *l->at != '=' && *l->at != ',')
		l->at++;
	out->name_len = trimmed(out->name, l->at);
	if (l->at < l->end && *l->at == '=') {
		l->at++;
		take_value(l, out);
	}
	return true;
}

bool var_is(const struct var *v, const char *name)
{
	size_t len = strlen(name);
	return v->name_len == len && memcmp(v->name, name, len) == 0;
}

bool var_find(struct var_list l, const char *name, struct var *out)
{
	while (var_next(&l, out))
		if (var_is(out, name))
			return true;
	*out = (struct var){ .name = "", .value = "" };
	return false;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

/* All of p..p+len as a number of that base, at most limit. */
static bool number(const char *p, size_t len, unsigned base, uint64_t limit, uint64_t *out)
{
	uint64_t n = 0;

	*out = 0;
	if (!len)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned d = (unsigned)digit_of(p[i]);
		if (d >= base || n > (limit - d) / base)
			return false;
		n = n * base + d;
	}
	*out = n;
	return true;
}

bool var_indexed(const struct var *v, const char *stem, unsigned *index)
{
	size_t len = strlen(stem);
	uint64_t n;

	*index = 0;
	if (v->name_len <= len + 1 || memcmp(v->name, stem, len) != 0 || v->name[len] != '.' ||
	    !number(v->name + len + 1, v->name_len - len - 1, 10, UINT16_MAX, &n))
		return false;
	*index = (unsigned)n;
	return true;
}

static bool has_0x(const char *p, size_t len)
{
	return len > 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
}

bool var_u64(const struct var *v, uint64_t *out)
{
	if (has_0x(v->value, v->value_len))
		return number(v->value + 2, v->value_len - 2, 16, UINT64_MAX, out);
	return number(v->value, v->value_len, 10, UINT64_MAX, out);
}

static bool take_sign(const char **p, size_t *len)
{
	bool minus = *len && **p == '-';

	if (*len && (**p == '-' || **p == '+')) {
		(*p)++;
		(*len)--;
	}
	return minus;
}

bool var_i64(const struct var *v, int64_t *out)
{
	const char *p = v->value;
	size_t len = v->value_len;
	bool minus = take_sign(&p, &len);
	uint64_t n;
	bool ok = number(p, len, 10, INT64_MAX, &n);

	*out = minus ? -(int64_t)n : (int64_t)n;
	return ok;
}

bool var_scaled(const struct var *v, unsigned shift, int64_t *out)
{
	const char *p = v->value;
	size_t len = v->value_len;
	bool minus = take_sign(&p, &len), round_up = false;
	const char *point = memchr(p, '.', len);
	size_t n_whole = point ? (size_t)(point - p) : len, n_part = point ? len - n_whole - 1 : 0;
	uint64_t n = 0;

	*out = 0;
	if (!(n_whole + n_part) || (n_whole && !number(p, n_whole, 10, INT64_MAX / 10, &n)))
		return false;
	for (size_t i = 0; i < n_part || i < shift; i++) {
		unsigned d = i < n_part ? (unsigned)digit_of(point[1 + i]) : 0;
		if (d > 9 || (i < shift && n > (INT64_MAX - 10) / 10))
			return false;
		if (i < shift)
			n = n * 10 + d;
		else if (i == shift)
			round_up = d >= 5;
	}
	n += round_up;
	*out = minus ? -(int64_t)n : (int64_t)n;
	return true;
}

bool var_timestamp(const struct var *v, uint64_t *out)
{
	uint64_t s, part;
	const char *p = v->value;

	*out = 0;
	if (v->value_len != 19 || !has_0x(p, 19) || p[10] != '.' || !number(p + 2, 8, 16, UINT32_MAX, &s) ||
	    !number(p + 11, 8, 16, UINT32_MAX, &part))
		return false;
	*out = s << 32 | part;
	return true;
}
