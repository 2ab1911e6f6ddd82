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

extern const struct field_table table_client, table_eth, table_frame, table_icmp, table_icmpv6, table_ip,
	table_ipv6, table_ntp_first, table_ntp_control, table_ntp_middle, table_ntp_private, table_ntp_last,
	table_tcp, table_udp, table_vlan;

#define FIELD_TABLE(fields)                                  \
	{                                                    \
		fields, sizeof(fields) / sizeof((fields)[0]) \
	}

/*
 * Where a number or some octets are in a header, packed into field.what:
 *
 *	31      24 23      16 15  12 11     6 5      0
 *	| layer   | offset   |octets| shift  | bits   |
 *
 * A number is its octets in network order, shifted right, cut to bits (0: all).
 */
#define PLACE(layer, offset, octets, shift, bits)                                        \
	((uint32_t)(layer) << 24 | (uint32_t)(offset) << 16 | (uint32_t)(octets) << 12 | \
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

/* A text of ours: it ends in NUL. */
bool take_text(struct field_sink *sink, const char *text);

/* In every header of the layer that the place names: there once, or there and right behind it again. */
void get_header(const struct field *f, const struct row *row, struct field_sink *sink);
void get_header_pair(const struct field *f, const struct row *row, struct field_sink *sink);

/* In every such header its first octets, as many as `octets` (of the place) or, with 0, all of the header. */
void get_protocol(const struct field *f, const struct row *row, struct field_sink *sink);

/* table_link.c: header i is an 802.1ad tag, which Wireshark knows under another name than vlan. */
bool vlan_is_service(const struct row *row, unsigned i);

/* table_ipv6.c: the protocol number by which the header before announces header i. */
uint8_t ipv6_next_before(const struct row *row, unsigned i);

/* Octets from header i to the end of the packets that it lies in, as their IP headers (and the UDP headers of
 * tunnels) say: some may not have been captured.  Where they tell no length: all there is. */
uint32_t octets_left(const struct row *row, unsigned i);

enum { LAYER_OF_FRAME = 0xff }; /* for what of the frame itself */

/* print_protocol.c: the protocol's line in Wireshark's tree, so far as it is short. */
void protocol_print(const struct field *f, const struct field_value *v, struct buf *out);

/* print.c */
void print_ether(struct buf *b, const uint8_t p[6]);
void print_ipv4(struct buf *b, const uint8_t p[4]);
void print_ipv6(struct buf *b, const uint8_t p[16]);

/* In `octets`, which counts to 15 only: an IPv6 address. */
enum { OCTETS_16 = 0 };

#endif
