/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/streams.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"

/* What decides whether a SYN begins anew; [1] for what the high end sends. */
struct stream_tcp {
	uint32_t base_seq[2];
	bool has_base[2];
};

enum { START = 1024 };

/* TCP flags (RFC 9293 section 3.1). */
enum { SYN = 2, ACK = 16 };

static enum err table_init(struct stream_table *t, bool tcp)
{
	t->slots = calloc(START, sizeof(*t->slots));
	t->ends = malloc(START * sizeof(*t->ends));
	t->tcp = tcp ? malloc(START * sizeof(*t->tcp)) : NULL;
	if (!t->slots || !t->ends || (tcp && !t->tcp))
		return ERR_MEMORY;
	t->room = START;
	t->mask = START - 1;
	return ERR_OK;
}

static void table_release(struct stream_table *t)
{
	free(t->slots);
	free(t->ends);
	free(t->tcp);
	*t = (struct stream_table){ 0 };
}

enum err streams_init(struct streams *s, uint32_t capacity, uint64_t secret)
{
	*s = (struct streams){ .capacity = capacity, .secret = secret };
	enum err e = table_init(&s->udp, false);
	if (!e)
		e = table_init(&s->tcp, true);
	if (e)
		streams_release(s);
	return e;
}

void streams_release(struct streams *s)
{
	table_release(&s->udp);
	table_release(&s->tcp);
}

/* ---- the tables ---------------------------------------------------------------------------------- */

static uint32_t hash_of(const struct stream_ends *e, uint64_t secret)
{
	uint64_t ports = (uint32_t)e->low_port << 16 | e->high_port;
	uint64_t h = hash_addr(&e->low, secret) + hash_addr(&e->high, secret ^ UINT64_C(0x5851f42d4c957f2d));
	return (uint32_t)(hash64(h ^ ports << 16, secret) >> 16);
}

static bool same_ends(const struct stream_ends *a, const struct stream_ends *b)
{
	return a->low_port == b->low_port && a->high_port == b->high_port && addr_equal(&a->low, &b->low) &&
	       addr_equal(&a->high, &b->high);
}

/* A slot is the hash above the number plus one; 0 is free.  Where the slot of these ends is, or the free one
 * where it would be. */
static uint64_t *slot_of(const struct stream_table *t, const struct stream_ends *e, uint32_t hash)
{
	size_t i = hash & t->mask;
	while (t->slots[i] &&
	       (t->slots[i] >> 32 != hash || !same_ends(&t->ends[(uint32_t)t->slots[i] - 1], e)))
		i = (i + 1) & t->mask;
	return &t->slots[i];
}

static bool grow_slots(struct stream_table *t)
{
	size_t mask = t->mask * 2 + 1;
	uint64_t *bigger = calloc(mask + 1, sizeof(*bigger));
	if (!bigger)
		return false;
	for (size_t i = 0; i <= t->mask; i++) {
		if (!t->slots[i])
			continue;
		size_t k = (t->slots[i] >> 32) & mask;
		while (bigger[k])
			k = (k + 1) & mask;
		bigger[k] = t->slots[i];
	}
	free(t->slots);
	t->slots = bigger;
	t->mask = mask;
	return true;
}

static bool grow_entries(struct stream_table *t)
{
	uint32_t room = t->room + t->room / 2;
	struct stream_ends *ends = realloc(t->ends, room * sizeof(*ends));
	if (!ends)
		return false;
	t->ends = ends;
	if (t->tcp) {
		struct stream_tcp *tcp = realloc(t->tcp, room * sizeof(*tcp));
		if (!tcp)
			return false;
		t->tcp = tcp;
	}
	t->room = room;
	return true;
}

/* A new conversation, whose slot, free or that of an older one with these ends, is given. */
static uint32_t begin(struct streams *s, struct stream_table *t, const struct stream_ends *e, uint32_t hash,
		      uint64_t *slot)
{
	if (t->n >= s->capacity || (t->n == t->room && !grow_entries(t))) {
		s->n_refused++;
		return STREAM_NONE;
	}
	if (!*slot && t->n >= t->mask / 4 * 3) {
		if (!grow_slots(t)) {
			s->n_refused++;
			return STREAM_NONE;
		}
		slot = slot_of(t, e, hash);
	}
	t->ends[t->n] = *e;
	if (t->tcp)
		t->tcp[t->n] = (struct stream_tcp){ 0 };
	*slot = (uint64_t)hash << 32 | ++t->n;
	return t->n - 1;
}

/* ---- one header ---------------------------------------------------------------------------------- */

static struct stream_ends ends_of(const struct addr *src, const struct addr *dst, uint16_t sport,
				  uint16_t dport, bool *from_high)
{
	int order = addr_compare(src, dst);
	struct stream_ends e;

	*from_high = order > 0 || (order == 0 && sport > dport);
	e.low = *from_high ? *dst : *src;
	e.high = *from_high ? *src : *dst;
	e.low_port = *from_high ? dport : sport;
	e.high_port = *from_high ? sport : dport;
	return e;
}

