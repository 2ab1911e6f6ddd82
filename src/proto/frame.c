/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/frame.h"

#include <string.h>

#include "base/bytes.h"
#include "proto/frame_plain.h"
#include "proto/walk.h"

enum { PROTOCOL_UDP = 17, PORT_NTP = 123 };

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

/* frame_plain.h, for those who want the datagram.  Inlining is forced: called, it takes twice the time. */
static inline __attribute__((always_inline)) bool short_cut(const struct packet *p, struct datagram *d)
{
	struct frame_plain f;

	if (!frame_plain(p, &f))
		return false;
	uint16_t sport = load_be16(f.udp), dport = load_be16(f.udp + 2);
	if (sport != PORT_NTP && dport != PORT_NTP && tunnel_port_of(sport, dport))
		return false;
	frame_plain_addrs(&f, &d->src, &d->dst);
	d->tunnels = f.vlan ? TUNNEL_VLAN : 0;
	d->sport = sport;
	d->dport = dport;
	d->payload = f.udp + PLAIN_UDP_LEN;
	d->payload_len = d->payload_wire_len = f.udp_len - PLAIN_UDP_LEN;
	d->findings = load_be16(f.udp + 6) ? 0 : FRAME_UDP_SUM_ZERO;
	d->kind = DATAGRAM_UDP;
	d->ip_proto = PROTOCOL_UDP;
	d->icmp_type = d->icmp_code = d->tcp_flags = 0;
	d->tcp_seq = d->fragment_id = d->fragment_offset = 0;
	d->fragment_more = false;
	d->ip_version = f.v6 ? 6 : 4;
	d->ttl = f.v6 ? f.ip[7] : f.ip[8];
	d->ip = f.ip;
	d->ip_len = f.ip_left;
	return true;
}

void frame_decode(const struct packet *p, struct datagram *d, struct layers *layers)
{
	if (!layers && short_cut(p, d))
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
