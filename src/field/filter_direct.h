/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The short cut of filters.  Most tests that people write compare a number or an address at a fixed place
 * with a constant.  Of a plain frame (proto/frame_plain.h) that carries a plain NTP packet these are read
 * where they lie; the answer is the one that the field table would give.
 */
#ifndef FIELD_FILTER_DIRECT_H
#define FIELD_FILTER_DIRECT_H

#include "base/packet.h"
#include "field/filter_tree.h"
#include "proto/frame_plain.h"

enum { DIRECT_SPANS = 8 }; /* of a set; longer ones go the long way */

/* One test: of one or two numbers at a place, whether they lie in one of the spans; and where to go on. */
struct filter_direct {
	uint8_t place; /* enum direct_place */
	uint8_t offset, octets;
	uint8_t n_values; /* 1, or 2 that lie one behind the other */
	uint8_t shift;
	uint8_t n_spans;
	bool negate; /* outside of the span, that is */
	bool all;    /* of two values both must pass */
	uint32_t yes, no;
	uint64_t mask; /* of the shifted number: its bits, the prefix of an IPv4 address */
	uint64_t low[DIRECT_SPANS], width[DIRECT_SPANS]; /* of IPv6: address and mask, by halves */
};

/* The direct form of a test; false when it has none. */
bool filter_direct_of(const struct filter *f, uint32_t node, struct filter_direct *out);

/* Whether filter_matches_plain() may be asked about the frame.  It is an NTP packet of modes 1 to 5 then. */
static inline bool filter_direct_fits(const struct frame_plain *plain)
{
	enum { NTP = 123, HEADER = 48 };
	if (plain->udp_len < PLAIN_UDP_LEN + HEADER)
		return false;
	uint16_t sport = load_be16(plain->udp), dport = load_be16(plain->udp + 2);
	unsigned mode = plain->udp[PLAIN_UDP_LEN] & 7;
	return (sport == NTP || dport == NTP) && mode >= 1 && mode <= 5;
}

#endif
