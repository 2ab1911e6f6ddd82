/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layers below IP that identify their payload by an Ethernet type or an address family. */
#include <string.h>

#include "base/bytes.h"
#include "proto/frame.h"
#include "proto/walk.h"

enum {
	TYPE_802_3_MAX = 1500, /* up to here the "type" is a length, IEEE 802.3 clause 3.2.6 */
	TYPE_IP4 = 0x0800,
	TYPE_IP6 = 0x86dd,
	TYPE_VLAN = 0x8100,
	TYPE_VLAN_SERVICE = 0x88a8,
	TYPE_VLAN_OLD = 0x9100,
	TYPE_MPLS = 0x8847,
	TYPE_MPLS_MULTICAST = 0x8848,
	LINK_WITH_PPI = 192,
	LINK_NFLOG = 239,
	LINK_PKTAP = 258,
	LINK_PKTAP_DARWIN = 149, /* user-defined 2 elsewhere; Darwin's libpcap writes it for the same */
	TYPE_PPPOE_SESSION = 0x8864,
	TYPE_PPP = 0x880b,
	TYPE_BRIDGED = 0x6558,
};

/*   0               6               12      14
 *  +---------------+---------------+-------+----
 *  | destination   | source        | type  |       type <= 1500: a length, then LLC
 *  +---------------+---------------+-------+----
 */
enum step link_ethernet(struct walk *w)
{
	const uint8_t *h = walk_header(w, LAYER_ETHERNET, 14);
	if (!h)
		return STEP_END;
	w->type = load_be16(h + 12);
	return STEP_ETHERTYPE;
}

/* A tag: 2 bytes of priority and number, then the type of what is tagged. */
static enum step vlan(struct walk *w)
{
	const uint8_t *h = walk_header(w, LAYER_VLAN, 4);
	if (!h)
		return STEP_END;
	w->d->tunnels |= TUNNEL_VLAN;
	w->type = load_be16(h + 2);
	return STEP_ETHERTYPE;
}

enum step link_ethertype(struct walk *w)
{
	switch (w->type) {
	case TYPE_IP4: return STEP_IP;
	case TYPE_IP6: return STEP_IP6;
	case TYPE_VLAN:
	case TYPE_VLAN_SERVICE:
	case TYPE_VLAN_OLD: return vlan(w);
	case TYPE_MPLS:
	case TYPE_MPLS_MULTICAST: return mpls_stack(w);
	case TYPE_PPPOE_SESSION: return STEP_PPPOE;
	case TYPE_PPP: return STEP_PPP;
	case TYPE_BRIDGED: return STEP_ETHERNET;
	}
	if (w->type > TYPE_802_3_MAX)
		return walk_end(w, DATAGRAM_OTHER);
	walk_bound(w, w->type);
	return STEP_LLC;
}

/*  DSAP SSAP control | OUI (3) PID (2) when both are 0xaa (SNAP, RFC 1042) */
enum step link_llc(struct walk *w)
{
	enum { SAP_IP = 0x06, SAP_SNAP = 0xaa, UNNUMBERED_INFORMATION = 0x03 };

	if (!walk_has(w, 3))
		return STEP_END;
	bool snap = w->at[0] == SAP_SNAP && w->at[1] == SAP_SNAP;
	if (w->at[2] != UNNUMBERED_INFORMATION || (!snap && w->at[0] != SAP_IP))
		return walk_end(w, DATAGRAM_OTHER);
	const uint8_t *h = walk_header(w, LAYER_LLC, snap ? 8 : 3);
	if (!h)
		return STEP_END;
	if (!snap)
		return STEP_IP;
	/* OUI 0: the PID is an Ethernet type; 00-00-f8 is used for the same by bridges (802.1H). */
	if (h[3] || h[4] || (h[5] && h[5] != 0xf8))
		return walk_end(w, DATAGRAM_OTHER);
	w->type = load_be16(h + 6);
	return w->type > TYPE_802_3_MAX ? STEP_ETHERTYPE : walk_end(w, DATAGRAM_OTHER);
}

/* Linux "cooked" types below 0x0600 are not lengths. */
static enum step cooked(struct walk *w, uint16_t hardware, uint16_t protocol)
{
	enum { HARDWARE_NETLINK = 824, COOKED_LLC = 4 };

	if (hardware == HARDWARE_NETLINK)
		return walk_end(w, DATAGRAM_OTHER);
	if (protocol == COOKED_LLC)
		return STEP_LLC;
	w->type = protocol;
	return protocol > TYPE_802_3_MAX ? STEP_ETHERTYPE : walk_end(w, DATAGRAM_OTHER);
}

/*   0      2        4       6              14         16
 *  +------+--------+-------+--------------+----------+
 *  | kind |hardware|addrlen| address      | protocol |
 *  +------+--------+-------+--------------+----------+
 */
