/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The client list of one shard: a dense array of 120-byte records (64 hot, 56 cold) and an open-addressed
 * index of 4 bytes a slot, filled to between 53 and 80 %, so that a client costs at most 128 bytes.
 *
 *   index   [ tag:6 | id+1:26 ] ──▶ hot[id]  all that a plain packet of a client that polls calmly touches
 *                                   cold[id] first times, bursts, kisses, bytes of packets that are not plain
 *
 * Records live in an arena that all shards share (address space reserved once, pages touched as used); a
 * shard takes chunks of it.  Entries leave by age-out only.  At its capacity a shard shortens its age-out
 * down to the configured least, oldest-silent first; where that frees nothing, newcomers are refused and
 * counted, and their distinct number is estimated.
 */
#ifndef ENGINE_CLIENTS_H
#define ENGINE_CLIENTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "engine/config.h"
#include "engine/event.h"
#include "engine/pool.h"
#include "proto/ntp.h"

enum {
	CLIENT_NONE = 0xffffffff,
	CLIENT_CHUNK = 256,
	CLIENT_SERVERS = 7, /* servers told apart in a client's mask; bit 7 stands for all others */
	CLIENTS_MAX = (1 << 26) - 2,
	REFUSED_LOG2 = 16, /* standard error 0.4 %, 64 kB a shard once something is refused */
	REFUSED_REGISTERS = 1 << REFUSED_LOG2,
	CLIENT_COUNT_BITS = 28, /* of rx and tx in the hot part */
	CLIENT_DELTA_BITS = 24,
};

struct client_hot {
	struct addr addr;
	int64_t last_rx_ns;                       /* 0 while rx is 0 */
	int64_t last_tx_ns;                       /* 0 while tx is 0 */
	uint32_t rx_flags, tx_flags;              /* a free record keeps the next free one in rx_flags */
	uint64_t rx : 28, tx : 28, poll_bias : 8; /* low bits, see client_rx() */
	uint32_t n_deltas : 24, servers : 8;      /* low bits, see client_n_deltas() */
	float delta_mean_s;
	float recent_s; /* moving mean of the interval, weight 0.05; 0 = none yet */
	uint16_t last_port;
	/* calm: the latest packet from it came 10 s or more after the one before, so that now_1s and
	 * now_10s are 1, whatever they say; many: n_deltas has high bits */
	uint16_t delta_max_bin : 12, valid_seen : 1, dead : 1, calm : 1, many : 1;
};

struct client_cold {
	int64_t first_ns;    /* either direction */
	int64_t first_rx_ns; /* 0 while rx is 0 */
	/* octets beyond the 48 that each packet is taken for; may be negative */
	int64_t rx_more : 48;
	uint64_t rx_high : 8, tx_high : 8;
	int64_t tx_more : 48;
	uint64_t icmp_errors : 16;
	uint64_t owed : 32, peak_1s : 24, n_deltas_high : 8;
	uint64_t peak_10s : 24, now_10s : 24, kod_rate : 16;
	uint64_t kod_deny : 16, kod_rstr : 16, now_1s : 32; /* packets in the second of last_rx_ns */
};

struct client_arena {
	struct client_hot *hot;
	struct client_cold *cold;
	size_t n_max;           /* records reserved */
	_Atomic size_t n_taken; /* in whole chunks */
};

/* Reserves address space for n_max records (rounded up to chunks for each of n_shards). */
enum err client_arena_init(struct client_arena *a, size_t n_max, unsigned n_shards);
void client_arena_release(struct client_arena *a);

struct clients {
	struct client_arena *arena;
	struct pool *pool; /* where the index is from; may be NULL */
	uint32_t *index;
	size_t index_len;
	uint64_t secret;
	uint32_t *chunks; /* first id of each chunk taken */
	size_t n_chunks, chunks_cap;
	uint32_t free_head; /* aged-out records, chained through rx_flags; CLIENT_NONE when none */
	uint64_t n, capacity;
	uint64_t next_in_chunk;
	int64_t age_out_ns, age_out_max_ns, age_out_min_ns; /* now in force, and its bounds */
	int64_t no_sweep_before_ns;
	uint64_t n_aged_out, n_refused_packets;
	uint8_t *refused; /* HyperLogLog registers, allocated at the first refusal */
};

