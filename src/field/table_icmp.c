/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ICMP (RFC 792, RFC 1191) and ICMPv6 (RFC 4443): errors that quote NTP packets, and echoes. */
#include "base/bytes.h"
#include "field/table.h"

enum { HEADER_LEN = 8, NEEDS_FRAGMENTS = 4 };

enum icmp_kind { ECHO_REPLY = 0, UNREACHABLE = 3, REDIRECT = 5, ECHO = 8, EXCEEDED = 11, PARAMETER = 12 };
enum icmp6_kind { UNREACHABLE6 = 1, TOO_BIG6 = 2, EXCEEDED6 = 3, PARAMETER6 = 4, ECHO6 = 128, ECHO_REPLY6 };

/* Which messages have the field: in place of the layer. */
enum icmp_set {
	SET_ECHO = 1,
	SET_MTU,
	SET_LENGTH,
	SET_GATEWAY,
	SET_POINTER,
	SET_LENGTH6,
	SET_MTU6,
	SET_POINTER6,
	SET_ECHO6
};

/* Where RFC 4884 puts how much is quoted, in units of 4 and of 8 octets; 0: it does not say. */
enum { LENGTH_AT = 5, LENGTH6_AT = 4 };

static bool in_set(enum icmp_set set, const uint8_t *p)
{
	switch (set) {
	case SET_ECHO: return p[0] == ECHO || p[0] == ECHO_REPLY || (p[0] >= 13 && p[0] <= 18);
	case SET_MTU: return p[0] == UNREACHABLE && p[1] == NEEDS_FRAGMENTS;
	case SET_LENGTH:
		return (p[0] == UNREACHABLE || p[0] == EXCEEDED || p[0] == PARAMETER) && p[LENGTH_AT];
	case SET_GATEWAY: return p[0] == REDIRECT;
	case SET_POINTER: return p[0] == PARAMETER;
	case SET_LENGTH6: return (p[0] == UNREACHABLE6 || p[0] == EXCEEDED6) && p[LENGTH6_AT];
	case SET_MTU6: return p[0] == TOO_BIG6;
	case SET_POINTER6: return p[0] == PARAMETER6;
	case SET_ECHO6: return p[0] == ECHO6 || p[0] == ECHO_REPLY6;
	}
	return false;
}

static void get_in(const struct field *f, const struct row *row, struct field_sink *sink)
{
	enum icmp_set set = (enum icmp_set)place_layer(f->what);
	unsigned offset = place_offset(f->what), octets = place_octets(f->what);
	uint8_t layer = set >= SET_LENGTH6 ? LAYER_ICMPV6 : LAYER_ICMP;
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		if (h->type == layer && h->len >= HEADER_LEN && in_set(set, h->at) &&
		    !take_octets(f, h->at + offset, octets, sink))
			return;
	}
}

static void get_quoted_len(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		if (h->type == LAYER_ICMP && h->len >= HEADER_LEN && in_set(SET_LENGTH, h->at) &&
		    !take_u64(sink, (uint8_t)(h->at[LENGTH_AT] * 4)))
			return;
	}
}

/* Octets 4 to 7 of errors, as bits from the left, that mean nothing: a length of RFC 4884 lies between. */
static unsigned unused_octets(const uint8_t *p)
{
	bool length = p[LENGTH_AT] != 0;
	switch (p[0]) {
	case UNREACHABLE:
		if (p[1] == NEEDS_FRAGMENTS)
			return length ? 0x8 : 0xc;
		return length ? 0xb : 0xf;
	case EXCEEDED: return length ? 0xb : 0xf;
	case PARAMETER: return length ? 0x3 : 0x7;
	default: return 0;
	}
}

static unsigned reserved_octets(const uint8_t *p)
{
	if (p[0] != UNREACHABLE6 && p[0] != EXCEEDED6)
		return 0;
	return p[LENGTH6_AT] ? 0x7 : 0xf;
}

/* Each run of them is a value. */
static bool take_runs(const struct field *f, const uint8_t *p, unsigned octets, struct field_sink *sink)
{
	for (unsigned i = 0, n; i < 4; i += n + 1) {
		for (n = 0; i + n < 4 && (octets & 8u >> (i + n)); n++)
			;
		if (n && !take_octets(f, p + 4 + i, n, sink))
			return false;
	}
	return true;
}

static void get_unused(const struct field *f, const struct row *row, struct field_sink *sink)
{
	uint8_t layer = (uint8_t)place_layer(f->what);
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		if (h->type != layer || h->len < HEADER_LEN)
			continue;
		unsigned octets = layer == LAYER_ICMP ? unused_octets(h->at) : reserved_octets(h->at);
		if (!take_runs(f, h->at, octets, sink))
			return;
	}
}

/* Identifier and sequence number with their octets the other way round, as some systems send them. */
static void get_swapped(const struct field *f, const struct row *row, struct field_sink *sink)
{
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		if (h->type == LAYER_ICMP && h->len >= HEADER_LEN && in_set(SET_ECHO, h->at) &&
		    !take_u64(sink, load_le16(h->at + f->what)))
			return;
	}
}

static uint64_t sum_of(uint64_t sum, const uint8_t *p, uint32_t len)
{
	for (; len >= 2; len -= 2, p += 2)
		sum += load_be16(p);
	return len ? sum + ((uint32_t)*p << 8) : sum;
}

