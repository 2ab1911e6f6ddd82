/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What match_strict remembers: requests (and answers whose request has not come yet) in a ring in order of
 * arrival, and two hash chains through it, by (flow, key) and by (flow, receive).
 *
 *   head ─▶ [oldest] … [newest] ◀─ tail        by_key[hash] ─▶ newest ─▶ older ─▶ … (next_key)
 *
 * A link is the low half of an entry's number in order of arrival.  Chains run from new to old, so the first
 * link to an entry that has left the ring ends its chain: leaving costs nothing.
 */
#ifndef ENGINE_MATCH_RING_H
#define ENGINE_MATCH_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/hash.h"
#include "engine/pool.h"

enum open_state {
	STATE_OPEN,     /* a request without an answer */
	STATE_ANSWERED, /* told; kept to know duplicates */
	STATE_ORPHAN,   /* an answer whose request was not seen, yet */
	STATE_TOLD,     /* told early and unlinked; waits to leave the ring */
};

struct open_request {
	uint64_t key; /* transmit of a request, origin of an orphan */
	union {
		uint64_t receive;      /* interleaving key of a request, 0 = none */
		int64_t turnaround_ns; /* T3 - T2 of an orphan, with `turnaround` */
	};
	uint64_t flow;
	int64_t time_ns;
	uint64_t frame : 44, state : 2, version : 3, mode : 3, auth : 3, kiss : 4, repeat : 1, linked : 1,
		symmetric : 1, turnaround : 1, unlinked : 1;
	uint32_t client_id, server_id;
	uint32_t next_key, next_receive; /* links to the next older entry of each chain */
	uint32_t uid;
	uint16_t client_port, server_port;
};

struct open_ends {
	struct addr client, server;
};

_Static_assert(sizeof(struct open_request) == 64, "one cache line");

struct match_ring {
	struct pool *pool; /* where the tables are from */
	struct open_request *at;
	struct open_ends *ends; /* addresses, beside the entries; NULL unless wanted */
	uint32_t *by_key, *by_receive;
	size_t cap, cap_max; /* powers of two; the ring doubles up to cap_max */
	int64_t keep_ns; /* how long entries stay, from which the room they need is foreseen; 0: not known */
	uint64_t head, tail; /* oldest entry, next free one; never wrap in practice */
	int64_t head_ns;     /* time of the oldest entry, so that it need not be looked at each time */
	int64_t latest_ns;   /* no entry from number far_end on is dated later */
	uint64_t far_end;
};

/* A small ring that may grow to hold n_max entries (rounded up to a power of two), which stay for keep_ns or
 * (0) nobody knows how long; pool has to last, or is NULL.  False without memory. */
bool match_ring_init(struct match_ring *q, size_t n_max, int64_t keep_ns, bool with_ends, struct pool *pool);
void match_ring_release(struct match_ring *q);

static inline bool match_ring_empty(const struct match_ring *q)
{
	return q->head == q->tail;
}

static inline struct open_request *match_ring_head(const struct match_ring *q)
{
	return &q->at[q->head & (q->cap - 1)];
}

/* Makes room for one more: false when the ring is full at its bound, and the head has to leave first. */
bool match_ring_has_room(struct match_ring *q);

/* The head leaves; its bytes stay readable until the next push. */
static inline struct open_request *match_ring_pop(struct match_ring *q)
{
	struct open_request *r = match_ring_head(q);
	q->head++;
	if (!match_ring_empty(q))
		q->head_ns = match_ring_head(q)->time_ns;
	__builtin_prefetch(&q->at[(q->head + 2) & (q->cap - 1)], 1);
	return r;
}

/* The place of a new entry, for the caller to fill and link; there must be room. */
static inline struct open_request *match_ring_push(struct match_ring *q, int64_t time_ns)
{
	if (match_ring_empty(q))
		q->head_ns = time_ns;
	if (time_ns > q->latest_ns)
		q->latest_ns = time_ns;
	struct open_request *r = &q->at[q->tail++ & (q->cap - 1)];
	__builtin_prefetch(&q->at[q->tail & (q->cap - 1)], 1);
	return r;
}

/* False as long as an entry may be dated later than time_ns, as there are when the clock has stepped back. */
static inline bool match_ring_is_before(struct match_ring *q, int64_t time_ns)
{
	if (q->latest_ns > time_ns) {
		q->far_end = q->tail;
		q->latest_ns = time_ns;
	}
	return q->head >= q->far_end;
}

static inline struct open_ends *match_ring_ends(const struct match_ring *q, const struct open_request *r)
{
	return q->ends ? &q->ends[r - q->at] : NULL;
}

/* Four chains by key for each place, so that few have more than one entry; one by receive, which is asked for
 * less often. */
enum { MATCH_RING_CHAINS = 4 };

static inline size_t match_ring_mask(const struct match_ring *q)
{
	return MATCH_RING_CHAINS * q->cap - 1;
}

/* Its low bits say which chain. */
static inline uint64_t match_ring_hash(uint64_t flow, uint64_t key)
{
	return hash_fold(flow ^ key, UINT64_C(0xe7037ed1a0b428db));
}

static inline size_t match_ring_chain(const struct match_ring *q, uint64_t flow, uint64_t key)
{
	return match_ring_hash(flow, key) & match_ring_mask(q);
}

static inline size_t match_ring_receive_chain(const struct match_ring *q, uint64_t flow, uint64_t receive)
{
	return match_ring_hash(flow, receive) & (q->cap - 1);
}

/* NULL at the end of a chain. */
static inline struct open_request *match_ring_entry(const struct match_ring *q, uint32_t link)
{
	uint32_t age = (uint32_t)q->tail - link; /* 1 for the newest */
	if (age - 1 >= (uint32_t)(q->tail - q->head))
		return NULL;
	return &q->at[link & (q->cap - 1)];
}

static inline struct open_request *match_ring_by_key(const struct match_ring *q, uint64_t flow, uint64_t key)
{
	return match_ring_entry(q, q->by_key[match_ring_chain(q, flow, key)]);
}

static inline struct open_request *match_ring_by_receive(const struct match_ring *q, uint64_t flow,
							 uint64_t receive)
{
	return match_ring_entry(q, q->by_receive[match_ring_receive_chain(q, flow, receive)]);
}

/* A link that leads nowhere as long as self is in the ring. */
static inline uint32_t match_ring_nowhere(uint32_t self)
{
	return self ^ UINT32_C(0x80000000);
}

/* What follows self in a chain whose first link is `link`: an older entry or nothing, so that there are no
 * circles.  A chain that was not touched for 2^32 entries, or never, may hold the link of self, or of one
 * behind it while the ring grows. */
static inline uint32_t match_ring_next_after(const struct match_ring *q, uint32_t self, uint32_t link)
{
	uint32_t n_older = self - (uint32_t)q->head;
	return self - link - 1 < n_older ? link : match_ring_nowhere(self);
}

/* Puts an entry at the front of its chains: of new ones only the latest may be linked. */
void match_ring_link(struct match_ring *q, struct open_request *r);

/* Takes an entry that stays in the ring out of its chains, so that a flood of one key keeps them short. */
void match_ring_unlink(struct match_ring *q, struct open_request *r);

#endif
