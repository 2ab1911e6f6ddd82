/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tunnels with a header of their own: GRE (RFC 2784, 2890, 2637), VXLAN (RFC 7348), Geneve (RFC 8926),
 * Teredo (RFC 4380), MPLS in UDP (RFC 7510), GTP-U (3GPP TS 29.281). */
#include "base/bytes.h"
#include "proto/frame.h"
#include "proto/walk.h"

enum { TYPE_PPP = 0x880b, TYPE_ERSPAN = 0x88be, TYPE_ERSPAN_3 = 0x22eb, TYPE_802_3_MAX = 1500 };

/* Optional words of GRE, by flag:  checksum+reserved | key | sequence | acknowledgment (version 1). */
enum {
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_ACK = 0x0080,
};

static uint32_t gre_length(uint16_t flags)
{
	uint32_t len = 4;
	if (flags & (GRE_CHECKSUM | GRE_ROUTING))
		len += 4;
	if (flags & GRE_KEY)
		len += 4;
	if (flags & GRE_SEQUENCE)
		len += 4;
	if ((flags & 7) == 1 && (flags & GRE_ACK))
		len += 4;
	return len;
}

/* Source routes (RFC 1701): family (2), offset, length, that many bytes; the last has family and length 0. */
static bool gre_routes(struct walk *w)
{
	for (;;) {
		const uint8_t *h = walk_header(w, LAYER_GRE, 4);
		if (!h)
			return false;
		if (!load_be16(h) && !h[3])
			return true;
		if (!walk_has(w, h[3]))
			return false;
		walk_skip(w, h[3]);
	}
}

/* Mirrored frames: type II has 8 bytes before the frame, III has 12 and, with its last bit, 8 more. */
static enum step erspan(struct walk *w, bool sequenced)
{
	if (w->type == TYPE_ERSPAN) {
		uint32_t len = sequenced ? 8 : 0; /* without sequence numbers it is type I: no header */
		if (!walk_has(w, len))
			return STEP_END;
		walk_skip(w, len);
		return STEP_ETHERNET;
	}
	if (!walk_has(w, 12))
		return STEP_END;
	uint32_t len = w->at[11] & 1 ? 20 : 12;
	if (!walk_has(w, len))
		return STEP_END;
	walk_skip(w, len);
	return STEP_ETHERNET;
}

enum step tunnel_gre(struct walk *w)
{
	if (!walk_has(w, 4))
		return STEP_END;
	uint16_t flags = load_be16(w->at), version = flags & 7;
	if (version > 1)
		return walk_end(w, DATAGRAM_OTHER);
	const uint8_t *h = walk_header(w, LAYER_GRE, gre_length(flags));
	if (!h)
		return STEP_END;
	w->d->tunnels |= TUNNEL_GRE;
	w->type = load_be16(h + 2);
	if (version == 1) { /* PPTP: the key is length (2) and call (2) */
		if (w->type != TYPE_PPP || !(flags & GRE_KEY) || !(flags & GRE_SEQUENCE))
			return walk_end(w, DATAGRAM_OTHER);
		walk_bound(w, load_be16(h + 4));
		return ppp_begin(w);
	}
	if ((flags & GRE_ROUTING) && !gre_routes(w))
		return STEP_END;
	if (w->type == TYPE_PPP)
		return ppp_begin(w);
	if (w->type == TYPE_ERSPAN || w->type == TYPE_ERSPAN_3)
		return erspan(w, flags & GRE_SEQUENCE);
	return w->type > TYPE_802_3_MAX ? STEP_ETHERTYPE : walk_end(w, DATAGRAM_OTHER);
}

/* Where the IPv6 packet of a Teredo datagram begins: behind an authentication (0x0001) and an origin
 * indication (0x0000), both optional (RFC 4380 section 5.1.1).  UINT32_MAX when there is none. */
static uint32_t teredo_inner(const struct walk *w)
{
	uint32_t at = 0;
	if (w->cap >= 4 && load_be16(w->at) == 1)
		at = 13u + w->at[2] + w->at[3];
	if (w->cap >= 8 && at <= w->cap - 8 && load_be16(w->at + at) == 0)
		at += 8;
	return at < w->cap && w->cap - at >= 40 && w->at[at] >> 4 == 6 ? at : UINT32_MAX;
}