static uint32_t number_udp(struct streams *s, const struct stream_ends *e)
{
	uint32_t hash = hash_of(e, s->secret);
	uint64_t *slot = slot_of(&s->udp, e, hash);
	return *slot ? (uint32_t)*slot - 1 : begin(s, &s->udp, e, hash, slot);
}

static void learn_bases(struct stream_tcp *c, bool from_high, uint32_t seq, uint32_t ack, uint8_t flags)
{
	if (!c->has_base[from_high] || (flags & (SYN | ACK)) == (SYN | ACK)) {
		c->base_seq[from_high] = flags & SYN ? seq : seq - 1;
		c->has_base[from_high] = true;
	}
	if (!c->has_base[!from_high] && (flags & ACK)) {
		c->base_seq[!from_high] = ack - 1;
		c->has_base[!from_high] = true;
	}
}

static uint32_t number_tcp(struct streams *s, const struct stream_header *h)
{
	const struct stream_ends *e = &h->ends;
	uint32_t hash = hash_of(e, s->secret);
	uint64_t *slot = slot_of(&s->tcp, e, hash);
	uint32_t n = *slot ? (uint32_t)*slot - 1 : begin(s, &s->tcp, e, hash, slot);
	if (n == STREAM_NONE || h->len < 20)
		return n;
	uint32_t seq = load_be32(h->at + 4), ack = load_be32(h->at + 8);
	uint8_t flags = h->at[13];
	struct stream_tcp *c = &s->tcp.tcp[n];
	if ((flags & (SYN | ACK)) == SYN && c->has_base[h->from_high] && c->base_seq[h->from_high] != seq) {
		uint32_t again = begin(s, &s->tcp, e, hash, slot);
		if (again == STREAM_NONE)
			return n;
		n = again;
		c = &s->tcp.tcp[n];
	}
	learn_bases(c, h->from_high, seq, ack, flags);
	return n;
}

/* ---- one frame ----------------------------------------------------------------------------------- */

/* Where a walk over the headers of a frame stands. */
struct place {
	struct addr src, dst;
	bool v6;
	bool quoted, redirect;  /* inside an ICMP error; inside a redirect */
	const uint8_t *data;    /* the frame; the ends count from here */
	uint32_t end, wire_end; /* of the IP packet: of what is there, and of what it says there was */
};

/* Wireshark asks for a conversation behind the fields that it reads first: all of UDP's header, TCP's up to
 * its window.  It looks no further at a UDP length that cannot be, and not at TCP in a redirect. */
static bool is_looked_at(bool tcp, const uint8_t *at, uint32_t len, const struct place *p)
{
	if (len < (tcp ? 16 : 8))
		return false;
	if (tcp)
		return !p->redirect;
	uint16_t udp_len = load_be16(at + 4);
	return udp_len >= 8 || (!udp_len && p->v6);
}

static void number_header(struct streams *s, bool tcp, const uint8_t *at, const struct place *p,
			  struct stream_numbers *out)
{
	uint32_t from = (uint32_t)(at - p->data);

	if (out->n == STREAMS_PER_FRAME || from > p->end || !is_looked_at(tcp, at, p->end - from, p))
		return;
	uint32_t len = p->end - from, wire_len = p->wire_end - from;
	struct stream_header *h = &out->at[out->n];
	*h = (struct stream_header){ .tcp = tcp, .quoted = p->quoted, .at = at };
	if (!tcp && load_be16(at + 4))
		wire_len = wire_len < load_be16(at + 4) ? wire_len : load_be16(at + 4);
	h->len = len < wire_len ? len : wire_len;
	h->wire_len = wire_len;
	h->ends = ends_of(&p->src, &p->dst, load_be16(at), load_be16(at + 2), &h->from_high);
	h->number = tcp ? number_tcp(s, h) : number_udp(s, &h->ends);
	out->n += h->number != STREAM_NONE;
}

/* Lengths that lie, or are zero since hardware was to cut the packet up, leave what the layer below said. */
static void bound(struct place *p, const uint8_t *at, uint32_t len)
{
	uint32_t from = (uint32_t)(at - p->data);

	if (!len || from > p->end)
		return;
	if (len < p->wire_end - from)
		p->wire_end = from + len;
	if (p->end > p->wire_end)
		p->end = p->wire_end;
}

static void enter_ip(struct place *p, const struct layer *layer, const uint8_t *at)
{
	p->v6 = layer->type == LAYER_IPV6;
	if (p->v6) {
		p->src = addr_from_v6(at + 8);
		p->dst = addr_from_v6(at + 24);
		uint32_t payload = load_be16(at + 4);
		bound(p, at, payload ? 40 + payload : 0);
	} else {
		p->src = addr_from_v4(at + 12);
		p->dst = addr_from_v4(at + 16);
		bound(p, at, load_be16(at + 2));
	}
}

