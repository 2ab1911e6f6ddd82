/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The conversations of a capture with their sums, for `ntpscope streams`: fed with the headers that
 * streams_number() found, frame by frame.  Memory grows with the conversations, about 150 bytes each, and 16
 * with each delta, so that percentiles are exact.
 */
#ifndef ENGINE_STREAM_LIST_H
#define ENGINE_STREAM_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/streams.h"

struct stream_info {
	struct stream_ends ends;
	uint32_t number;
	bool tcp;
	bool high_first;   /* the high end sent the first packet: it is "a", the low one "b" */
	uint8_t tcp_flags; /* all that were seen */
	uint8_t versions;  /* bit v: an NTP packet of that version; likewise modes */
	uint8_t modes;
	uint64_t packets[2]; /* [0] from a to b, [1] back; quoted ones are none */
	uint64_t bytes[2];   /* of whole frames, as they were on the wire */
	uint64_t quoted;     /* ICMP errors that quote a packet of it */
	uint64_t first_frame;
	int64_t first_ns, last_ns;    /* earliest and latest packet; of the quotes when there is no other */
	uint64_t exchanges, answered; /* requests, and those with a response */
	uint64_t n_deltas;
	int64_t p50_ns, p99_ns, max_ns; /* meaningful with n_deltas, after stream_list_seal() */
};

/* The two ends of it as the table has them: the sender of its first packet, and the other. */
void stream_info_a(const struct stream_info *s, struct addr *addr, uint16_t *port);
void stream_info_b(const struct stream_info *s, struct addr *addr, uint16_t *port);

struct stream_delta {
	uint32_t number;
	bool tcp;
	int64_t delta_ns;
};

struct stream_list {
	struct stream_info *at[2]; /* UDP's, TCP's; by number */
	size_t n[2], room[2];
	struct stream_delta *deltas;
	size_t n_deltas, deltas_room;
	enum err err; /* sticky: ERR_MEMORY, and nothing more is added */
};

/* A packet of the conversation of h; len counts the whole frame. */
struct stream_info *stream_list_packet(struct stream_list *l, const struct stream_header *h, uint64_t frame,
				       int64_t time_ns, uint32_t len);

/* A response in a conversation that came so long after its request. */
void stream_list_delta(struct stream_list *l, const struct stream_info *s, int64_t delta_ns);

/* Works out the percentiles (the least value that the share does not exceed).  Returns the sticky error. */
enum err stream_list_seal(struct stream_list *l);

/* Accepts a zeroed list. */
void stream_list_release(struct stream_list *l);

#endif
