/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/tcp_stream.h"

#include <stdlib.h>
#include <string.h>

enum err tcp_stream_init(struct tcp_stream *t, struct tcp_sink *sink)
{
	*t = (struct tcp_stream){ .sink = sink };
	for (unsigned i = 0; i < 2; i++) {
		struct tcp_side *s = &t->side[i];
		s->past = malloc(TCP_STREAM_PAST);
		s->arena = malloc(TCP_STREAM_HELD);
		s->pieces = malloc(TCP_STREAM_PIECES * sizeof(*s->pieces));
		if (!s->past || !s->arena || !s->pieces) {
			tcp_stream_release(t);
			return ERR_MEMORY;
		}
	}
	return ERR_OK;
}

void tcp_stream_release(struct tcp_stream *t)
{
	for (unsigned i = 0; i < 2; i++) {
		free(t->side[i].past);
		free(t->side[i].arena);
		free(t->side[i].pieces);
	}
	*t = (struct tcp_stream){ 0 };
}

/* Sequence numbers wrap: b is so many octets behind a, or before it when negative (RFC 9293 section 3.4). */
static int32_t from_to(uint32_t a, uint32_t b)
{
	return (int32_t)(b - a);
}

static void tell(struct tcp_stream *t, const struct tcp_event *e)
{
	t->sink->take(t->sink, e);
}

/* ---- what was there before ----------------------------------------------------------------------- */

static void remember(struct tcp_side *s, uint32_t seq, const uint8_t *data, uint32_t len)
{
	enum { MASK = TCP_STREAM_PAST - 1 };

	if (len > TCP_STREAM_PAST) {
		data += len - TCP_STREAM_PAST;
		seq += len - TCP_STREAM_PAST;
		len = TCP_STREAM_PAST;
	}
	uint32_t at = seq & MASK, first = TCP_STREAM_PAST - at;
	if (first > len)
		first = len;
	memcpy(s->past + at, data, first);
	memcpy(s->past, data + first, len - first);
	s->n_past = s->n_past > TCP_STREAM_PAST - len ? TCP_STREAM_PAST : s->n_past + len;
}

/* How many of these octets, which end at or before the next, are not what they were the first time. */
static uint32_t count_different(const struct tcp_side *s, uint32_t seq, const uint8_t *data, uint32_t len)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < len; i++) {
		uint32_t back = s->next - (seq + i); /* 1: the octet before the next */
		if (back >= 1 && back <= s->n_past)
			n += s->past[(seq + i) & (TCP_STREAM_PAST - 1)] != data[i];
	}
	return n;
}

/* ---- bytes out ----------------------------------------------------------------------------------- */

static void skip(struct tcp_stream *t, struct tcp_event e, uint32_t len)
{
	struct tcp_side *s = &t->side[e.side];

	if (!len)
		return;
	e.kind = TCP_EVENT_GAP;
	e.offset = s->offset;
	e.data = NULL;
	e.len = len;
	e.held = false;
	tell(t, &e);
	s->next += len;
	s->offset += len;
	s->n_past = 0;
}

/* Octets that begin at or before the next one.  e says what segment they are of. */
static void deliver(struct tcp_stream *t, struct tcp_event e, uint32_t seq, const uint8_t *data, uint32_t len,
		    uint32_t wire_len)
{
	struct tcp_side *s = &t->side[e.side];
	uint32_t old = s->next - seq;

	if (old) {
		e.kind = TCP_EVENT_REPEATED;
		e.len = old < wire_len ? old : wire_len;
		e.n_differ = count_different(s, seq, data, e.len < len ? e.len : len);
		tell(t, &e);
		e.n_differ = 0;
		if (old >= wire_len)
			return;
	}
	uint32_t have = len > old ? len - old : 0, sent = wire_len - old;
	if (have) {
		e.kind = TCP_EVENT_DATA;
		e.offset = s->offset;
		e.data = data + old;
		e.len = have;
		remember(s, s->next, e.data, have);
		s->next += have;
		s->offset += have;
		tell(t, &e);
	}
	e.cut = true;
	skip(t, e, sent - have);
}

/* ---- early segments ------------------------------------------------------------------------------ */

static void take_out_first(struct tcp_side *s)
{
	uint32_t len = s->pieces[0].len;

	memmove(s->arena, s->arena + len, s->arena_used - len);
	s->arena_used -= len;
	s->n_pieces--;
	memmove(s->pieces, s->pieces + 1, s->n_pieces * sizeof(*s->pieces));
}

static struct tcp_event event_of_first(const struct tcp_side *s, unsigned side)
{
	return (struct tcp_event){
		.side = side,
		.held = true,
		.frame = s->pieces[0].frame,
		.time_ns = s->pieces[0].time_ns,
	};
}