static enum step sll(struct walk *w)
{
	const uint8_t *h = walk_header(w, LAYER_SLL, 16);
	return h ? cooked(w, load_be16(h + 2), load_be16(h + 14)) : STEP_END;
}

/*   0          2     4           8        10     11      12           20
 *  +----------+-----+-----------+--------+------+-------+------------+
 *  | protocol | 0   | interface |hardware| kind |addrlen| address    |
 *  +----------+-----+-----------+--------+------+-------+------------+
 */
static enum step sll2(struct walk *w)
{
	const uint8_t *h = walk_header(w, LAYER_SLL2, 20);
	return h ? cooked(w, load_be16(h + 8), load_be16(h)) : STEP_END;
}

/* A BSD address family.  LINK_NULL has it in the byte order of the machine that captured, LINK_LOOP in
 * network order; families are small, so that the order shows. */
static enum step family(struct walk *w)
{
	const uint8_t *h = walk_header(w, LAYER_NULL, 4);
	if (!h)
		return STEP_END;
	uint32_t f = load_be32(h);
	if (f > UINT16_MAX)
		f = load_le32(h);
	switch (f) {
	case 2: /* AF_INET everywhere */ return STEP_IP;
	case 10: /* AF_INET6 of Linux, 24 of NetBSD and OpenBSD, 28 of FreeBSD, 30 of Darwin */
	case 24:
	case 28:
	case 30: return STEP_IP6;
	}
	return walk_end(w, DATAGRAM_OTHER);
}

/* What Linux's firewall logs: family, version, group (2), then attributes of length (2, with these four
 * bytes), type (2) and contents padded to four, little endian.  One of them is the packet, from IP on. */
static enum step nflog(struct walk *w)
{
	enum { ATTRIBUTE_PACKET = 9 };

	if (!walk_has(w, 4))
		return STEP_END;
	walk_skip(w, 4);
	for (;;) {
		if (!walk_has(w, 4))
			return STEP_END;
		uint32_t len = load_le16(w->at), type = load_le16(w->at + 2);
		if (len < 4)
			return walk_end(w, DATAGRAM_MALFORMED);
		if (type == ATTRIBUTE_PACKET) {
			walk_skip(w, 4);
			walk_bound(w, len - 4);
			return STEP_IP;
		}
		len = (len + 3) & ~UINT32_C(3);
		if (!walk_has(w, len))
			return STEP_END;
		walk_skip(w, len);
	}
}

/* Link types that name another one; they do not nest. */
static bool wraps(uint32_t link)
{
	return link == LINK_WITH_PPI || link == LINK_PKTAP || link == LINK_PKTAP_DARWIN;
}

/* Per-Packet Information, an older radiotap: version, flags, length (2), link type (4), little endian. */
static enum step ppi(struct walk *w)
{
	if (!walk_has(w, 8))
		return STEP_END;
	uint32_t len = load_le16(w->at + 2), link = load_le32(w->at + 4);
	if (len < 8 || wraps(link))
		return walk_end(w, DATAGRAM_MALFORMED);
	if (!walk_has(w, len))
		return STEP_END;
	walk_skip(w, len);
	return link_begin(w, link);
}

/* Darwin's: length of this header (4), record type (4), link type (4), ..., little endian. */
static enum step pktap(struct walk *w)
{
	enum { PKTAP_LEN = 108 };

	if (!walk_has(w, 12))
		return STEP_END;
	uint32_t len = load_le32(w->at), link = load_le32(w->at + 8);
	if (len < PKTAP_LEN || wraps(link))
		return walk_end(w, DATAGRAM_MALFORMED);
	if (!walk_has(w, len))
		return STEP_END;
	walk_skip(w, len);
	return link_begin(w, link);
}

enum step link_begin(struct walk *w, uint32_t link)
{
	switch (link) {
	case LINK_NULL:
	case LINK_LOOP: return family(w);
	case LINK_ETHERNET: return STEP_ETHERNET;
	case LINK_PPP: return ppp_begin(w);
	case LINK_PPP_HDLC: return ppp_hdlc_begin(w);
	case LINK_PPP_ETHER: return STEP_PPPOE;
	case LINK_CHDLC: return ppp_chdlc(w);
	case 12: /* DLT_RAW as some systems wrote it */
	case 14:
	case LINK_RAW:
	case LINK_IPV4: return STEP_IP;
	case LINK_IPV6: return STEP_IP6;
	case LINK_IEEE802_11: return wlan_frame(w, false);
	case LINK_IEEE802_11_RADIOTAP: return wlan_radiotap(w);
	case LINK_WITH_PPI: return ppi(w);
	case LINK_PKTAP:
	case LINK_PKTAP_DARWIN: return pktap(w);
	case LINK_NFLOG: return nflog(w);
	case LINK_LINUX_SLL: return sll(w);
	case LINK_LINUX_SLL2: return sll2(w);
	}
	return walk_end(w, DATAGRAM_UNKNOWN_LINK);
}
