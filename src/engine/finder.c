/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/finder.h"

#include "base/nstime.h"
#include "proto/ntp.h"

void finder_init(struct finder *f, enum finder_rule rule, bool want_layers, uint64_t secret)
{
	*f = (struct finder){ .rule = rule, .want_layers = want_layers, .secret = secret };
}

void finder_release(struct finder *f)
{
	fragments_release(&f->fragments);
	f->has_fragments = false;
}

bool finder_strict_view(const struct datagram *d, struct view_ntp *out)
{
	if (d->kind != DATAGRAM_UDP || (d->sport != NTP_PORT && d->dport != NTP_PORT))
		return false;
	*out = (struct view_ntp){
		.src = d->src,
		.dst = d->dst,
		.payload = d->payload,
		.len = d->payload_len,
		.wire_len = d->payload_wire_len,
		.sport = d->sport,
		.dport = d->dport,
	};
	return true;
}

/* Looks at one packet, captured or put together.  The headers are listed only for those that are NTP. */
static bool look(const struct finder *f, const struct packet *p, struct datagram *d, struct layers *layers,
		 struct view_ntp *out)
{
	layers->n = 0;
	bool found = f->rule == FINDER_STRICT ? finder_strict_view(d, out) : wireshark_view(p, d, NULL, out);
	if (!found || !f->want_layers)
		return found;
	frame_decode(p, d, layers);
	return f->rule == FINDER_STRICT || wireshark_view(p, d, layers, out);
}

static bool put_together(struct finder *f, const struct packet *p, struct found *out)
{
	if (!f->has_fragments) {
		f->has_fragments = fragments_init(&f->fragments, FRAGMENTS_CAPACITY, FRAGMENTS_MEMORY,
						  FRAGMENTS_TIMEOUT_S * NS_PER_S, f->secret) == ERR_OK;
		if (!f->has_fragments)
			return false;
	}
	uint16_t tunnels = out->datagram.tunnels;
	if (!fragments_add(&f->fragments, p, &out->datagram, &out->whole))
		return false;
	out->reassembled = true;
	frame_decode(&out->whole, &out->datagram, NULL);
	bool is_ntp = look(f, &out->whole, &out->datagram, &out->whole_layers, &out->ntp);
	if (is_ntp && f->want_layers) {
		struct datagram piece;
		frame_decode(p, &piece, &out->layers);
	}
	out->datagram.tunnels |= tunnels | TUNNEL_REASSEMBLED;
	return is_ntp;
}

bool finder_packet(struct finder *f, const struct packet *p, struct found *out)
{
	out->packet = p;
	out->reassembled = false;
	out->layers.n = out->whole_layers.n = 0;
	frame_decode(p, &out->datagram, NULL);
	if (out->datagram.kind == DATAGRAM_FRAGMENT)
		return put_together(f, p, out);
	return look(f, p, &out->datagram, &out->layers, &out->ntp);
}
