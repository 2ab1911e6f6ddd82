/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The short cut through a frame.  Nearly every packet of a capture at an NTP server is Ethernet, perhaps one
 * VLAN tag, plain IPv4 or IPv6, UDP, whole, with lengths that agree.  Such a one is recognised with a few
 * branches that always go the same way; whatever is unusual in any respect is left to frame.c's walk, which
 * says the same of the plain ones.
 */
#ifndef PROTO_FRAME_PLAIN_H
#define PROTO_FRAME_PLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/addr.h"
#include "base/bytes.h"
#include "base/packet.h"

enum {
	PLAIN_ETHER_LEN = 14,
	PLAIN_VLAN_LEN = 4,
	PLAIN_IP4_LEN = 20,
	PLAIN_IP6_LEN = 40,
	PLAIN_UDP_LEN = 8,
};

struct frame_plain {
	const uint8_t *ip, *udp;
	uint32_t ip_left; /* octets from ip to the end of the frame */
	uint32_t udp_len; /* octets from udp on, header included; all are there */
	bool v6, vlan;
};

static inline bool frame_plain_ip4(const uint8_t *ip, uint32_t left, struct frame_plain *out)
{
	if (left < PLAIN_IP4_LEN + PLAIN_UDP_LEN)
		return false;
	uint32_t total = load_be16(ip + 2);
	/* No options; more-fragments bit and offset zero; UDP; whole. */
	if (ip[0] != 0x45 || (load_be16(ip + 6) & 0x3fff) || ip[9] != 17 ||
	    total < PLAIN_IP4_LEN + PLAIN_UDP_LEN || total > left)
		return false;
	out->udp = ip + PLAIN_IP4_LEN;
	out->udp_len = total - PLAIN_IP4_LEN;
	out->v6 = false;
	return load_be16(out->udp + 4) == out->udp_len;
}

static inline bool frame_plain_ip6(const uint8_t *ip, uint32_t left, struct frame_plain *out)
{
	if (left < PLAIN_IP6_LEN + PLAIN_UDP_LEN)
		return false;
	uint32_t payload = load_be16(ip + 4);
	if (ip[0] >> 4 != 6 || ip[6] != 17 || payload < PLAIN_UDP_LEN || payload > left - PLAIN_IP6_LEN)
		return false;
	out->udp = ip + PLAIN_IP6_LEN;
	out->udp_len = payload;
	out->v6 = true;
	return load_be16(out->udp + 4) == payload;
}

/* False when the frame is not of that kind; then *out means nothing.  The ports are not looked at: they may
 * belong to a tunnel. */
static inline bool frame_plain(const struct packet *p, struct frame_plain *out)
{
	const uint8_t *at = p->data;
	uint32_t left = p->caplen;

	if (p->link != LINK_ETHERNET || left < PLAIN_ETHER_LEN + PLAIN_VLAN_LEN)
		return false;
	uint16_t type = load_be16(at + 12);
	at += PLAIN_ETHER_LEN;
	left -= PLAIN_ETHER_LEN;
	out->vlan = type == 0x8100;
	if (out->vlan) {
		type = load_be16(at + 2);
		at += PLAIN_VLAN_LEN;
		left -= PLAIN_VLAN_LEN;
	}
	out->ip = at;
	out->ip_left = left;
	if (type == 0x0800)
		return frame_plain_ip4(at, left, out);
	return type == 0x86dd && frame_plain_ip6(at, left, out);
}

static inline void frame_plain_addrs(const struct frame_plain *f, struct addr *src, struct addr *dst)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (f->v6) {
		memcpy(src->b, f->ip + 8, 16);
		memcpy(dst->b, f->ip + 24, 16);
		return;
	}
	memcpy(src->b, mapped, 12);
	memcpy(src->b + 12, f->ip + 12, 4);
	memcpy(dst->b, mapped, 12);
	memcpy(dst->b + 12, f->ip + 16, 4);
}

#endif
