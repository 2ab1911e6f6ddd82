/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Absolute times as Wireshark reads them in filters:
 *
 *	2026-03-01 00:00:00.5     2026-03-01T00:00Z     2026-03-01T00:00:00+02:00    ISO 8601
 *	2026-03-01 00:00:00 UTC   2026-03-01 00:00   2026-03-01 00   2026-03-01
 *	Mar  1, 2026 00:00:00.000000000 UTC                                           as tshark prints them
 *
 * Without "Z", an offset or "UTC" a time is local: TZ decides.
 */
#include <string.h>
#include <strings.h>
#include <time.h>

#include "field/filter_tree.h"

enum zone { ZONE_LOCAL, ZONE_UTC };

struct reading {
	const char *at;
	struct tm tm;
	int32_t ns;
	int32_t offset_s;
	enum zone zone;
};

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static void skip_spaces(struct reading *r)
{
	r->at += strspn(r->at, " \t");
}

/* One to `most` digits. */
static bool number(struct reading *r, unsigned most, int *out)
{
	unsigned n = 0;
	*out = 0;
	for (; n < most && digit(r->at[n]); n++)
		*out = *out * 10 + (r->at[n] - '0');
	r->at += n;
	return n > 0;
}

static bool sign(struct reading *r, char c)
{
	if (*r->at != c)
		return false;
	r->at++;
	return true;
}

/* .5 or ,5: nine digits count, more must be zero. */
static bool fraction(struct reading *r)
{
	int32_t scale = 100000000;
	if (*r->at != '.' && *r->at != ',')
		return true;
	r->at++;
	if (!digit(*r->at))
		return false;
	for (; digit(*r->at); r->at++, scale /= 10) {
		if (scale == 0 && *r->at != '0')
			return false;
		r->ns += (*r->at - '0') * scale;
	}
	return true;
}

static bool month_name(struct reading *r)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	for (int i = 0; i < 12; i++) {
		if (strncasecmp(r->at, names + 3 * i, 3) != 0 || r->at[3] != ' ')
			continue;
		r->tm.tm_mon = i;
		r->at += 4;
		return true;
	}
	return false;
}

/* "Mar  1, 2026 " or "2026-03-01". */
static bool date(struct reading *r)
{
	int year;
	if (month_name(r)) {
		skip_spaces(r);
		if (!number(r, 2, &r->tm.tm_mday) || !sign(r, ','))
			return false;
		skip_spaces(r);
		if (!number(r, 4, &year))
			return false;
	} else {
		if (!number(r, 4, &year) || !sign(r, '-') || !number(r, 2, &r->tm.tm_mon) || !sign(r, '-') ||
		    !number(r, 2, &r->tm.tm_mday))
			return false;
		r->tm.tm_mon--;
	}
	r->tm.tm_year = year - 1900;
	return true;
}

/* Nothing, or "T" or a space and hours, perhaps minutes, perhaps seconds with a fraction. */
static bool clock_time(struct reading *r)
{
	if (*r->at != 'T' && *r->at != ' ')
		return true;
	r->at++;
	skip_spaces(r);
	if (!*r->at || strcmp(r->at, "UTC") == 0)
		return true;
	if (!number(r, 2, &r->tm.tm_hour))
		return false;
	if (!sign(r, ':'))
		return true;
	if (!number(r, 2, &r->tm.tm_min))
		return false;
	if (!sign(r, ':'))
		return true;
	return number(r, 2, &r->tm.tm_sec) && fraction(r);
}

/* +02, +0200, +02:00. */
static bool offset(struct reading *r, bool east)
{
	int hours, minutes = 0;
	if (!number(r, 2, &hours))
		return false;
	if (sign(r, ':') || digit(*r->at))
		if (!number(r, 2, &minutes))
			return false;
	r->offset_s = (hours * 3600 + minutes * 60) * (east ? 1 : -1);
	return true;
}

static bool zone(struct reading *r)
{
	r->zone = ZONE_UTC;
	if (sign(r, 'Z'))
		return true;
	if (*r->at == '+' || *r->at == '-')
		return offset(r, *r->at++ == '+');
	skip_spaces(r);
	if (strncmp(r->at, "UTC", 3) == 0) {
		r->at += 3;
		return true;
	}
	r->zone = ZONE_LOCAL;
	return true;
}

static bool is_possible(const struct tm *t)
{
	static const int8_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return t->tm_mon >= 0 && t->tm_mon < 12 && t->tm_mday >= 1 && t->tm_mday <= days[t->tm_mon] &&
	       t->tm_hour < 24 && t->tm_min < 60 && t->tm_sec <= 60;
}

bool filter_time(const char *text, struct field_time *out)
{
	struct reading r = { .at = text, .tm = { .tm_isdst = -1 } };
	if (!date(&r) || !clock_time(&r) || !zone(&r) || *r.at || !is_possible(&r.tm))
		return false;
	time_t t = r.zone == ZONE_UTC ? timegm(&r.tm) : mktime(&r.tm);
	out->s = (int64_t)t - r.offset_s;
	out->ns = r.ns;
	return true;
}
