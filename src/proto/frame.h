/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a captured frame to the datagram that it carries: link layer, IPv4/IPv6 with options and
 * extension headers, tunnels, then UDP, TCP or ICMP.  Pure: no state, no allocation.  Tunnels are opened
 * and the datagram is that of the INNERMOST addresses; what was opened is noted in `tunnels`.
 *
 * It never fails: a frame that cannot be followed to its end gives the kind that says why, and every
 * field that was reached is set.  Lengths that lie are cut to what is there and noted in `findings`.
 * Fragments are reported, not reassembled: see engine/fragments.h.
 */
#ifndef PROTO_FRAME_H
#define PROTO_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/packet.h"

enum datagram_kind {
	DATAGRAM_UDP,
	DATAGRAM_TCP,
	DATAGRAM_ICMP, /* IPv4's */
	DATAGRAM_ICMPV6,
	DATAGRAM_FRAGMENT,     /* one piece of a fragmented datagram (not an atomic fragment) */
	DATAGRAM_OTHER,        /* another IP protocol, or not IP at all (ARP, 802.3, ...) */
	DATAGRAM_CUT,          /* a header lies beyond the captured bytes (snap length) */
	DATAGRAM_MALFORMED,    /* a header contradicts itself: bad version, length below its minimum, ... */
	DATAGRAM_UNKNOWN_LINK, /* a link type that we do not know */
};

/* Bits of datagram.tunnels. */
enum tunnel {
	TUNNEL_VLAN = 1 << 0, /* 802.1Q, 802.1ad: encapsulations that keep the addresses are noted too */
	TUNNEL_MPLS = 1 << 1,
	TUNNEL_PPPOE = 1 << 2,
	TUNNEL_IPIP = 1 << 3, /* IPv4 in IPv4 */
	TUNNEL_6IN4 = 1 << 4,
	TUNNEL_4IN6 = 1 << 5,
	TUNNEL_6IN6 = 1 << 6,
	TUNNEL_GRE = 1 << 7,
	TUNNEL_VXLAN = 1 << 8,
	TUNNEL_TEREDO = 1 << 9,
	TUNNEL_GENEVE = 1 << 10,
	TUNNEL_REASSEMBLED = 1 << 11, /* set by the caller that put fragments together */
	TUNNEL_GTP = 1 << 12,         /* GTP-U, as mobile networks carry their subscribers' packets */
};

/* Bits of datagram.findings. */
enum frame_finding {
	FRAME_CUT = 1 << 0,             /* payload goes on beyond the captured bytes */
	FRAME_IP_LENGTH_LIES = 1 << 1,  /* IP says more bytes than the frame had on the wire */
	FRAME_UDP_LENGTH_LIES = 1 << 2, /* UDP length beyond the IP payload, or 0 / below 8 */
	FRAME_IP_LENGTH_ZERO = 1 << 3,  /* total length 0: segmentation offload */
	FRAME_TRAILER = 1 << 4,         /* UDP is shorter than the IP payload */
	FRAME_UDP_SUM_ZERO = 1 << 5,    /* no checksum was sent */
};

/* One header on the way in, for printing and for filters.  Offsets count from packet.data. */
enum layer_type {
	LAYER_ETHERNET,
	LAYER_VLAN,
	LAYER_MPLS,
	LAYER_PPPOE,
	LAYER_PPP,
	LAYER_SLL,
	LAYER_SLL2,
	LAYER_NULL,
	LAYER_CHDLC,
	LAYER_WLAN,
	LAYER_LLC,
	LAYER_IPV4,
	LAYER_IPV6,
	LAYER_IPV6_EXT,
	LAYER_GRE,
	LAYER_VXLAN,
	LAYER_GENEVE,
	LAYER_GTP,
	LAYER_UDP,
	LAYER_TCP,
	LAYER_ICMP,
	LAYER_ICMPV6,
	LAYER_PAYLOAD,
};

struct layer {
	uint8_t type; /* enum layer_type */
	uint16_t len; /* of the header, as far as it was captured */
	uint32_t offset;
};

enum { LAYERS_MAX = 24 };

struct layers {
	unsigned n;
	/* More headers than LAYERS_MAX: decoding stopped with DATAGRAM_MALFORMED; or just that many and only
	 * LAYER_PAYLOAD is missing here. */
	bool overflow;
	struct layer at[LAYERS_MAX];
};

struct datagram {
	struct addr src, dst;      /* innermost IP; all zero before IP was reached */
	const uint8_t *payload;    /* behind UDP, TCP or ICMP; behind IP for fragments and others */
	uint32_t payload_len;      /* bytes present at payload, within what IP and UDP say */
	uint32_t payload_wire_len; /* bytes that IP (and UDP) say there were; > payload_len when cut */
	uint16_t sport, dport;     /* UDP and TCP */
	uint16_t tunnels, findings;
	uint8_t kind;       /* enum datagram_kind */
	uint8_t ip_version; /* 4 or 6, 0 when IP was not reached */
	uint8_t ip_proto;   /* the protocol behind IP and its extension headers */
	uint8_t ttl;
	uint8_t icmp_type, icmp_code;
	uint8_t tcp_flags;
	uint32_t tcp_seq;
	/* Fragments: */
	uint32_t fragment_id;
	uint32_t fragment_offset; /* in bytes */
	bool fragment_more;
	/* The innermost IP header, for reassembly and checksums; NULL when IP was not reached. */
	const uint8_t *ip;
	uint32_t ip_len; /* captured bytes from ip on */
};

/* Decodes p into *d.  With layers not NULL every header passed is listed there, outermost first (slower:
 * the counting path passes NULL).  Nesting deeper than eight IP headers is DATAGRAM_MALFORMED. */
void frame_decode(const struct packet *p, struct datagram *d, struct layers *layers);

/* Decodes the packet that an ICMP or ICMPv6 error quotes.  icmp is a datagram of either kind.  Returns
 * false (and *quoted of kind DATAGRAM_OTHER) when it is not an error message (RFC 792 types 3, 4, 5, 11, 12;
 * RFC 4443 types 1 to 4) or quotes no IP header.  The quoted datagram is cut as a rule: with at least 8
 * bytes behind its IP header the ports are known.  layers, when given, goes on behind those of the error. */
bool icmp_quote_decode(const struct packet *p, const struct datagram *icmp, struct datagram *quoted,
		       struct layers *layers);

enum checksum_state { CHECKSUM_GOOD, CHECKSUM_BAD, CHECKSUM_ABSENT, CHECKSUM_UNKNOWN /* cut */ };

/* Checks the UDP checksum over the pseudo header (RFC 768, RFC 8200 section 8.1). */
enum checksum_state udp_checksum_state(const struct datagram *d);

/* The IP identification of kinds and tunnels for messages: "vlan", "6in4", ...; bit must be one bit. */
const char *tunnel_name(enum tunnel bit);

#endif
