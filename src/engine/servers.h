/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The servers of one shard, by address, in a table of fixed size: on a mirror port strangers choose what is
 * asked, so those beyond it share entry 0.
 */
#ifndef ENGINE_SERVERS_H
#define ENGINE_SERVERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "engine/census.h"
#include "engine/event.h"
#include "engine/hashset.h"

enum { SHARD_SERVERS_MAX = 256, SERVER_OTHERS = 0, SERVER_PAIRS_MAX = 1 << 16 };

/* server_info without what is made at the end; worst is a heap, fastest of the slowest on top. */
struct server_entry {
	struct addr addr;
	uint64_t hash;        /* of addr, by the secret; not that of the others */
	uint8_t own_refid[4]; /* what a client of this server would show as its reference id */
	uint64_t rx, tx, rx_bytes, tx_bytes;
	uint64_t packets[N_CLASSES], exchanges[N_CLASSES];
	uint64_t control_exchanges[N_CLASSES]; /* of these, modes 6 and 7 */
	uint64_t kisses[N_KISS], n_interleaved, n_clients;
	struct worst worst[ENGINE_WORST_MAX];
	unsigned n_worst;
	uint64_t last_answer_frame;
	uint8_t stratum, leap, refid[4];
	int8_t precision_log2s;
};

struct servers {
	struct server_entry *at; /* [0] is for the others */
	unsigned n, cap;         /* entries in use, at least 1; allocated */
	unsigned last, before;   /* those found last: most captures have one, or one each of IPv4 and IPv6 */
	unsigned n_worst_max;
	uint16_t index[1024]; /* open addressing, entry number, 0 = free */
	uint64_t secret;
	struct hashset pairs; /* clients of the servers that a client's mask cannot tell apart */
};

enum err servers_init(struct servers *s, const struct engine_config *config);
void servers_release(struct servers *s);

/* The slow part of servers_enter(). */
unsigned servers_search(struct servers *s, const struct addr *a);

/* The entry number of that address; a new one is made while there is room, else SERVER_OTHERS.  Entries
 * move when one is made. */
static inline unsigned servers_enter(struct servers *s, const struct addr *a)
{
	if (s->last && addr_equal(&s->at[s->last].addr, a))
		return s->last;
	if (s->before && addr_equal(&s->at[s->before].addr, a)) {
		unsigned id = s->before;
		s->before = s->last;
		return s->last = id;
	}
	return servers_search(s, a);
}

/* The hash of a server's address, which the entry of that number has at hand. */
static inline uint64_t servers_hash(const struct servers *s, unsigned id, const struct addr *a)
{
	return id == SERVER_OTHERS ? hash_addr(a, s->secret) : s->at[id].hash;
}

/* Books a client of the server: each call is a new one, unless its mask cannot tell this server apart. */
void server_count_client(struct servers *s, unsigned id, const struct addr *client, bool shared_bit);

void server_count_event(struct server_entry *s, const struct event *e);
void server_count_outcome(struct servers *s, unsigned id, const struct exchange *x, unsigned n_packets,
			  bool is_row);

/* False for most: the exchange is not among the slowest. */
static inline bool server_is_slow(const struct servers *s, const struct server_entry *e, int64_t delta_ns)
{
	return e->n_worst < s->n_worst_max || (e->n_worst && delta_ns >= e->worst[0].delta_ns);
}

/* Keeps the exchange if it is among the slowest. */
void server_count_slow(struct servers *s, unsigned id, const struct exchange *x, const struct addr *client);

/* Keeps the n_max slowest exchanges in w; ties go to the earlier frame. */
void worst_keep(struct worst *w, unsigned *n, unsigned n_max, const struct worst *candidate);

/* The reference id that clients of this server show: the IPv4 address, or the first octets of the MD5 of
 * the IPv6 address (RFC 5905 section 7.3). */
void server_refid(const struct addr *a, uint8_t out[4]);

#endif
