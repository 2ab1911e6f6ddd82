/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/frame.h"

#include <string.h>

#include "base/bytes.h"
#include "proto/walk.h"

void walk_note(struct walk *w, enum layer_type type, uint32_t len)
{
	struct layers *l = w->layers;
	if (!l)
		return;
	if (l->n == LAYERS_MAX) {
		l->overflow = true;
		return;
	}
	if (len > w->cap)
		len = w->cap;
	l->at[l->n++] = (struct layer){
		.type = (uint8_t)type,
		.len = len > UINT16_MAX ? UINT16_MAX : (uint16_t)len,
		.offset = (uint32_t)(w->at - w->start),
	};
}

const uint8_t *walk_header(struct walk *w, enum layer_type type, uint32_t n)
{
	if (w->n_headers == LAYERS_MAX) {
		if (w->layers)
			w->layers->overflow = true;
		w->d->kind = DATAGRAM_MALFORMED;
		return NULL;
	}
	w->n_headers++;
	if (w->cap)
		walk_note(w, type, n);
	if (!walk_has(w, n))
		return NULL;
	const uint8_t *h = w->at;
	walk_skip(w, n);
	return h;
}

static enum step take_step(struct walk *w, enum step step)
{
	switch (step) {
	case STEP_END: return STEP_END;
	case STEP_ETHERNET: return link_ethernet(w);
	case STEP_ETHERTYPE: return link_ethertype(w);
	case STEP_LLC: return link_llc(w);
	case STEP_PPP: return ppp_protocol(w);
	case STEP_PPPOE: return ppp_pppoe(w);
	case STEP_IP: return ip_open(w);
	case STEP_IP6: return ip6_open(w);
	case STEP_PROTOCOL: return ip_protocol(w);
	case STEP_MPLS: return mpls_stack(w);
	case STEP_VXLAN: return tunnel_vxlan(w);
	case STEP_VXLAN_GPE: return tunnel_vxlan_gpe(w);
	case STEP_GENEVE: return tunnel_geneve(w);
	case STEP_TEREDO: return tunnel_teredo(w);
	case STEP_GTP: return tunnel_gtp(w);
	}
	return STEP_END;
}

void walk_run(struct walk *w, enum step step)
{
	struct datagram *d = w->d;

	while (step != STEP_END)
		step = take_step(w, step);
	if (w->quoted && w->wire == UINT32_MAX)
		w->wire = w->cap; /* no IP header said how long it was */
	d->payload = w->at;
	d->payload_len = w->cap;
	d->payload_wire_len = w->wire;
	if (w->cap < w->wire)
		d->findings |= FRAME_CUT;
	if (w->cap)
		walk_note(w, LAYER_PAYLOAD, w->cap);
}

__attribute__((noinline)) void frame_decode_general(const struct packet *p, struct datagram *d,
						    struct layers *layers)
{
	*d = (struct datagram){ .kind = DATAGRAM_OTHER };
	if (layers) {
		layers->n = 0;
		layers->overflow = false;
	}
	struct walk w = {
		.at = p->data,
		.start = p->data,
		.cap = p->caplen,
		.wire = p->len > p->caplen ? p->len : p->caplen,
		.d = d,
		.layers = layers,
	};
	walk_run(&w, link_begin(&w, p->link));
}

/*
 * The short cut.  Nearly every packet of a capture at an NTP server is Ethernet, perhaps one VLAN tag, plain
 * IPv4 or IPv6, UDP, whole, with lengths that agree.  Such a one is decoded with a few branches that always
 * go the same way; whatever is unusual in any respect is left to the walk, which gives the same answer.
 * Inlining is forced: called, these functions take twice the time.
 */
#define SHORT_CUT static inline __attribute__((always_inline))

enum {
	ETHER_LEN = 14,
	VLAN_LEN = 4,
	IP4_LEN = 20,
	IP6_LEN = 40,
	UDP_LEN = 8,
	ETHERTYPE_IP4 = 0x0800,
	ETHERTYPE_IP6 = 0x86dd,
	ETHERTYPE_VLAN = 0x8100,
	PROTOCOL_UDP = 17,
	PORT_NTP = 123,
};

/* addr_from_v4() in place: three stores. */
SHORT_CUT void put_v4(struct addr *a, const uint8_t *v4)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	memcpy(a->b, mapped, 12);
	memcpy(a->b + 12, v4, 4);
}

