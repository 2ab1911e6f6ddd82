/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a census, for the files that make and read it. */
#ifndef ENGINE_CENSUS_PRIVATE_H
#define ENGINE_CENSUS_PRIVATE_H

#include "engine/census.h"
#include "engine/state.h"

struct census {
	struct engine_state *state; /* its first n_clients records are the clients */
	size_t n_clients;
	struct server_info *servers;
	size_t n_servers;
	/* a shard's mask bit → bits of client_info.servers */
	uint64_t server_bits[N_SHARDS][CLIENT_SERVERS + 1];
	bool one_way;
	uint64_t one_way_bits; /* of servers from which the capture holds no packet */
	struct unique_clients unique;
	struct list_summary summary;
	struct series series;
	struct icmp_info icmp;
	struct ntske_info ntske;
	struct fragment_info fragments;
};

/* Folds the servers of all shards into c->servers, and fills server_bits. */
enum err census_build_servers(struct census *c);

static inline const struct client_hot *census_hot(const struct census *c, size_t i)
{
	return &c->state->arena.hot[i];
}

static inline const struct client_cold *census_cold(const struct census *c, size_t i)
{
	return &c->state->arena.cold[i];
}

static inline int64_t hot_last_ns(const struct client_hot *h)
{
	return h->last_rx_ns > h->last_tx_ns ? h->last_rx_ns : h->last_tx_ns;
}

#endif
