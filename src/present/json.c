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

void json_string(struct buf *b, const char *s, size_t len)
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

static void new_line(struct json *j)
{
	buf_char(j->out, '\n');
	for (unsigned i = 0; i < j->depth; i++)
		buf_str(j->out, "  ");
}

/* Everything that stands before a value. */
static void lead(struct json *j, const char *key)
{
	if (j->depth) {
		bool lines = j->at[j->depth - 1].kind & JSON_LINES;
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

void json_begin(struct json *j, struct buf *out)
{
	*j = (struct json){ .out = out };
}

void json_end(struct json *j)
{
	assert(j->depth == 0);
	buf_char(j->out, '\n');
}

void json_open(struct json *j, const char *key, unsigned kind)
{
	assert(j->depth < JSON_DEPTH_MAX);
	lead(j, key);
	buf_char(j->out, kind & JSON_ARRAY ? '[' : '{');
	j->at[j->depth].kind = (uint8_t)kind;
	j->at[j->depth].has_members = false;
	j->depth++;
}

void json_close(struct json *j)
{
	assert(j->depth > 0);
	j->depth--;
	unsigned kind = j->at[j->depth].kind;
	if ((kind & JSON_LINES) && j->at[j->depth].has_members)
		new_line(j);
	buf_char(j->out, kind & JSON_ARRAY ? ']' : '}');
}

void json_text_n(struct json *j, const char *key, const char *s, size_t len)
{
	lead(j, key);
	json_string(j->out, s, len);
}

void json_text(struct json *j, const char *key, const char *s)
{
	json_text_n(j, key, s, strlen(s));
}

void json_text_or_null(struct json *j, const char *key, const char *s)
{
	if (s)
		json_text(j, key, s);
	else
		json_null(j, key);
}

void json_u64(struct json *j, const char *key, uint64_t v)
{
	lead(j, key);
	buf_u64(j->out, v);
}

void json_i64(struct json *j, const char *key, int64_t v)
{
	lead(j, key);
	buf_i64(j->out, v);
}

void json_bool(struct json *j, const char *key, bool v)
{
	lead(j, key);
	buf_str(j->out, v ? "true" : "false");
}

void json_null(struct json *j, const char *key)
{
	lead(j, key);
	buf_str(j->out, "null");
}

void json_real(struct json *j, const char *key, double v, unsigned decimals)
{
	if (!isfinite(v)) {
		json_null(j, key);
		return;
	}
	lead(j, key);
	buf_printf(j->out, "%.*f", (int)decimals, v);
}

void json_share(struct json *j, const char *key, uint64_t part, uint64_t whole)
{
	if (whole)
		json_real(j, key, (double)part / (double)whole, 6);
	else
		json_null(j, key);
}

void json_seconds(struct json *j, const char *key, int64_t ns)
{
	char text[PUT_SECONDS_MAX];
	lead(j, key);
	buf_add(j->out, text, (size_t)(put_seconds(text, ns) - text));
}

void json_time(struct json *j, const char *key, int64_t t_ns)
{
	char text[NSTIME_TEXT_MAX];
	size_t len = nstime_rfc3339(t_ns, text);
	json_text_n(j, key, text, len);
}

void json_addr(struct json *j, const char *key, const struct addr *a)
{
	char text[ADDR_TEXT_MAX];
	size_t len = addr_text(a, text);
	json_text_n(j, key, text, len);
}