/* RFC 1071; ICMPv6 sums over a pseudo header too (RFC 8200 section 8.1). */
static bool sum_is_good(const struct row *row, unsigned i, uint32_t len)
{
	enum { PROTO_ICMPV6 = 58, ADDRESSES_AT = 8, ADDRESSES_LEN = 32 };
	const struct row_header *h = &row->headers[i];
	uint64_t sum = 0;
	if (h->type == LAYER_ICMPV6) {
		const struct row_header *ip = h;
		while (ip > row->headers && ip->type != LAYER_IPV6)
			ip--;
		if (ip->type != LAYER_IPV6 || ip->len < ADDRESSES_AT + ADDRESSES_LEN)
			return false;
		sum = PROTO_ICMPV6 + (len >> 16) + (len & 0xffff);
		sum = sum_of(sum, ip->at + ADDRESSES_AT, ADDRESSES_LEN);
	}
	sum = sum_of(sum, h->at, len);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

static void get_status(const struct field *f, const struct row *row, struct field_sink *sink)
{
	enum { BAD, GOOD, UNVERIFIED };
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		if (h->type != place_layer(f->what) || h->len < 4)
			continue;
		uint32_t len = octets_left(row, i);
		uint64_t status = len > h->have ? UNVERIFIED : sum_is_good(row, i, len) ? GOOD : BAD;
		if (!take_u64(sink, status))
			return;
	}
}

/* The message with all that it quotes. */
static void get_message(const struct field *f, const struct row *row, struct field_sink *sink)
{
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		uint32_t len = octets_left(row, i);
		struct field_value v = { .bytes = { h->at, len < h->have ? len : h->have, row } };
		if (h->type == place_layer(f->what) && !sink->take(sink, &v))
			return;
	}
}

#define ICMP(name, meaning, type, base, get, what)                                                  \
	{                                                                                           \
		name, meaning, FIELD_##type, FIELD_BASE_##base, ROW_NEEDS_HEADERS, false, what, get \
	}
#define AT(offset, octets)      PLACE(LAYER_ICMP, offset, octets, 0, 0)
#define AT6(offset, octets)     PLACE(LAYER_ICMPV6, offset, octets, 0, 0)
#define IN(set, offset, octets) PLACE(set, offset, octets, 0, 0)

/* clang-format off */
static const struct field icmp[] = {
	ICMP("icmp", "ICMP, with what it quotes", PROTOCOL, DEC, get_message, AT(0, 0)),
	ICMP("icmp.checksum", "checksum of the message", UINT16, HEX, get_header, AT(2, 2)),
	ICMP("icmp.checksum.status", "0: bad, 1: good, 2: cut by the capture",
	     UINT8, DEC, get_status, AT(0, 0)),
	ICMP("icmp.code", "code", UINT8, DEC, get_header, AT(1, 1)),
	ICMP("icmp.ident", "echo: identifier", UINT16, DEC, get_in, IN(SET_ECHO, 4, 2)),
	ICMP("icmp.ident_le", "echo: identifier, octets swapped", UINT16, DEC, get_swapped, 4),
	ICMP("icmp.length", "error: 4-octet units that are quoted, when it says so",
	     UINT8, DEC, get_in, IN(SET_LENGTH, 5, 1)),
	ICMP("icmp.length.original_datagram", "error: octets that are quoted", UINT8, DEC, get_quoted_len, 0),
	ICMP("icmp.mtu", "fragmentation needed: MTU of the next hop", UINT16, DEC, get_in, IN(SET_MTU, 6, 2)),
	ICMP("icmp.pointer", "parameter problem: offset of the fault",
	     UINT32, DEC, get_in, IN(SET_POINTER, 4, 1)),
	ICMP("icmp.redir_gw", "redirect: gateway to use", IPV4, DEC, get_in, IN(SET_GATEWAY, 4, 4)),
	ICMP("icmp.seq", "echo: sequence number", UINT16, DEC, get_in, IN(SET_ECHO, 6, 2)),
	ICMP("icmp.seq_le", "echo: sequence number, octets swapped", UINT16, DEC, get_swapped, 6),
	ICMP("icmp.type", "type", UINT8, DEC, get_header, AT(0, 1)),
	ICMP("icmp.unused", "error: octets without a meaning", BYTES, DEC, get_unused, AT(0, 0)),
};

static const struct field icmpv6[] = {
	ICMP("icmpv6", "ICMPv6, with what it quotes", PROTOCOL, DEC, get_message, AT6(0, 0)),
	ICMP("icmpv6.checksum", "checksum of the message", UINT16, HEX, get_header, AT6(2, 2)),
	ICMP("icmpv6.checksum.status", "0: bad, 1: good, 2: cut by the capture",
	     UINT8, DEC, get_status, AT6(0, 0)),
	ICMP("icmpv6.code", "code", UINT8, DEC, get_header, AT6(1, 1)),
	ICMP("icmpv6.echo.identifier", "echo: identifier", UINT16, HEX, get_in, IN(SET_ECHO6, 4, 2)),
	ICMP("icmpv6.echo.sequence_number", "echo: sequence number",
	     UINT16, DEC, get_in, IN(SET_ECHO6, 6, 2)),
	ICMP("icmpv6.length", "error: 8-octet units that are quoted, when it says so",
	     UINT8, DEC, get_in, IN(SET_LENGTH6, 4, 1)),
	ICMP("icmpv6.mtu", "packet too big: MTU of the next hop", UINT32, DEC, get_in, IN(SET_MTU6, 4, 4)),
	ICMP("icmpv6.pointer", "parameter problem: offset of the fault",
	     UINT32, DEC, get_in, IN(SET_POINTER6, 4, 4)),
	ICMP("icmpv6.reserved", "error: octets without a meaning", BYTES, DEC, get_unused, AT6(0, 0)),
	ICMP("icmpv6.type", "type", UINT8, DEC, get_header, AT6(0, 1)),
};
/* clang-format on */

const struct field_table table_icmp = FIELD_TABLE(icmp);
const struct field_table table_icmpv6 = FIELD_TABLE(icmpv6);
