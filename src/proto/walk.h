/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Internal to the frame decoder: where a walk through the headers of one frame stands, and the steps it
 * is made of.  A step reads one header at walk.at, notes what it learned in walk.d and names the step that
 * follows.  Steps never recurse, so hostile nesting costs no stack; every step either ends the walk or
 * consumes a header, and headers are counted, so the walk ends.
 *
 * Two lengths go along: `cap`, the bytes that are there to be read, and `wire`, the bytes that the layers
 * passed so far say there were.  A header beyond wire is malformed, one beyond cap is merely cut.
 */
#ifndef PROTO_WALK_H
#define PROTO_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "proto/frame.h"

enum step {
	STEP_END, /* walk.d->kind says how it ended */
	STEP_ETHERNET,
	STEP_ETHERTYPE, /* walk.type is an Ethernet type (or an 802.3 length); consumes nothing itself */
	STEP_LLC,
	STEP_PPP,
	STEP_PPPOE,
	STEP_IP,       /* IPv4 or IPv6, whichever the version nibble says */
	STEP_IP6,      /* IPv6, since the layer below said so */
	STEP_PROTOCOL, /* walk.type is an IP protocol number */
	STEP_MPLS,
	STEP_VXLAN,
	STEP_VXLAN_GPE,
	STEP_GENEVE,
	STEP_TEREDO,
	STEP_GTP,
};

enum { IP_DEPTH_MAX = 8 };

struct walk {
	const uint8_t *at;
	uint32_t cap;         /* bytes to be read from at on, within the bounds of the layers passed */
	uint32_t wire;        /* bytes from at on that those layers speak of; never below cap */
	uint16_t type;        /* what the header passed last says comes next */
	uint8_t ip_depth;     /* IP headers entered */
	uint8_t n_headers;    /* all headers passed, counted with or without a list of layers */
	bool quoted;          /* inside an ICMP error: the quote is cut, its lengths do not lie */
	const uint8_t *start; /* where layer offsets count from */
	struct datagram *d;
	struct layers *layers;
};

static inline enum step walk_end(struct walk *w, enum datagram_kind kind)
{
	w->d->kind = (uint8_t)kind;
	return STEP_END;
}

/* True when n bytes can be read; otherwise the walk is at its end and the kind says why. */
static inline bool walk_has(struct walk *w, uint32_t n)
{
	if (n <= w->cap)
		return true;
	w->d->kind = n > w->wire ? DATAGRAM_MALFORMED : DATAGRAM_CUT;
	return false;
}

/* The layer's own length field: nothing behind len bytes from here belongs to it. */
static inline void walk_bound(struct walk *w, uint32_t len)
{
	if (len < w->wire)
		w->wire = len;
	if (w->cap > w->wire)
		w->cap = w->wire;
}

static inline void walk_skip(struct walk *w, uint32_t n)
{
	w->at += n;
	w->cap -= n;
	w->wire -= n;
}

/* Passes a header of n bytes and notes it as a layer.  NULL ends the walk, with the kind set: the bytes are
 * not there, or too many headers were passed. */
const uint8_t *walk_header(struct walk *w, enum layer_type type, uint32_t n);

/* Notes a layer of len bytes at w->at without passing it. */
void walk_note(struct walk *w, enum layer_type type, uint32_t len);

/* link.c: the first step for a link type, and the steps below IP. */
enum step link_begin(struct walk *w, uint32_t link);
enum step link_ethernet(struct walk *w);
enum step link_ethertype(struct walk *w);
enum step link_llc(struct walk *w);

/* ppp.c */
enum step ppp_begin(struct walk *w);      /* LINK_PPP: an address and control field may come first */
enum step ppp_hdlc_begin(struct walk *w); /* LINK_PPP_HDLC: PPP or Cisco's framing */
enum step ppp_chdlc(struct walk *w);
enum step ppp_protocol(struct walk *w);
enum step ppp_pppoe(struct walk *w);

/* wlan.c */
enum step wlan_radiotap(struct walk *w);
enum step wlan_frame(struct walk *w, bool padded);

/* mpls.c: a label stack, then whatever its first nibble says. */
enum step mpls_stack(struct walk *w);

/* ip.c */
enum step ip_open(struct walk *w);
enum step ip6_open(struct walk *w);
enum step ip_protocol(struct walk *w);

/* transport.c */
enum step transport_udp(struct walk *w);
enum step transport_tcp(struct walk *w);
enum step transport_icmp(struct walk *w, bool v6);

/* tunnel.c: tunnel_of_udp names the step for a UDP payload, STEP_END when the ports carry no tunnel or the
 * bytes do not look like one. */
enum step tunnel_of_udp(const struct walk *w);
enum step tunnel_gre(struct walk *w);
enum step tunnel_vxlan(struct walk *w);
enum step tunnel_vxlan_gpe(struct walk *w);
enum step tunnel_geneve(struct walk *w);
enum step tunnel_teredo(struct walk *w);
enum step tunnel_gtp(struct walk *w);

/* frame.c: runs from that step to the end, then sets payload, payload_len and payload_wire_len. */
void walk_run(struct walk *w, enum step step);

/* frame.c: frame_decode without its short cut for the frames that come by the million.  For tests, which
 * compare the two. */
void frame_decode_general(const struct packet *p, struct datagram *d, struct layers *layers);

/* UDP ports of tunnels, and a cheap test that a pair of ports opens none. */
enum {
	PORT_GTP = 2152,
	PORT_TEREDO = 3544,
	PORT_VXLAN = 4789,
	PORT_VXLAN_GPE = 4790,
	PORT_GENEVE = 6081,
	PORT_MPLS = 6635,
};

static inline bool tunnel_port(uint16_t port)
{
	switch (port) {
	case PORT_GTP:
	case PORT_TEREDO:
	case PORT_VXLAN:
	case PORT_VXLAN_GPE:
	case PORT_GENEVE:
	case PORT_MPLS: return true;
	}
	return false;
}

/* Services that Wireshark tries before a tunnel, since the lower port goes first; of those, the ones that are
 * seen where NTP is. */
static inline bool service_port(uint16_t port)
{
	switch (port) {
	case 7:
	case 13:
	case 19:
	case 37:
	case 49:
	case 53:
	case 67:
	case 68:
	case 69:
	case 111:
	case 123:
	case 161: return true;
	}
	return false;
}

/* The port that decides about the payload, 0 when neither opens a tunnel. */
static inline uint16_t tunnel_port_of(uint16_t sport, uint16_t dport)
{
	uint16_t low = sport < dport ? sport : dport;
	uint16_t high = sport < dport ? dport : sport;
	if (tunnel_port(low))
		return low;
	return tunnel_port(high) && !service_port(low) ? high : 0;
}

#endif
