/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers and times as text, for rows that are printed by the million: each function writes at p, adds no
 * NUL, and returns where the next character goes.  The caller has made room (buf_room()).
 */
#ifndef PRESENT_PUT_H
#define PRESENT_PUT_H

#include <stdint.h>
#include <string.h>

#include "base/addr.h"

enum { PUT_U64_MAX = 20, PUT_SECONDS_MAX = 21, PUT_TIME_MAX = 30 };

/* "00" to "99", 200 characters. */
extern const char put_pairs[];

static inline char *put_mem(char *p, const char *s, size_t n)
{
	memcpy(p, s, n);
	return p + n;
}

/* For literals: the compiler knows the length. */
static inline char *put_lit(char *p, const char *s)
{
	return put_mem(p, s, strlen(s));
}

extern const uint64_t put_powers[]; /* of ten, 1 to 10^19 */

/* Most are small: a byte or two, without a loop. */
static inline char *put_u64(char *p, uint64_t v)
{
	if (v < 10) {
		*p = (char)('0' + v);
		return p + 1;
	}
	unsigned tens = (unsigned)(64 - __builtin_clzll(v)) * 1233 >> 12;
	unsigned n = tens + (v >= put_powers[tens]), at = n;
	for (; v >= 100; v /= 100) {
		at -= 2;
		memcpy(p + at, put_pairs + v % 100 * 2, 2);
	}
	if (v >= 10)
		memcpy(p, put_pairs + v * 2, 2);
	else
		*p = (char)('0' + v);
	return p + n;
}

/* A short text that ends with NUL. */
static inline char *put_short(char *p, const char *s)
{
	while (*s)
		*p++ = *s++;
	return p;
}

/* Exactly nine digits; v < 10^9. */
static inline char *put_nine(char *p, uint32_t v)
{
	for (int i = 7; i > 0; i -= 2) {
		memcpy(p + i, put_pairs + v % 100 * 2, 2);
		v /= 100;
	}
	p[0] = (char)('0' + v);
	return p + 9;
}

/* "-0.000038123": seconds with nine decimals. */
char *put_seconds(char *p, int64_t ns);

/* A double as seconds with nine decimals; what does not fit into int64 nanoseconds is cut to the border. */
char *put_real_seconds(char *p, double s);

/* The date of the latest time written: most of a list is of one day. */
struct put_day {
	int64_t day;   /* since 1970 */
	char text[11]; /* "2026-03-01T" */
	char filled;
};

/* RFC 3339 UTC with nine digits, PUT_TIME_MAX characters. */
char *put_time(struct put_day *d, char *p, int64_t t_ns);

static inline char *put_addr(char *p, const struct addr *a)
{
	return p + addr_text(a, p);
}

#endif
