/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Internal to src/field: the parts of the field table, one array a protocol (sorted by name), and the getters
 * that they share.
 */
#ifndef FIELD_TABLE_H
#define FIELD_TABLE_H

#include "field/field.h"

struct field_table {
	const struct field *at;
	size_t n;
};

extern const struct field_table table_frame, table_ip, table_ipv6, table_ntp_a, table_ntp_b, table_udp;

/*
 * Where a number or some octets are in a header, packed into field.what:
 *
 *	31      24 23      16 15  12 11     6 5      0
 *	| layer   | offset   |octets| shift  | bits   |
 *
 * A number is its octets in network order, shifted right, cut to bits (0: all).
 */
#define PLACE(layer, offset, octets, shift, bits)                                                   \
	((uint32_t)(layer) << 24 | (uint32_t)(offset) << 16 | (uint32_t)(octets) << 12 |            \
	 (uint32_t)(shift) << 6 | (uint32_t)(bits))

static inline unsigned place_layer(uint32_t what)
{
	return what >> 24;
}
static inline unsigned place_offset(uint32_t what)
{
	return what >> 16 & 0xff;
}
static inline unsigned place_octets(uint32_t what)
{
	return what >> 12 & 0xf;
}

/* Hands over what lies at p, `octets` of them there, as the field's type asks. */
bool take_octets(const struct field *f, const uint8_t *p, uint32_t octets, struct field_sink *sink);

static inline bool take_u64(struct field_sink *sink, uint64_t v)
{
	return sink->take(sink, &(struct field_value){ .u = v });
}
bool take_ns(struct field_sink *sink, int64_t ns);

/* In every header of the layer that the place names: there once, or there and right behind it again. */
void get_header(const struct field *f, const struct row *row, struct field_sink *sink);
void get_header_pair(const struct field *f, const struct row *row, struct field_sink *sink);

/* The octets from 16 on, for an offset of octets that `octets` cannot count: an IPv6 address. */
enum { OCTETS_16 = 0 };

#endif
