/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON (RFC 8259) into a struct buf, member by member.  Commas, line breaks and nesting are kept here;
 * keys are ours, plain ASCII, and written as they are.  In an array the key is NULL.  (The prefix is jw
 * since json_ belongs to jansson, which the tests read this with.)
 *
 *	struct jw j;
 *	jw_begin(&j, out);
 *	jw_open(&j, NULL, JW_OBJECT | JW_LINES);
 *	jw_text(&j, "schema", "ntpscope-report-1");
 *	jw_close(&j);
 *	jw_end(&j);                           the newline at the end
 *
 * Whatever strangers put into strings, the output is valid JSON in valid UTF-8, and hidden characters in
 * it are escaped.  Numbers that JSON does not know (infinite, not a number) become null.
 */
#ifndef PRESENT_JSON_H
#define PRESENT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/buf.h"

enum { JW_OBJECT = 0, JW_ARRAY = 1, JW_LINES = 2 /* each member on a line of its own */ };
enum { JW_DEPTH_MAX = 16 };

struct jw {
	struct buf *out;
	unsigned depth;
	struct {
		uint8_t kind;
		bool has_members;
	} at[JW_DEPTH_MAX];
};

void jw_begin(struct jw *j, struct buf *out);
void jw_end(struct jw *j);

void jw_open(struct jw *j, const char *key, unsigned kind);
void jw_close(struct jw *j);

void jw_text(struct jw *j, const char *key, const char *s);
void jw_text_n(struct jw *j, const char *key, const char *s, size_t len);
void jw_text_or_null(struct jw *j, const char *key, const char *s);
void jw_u64(struct jw *j, const char *key, uint64_t v);
void jw_i64(struct jw *j, const char *key, int64_t v);
void jw_bool(struct jw *j, const char *key, bool v);
void jw_null(struct jw *j, const char *key);

/* v with so many decimals (0 to 9). */
void jw_real(struct jw *j, const char *key, double v, unsigned decimals);

/* v with so many significant digits, for what may be of any size. */
void jw_digits(struct jw *j, const char *key, double v, unsigned digits);

/* part / whole with six decimals, null when whole is 0. */
void jw_share(struct jw *j, const char *key, uint64_t part, uint64_t whole);

/* Nanoseconds as seconds with nine decimals. */
void jw_seconds(struct jw *j, const char *key, int64_t ns);

/* RFC 3339 UTC with nanoseconds, as a string. */
void jw_time(struct jw *j, const char *key, int64_t t_ns);
void jw_addr(struct jw *j, const char *key, const struct addr *a);

/* s as a JSON string, quotes included, for those who write rows on their own. */
void jw_string(struct buf *b, const char *s, size_t len);

/* For those who write one object a row themselves: the end of the list, any of which there were or none, and
 * of the document with what its source suffered ("": nothing). */
void jw_rows_end(struct buf *b, bool any, const char *damage);

#endif
