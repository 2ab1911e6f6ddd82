/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pairing by what the protocol says (RFC 5905 section 8, RFC 9769, RFC 8915, RFC 9327), for one shard:
 *
 *   request  ──▶ remembered in a ring, in order of arrival, findable by (flow, transmit) and, when it asks
 *                for interleaved mode, by (flow, receive)
 *   response ──▶ of the requests with transmit = origin the oldest open one in time, else the newest open
 *                one, else an answered one (duplicate); else one with receive = origin; else remembered
 *                itself for a moment, since capturing can swap a request and its answer
 *
 * An entry leaves the ring when it is older than the late bound (64 s).  What it was is known then, or
 * earlier; each exchange is told exactly once, to `told`.  All results depend on packet times and order
 * alone.
 */
#ifndef ENGINE_MATCH_STRICT_H
#define ENGINE_MATCH_STRICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/config.h"
#include "engine/event.h"
#include "engine/exchange.h"
#include "engine/match_ring.h"
#include "engine/plain.h"

/* The outcome of an exchange, and the ids that the caller gave for its client and server. */
struct outcome {
	struct exchange x;
	uint32_t client_id;
	uint32_t server_id;
	unsigned n_packets; /* packets that this outcome puts into its class: 1 or 2 */
	bool continuation;  /* one more fragment of an answer that was told before: counts, but is no row */
};

struct match_strict {
	struct match_ring ring;
	int64_t now_ns, first_ns;
	int64_t timeout_ns, late_ns, reorder_ns;
	bool newest;          /* config->match_newest: none of the rules above, see match_newest.c */
	uint64_t told_to;     /* number of the first entry that may not have been told */
	uint64_t n_forgotten; /* told early because the ring was full at its bound */
	void (*told)(void *arg, const struct outcome *o);
	void *arg;
};

enum err match_strict_init(struct match_strict *m, const struct engine_config *config, unsigned n_shards,
			   struct pool *pool, void (*told)(void *arg, const struct outcome *o), void *arg);
void match_strict_release(struct match_strict *m);

/* The time of the first packet of the capture, for NOTE_BEFORE_CAPTURE; before the first event. */
void match_strict_begin(struct match_strict *m, int64_t first_ns);

/* Who talks with whom: the hash that the calls below want, computed once an event from hashes of the two
 * addresses. */
uint64_t match_strict_flow(const struct event *e, uint64_t client_hash, uint64_t server_hash);

/* The same for plain events. */
static inline uint64_t match_plain_flow(const struct plain_event *e, uint64_t client_hash,
					uint64_t server_hash)
{
	uint64_t ports = (uint64_t)e->client_port << 16 | NTP_PORT;
	return hash_fold(client_hash ^ ports, server_hash | 1);
}

/* The hash of the chain that the event will look up. */
uint64_t match_strict_chain(const struct match_strict *m, const struct event *e, uint64_t flow);

/* For batches: brings that chain's head, then (a little later) its first entry. */
static inline void match_strict_prefetch_head(const struct match_strict *m, uint64_t chain)
{
	__builtin_prefetch(&m->ring.by_key[chain & match_ring_mask(&m->ring)], 1);
}

static inline void match_strict_prefetch_entry(const struct match_strict *m, uint64_t chain)
{
	const struct match_ring *q = &m->ring;
	__builtin_prefetch(&q->at[q->by_key[chain & match_ring_mask(q)] & (q->cap - 1)], 1);
}

/* Takes an event of a role that has to do with questions and answers, and the ids that told() is to hand
 * back.  May tell any number of outcomes. */
void match_strict_event(struct match_strict *m, const struct event *e, uint64_t flow, uint32_t client_id,
			uint32_t server_id);

/* For plain events without rows, after match_strict_now(): does the same as match_strict_event() when a
 * request is the only one of its chain; else returns false, and nothing has happened. */
bool match_plain_request(struct match_strict *m, const struct plain_event *e, uint64_t frame, uint64_t flow,
			 uint64_t chain, uint32_t client_id, uint32_t server_id);

/* The one request that a plain response answers, open and in time, which is marked as answered: the caller
 * tells the outcome, CLASS_ANSWERED without notes.  NULL when it is not that simple, and nothing has
 * happened. */
const struct open_request *match_plain_response(struct match_strict *m, const struct plain_event *e,
						uint64_t flow, uint64_t chain);

/* The slow part of match_strict_advance(). */
void match_strict_retire(struct match_strict *m);

/* Clocks of capturing hosts step: what is from far ahead is as old as what is from long ago. */
static inline bool match_strict_too_old(const struct match_strict *m, int64_t then_ns)
{
	return (uint64_t)(m->now_ns - then_ns) + (uint64_t)m->late_ns > 2 * (uint64_t)m->late_ns;
}

/* What is remembered only grows too old from now_ns on.  False when something is from far ahead, which at a
 * later time it may be no more. */
static inline bool match_strict_is_calm(struct match_strict *m, int64_t now_ns)
{
	return match_ring_is_before(&m->ring, now_ns + m->late_ns);
}

/* Tells what is too old at now_ns, before the caller gives ids of what may have left to others. */
static inline void match_strict_advance(struct match_strict *m, int64_t now_ns)
{
	m->now_ns = now_ns;
	if (match_strict_too_old(m, m->ring.head_ns))
		match_strict_retire(m);
}

/* The same without telling: what is too old waits for the next call of match_strict_advance(), and is not
 * found until then. */
static inline void match_strict_now(struct match_strict *m, int64_t now_ns)
{
	m->now_ns = now_ns;
}

/* Tells what was remembered before before_ns, for shards that see no packets for a while. */
void match_strict_tick(struct match_strict *m, int64_t before_ns);

/* Tells all that is still open; end_ns is the time of the last packet. */
void match_strict_end(struct match_strict *m, int64_t end_ns);

/* The frame of the oldest exchange not yet told, UINT64_MAX when none: rows below it are complete. */
uint64_t match_strict_oldest_frame(struct match_strict *m);

#endif