/* udp: a whole datagram of udp_len bytes.  False when the ports may open a tunnel. */
SHORT_CUT bool short_cut_udp(struct datagram *d, const uint8_t *udp, uint32_t udp_len)
{
	uint16_t sport = load_be16(udp), dport = load_be16(udp + 2);

	if (load_be16(udp + 4) != udp_len)
		return false;
	if (sport != PORT_NTP && dport != PORT_NTP && tunnel_port_of(sport, dport))
		return false;
	d->sport = sport;
	d->dport = dport;
	d->payload = udp + UDP_LEN;
	d->payload_len = d->payload_wire_len = udp_len - UDP_LEN;
	d->findings = load_be16(udp + 6) ? 0 : FRAME_UDP_SUM_ZERO;
	d->kind = DATAGRAM_UDP;
	d->ip_proto = PROTOCOL_UDP;
	d->icmp_type = d->icmp_code = d->tcp_flags = 0;
	d->tcp_seq = d->fragment_id = d->fragment_offset = 0;
	d->fragment_more = false;
	return true;
}

SHORT_CUT bool short_cut_ip4(struct datagram *d, const uint8_t *ip, uint32_t left)
{
	if (left < IP4_LEN + UDP_LEN)
		return false;
	uint32_t total = load_be16(ip + 2);
	/* No options; more-fragments bit and offset zero; UDP; whole. */
	if (ip[0] != 0x45 || (load_be16(ip + 6) & 0x3fff) || ip[9] != PROTOCOL_UDP ||
	    total < IP4_LEN + UDP_LEN || total > left)
		return false;
	if (!short_cut_udp(d, ip + IP4_LEN, total - IP4_LEN))
		return false;
	put_v4(&d->src, ip + 12);
	put_v4(&d->dst, ip + 16);
	d->ip_version = 4;
	d->ttl = ip[8];
	d->ip = ip;
	d->ip_len = left;
	return true;
}

SHORT_CUT bool short_cut_ip6(struct datagram *d, const uint8_t *ip, uint32_t left)
{
	if (left < IP6_LEN + UDP_LEN)
		return false;
	uint32_t payload = load_be16(ip + 4);
	if (ip[0] >> 4 != 6 || ip[6] != PROTOCOL_UDP || payload < UDP_LEN || payload > left - IP6_LEN)
		return false;
	if (!short_cut_udp(d, ip + IP6_LEN, payload))
		return false;
	memcpy(d->src.b, ip + 8, 16);
	memcpy(d->dst.b, ip + 24, 16);
	d->ip_version = 6;
	d->ttl = ip[7];
	d->ip = ip;
	d->ip_len = left;
	return true;
}

SHORT_CUT bool short_cut(const struct packet *p, struct datagram *d)
{
	const uint8_t *at = p->data;
	uint32_t left = p->caplen;

	if (left < ETHER_LEN + VLAN_LEN)
		return false;
	uint16_t type = load_be16(at + 12);
	at += ETHER_LEN;
	left -= ETHER_LEN;
	d->tunnels = 0;
	if (type == ETHERTYPE_VLAN) {
		type = load_be16(at + 2);
		at += VLAN_LEN;
		left -= VLAN_LEN;
		d->tunnels = TUNNEL_VLAN;
	}
	if (type == ETHERTYPE_IP4)
		return short_cut_ip4(d, at, left);
	return type == ETHERTYPE_IP6 && short_cut_ip6(d, at, left);
}

void frame_decode(const struct packet *p, struct datagram *d, struct layers *layers)
{
	if (!layers && p->link == LINK_ETHERNET && short_cut(p, d))
		return;
	frame_decode_general(p, d, layers);
}

const char *tunnel_name(enum tunnel bit)
{
	switch (bit) {
	case TUNNEL_VLAN: return "vlan";
	case TUNNEL_MPLS: return "mpls";
	case TUNNEL_PPPOE: return "pppoe";
	case TUNNEL_IPIP: return "ipip";
	case TUNNEL_6IN4: return "6in4";
	case TUNNEL_4IN6: return "4in6";
	case TUNNEL_6IN6: return "6in6";
	case TUNNEL_GRE: return "gre";
	case TUNNEL_VXLAN: return "vxlan";
	case TUNNEL_TEREDO: return "teredo";
	case TUNNEL_GENEVE: return "geneve";
	case TUNNEL_REASSEMBLED: return "reassembled";
	case TUNNEL_GTP: return "gtp";
	}
	return "?";
}
