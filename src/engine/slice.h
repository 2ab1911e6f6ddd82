/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A part of a superblock of packets, decoded by one thread: plain events and others, each in order of frames,
 * and which of them belong to which shard.
 */
#ifndef ENGINE_SLICE_H
#define ENGINE_SLICE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/packet.h"
#include "engine/event.h"
#include "engine/plain.h"

struct by_shard {
	uint8_t *shard_of;            /* filled by the decoder */
	uint16_t *order;              /* numbers of events, by shard, then in order */
	uint16_t start[N_SHARDS + 1]; /* where each shard's part of `order` begins */
};

struct slice {
	struct plain_batch batch;
	struct plain_event *plain;
	struct event *events;
	struct by_shard plain_by, events_by;
	const struct packet **asides; /* packets that need state across shards, in order */
	unsigned n_plain, n_events, n_asides;
	uint64_t last_frame;
};

/* Room for n packets, and for one event of each kind that a decoder writes and does not keep.  After an error
 * s wants slice_release(), too. */
enum err slice_init(struct slice *s, size_t n);
void slice_release(struct slice *s);

/* All packets are decoded: sorts the events by shard. */
void slice_sort(struct slice *s);

static inline uint64_t slice_plain_frame(const struct slice *s, unsigned i)
{
	return s->batch.frame + s->plain[i].n_behind;
}

/* Hands all events over, plain ones in full, in order of frames, some at a time. */
void slice_show(const struct slice *s, void (*show)(void *arg, const struct event *events, size_t n),
		void *arg);

#endif
