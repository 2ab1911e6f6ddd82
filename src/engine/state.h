/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that the engine holds while it runs, and that a census is made of.  Private to the engine. */
#ifndef ENGINE_STATE_H
#define ENGINE_STATE_H

#include "base/hash.h"
#include "engine/config.h"
#include "engine/fragments.h"
#include "engine/icmp_errors.h"
#include "engine/lately.h"
#include "engine/ntske_seen.h"
#include "engine/shard.h"
#include "engine/since.h"
#include "engine/worst_list.h"

struct engine_state {
	struct engine_config config;
	struct client_arena arena;
	struct pool *pool; /* of the shards' tables */
	struct shard shards[N_SHARDS];
	struct worker_sums sums; /* of all threads, added up */
	struct icmp_errors icmp;
	struct ntske_seen ntske;
	struct fragments fragments;
	int64_t first_ns, last_ns; /* earliest and latest time of any packet */
	/* time of the last packet: one with a false date must not move the present */
	int64_t now_ns;
	bool began;
	/* Slowest exchanges, beside those that the shards' servers have: of the same span as the census. */
	struct worst_list worst;
	struct lately lately; /* clients' packets since then, if they are known */
	struct since *since;  /* a census is wanted of what came since then; NULL: of all.  Owned */
};

struct census;

/* Takes the state over (its client records are read in place) and works out the rest. */
enum err census_build(struct engine_state *state, struct census **out);

/* s is zeroed; after an error it wants engine_state_free(), too. */
enum err engine_state_init(struct engine_state *s, const struct engine_config *config);

/* What a thread adds up: rows NULL when none are wanted. */
enum err worker_sums_init(struct worker_sums *s, struct row_list *rows);
void worker_sums_clear(struct worker_sums *s);
void worker_sums_release(struct worker_sums *s);

void engine_state_free(struct engine_state *s);

#endif
