/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/json.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/nstime.h"
#include "present/put.h"
#include "present/utf8.h"

static void escape(struct buf *b, uint32_t c)
{
	switch (c) {
	case UTF8_BAD:
		buf_str(b, "\xef\xbf\xbd"); /* U+FFFD */
		return;
	case '"': buf_str(b, "\\\""); return;
	case '\\': buf_str(b, "\\\\"); return;
	case '\n': buf_str(b, "\\n"); return;
	case '\t': buf_str(b, "\\t"); return;
	}
	if (c < 0x10000)
		buf_printf(b, "\\u%04x", (unsigned)c);
	else
		buf_printf(b, "\\u%04x\\u%04x", 0xd800 + (unsigned)((c - 0x10000) >> 10),
			   0xdc00 + (unsigned)((c - 0x10000) & 0x3ff));
}

void jw_string(struct buf *b, const char *s, size_t len)
{
	size_t kept = 0;
	uint32_t c;

	buf_char(b, '"');
	for (size_t i = 0; i < len;) {
		unsigned n = utf8_next(s + i, len - i, &c);
		if (c == '"' || c == '\\' || utf8_is_hidden(c)) {
			buf_add(b, s + kept, i - kept);
			escape(b, c);
			kept = i + n;
		}
		i += n;
	}
	buf_add(b, s + kept, len - kept);
	buf_char(b, '"');
}

static void new_line(struct jw *j)
{
	buf_char(j->out, '\n');
	for (unsigned i = 0; i < j->depth; i++)
		buf_str(j->out, "  ");
}

/* Everything that stands before a value. */
static void lead(struct jw *j, const char *key)
{
	if (j->depth) {
		bool lines = j->at[j->depth - 1].kind & JW_LINES;
		if (j->at[j->depth - 1].has_members)
			buf_str(j->out, lines ? "," : ", ");
		j->at[j->depth - 1].has_members = true;
		if (lines)
			new_line(j);
	}
	if (key) {
		buf_char(j->out, '"');
		buf_str(j->out, key);
		buf_str(j->out, "\": ");
	}
}

void jw_begin(struct jw *j, struct buf *out)
{
	*j = (struct jw){ .out = out };
}

void jw_end(struct jw *j)
{
	assert(j->depth == 0);
	buf_char(j->out, '\n');
}

void jw_open(struct jw *j, const char *key, unsigned kind)
{
	assert(j->depth < JW_DEPTH_MAX);
	lead(j, key);
	buf_char(j->out, kind & JW_ARRAY ? '[' : '{');
	j->at[j->depth].kind = (uint8_t)kind;
	j->at[j->depth].has_members = false;
	j->depth++;
}

void jw_close(struct jw *j)
{
	assert(j->depth > 0);
	j->depth--;
	unsigned kind = j->at[j->depth].kind;
	if ((kind & JW_LINES) && j->at[j->depth].has_members)
		new_line(j);
	buf_char(j->out, kind & JW_ARRAY ? ']' : '}');
}

void jw_text_n(struct jw *j, const char *key, const char *s, size_t len)
{
	lead(j, key);
	jw_string(j->out, s, len);
}

void jw_text(struct jw *j, const char *key, const char *s)
{
	jw_text_n(j, key, s, strlen(s));
}

void jw_text_or_null(struct jw *j, const char *key, const char *s)
{
	if (s)
		jw_text(j, key, s);
	else
		jw_null(j, key);
}

void jw_u64(struct jw *j, const char *key, uint64_t v)
{
	lead(j, key);
	buf_u64(j->out, v);
}

void jw_i64(struct jw *j, const char *key, int64_t v)
{
	lead(j, key);
	buf_i64(j->out, v);
}

void jw_bool(struct jw *j, const char *key, bool v)
{
	lead(j, key);
	buf_str(j->out, v ? "true" : "false");
}

void jw_null(struct jw *j, const char *key)
{
	lead(j, key);
	buf_str(j->out, "null");
}

void jw_real(struct jw *j, const char *key, double v, unsigned decimals)
{
	if (!isfinite(v)) {
		jw_null(j, key);
		return;
	}
	lead(j, key);
	buf_printf(j->out, "%.*f", (int)decimals, v);
}

void jw_digits(struct jw *j, const char *key, double v, unsigned digits)
{
	if (!isfinite(v)) {
		jw_null(j, key);
		return;
	}
	lead(j, key);
	buf_printf(j->out, "%.*g", (int)digits, v);
}

void jw_share(struct jw *j, const char *key, uint64_t part, uint64_t whole)
{
	if (whole)
		jw_real(j, key, (double)part / (double)whole, 6);
	else
		jw_null(j, key);
}

void jw_seconds(struct jw *j, const char *key, int64_t ns)
{
	char text[PUT_SECONDS_MAX];
	lead(j, key);
	buf_add(j->out, text, (size_t)(put_seconds(text, ns) - text));
}

void jw_time(struct jw *j, const char *key, int64_t t_ns)
{
	char text[NSTIME_TEXT_MAX];
	size_t len = nstime_rfc3339(t_ns, text);
	jw_text_n(j, key, text, len);
}

void jw_addr(struct jw *j, const char *key, const struct addr *a)
{
	char text[ADDR_TEXT_MAX];
	size_t len = addr_text(a, text);
	jw_text_n(j, key, text, len);
}

void jw_rows_end(struct buf *b, bool any, const char *damage)
{
	buf_str(b, any ? "\n  ],\n  \"damage\": " : "],\n  \"damage\": ");
	if (*damage)
		jw_string(b, damage, strlen(damage));
	else
		buf_str(b, "null");
	buf_str(b, "\n}\n");
}
