/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/cell.h"

#include <string.h>

#include "base/addr.h"
#include "base/bytes.h"
#include "base/nstime.h"

struct buf *cell_next(struct cell *cell)
{
	cell->n++;
	if (!cell->out || (cell->only && cell->only != cell->n))
		return NULL;
	if (!cell->only && cell->n > 1)
		buf_char(cell->out, cell->style->aggregator);
	else if (cell->style->quote)
		buf_char(cell->out, cell->style->quote);
	return cell->out;
}

void cell_u64(struct cell *cell, uint64_t v)
{
	struct buf *b = cell_next(cell);
	if (b)
		buf_u64(b, v);
}

static const char hex_digits[] = "0123456789abcdef";

void cell_hex(struct cell *cell, uint64_t v, unsigned digits)
{
	struct buf *b = cell_next(cell);
	char *to = b ? buf_room(b, digits + 2) : NULL;
	if (!to)
		return;
	*to++ = '0';
	*to++ = 'x';
	for (unsigned i = digits; i-- > 0;)
		*to++ = hex_digits[v >> 4 * i & 15];
	buf_wrote(b, digits + 2);
}

void cell_bytes(struct cell *cell, const uint8_t *p, uint32_t len)
{
	struct buf *b = cell_next(cell);
	while (b && len) {
		uint32_t part = len < 1024 ? len : 1024;
		char *to = buf_room(b, part * 2);
		if (!to)
			return;
		for (uint32_t i = 0; i < part; i++) {
			*to++ = hex_digits[p[i] >> 4];
			*to++ = hex_digits[p[i] & 15];
		}
		buf_wrote(b, part * 2);
		p += part;
		len -= part;
	}
}

void cell_seconds(struct cell *cell, int64_t ns)
{
	struct buf *b = cell_next(cell);
	char *to = b ? buf_room(b, DURATION_TEXT_MAX) : NULL;
	if (to)
		buf_wrote(b, seconds_text(ns, to));
}

static char *put_digits(char *to, uint32_t v, unsigned digits)
{
	for (unsigned i = digits; i-- > 0; v /= 10)
		to[i] = (char)('0' + v % 10);
	return to + digits;
}

/* Day number since 1970 to a date of the Gregorian calendar, by counting in 400-year eras of 146097 days that
 * begin on 1 March, so that the leap day comes last. */
static void civil_date(int64_t days, uint32_t *year, unsigned *month, unsigned *day)
{
	int64_t z = days + 719468; /* since 0000-03-01; the dates of NTP's eras are all later */
	uint32_t era = (uint32_t)(z / 146097);
	uint32_t doe = (uint32_t)(z % 146097);
	uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint32_t shifted = (5 * doy + 2) / 153; /* 0 is March */
	*day = doy - (153 * shifted + 2) / 5 + 1;
	*month = shifted < 10 ? shifted + 2 : shifted - 10; /* 0 is January */
	*year = yoe + era * 400 + (*month < 2);
}

/* Wireshark's reading: seconds with the top bit clear are in the era from 2036 on (RFC 4330 section 3); the
 * fraction is cut, not rounded; what comes out as 1970 sharp, or is zero, has no date. */
void cell_ntp_time(struct cell *cell, uint64_t ntp)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	enum { LEN = 35 };
	struct buf *b = cell_next(cell);
	if (!b)
		return;
	uint32_t ntp_s = (uint32_t)(ntp >> 32);
	uint32_t ns = (uint32_t)(((ntp & UINT32_MAX) * (uint64_t)NS_PER_S) >> 32);
	int64_t s = (int64_t)ntp_s + (ntp_s >> 31 ? 0 : INT64_C(1) << 32) - (int64_t)NTP_UNIX_S;
	if (ns == 0 && (ntp_s == 0 || s == 0)) {
		buf_str(b, "NULL");
		return;
	}
	char *to = buf_room(b, LEN);
	if (!to)
		return;
	int64_t days = (s + 86400 * 1000) / 86400 - 1000; /* rounds down for the dates before 1970 too */
	uint32_t second = (uint32_t)(s - days * 86400);
	uint32_t year;
	unsigned month, day;
	civil_date(days, &year, &month, &day);
	memcpy(to, months + (size_t)month * 3, 3);
	to[3] = ' ';
	put_digits(to + 4, day, 2);
	if (day < 10)
		to[4] = ' ';
	memcpy(to + 6, ", ", 2);
	put_digits(to + 8, year, 4);
	to[12] = ' ';
	put_digits(to + 13, second / 3600, 2);
	to[15] = ':';
	put_digits(to + 16, second / 60 % 60, 2);
	to[18] = ':';
	put_digits(to + 19, second % 60, 2);
	to[21] = '.';
	put_digits(to + 22, ns, 9);
	memcpy(to + 31, " UTC", 4);
	buf_wrote(b, LEN);
}

void cell_ipv4(struct cell *cell, const uint8_t *p)
{
	struct buf *b = cell_next(cell);
	char *to = b ? buf_room(b, 16) : NULL;
	if (!to)
		return;
	char *start = to;
	for (unsigned i = 0; i < 4; i++) {
		unsigned v = p[i];
		if (i)
			*to++ = '.';
		if (v >= 100)
			*to++ = (char)('0' + v / 100);
		if (v >= 10)
			*to++ = (char)('0' + v / 10 % 10);
		*to++ = (char)('0' + v % 10);
	}
	buf_wrote(b, (size_t)(to - start));
}

void cell_ipv6(struct cell *cell, const uint8_t *p)
{
	struct buf *b = cell_next(cell);
	char *to = b ? buf_room(b, ADDR_TEXT_MAX + 8) : NULL;
	if (!to)
		return;
	struct addr a = addr_from_v6(p);
	size_t prefix = 0;
	/* addr_text() shows a mapped address as IPv4; in an IPv6 header it is still an IPv6 address. */
	if (addr_is_v4(&a)) {
		prefix = 7;
		memcpy(to, "::ffff:", prefix);
	}
	buf_wrote(b, prefix + addr_text(&a, to + prefix));
}
