/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IPv4 (RFC 791), IPv6 (RFC 8200) with its extension headers, and what their protocol numbers open. */
#include "base/bytes.h"
#include "proto/frame.h"
#include "proto/walk.h"

enum {
	PROTO_HOP_BY_HOP = 0,
	PROTO_ICMP = 1,
	PROTO_IP4 = 4,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_IP6 = 41,
	PROTO_ROUTING = 43,
	PROTO_FRAGMENT = 44,
	PROTO_GRE = 47,
	PROTO_AH = 51,
	PROTO_ICMP6 = 58,
	PROTO_DESTINATION = 60,
	PROTO_ETHERIP = 97,
	PROTO_MPLS = 137,
	PROTO_ETHERNET = 143,
	IP4_LEN = 20,
	IP6_LEN = 40,
};

/* Notes where the header is; false when headers are nested too deep. */
static bool enter(struct walk *w, uint8_t version)
{
	if (w->ip_depth == IP_DEPTH_MAX) {
		w->d->kind = DATAGRAM_MALFORMED;
		return false;
	}
	w->ip_depth++;
	w->d->ip_version = version;
	w->d->ip = w->at;
	w->d->ip_len = w->cap;
	return true;
}

/* Cuts the walk to the bytes that the header's length field speaks of. */
static void bound_by_ip(struct walk *w, uint32_t len)
{
	if (len > w->wire)
		w->d->findings |= FRAME_IP_LENGTH_LIES;
	walk_bound(w, len);
}

/* No length was written since hardware was to cut the packet up later: all there is belongs to it. */
static void bound_by_frame(struct walk *w)
{
	w->d->findings |= FRAME_IP_LENGTH_ZERO;
	if (w->quoted)
		w->wire = w->cap;
}

/*   0      1     2              4        6            8     9      10       12    16    20
 *  +------+-----+--------------+--------+------------+-----+------+--------+-----+-----+---------
 *  |4 ihl | tos | total length | id     | flags, off | ttl | prot | chksum | src | dst | options
 *  +------+-----+--------------+--------+------------+-----+------+--------+-----+-----+---------
 */
static enum step ip4(struct walk *w)
{
	struct datagram *d = w->d;

	if (!walk_has(w, IP4_LEN))
		return STEP_END;
	const uint8_t *h = w->at;
	uint32_t len = (h[0] & 15) * 4u, total = load_be16(h + 2);
	if (len < IP4_LEN || (total && total < len))
		return walk_end(w, DATAGRAM_MALFORMED);
	if (!enter(w, 4))
		return STEP_END;
	d->src = addr_from_v4(h + 12);
	d->dst = addr_from_v4(h + 16);
	d->ttl = h[8];
	d->ip_proto = h[9];
	if (total)
		bound_by_ip(w, total);
	else
		bound_by_frame(w);
	if (!walk_header(w, LAYER_IPV4, len))
		return STEP_END;
	uint16_t fragment = load_be16(h + 6);
	if (fragment & 0x3fff) {
		d->fragment_id = load_be16(h + 4);
		d->fragment_offset = (fragment & 0x1fff) * 8u;
		d->fragment_more = fragment & 0x2000;
		return walk_end(w, DATAGRAM_FRAGMENT);
	}
	w->type = h[9];
	return STEP_PROTOCOL;
}

/* The payload length of a jumbogram (RFC 2675): an option of the hop-by-hop header behind the IPv6 header at
 * w->at.  0 when there is none. */
static uint32_t jumbo_length(const struct walk *w)
{
	enum { OPTION_PAD1 = 0, OPTION_JUMBO = 0xc2 };

	if (w->cap < IP6_LEN + 8 || w->at[6] != PROTO_HOP_BY_HOP)
		return 0;
	uint32_t len = (w->at[IP6_LEN + 1] + 1u) * 8;
	if (len > w->cap - IP6_LEN)
		len = w->cap - IP6_LEN;
	struct bytes b = bytes_of(w->at + IP6_LEN + 2, len - 2);
	while (bytes_left(&b)) {
		uint8_t option = bytes_u8(&b);
		if (option == OPTION_PAD1)
			continue;
		uint8_t n = bytes_u8(&b);
		if (option == OPTION_JUMBO && n == 4)
			return bytes_be32(&b);
		bytes_take(&b, n);
	}
	return 0;
}

/*   0              4         6      7     8       24      40
 *  +--------------+---------+------+-----+-------+-------+
 *  |6 class, flow | payload | next | hop | src   | dst   |
 *  +--------------+---------+------+-----+-------+-------+
 */
static enum step ip6(struct walk *w)
{
	struct datagram *d = w->d;

