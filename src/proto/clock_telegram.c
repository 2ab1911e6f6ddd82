/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/clock_telegram.h"

#include <string.h>

/* ---- DCF77 -------------------------------------------------------------------------------------- */

static unsigned bit(uint64_t bits, unsigned n)
{
	return bits >> n & 1;
}

/* Digits lie with their least bit first: units in four bits, tens in n_tens. */
static uint8_t bcd(uint64_t bits, unsigned at, unsigned n_tens, bool *bad)
{
	unsigned units = bits >> at & 15, tens = bits >> (at + 4) & ((1U << n_tens) - 1);

	*bad = *bad || units > 9 || tens > 9;
	return (uint8_t)(tens * 10 + units);
}

static bool is_odd(uint64_t bits, unsigned from, unsigned to)
{
	unsigned n = 0;

	for (; from <= to; from++)
		n += bit(bits, from);
	return n & 1;
}

static bool is_date(const struct clock_telegram *t)
{
	static const uint8_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool is_time = t->hour <= 23 && t->minute <= 59 && t->second <= 60;
	bool is_day = t->month >= 1 && t->month <= 12 && t->day >= 1 && t->day <= days[t->month - 1];

	return is_time && is_day && t->weekday >= 1 && t->weekday <= 7;
}

/*
 * Bits 0 start, 15 R, 16 A1, 17 Z1 (CEST), 18 Z2 (CET), 19 A2, 20 S, 21 minute, 28 parity, 29 hour, 35
 * parity, 36 day, 42 weekday, 45 month, 50 year, 58 parity.
 */
void dcf77_telegram(uint64_t b, struct clock_telegram *out)
{
	bool bad = false;

	*out = (struct clock_telegram){ .is_dcf77 = true };
	out->minute = bcd(b, 21, 3, &bad);
	out->hour = bcd(b, 29, 2, &bad);
	out->day = bcd(b, 36, 2, &bad);
	out->weekday = b >> 42 & 7;
	out->month = bcd(b, 45, 1, &bad);
	out->year = bcd(b, 50, 4, &bad);
	out->flags = (bit(b, 15) ? TELEGRAM_CALL_BIT : 0) | (bit(b, 16) ? TELEGRAM_DST_CHANGE : 0) |
		     (bit(b, 17) ? TELEGRAM_SUMMER : 0) | (bit(b, 19) ? TELEGRAM_LEAP_SECOND : 0);
	out->faults = (bit(b, 0) ? TELEGRAM_START_BIT : 0) | (bit(b, 20) ? 0 : TELEGRAM_TIME_BIT) |
		      (bit(b, 17) == bit(b, 18) ? TELEGRAM_ZONE : 0) |
		      (is_odd(b, 21, 28) ? TELEGRAM_MINUTE_PARITY : 0) |
		      (is_odd(b, 29, 35) ? TELEGRAM_HOUR_PARITY : 0) |
		      (is_odd(b, 36, 58) ? TELEGRAM_DATE_PARITY : 0) |
		      (bad || !is_date(out) ? TELEGRAM_VALUES : 0);
}

bool dcf77_telegram_of_text(const char *text, size_t len, struct clock_telegram *out)
{
	static const char ones[] = "###############RADMLS1248124P124812P1248121241248112481248P??";
	static const char zeros[] = "--------------------s-------p------p----------------------p__";
	uint64_t bits = 0;

	*out = (struct clock_telegram){ .is_dcf77 = true };
	if (len < DCF77_BITS || len >= sizeof(ones))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] != ones[i] && text[i] != zeros[i])
			return false;
		if (text[i] == ones[i] && i < DCF77_BITS)
			bits |= UINT64_C(1) << i;
	}
	dcf77_telegram(bits, out);
	return true;
}

/* ---- Meinberg ----------------------------------------------------------------------------------- */

/* The pattern's letters are digits of a field, '?' any character, all others themselves. */
static bool fits(const char *p, const char *pattern, uint8_t fields[128])
{
	for (; *pattern; pattern++, p++) {
		if (*pattern >= 'a' && *pattern <= 'z') {
			if (*p < '0' || *p > '9')
				return false;
			uint8_t *f = &fields[(unsigned char)*pattern];
			*f = (uint8_t)(*f * 10 + (*p - '0'));
		} else if (*pattern != '?' && *pattern != *p) {
			return false;
		}
	}
	return true;
}

/* u v x y: see the header's flags. */
static unsigned flags_of(const char *p)
{
	return (p[0] == '#' ? TELEGRAM_FREE_RUNNING : 0) | (p[1] == '*' ? TELEGRAM_QUARTZ : 0) |
	       (p[2] == 'U'   ? TELEGRAM_UTC
		: p[2] == 'S' ? TELEGRAM_SUMMER
			      : 0) |
	       (p[3] == '!'                  ? TELEGRAM_DST_CHANGE
		: p[3] == 'A' || p[3] == 'a' ? TELEGRAM_LEAP_SECOND
					     : 0);
}

bool meinberg_telegram(const char *text, size_t len, struct clock_telegram *out)
{
	static const char pattern[] = "D:dd.mm.yy;T:w;U:hh.ii.ss;????";
	size_t need = sizeof(pattern) - 1;
	const char *d = memchr(text, 'D', len);
	uint8_t fields[128] = { 0 };

	*out = (struct clock_telegram){ .minute = 0 };
	if (!d || (size_t)(text + len - d) < need || !fits(d, pattern, fields))
		return false;
	out->day = fields['d'];
	out->month = fields['m'];
	out->year = fields['y'];
	out->weekday = fields['w'];
	out->hour = fields['h'];
	out->minute = fields['i'];
	out->second = fields['s'];
	out->flags = flags_of(d + need - 4);
	out->faults = is_date(out) ? 0 : TELEGRAM_VALUES;
	return true;
}

const char *telegram_flag_name(unsigned flag)
{
	switch (flag) {
	case TELEGRAM_CALL_BIT: return "call bit: irregular at the transmitter";
	case TELEGRAM_DST_CHANGE: return "summer time changes at the end of this hour";
	case TELEGRAM_LEAP_SECOND: return "leap second at the end of this hour";
	case TELEGRAM_SUMMER: return "summer time";
	case TELEGRAM_UTC: return "UTC";
	case TELEGRAM_FREE_RUNNING: return "never synchronised since power-up";
	case TELEGRAM_QUARTZ: return "internal quartz, time not confirmed";
	}
	return "unknown";
}

const char *telegram_fault_name(unsigned fault)
{
	switch (fault) {
	case TELEGRAM_START_BIT: return "start bit is not 0";
	case TELEGRAM_TIME_BIT: return "bit S is not 1";
	case TELEGRAM_ZONE: return "neither CET nor CEST";
	case TELEGRAM_MINUTE_PARITY: return "minute parity";
	case TELEGRAM_HOUR_PARITY: return "hour parity";
	case TELEGRAM_DATE_PARITY: return "date parity";
	case TELEGRAM_VALUES: return "no such date or time";
	}
	return "unknown";
}