/* Hands out what is held as far as it goes on without a hole. */
static void deliver_held(struct tcp_stream *t, unsigned side, bool unseen)
{
	struct tcp_side *s = &t->side[side];

	while (s->n_pieces && from_to(s->next, s->pieces[0].seq) <= 0) {
		struct tcp_event e = event_of_first(s, side);
		e.unseen = unseen;
		deliver(t, e, s->pieces[0].seq, s->arena, s->pieces[0].len, s->pieces[0].wire_len);
		take_out_first(s);
	}
}

/* Gives up on the bytes before the first piece. */
static void skip_to_held(struct tcp_stream *t, unsigned side, bool unseen)
{
	struct tcp_side *s = &t->side[side];
	struct tcp_event e = event_of_first(s, side);

	e.unseen = unseen;
	skip(t, e, s->pieces[0].seq - s->next);
	deliver_held(t, side, unseen);
}

static bool has_room(const struct tcp_side *s, uint32_t len)
{
	return s->n_pieces < TCP_STREAM_PIECES && len <= TCP_STREAM_HELD - s->arena_used;
}

static void put_in(struct tcp_side *s, const struct tcp_segment *g, uint32_t seq)
{
	unsigned i = s->n_pieces;
	size_t at = s->arena_used;

	while (i && from_to(s->pieces[i - 1].seq, seq) < 0)
		at -= s->pieces[--i].len;
	memmove(s->arena + at + g->len, s->arena + at, s->arena_used - at);
	memmove(s->pieces + i + 1, s->pieces + i, (s->n_pieces - i) * sizeof(*s->pieces));
	memcpy(s->arena + at, g->payload, g->len);
	s->pieces[i] = (struct tcp_piece){ seq, g->len, g->wire_len, g->frame, g->time_ns };
	s->arena_used += g->len;
	s->n_pieces++;
}

static void hold(struct tcp_stream *t, const struct tcp_segment *g, struct tcp_event e, uint32_t seq)
{
	struct tcp_side *s = &t->side[g->side];

	while (!has_room(s, g->len) && s->n_pieces)
		skip_to_held(t, g->side, false);
	if (from_to(s->next, seq) > 0 && has_room(s, g->len)) {
		e.kind = TCP_EVENT_EARLY;
		e.len = g->wire_len;
		tell(t, &e);
		put_in(s, g, seq);
		return;
	}
	if (from_to(s->next, seq) > 0)
		skip(t, e, seq - s->next); /* one that alone is more than fits */
	deliver(t, e, seq, g->payload, g->len, g->wire_len);
}

/* ---- segments in --------------------------------------------------------------------------------- */

/* The other side has bytes behind a hole: then they were sent, and the capture does not have them. */
static void hear_of(struct tcp_stream *t, unsigned side, uint32_t ack)
{
	struct tcp_side *s = &t->side[side];

	deliver_held(t, side, false);
	while (s->n_pieces && from_to(s->pieces[0].seq, ack) > 0)
		skip_to_held(t, side, false);
}

static bool is_keep_alive(const struct tcp_side *s, const struct tcp_segment *g)
{
	return s->started && g->wire_len <= 1 && from_to(s->next, g->seq) == -1 &&
	       !(g->flags & (TCP_FLAG_SYN | TCP_FLAG_FIN | TCP_FLAG_RST));
}

static void take_data(struct tcp_stream *t, const struct tcp_segment *g, struct tcp_event e, uint32_t seq)
{
	struct tcp_side *s = &t->side[g->side];

	if (from_to(s->next, seq) > 0) {
		hold(t, g, e, seq);
		return;
	}
	deliver(t, e, seq, g->payload, g->len, g->wire_len);
	deliver_held(t, g->side, false);
}

void tcp_stream_add(struct tcp_stream *t, const struct tcp_segment *g)
{
	struct tcp_side *s = &t->side[g->side];
	uint32_t seq = g->flags & TCP_FLAG_SYN ? g->seq + 1 : g->seq; /* SYN counts as one */
	struct tcp_event e = { .side = g->side, .frame = g->frame, .time_ns = g->time_ns, .flags = g->flags };

	if (g->flags & TCP_FLAG_ACK)
		hear_of(t, !g->side, g->ack);
	if (g->flags & TCP_FLAG_SYN) {
		e.kind = TCP_EVENT_FLAGS;
		tell(t, &e);
	}
	if (is_keep_alive(s, g)) {
		e.kind = TCP_EVENT_KEEP_ALIVE;
		tell(t, &e);
		return;
	}
	if (!s->started) {
		s->started = true;
		s->next = seq;
	}
	if (g->wire_len)
		take_data(t, g, e, seq);
	if (!(g->flags & TCP_FLAG_SYN) && (g->flags & (TCP_FLAG_FIN | TCP_FLAG_RST))) {
		e.kind = TCP_EVENT_FLAGS;
		tell(t, &e);
	}
}

void tcp_stream_finish(struct tcp_stream *t)
{
	for (unsigned side = 0; side < 2; side++)
		while (t->side[side].n_pieces)
			skip_to_held(t, side, true);
}
