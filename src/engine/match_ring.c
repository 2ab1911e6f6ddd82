/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/match_ring.h"

#include <stdlib.h>

#include "base/nstime.h"

enum { RING_LEN_MIN = 256 };

static bool ring_alloc(struct match_ring *q, size_t cap, bool with_ends)
{
	q->cap = cap;
	q->at = pool_take(q->pool, cap * sizeof(*q->at));
	q->ends = with_ends ? malloc(cap * sizeof(*q->ends)) : NULL;
	q->by_key = pool_take(q->pool, MATCH_RING_CHAINS * cap * sizeof(*q->by_key));
	q->by_receive = pool_take(q->pool, cap * sizeof(*q->by_receive));
	return q->at && q->by_key && q->by_receive && (q->ends || !with_ends);
}

static void ring_free(struct match_ring *q)
{
	pool_give(q->pool, q->at, q->cap * sizeof(*q->at));
	free(q->ends);
	pool_give(q->pool, q->by_key, MATCH_RING_CHAINS * q->cap * sizeof(*q->by_key));
	pool_give(q->pool, q->by_receive, q->cap * sizeof(*q->by_receive));
}

bool match_ring_init(struct match_ring *q, size_t n_max, int64_t keep_ns, bool with_ends, struct pool *pool)
{
	/* Numbers begin at 1, so that link 0, as in fresh chains, leads nowhere at first. */
	*q = (struct match_ring){ .pool = pool,
				  .cap_max = RING_LEN_MIN,
				  .head = 1,
				  .tail = 1,
				  .keep_ns = keep_ns,
				  .latest_ns = INT64_MIN };
	while (q->cap_max < n_max)
		q->cap_max *= 2;
	return ring_alloc(q, RING_LEN_MIN, with_ends);
}

void match_ring_release(struct match_ring *q)
{
	ring_free(q);
	*q = (struct match_ring){ 0 };
}

static uint32_t link_of(const struct match_ring *q, const struct open_request *r)
{
	uint64_t slot = (uint64_t)(r - q->at);
	return (uint32_t)(q->head + ((slot - q->head) & (q->cap - 1)));
}

static bool in_receive_chain(const struct open_request *r)
{
	return r->receive && r->state != STATE_ORPHAN;
}

void match_ring_link(struct match_ring *q, struct open_request *r)
{
	uint32_t self = link_of(q, r);
	uint32_t *p = &q->by_key[match_ring_chain(q, r->flow, r->key)];
	r->next_key = match_ring_next_after(q, self, *p);
	*p = self;
	r->next_receive = match_ring_nowhere(self);
	if (in_receive_chain(r)) {
		p = &q->by_receive[match_ring_receive_chain(q, r->flow, r->receive)];
		r->next_receive = match_ring_next_after(q, self, *p);
		*p = self;
	}
}

void match_ring_unlink(struct match_ring *q, struct open_request *r)
{
	uint32_t self = link_of(q, r);
	uint32_t *p = &q->by_key[match_ring_chain(q, r->flow, r->key)];
	struct open_request *at;
	while (*p != self && (at = match_ring_entry(q, *p)))
		p = &at->next_key;
	if (*p == self)
		*p = r->next_key;
	if (in_receive_chain(r)) {
		p = &q->by_receive[match_ring_receive_chain(q, r->flow, r->receive)];
		while (*p != self && (at = match_ring_entry(q, *p)))
			p = &at->next_receive;
		if (*p == self)
			*p = r->next_receive;
	}
	r->unlinked = 1;
}

/* Twice as many, or at once as many as will be there when the first of now leave: at a steady pace, which a
 * second of it tells well enough. */
static size_t next_cap(const struct match_ring *q)
{
	int64_t span_ns = q->at[(q->tail - 1) & (q->cap - 1)].time_ns - q->head_ns;
	size_t cap = q->cap * 2;

	if (span_ns < NS_PER_S || span_ns >= q->keep_ns)
		return cap;
	/* A little less, so that one that would nearly do is not doubled for nothing. */
	double wanted = 0.9 * (double)q->cap * ((double)q->keep_ns / (double)span_ns);
	while ((double)cap < wanted && cap < q->cap_max)
		cap *= 2;
	return cap;
}

static bool ring_grow(struct match_ring *q)
{
	struct match_ring old = *q;
	if (q->cap >= q->cap_max)
		return false;
	/* What is foreseen may be more than there is memory for. */
	for (size_t cap = next_cap(q); !ring_alloc(q, cap, old.ends != NULL); cap /= 2) {
		ring_free(q);
		*q = old;
		if (cap <= 2 * old.cap)
			return false;
	}
	for (uint64_t i = q->head; i < q->tail; i++) {
		struct open_request *r = &q->at[i & (q->cap - 1)];
		*r = old.at[i & (old.cap - 1)];
		if (q->ends)
			q->ends[i & (q->cap - 1)] = old.ends[i & (old.cap - 1)];
		if (!r->unlinked)
			match_ring_link(q, r);
	}
	ring_free(&old);
	return true;
}

bool match_ring_has_room(struct match_ring *q)
{
	return q->tail - q->head < q->cap || ring_grow(q);
}
