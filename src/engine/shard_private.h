/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the shard*.c files share.  Only for them. */
#ifndef ENGINE_SHARD_PRIVATE_H
#define ENGINE_SHARD_PRIVATE_H

#include "engine/shard.h"

/* Events go through three passes, a few at a time, so that the memory each one needs is on its way while
 * others are worked on: first the lines of the indexes, then the records that these point to, then the work
 * itself. */
enum { SHARD_CHUNK = 32 };

/* What is known of an event on its way through the three passes. */
struct ahead {
	uint64_t hash, flow, chain;
	uint32_t hint;
	unsigned server_id;
	uint8_t pair;          /* of a request: where its response is; 0: not among them */
	bool is_pair, is_done; /* of a response: it is such a one; and it was done with its request */
};

static inline void shard_prefetch_first(const struct shard *s, const struct ahead *a)
{
	clients_prefetch_index(&s->clients, a->hash);
	match_strict_prefetch_head(&s->match, a->chain);
}

static inline void shard_prefetch_second(const struct shard *s, struct ahead *a)
{
	a->hint = clients_prefetch_record(&s->clients, a->hash);
	match_strict_prefetch_entry(&s->match, a->chain);
}

static inline void bucket_add_delta(struct bucket *b, int64_t delta_ns)
{
	if (b->n_deltas == 0 || delta_ns > b->delta_max_ns)
		b->delta_max_ns = delta_ns;
	b->n_deltas++;
	b->delta_sum_ns += delta_ns;
}

/* A client's first packet to or from a server; beyond the seventh server always. */
void shard_meet_server(struct shard *s, struct client_hot *h, const struct addr *client, unsigned server_id);

/* Books a packet's moment with its client's record: windows, series, servers. */
static inline __attribute__((always_inline)) void shard_meet(struct shard *s, struct client_hot *h,
							     bool is_new, const struct addr *client,
							     int64_t time_ns, unsigned server_id)
{
	int64_t last_ns = h->last_rx_ns > h->last_tx_ns ? h->last_rx_ns : h->last_tx_ns;
	windows_move(&s->windows, !is_new, last_ns, time_ns);
	if (server_id - 1 >= CLIENT_SERVERS || !(h->servers >> (server_id - 1) & 1))
		shard_meet_server(s, h, client, server_id);
	if (is_new)
		series_bucket(&s->sums->series, time_ns)->new_clients++;
}

/* The clock does not step back, no record is given to somebody else, and what is remembered only grows older,
 * until last_ns. */
bool shard_is_calm(struct shard *s, int64_t first_ns, int64_t last_ns);

/* The long way, for one event; in_series: it is in the series already. */
void shard_apply_one(struct shard *s, struct event *e, const struct ahead *a, bool in_series);

#endif
