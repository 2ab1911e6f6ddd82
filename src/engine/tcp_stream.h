/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Puts the segments of one TCP connection (RFC 9293) in order, as a passive listener: what each side sent,
 * byte by byte, and what happened to it on the way.  A pure state machine: segments go in as captured, events
 * come out through a sink, in the order in which they became known.
 *
 *  - Bytes come out once.  Where segments overlap, those that came first count; later ones that differ
 *    are told (a forger, or a broken middle box).
 *  - A segment that is early is held.  When the other side acknowledges bytes behind a hole, the capture has
 *    missed them: a gap, then what was held.  So does Wireshark.
 *  - Bytes that the snap length cut off are a gap, too.
 *  - What a side sent before its first segment in the capture is not missed.
 *
 * Memory is bounded and taken at the start: TCP_STREAM_HELD octets of early segments and TCP_STREAM_PAST
 * octets to compare with, for each side.  A stream that needs more loses no bytes that are there: the holes
 * before them become gaps earlier.
 */
#ifndef ENGINE_TCP_STREAM_H
#define ENGINE_TCP_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	TCP_STREAM_HELD = 1 << 20,
	TCP_STREAM_PAST = 1 << 16, /* a power of two */
	TCP_STREAM_PIECES = 1024,  /* held at once, of one side */
};

/* Bits of tcp_segment.flags, as on the wire. */
enum tcp_flag {
	TCP_FLAG_FIN = 1,
	TCP_FLAG_SYN = 2,
	TCP_FLAG_RST = 4,
	TCP_FLAG_PSH = 8,
	TCP_FLAG_ACK = 16,
	TCP_FLAG_URG = 32,
};

struct tcp_segment {
	unsigned side; /* 0 or 1: who sent it */
	uint32_t seq, ack;
	uint8_t flags;
	const uint8_t *payload;
	uint32_t len, wire_len; /* octets there, and sent: more when cut */
	uint64_t frame;
	int64_t time_ns;
};

enum tcp_event_kind {
	TCP_EVENT_FLAGS,      /* SYN, FIN or RST, in .flags */
	TCP_EVENT_DATA,       /* the next bytes of this side */
	TCP_EVENT_GAP,        /* .len bytes of this side are not in the capture */
	TCP_EVENT_REPEATED,   /* .len bytes came again; .n_differ of them are not the same */
	TCP_EVENT_EARLY,      /* .len bytes came before those in front of them, and are held */
	TCP_EVENT_KEEP_ALIVE, /* a probe: the byte before the next, or none */
};

struct tcp_event {
	enum tcp_event_kind kind;
	unsigned side;
	uint8_t flags;
	bool held;      /* data that was held: frame and time are those of the segment that brought it */
	bool cut;       /* a gap since the frame was cut */
	bool unseen;    /* at tcp_stream_finish(): nobody acknowledged it within the capture */
	uint64_t frame; /* of the segment */
	int64_t time_ns;
	uint64_t offset;     /* of .data, or of the gap, in the side's bytes; gaps count */
	const uint8_t *data; /* borrowed during the call */
	uint32_t len;
	uint32_t n_differ;
};

struct tcp_sink {
	void (*take)(struct tcp_sink *sink, const struct tcp_event *e);
};

struct tcp_piece {
	uint32_t seq, len, wire_len; /* len octets in the arena, one piece behind the other */
	uint64_t frame;
	int64_t time_ns;
};

struct tcp_side {
	bool started;
	uint32_t next;   /* the sequence number that is due */
	uint64_t offset; /* bytes before it */
	uint32_t n_past; /* octets before next that are in past[], at their sequence number modulo its size */
	uint8_t *past, *arena;
	size_t arena_used;
	struct tcp_piece *pieces; /* by sequence number, equal ones as they came */
	unsigned n_pieces;
};

struct tcp_stream {
	struct tcp_side side[2];
	struct tcp_sink *sink;
};

/* sink is borrowed until the release. */
enum err tcp_stream_init(struct tcp_stream *t, struct tcp_sink *sink);
void tcp_stream_release(struct tcp_stream *t); /* accepts a zeroed one */

/* The next segment of the connection, in the order of the capture. */
void tcp_stream_add(struct tcp_stream *t, const struct tcp_segment *g);

/* The capture is over: what is still held comes out behind its gaps. */
void tcp_stream_finish(struct tcp_stream *t);

#endif
