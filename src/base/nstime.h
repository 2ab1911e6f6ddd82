/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one time type: int64_t nanoseconds UTC since 1970-01-01 (1677 to 2262).  Durations use the same
 * unit.  NTP's own 64-bit timestamps stay uint64_t (32.32 since 1900) until somebody needs a date.
 */
#ifndef BASE_NSTIME_H
#define BASE_NSTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NS_PER_S INT64_C(1000000000)

/* Seconds from 1900 (the NTP epoch, RFC 5905 section 6) to 1970. */
#define NTP_UNIX_S UINT64_C(2208988800)

enum { NSTIME_TEXT_MAX = 40, DURATION_TEXT_MAX = 32 };

/* RFC 3339 UTC with nine digits, "2026-03-01T00:00:00.000000000Z".  Returns the length written
 * (without the NUL); out holds NSTIME_TEXT_MAX. */
size_t nstime_rfc3339(int64_t t_ns, char *out);

/* The same back: any number of decimals (those behind the ninth are cut), "T" or a blank between, "Z" at the
 * end, years 1700 to 2261.  False when it is none. */
bool nstime_parse(const char *text, int64_t *out);

/* For people: "2026-03-01 00:00:00Z", no fraction. */
size_t nstime_short(int64_t t_ns, char *out);

/* How long a unit is in which people write spans of time: ns, us, ms, s, min, m, h, d.  0: it is none. */
int64_t nstime_unit_ns(const char *name, size_t len);

/* A duration in the unit a reader wants, three significant digits: "38 µs", "1.91 ms", "4.20 s", "3 min
 * 40 s", "2.1 h", "4.5 d"; negative ones keep their sign.  out holds DURATION_TEXT_MAX (UTF-8). */
size_t duration_text(int64_t d_ns, char *out);

/* "0.000038123": seconds with nine decimals, as tshark prints a time span. */
size_t seconds_text(int64_t d_ns, char *out);

/* The 64-bit NTP timestamp as nanoseconds since 1970, in the era nearest to pivot_ns (RFC 5905
 * section 6).  Timestamp 0 means "unknown": callers ask before they convert. */
int64_t nstime_from_ntp(uint64_t ts, int64_t pivot_ns);

/* The same the other way, in whatever era it is; 0 becomes 1, since 0 means "unknown". */
uint64_t nstime_to_ntp(int64_t t_ns);

/* The short format of NTP, 16.16 seconds: 15 µs a step, so that nanoseconds lose nothing that was there. */
static inline int64_t ntp_short_ns(uint32_t t)
{
	return (int64_t)((uint64_t)t * (uint64_t)NS_PER_S >> 16);
}

static inline double ns_seconds(int64_t ns)
{
	return (double)ns / 1e9;
}

/* Sums, differences and multiples that stop at the ends of the scale: the dates in a file may be false, and
 * lie anywhere on it. */
static inline int64_t ns_plus(int64_t a_ns, int64_t b_ns)
{
	int64_t sum_ns;
	return !__builtin_add_overflow(a_ns, b_ns, &sum_ns) ? sum_ns : a_ns < 0 ? INT64_MIN : INT64_MAX;
}

static inline int64_t ns_minus(int64_t a_ns, int64_t b_ns)
{
	int64_t diff_ns;
	return !__builtin_sub_overflow(a_ns, b_ns, &diff_ns) ? diff_ns : a_ns < 0 ? INT64_MIN : INT64_MAX;
}

/* n times width_ns, which is not negative. */
static inline int64_t ns_times(int64_t n, int64_t width_ns)
{
	int64_t product_ns;
	return !__builtin_mul_overflow(n, width_ns, &product_ns) ? product_ns : n < 0 ? INT64_MIN : INT64_MAX;
}

/* The multiple of width at or below t, in whatever unit both are. */
static inline int64_t time_floor(int64_t t, int64_t width)
{
	int64_t rest = t % width;
	return t - (rest < 0 ? rest + width : rest);
}

/* Kept to 1823 to 2116, so that the difference of any two fits 63 bits: captures may claim more. */
#define NS_BOUND ((INT64_C(1) << 62) - 3600 * NS_PER_S)

static inline int64_t ns_bounded(int64_t t_ns)
{
	return t_ns > NS_BOUND ? NS_BOUND : t_ns < -NS_BOUND ? -NS_BOUND : t_ns;
}

/* a - b as signed nanoseconds, right across an era border (differences up to 68 years). */
int64_t ntp_diff_ns(uint64_t a, uint64_t b);

#endif
