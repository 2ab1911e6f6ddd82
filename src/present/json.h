/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON (RFC 8259) into a struct buf, member by member.  Commas, line breaks and nesting are kept here; keys
 * are ours, plain ASCII, and written as they are.  In an array the key is NULL.
 *
 *	struct json j;
 *	json_begin(&j, out);
 *	json_open(&j, NULL, JSON_OBJECT | JSON_LINES);
 *	json_text(&j, "schema", "ntpscope-report-1");
 *	json_close(&j);
 *	json_end(&j);                           the newline at the end
 *
 * Whatever strangers put into strings, the output is valid JSON in valid UTF-8, and hidden characters in it are
 * escaped.  Numbers that JSON does not know (infinite, not a number) become null.
 */
#ifndef PRESENT_JSON_H
#define PRESENT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/buf.h"

enum { JSON_OBJECT = 0, JSON_ARRAY = 1, JSON_LINES = 2 /* each member on a line of its own */ };
enum { JSON_DEPTH_MAX = 16 };

struct json {
	struct buf *out;
	unsigned depth;
	struct {
		uint8_t kind;
		bool has_members;
	} at[JSON_DEPTH_MAX];
};

void json_begin(struct json *j, struct buf *out);
void json_end(struct json *j);

void json_open(struct json *j, const char *key, unsigned kind);
void json_close(struct json *j);

void json_text(struct json *j, const char *key, const char *s);
void json_text_n(struct json *j, const char *key, const char *s, size_t len);
void json_text_or_null(struct json *j, const char *key, const char *s);
void json_u64(struct json *j, const char *key, uint64_t v);
void json_i64(struct json *j, const char *key, int64_t v);
void json_bool(struct json *j, const char *key, bool v);
void json_null(struct json *j, const char *key);

/* v with so many decimals (0 to 9). */
void json_real(struct json *j, const char *key, double v, unsigned decimals);

/* part / whole with six decimals, null when whole is 0. */
void json_share(struct json *j, const char *key, uint64_t part, uint64_t whole);

/* Nanoseconds as seconds with nine decimals. */
void json_seconds(struct json *j, const char *key, int64_t ns);

/* RFC 3339 UTC with nanoseconds, as a string. */
void json_time(struct json *j, const char *key, int64_t t_ns);
void json_addr(struct json *j, const char *key, const struct addr *a);

/* s as a JSON string, quotes included, for those who write rows on their own. */
void json_string(struct buf *b, const char *s, size_t len);

#endif