	if (!walk_has(w, IP6_LEN))
		return STEP_END;
	const uint8_t *h = w->at;
	if (!enter(w, 6))
		return STEP_END;
	d->src = addr_from_v6(h + 8);
	d->dst = addr_from_v6(h + 24);
	d->ttl = h[7];
	d->ip_proto = h[6];
	uint32_t payload = load_be16(h + 4);
	if (!payload)
		payload = jumbo_length(w);
	if (payload > UINT32_MAX - IP6_LEN)
		payload = UINT32_MAX - IP6_LEN;
	bound_by_ip(w, IP6_LEN + payload); /* 0 is no sign of offload here: nothing follows */
	if (!walk_header(w, LAYER_IPV6, IP6_LEN))
		return STEP_END;
	w->type = h[6];
	return STEP_PROTOCOL;
}

/* What was announced as IPv4 may turn out as IPv6, but not the other way round: so does Wireshark. */
enum step ip_open(struct walk *w)
{
	if (!walk_has(w, 1))
		return STEP_END;
	switch (w->at[0] >> 4) {
	case 4: return ip4(w);
	case 6: return ip6(w);
	}
	return walk_end(w, DATAGRAM_MALFORMED);
}

enum step ip6_open(struct walk *w)
{
	if (!walk_has(w, 1))
		return STEP_END;
	return w->at[0] >> 4 == 6 ? ip6(w) : walk_end(w, DATAGRAM_MALFORMED);
}

/* next header, length in units of 8 bytes without the first, ... (RFC 8200 sections 4.3, 4.4, 4.6) */
static enum step ip_extension(struct walk *w)
{
	if (!walk_has(w, 2))
		return STEP_END;
	const uint8_t *h = walk_header(w, LAYER_IPV6_EXT, (w->at[1] + 1u) * 8);
	if (!h)
		return STEP_END;
	w->type = w->d->ip_proto = h[0];
	return STEP_PROTOCOL;
}

/*   0      1     2                 4
 *  +------+-----+--------------+--+----------------+
 *  | next | 0   | offset (13)  |0M| identification |     RFC 8200 section 4.5
 *  +------+-----+--------------+--+----------------+
 */
static enum step ip6_fragment(struct walk *w)
{
	struct datagram *d = w->d;
	const uint8_t *h = walk_header(w, LAYER_IPV6_EXT, 8);
	if (!h)
		return STEP_END;
	w->type = d->ip_proto = h[0];
	uint16_t fragment = load_be16(h + 2);
	if (!(fragment & 0xfff9))
		return STEP_PROTOCOL; /* atomic: the only piece (RFC 6946) */
	d->fragment_id = load_be32(h + 4);
	d->fragment_offset = fragment & 0xfff8;
	d->fragment_more = fragment & 1;
	return walk_end(w, DATAGRAM_FRAGMENT);
}

/* next header, length in units of 4 bytes minus 2, ... (RFC 4302 section 2) */
static enum step ip_authentication(struct walk *w)
{
	if (!walk_has(w, 2))
		return STEP_END;
	const uint8_t *h = walk_header(w, LAYER_IPV6_EXT, (w->at[1] + 2u) * 4);
	if (!h)
		return STEP_END;
	w->type = w->d->ip_proto = h[0];
	return STEP_PROTOCOL;
}

static enum step ip_in_ip(struct walk *w, bool inner_v6)
{
	bool outer_v6 = w->d->ip_version == 6;

	if (outer_v6)
		w->d->tunnels |= inner_v6 ? TUNNEL_6IN6 : TUNNEL_4IN6;
	else
		w->d->tunnels |= inner_v6 ? TUNNEL_6IN4 : TUNNEL_IPIP;
	return inner_v6 ? STEP_IP6 : STEP_IP;
}

enum step ip_protocol(struct walk *w)
{
	switch (w->type) {
	case PROTO_UDP: return transport_udp(w);
	case PROTO_TCP: return transport_tcp(w);
	case PROTO_ICMP:
	case PROTO_ICMP6: return transport_icmp(w, w->type == PROTO_ICMP6);
	case PROTO_IP4:
	case PROTO_IP6: return ip_in_ip(w, w->type == PROTO_IP6);
	case PROTO_GRE: return tunnel_gre(w);
	case PROTO_AH: return ip_authentication(w);
	case PROTO_MPLS: return mpls_stack(w);
	case PROTO_ETHERIP: /* RFC 3378: a version, then the frame */
		if (!walk_has(w, 2))
			return STEP_END;
		walk_skip(w, 2);
		return STEP_ETHERNET;
	case PROTO_ETHERNET: return STEP_ETHERNET;
	case PROTO_HOP_BY_HOP:
	case PROTO_ROUTING:
	case PROTO_DESTINATION:
		return ip_extension(w); /* behind IPv4 too, where nobody sends them: as Wireshark does */
	case PROTO_FRAGMENT: return w->d->ip_version == 6 ? ip6_fragment(w) : walk_end(w, DATAGRAM_OTHER);
	}
	return walk_end(w, DATAGRAM_OTHER);
}
