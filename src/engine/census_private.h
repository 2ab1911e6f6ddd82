/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a census, for the files that make and read it. */
#ifndef ENGINE_CENSUS_PRIVATE_H
#define ENGINE_CENSUS_PRIVATE_H

#include "engine/census.h"
#include "engine/client_info.h"
#include "engine/state.h"

struct census {
	struct engine_state *state; /* its first n_clients records are the clients */
	size_t n_clients;
	struct server_info *servers;
	size_t n_servers;
	struct client_context context;
	bool one_way;
	struct unique_clients unique;
	struct list_summary summary;
	struct series series;
	struct icmp_info icmp;
	struct ntske_info ntske;
	struct fragment_info fragments;
	struct census_span span;
	int64_t began_ns; /* when the clients' figures begin, whatever the span */
};

/* The servers of all shards, without their times, most requests first; *out is the caller's to free, also
 * after an error.  With them the entry, if any, of packets that were none of a named server's: it has
 * outcomes, but neither requests nor responses. */
enum err census_fold_servers(const struct engine_state *state, struct server_info **out, size_t *n);

/* Takes that entry out. */
void census_drop_unseen(struct server_info *list, size_t *n);

/* Folds the servers of all shards into c->servers, and fills the context. */
enum err census_build_servers(struct census *c);

static inline const struct client_hot *census_hot(const struct census *c, size_t i)
{
	return &c->state->arena.hot[i];
}

static inline const struct client_cold *census_cold(const struct census *c, size_t i)
{
	return &c->state->arena.cold[i];
}

#endif