/* Every UDP and TCP header among the layers. */
static void number_layers(struct streams *s, const struct layers *l, struct place *place,
			  struct stream_numbers *out)
{
	for (unsigned i = 0; i < l->n; i++) {
		const struct layer *layer = &l->at[i];
		const uint8_t *at = place->data + layer->offset;
		if ((layer->type == LAYER_IPV4 && layer->len >= 20) ||
		    (layer->type == LAYER_IPV6 && layer->len >= 40))
			enter_ip(place, layer, at);
		else if (layer->type == LAYER_UDP || layer->type == LAYER_TCP)
			number_header(s, layer->type == LAYER_TCP, at, place, out);
	}
}

enum { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, ICMP_REDIRECT = 5 };

/* The innermost header where frame_decode() stopped before it: TCP's that says it is shorter than it can be,
 * and that of a cut first fragment inside an error.  (A whole one waits for the others, which never come.) */
static void number_rest(struct streams *s, const struct datagram *d, const struct place *place,
			struct stream_numbers *out)
{
	bool fragment = d->kind == DATAGRAM_FRAGMENT && !d->fragment_offset &&
			d->payload_len < d->payload_wire_len;
	bool short_tcp = d->kind == DATAGRAM_MALFORMED && d->ip_proto == PROTOCOL_TCP && d->payload_len >= 20;

	if ((fragment && place->quoted) || short_tcp)
		if (d->ip_proto == PROTOCOL_TCP || d->ip_proto == PROTOCOL_UDP)
			number_header(s, d->ip_proto == PROTOCOL_TCP, d->payload, place, out);
}

static void number_packet(struct streams *s, const struct packet *p, struct stream_numbers *out)
{
	uint32_t len = p->len > p->caplen ? p->len : p->caplen;
	struct place place = { .data = p->data, .end = p->caplen, .wire_end = len };
	struct datagram pair[2];
	struct layers layers;

	frame_decode(p, &pair[0], &layers);
	number_layers(s, &layers, &place, out);
	number_rest(s, &pair[0], &place, out);
	for (unsigned i = 0; i < VIEW_QUOTES_MAX; i++) {
		const struct datagram *icmp = &pair[i & 1];
		if (icmp->kind != DATAGRAM_ICMP && icmp->kind != DATAGRAM_ICMPV6)
			return;
		place.quoted = true;
		place.redirect |= icmp->kind == DATAGRAM_ICMP && icmp->icmp_type == ICMP_REDIRECT;
		layers.n = 0;
		if (!icmp_quote_decode(p, icmp, &pair[~i & 1], &layers))
			return;
		number_layers(s, &layers, &place, out);
		number_rest(s, &pair[~i & 1], &place, out);
	}
}

/* Tunnels that run over UDP, or may do so. */
enum {
	OVER_UDP = TUNNEL_VXLAN | TUNNEL_TEREDO | TUNNEL_GENEVE | TUNNEL_GTP | TUNNEL_MPLS,
};

/* Nearly every frame: UDP, and nothing around it that would count. */
static void number_plain(struct streams *s, const struct datagram *d, struct stream_numbers *out)
{
	struct stream_header *h = &out->at[0];

	h->ends = ends_of(&d->src, &d->dst, d->sport, d->dport, &h->from_high);
	h->tcp = h->quoted = false;
	h->at = d->payload - 8;
	h->len = d->payload_len + 8;
	h->wire_len = d->payload_wire_len + 8;
	h->number = number_udp(s, &h->ends);
	out->n = h->number != STREAM_NONE;
}

void streams_number(struct streams *s, const struct found *f, struct stream_numbers *out)
{
	const struct datagram *d = &f->datagram;

	out->n = 0;
	if (!(d->tunnels & OVER_UDP)) {
		switch ((enum datagram_kind)d->kind) {
		case DATAGRAM_UDP: number_plain(s, d, out); return;
		case DATAGRAM_FRAGMENT:
		case DATAGRAM_OTHER:
		case DATAGRAM_UNKNOWN_LINK: return;
		case DATAGRAM_TCP:
		case DATAGRAM_ICMP:
		case DATAGRAM_ICMPV6:
		case DATAGRAM_CUT:
		case DATAGRAM_MALFORMED: break;
		}
	}
	number_packet(s, f->packet, out);
	if (f->reassembled)
		number_packet(s, &f->whole, out);
}

static uint32_t innermost(const struct stream_numbers *n, bool tcp)
{
	for (unsigned i = n->n; i-- > 0;)
		if (n->at[i].tcp == tcp)
			return n->at[i].number;
	return STREAM_NONE;
}

uint32_t stream_innermost_udp(const struct stream_numbers *n)
{
	return innermost(n, false);
}

uint32_t stream_innermost_tcp(const struct stream_numbers *n)
{
	return innermost(n, true);
}