enum err clients_init(struct clients *c, struct client_arena *a, struct pool *pool,
		      const struct engine_config *config, unsigned n_shards);
void clients_release(struct clients *c);

/* Nobody will be looked up any more. */
void clients_drop_index(struct clients *c);

static inline struct client_hot *client_hot_of(const struct clients *c, uint32_t id)
{
	return &c->arena->hot[id];
}

static inline struct client_cold *client_cold_of(const struct clients *c, uint32_t id)
{
	return &c->arena->cold[id];
}

static inline uint64_t client_rx(const struct client_hot *h, const struct client_cold *c)
{
	return (uint64_t)c->rx_high << CLIENT_COUNT_BITS | h->rx;
}

static inline uint64_t client_tx(const struct client_hot *h, const struct client_cold *c)
{
	return (uint64_t)c->tx_high << CLIENT_COUNT_BITS | h->tx;
}

static inline uint32_t client_n_deltas(const struct client_hot *h, const struct client_cold *c)
{
	return (uint32_t)c->n_deltas_high << CLIENT_DELTA_BITS | h->n_deltas;
}

static inline uint64_t client_rx_bytes(const struct client_hot *h, const struct client_cold *c)
{
	return client_rx(h, c) * NTP_HEADER_LEN + (uint64_t)(int64_t)c->rx_more;
}

static inline uint64_t client_tx_bytes(const struct client_hot *h, const struct client_cold *c)
{
	return client_tx(h, c) * NTP_HEADER_LEN + (uint64_t)(int64_t)c->tx_more;
}

uint64_t clients_hash(const struct clients *c, const struct addr *a);

/* For batches: brings the index line of that hash, then (a little later) the record that it seems to
 * point to, whose id is a hint for clients_enter(): CLIENT_NONE when there seems to be none. */
void clients_prefetch_index(const struct clients *c, uint64_t hash);
uint32_t clients_prefetch_record(const struct clients *c, uint64_t hash);

/* The client's id, or CLIENT_NONE. */
uint32_t clients_find(const struct clients *c, const struct addr *a, uint64_t hash);

/* The slow part of clients_enter(). */
uint32_t clients_enter_unknown(struct clients *c, const struct addr *a, uint64_t hash, int64_t now_ns,
			       bool *is_new);

/* The hint was right: no entry will be made, and none will leave for it. */
static inline bool clients_is_hint_right(const struct clients *c, const struct addr *a, uint32_t hint)
{
	return hint != CLIENT_NONE && addr_equal(&c->arena->hot[hint].addr, a) && !c->arena->hot[hint].dead;
}

/* The client's id; a new entry with first_ns = now_ns when it has none (*is_new); CLIENT_NONE when
 * refused.  hint is an id to look at first, or CLIENT_NONE. */
static inline uint32_t clients_enter(struct clients *c, const struct addr *a, uint64_t hash, uint32_t hint,
				     int64_t now_ns, bool *is_new)
{
	if (clients_is_hint_right(c, a, hint)) {
		*is_new = false;
		return hint;
	}
	return clients_enter_unknown(c, a, hash, now_ns, is_new);
}

/* Books a packet from (to_server) or to the client. */
void client_count_rx(struct clients *c, uint32_t id, const struct event *e, bool valid);
void client_count_tx(struct clients *c, uint32_t id, const struct event *e);

/* Drops entries silent for longer than the age-out; called now and then with the shard's time. */
/* The age-out when there is room; one that is shorter, because there was none, goes on growing. */
void clients_set_age_out(struct clients *c, int64_t age_out_ns);

void clients_age_out(struct clients *c, int64_t now_ns);

/* Calls for each live entry, in no particular order. */
void clients_each(const struct clients *c, void (*f)(void *arg, uint32_t id), void *arg);

/* The same, one by one, while the list may change in between: entries have places below
 * clients_n_places(), and keep them; clients_at() gives the id, or CLIENT_NONE where there is none. */
size_t clients_n_places(const struct clients *c);
uint32_t clients_at(const struct clients *c, size_t place);

/* n distinct from the registers of one or several shards (HyperLogLog, standard error 0.4 %). */
double refused_estimate(const uint8_t registers[REFUSED_REGISTERS]);

#endif
