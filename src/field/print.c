/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/addr.h"
#include "base/nstime.h"
#include "field/table.h"

static const char hex_digits[] = "0123456789abcdef";

static char *put_digits(char *to, uint64_t v, unsigned digits)
{
	for (unsigned i = digits; i-- > 0; v /= 10)
		to[i] = (char)('0' + v % 10);
	return to + digits;
}

static unsigned hex_width(enum field_type t)
{
	switch ((int)t) {
	case FIELD_UINT8: return 2;
	case FIELD_UINT16: return 4;
	case FIELD_UINT24: return 6;
	case FIELD_UINT64: return 16;
	default: return 8;
	}
}

static void print_hex(struct buf *b, uint64_t v, unsigned digits)
{
	char *to = buf_room(b, digits + 2);
	if (!to)
		return;
	*to++ = '0';
	*to++ = 'x';
	for (unsigned i = digits; i-- > 0;)
		*to++ = hex_digits[v >> 4 * i & 15];
	buf_wrote(b, digits + 2);
}

static void print_bytes(struct buf *b, const uint8_t *p, uint32_t len)
{
	while (len) {
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

void print_ether(struct buf *b, const uint8_t p[6])
{
	enum { LEN = 17 };
	char *to = buf_room(b, LEN);
	if (!to)
		return;
	for (unsigned i = 0; i < 6; i++) {
		if (i)
			*to++ = ':';
		*to++ = hex_digits[p[i] >> 4];
		*to++ = hex_digits[p[i] & 15];
	}
	buf_wrote(b, LEN);
}

static void print_duration(struct buf *b, const struct field_time *t)
{
	enum { LEN = 32 };
	char *to = buf_room(b, LEN);
	if (!to)
		return;
	bool negative = t->s < 0 || t->ns < 0;
	uint64_t s = t->s < 0 ? 0 - (uint64_t)t->s : (uint64_t)t->s;
	char digits[20], *start = to;
	unsigned n = 0;
	do
		digits[n++] = (char)('0' + s % 10);
	while ((s /= 10));
	if (negative)
		*to++ = '-';
	while (n)
		*to++ = digits[--n];
	*to++ = '.';
	to = put_digits(to, (uint32_t)(t->ns < 0 ? -t->ns : t->ns), 9);
	buf_wrote(b, (size_t)(to - start));
}

/* Day number since 1970 to a date of the Gregorian calendar, by counting in 400-year eras of 146097 days that
 * begin on 1 March, so that the leap day comes last. */
static void civil_date(int64_t days, uint32_t *year, unsigned *month, unsigned *day)
{
	int64_t z = days + 719468; /* since 0000-03-01; all dates that fit into NTP's eras or ns are later */
	uint32_t era = (uint32_t)(z / 146097);
	uint32_t doe = (uint32_t)(z % 146097);
	uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint32_t shifted = (5 * doy + 2) / 153; /* 0 is March */
	*day = doy - (153 * shifted + 2) / 5 + 1;
	*month = shifted < 10 ? shifted + 2 : shifted - 10; /* 0 is January */
	*year = yoe + era * 400 + (*month < 2);
}

/* "Jan  1, 2026 00:00:00.000000000 UTC" */
static void print_date(struct buf *b, const struct field_time *t, bool zero_is_null)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	enum { LEN = 35 };
	if (zero_is_null && t->s == 0 && t->ns == 0) {
		buf_str(b, "NULL");
		return;
	}
	char *to = buf_room(b, LEN);
	if (!to)
		return;
	int64_t s = t->ns < 0 ? t->s - 1 : t->s;
	uint32_t ns = (uint32_t)(t->ns < 0 ? t->ns + (int32_t)NS_PER_S : t->ns);
	int64_t days = s / 86400 - (s % 86400 < 0);
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

void print_ipv4(struct buf *b, const uint8_t p[4])
{
	char *to = buf_room(b, 16);
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

void print_ipv6(struct buf *b, const uint8_t p[16])
{
	char *to = buf_room(b, ADDR_TEXT_MAX + 8);
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

void field_print(const struct field *f, const struct field_value *v, struct buf *out)
{
	enum field_type type = (enum field_type)f->type;
	switch (type) {
	case FIELD_BOOLEAN:
	case FIELD_UINT8:
	case FIELD_UINT16:
	case FIELD_UINT24:
	case FIELD_UINT32:
	case FIELD_UINT64:
	case FIELD_FRAMENUM:
		if (f->base == FIELD_BASE_HEX)
			print_hex(out, v->u, hex_width(type));
		else
			buf_u64(out, v->u);
		break;
	case FIELD_INT8:
	case FIELD_INT16:
	case FIELD_INT32:
	case FIELD_INT64: buf_i64(out, v->i); break;
	case FIELD_DOUBLE: buf_printf(out, "%.15g", v->d); break;
	case FIELD_NONE: buf_char(out, '1'); break;
	case FIELD_PROTOCOL: protocol_print(f, v, out); break;
	case FIELD_BYTES:
		if (v->bytes.len == 0)
			buf_str(out, "<MISSING>"); /* tshark's word for no octets */
		print_bytes(out, v->bytes.at, v->bytes.len);
		break;
	case FIELD_ETHER: print_ether(out, v->bytes.at); break;
	case FIELD_IPV4: print_ipv4(out, v->bytes.at); break;
	case FIELD_IPV6: print_ipv6(out, v->bytes.at); break;
	case FIELD_STRING: buf_add(out, (const char *)v->bytes.at, v->bytes.len); break;
	case FIELD_ABSOLUTE_TIME: print_date(out, &v->time, f->base == FIELD_BASE_NTP_TIME); break;
	case FIELD_RELATIVE_TIME: print_duration(out, &v->time); break;
	}
}