/* A GTP-U header of version 1 whose message is "a packet of the subscriber". */
static bool is_gtp(const struct walk *w)
{
	enum { VERSION_MASK = 0xf0, VERSION_1_GTP = 0x30, MESSAGE_PACKET = 255 };

	return w->cap >= 12 && (w->at[0] & VERSION_MASK) == VERSION_1_GTP && w->at[1] == MESSAGE_PACKET;
}

enum step tunnel_of_udp(const struct walk *w)
{
	switch (tunnel_port_of(w->d->sport, w->d->dport)) {
	case PORT_VXLAN: return w->cap >= 8 + 14 ? STEP_VXLAN : STEP_END;
	case PORT_VXLAN_GPE: return w->cap >= 8 && (w->at[0] & 0x08) ? STEP_VXLAN_GPE : STEP_END;
	case PORT_GENEVE: return w->cap >= 8 && w->at[0] >> 6 == 0 ? STEP_GENEVE : STEP_END;
	case PORT_TEREDO: return teredo_inner(w) == UINT32_MAX ? STEP_END : STEP_TEREDO;
	case PORT_GTP: return is_gtp(w) ? STEP_GTP : STEP_END;
	case PORT_MPLS: return w->cap >= 4 ? STEP_MPLS : STEP_END;
	}
	return STEP_END;
}

/* flags, reserved (3), VNI (3), reserved; then an Ethernet frame */
enum step tunnel_vxlan(struct walk *w)
{
	w->d->tunnels |= TUNNEL_VXLAN;
	return walk_header(w, LAYER_VXLAN, 8) ? STEP_ETHERNET : STEP_END;
}

/* The Generic Protocol Extension: the byte before the VNI says what comes. */
enum step tunnel_vxlan_gpe(struct walk *w)
{
	w->d->tunnels |= TUNNEL_VXLAN;
	const uint8_t *h = walk_header(w, LAYER_VXLAN, 8);
	if (!h)
		return STEP_END;
	switch (h[3]) {
	case 1: return STEP_IP;
	case 2: return STEP_IP6;
	case 3: return STEP_ETHERNET;
	}
	return walk_end(w, DATAGRAM_OTHER);
}

/*   0       1      2        4    8            10    11
 *  +-------+------+--------+----+------------+-----+------+----
 *  | flags | type | length | id | sequence   | pdu | next |       the last three when any of flags 7 is set
 *  +-------+------+--------+----+------------+-----+------+----
 * "next" names an extension: length in units of 4 bytes, contents, "next" again; 0 ends them.
 */
enum step tunnel_gtp(struct walk *w)
{
	w->d->tunnels |= TUNNEL_GTP;
	const uint8_t *h = walk_header(w, LAYER_GTP, w->at[0] & 7 ? 12 : 8);
	if (!h)
		return STEP_END;
	uint32_t len = load_be16(h + 2), optional = h[0] & 7 ? 4 : 0;
	walk_bound(w, len > optional ? len - optional : 0);
	uint8_t next = h[0] & 4 ? h[11] : 0;
	while (next) {
		if (!walk_has(w, 4))
			return STEP_END;
		len = w->at[0] * 4u;
		if (!len)
			return walk_end(w, DATAGRAM_MALFORMED);
		if (!walk_has(w, len))
			return STEP_END;
		next = w->at[len - 1];
		walk_skip(w, len);
	}
	return STEP_IP;
}

/*  version (2 bits) and length of the options (6 bits, words), flags, type (2), VNI (3), reserved, options */
enum step tunnel_geneve(struct walk *w)
{
	w->d->tunnels |= TUNNEL_GENEVE;
	const uint8_t *h = walk_header(w, LAYER_GENEVE, 8 + (w->at[0] & 0x3fu) * 4);
	if (!h)
		return STEP_END;
	w->type = load_be16(h + 2);
	return w->type > TYPE_802_3_MAX ? STEP_ETHERTYPE : walk_end(w, DATAGRAM_OTHER);
}

enum step tunnel_teredo(struct walk *w)
{
	w->d->tunnels |= TUNNEL_TEREDO;
	walk_skip(w, teredo_inner(w));
	return STEP_IP;
}
