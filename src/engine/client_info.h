/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a client is, worked out from its record and the present moment. */
#ifndef ENGINE_CLIENT_INFO_H
#define ENGINE_CLIENT_INFO_H

#include "base/hash.h"
#include "engine/census.h"
#include "engine/clients.h"

/* What is to be known besides the record. */
struct client_context {
	const struct engine_config *config;
	int64_t now_ns;
	uint64_t one_way_bits; /* of servers from which no packet was seen */
	/* a shard's mask bit → bits of client_info.servers */
	uint64_t server_bits[N_SHARDS][CLIENT_SERVERS + 1];
};

static inline int64_t client_last_ns(const struct client_hot *h)
{
	return h->last_rx_ns > h->last_tx_ns ? h->last_rx_ns : h->last_tx_ns;
}

void client_info_make(const struct client_context *x, const struct client_hot *h, const struct client_cold *k,
		      struct client_info *out);

/* Only its address, latest times, packets, flags, interval, servers, alert and classes: soon done. */
void client_info_marks(const struct client_context *x, const struct client_hot *h,
		       const struct client_cold *k, struct client_info *out);

/* What is not in the record as it is: these orders need the marks of a client_info, and nothing else. */
static inline bool client_sort_needs_info(enum client_sort by)
{
	return by == SORT_ALERT || by == SORT_CLASSES || by == SORT_SERVERS;
}

/* A key that rises in the order that is wanted, and is the greatest when the figure is undefined.  info is
 * for orders that need it.  SORT_IP and SORT_NAME have no key. */
uint64_t client_sort_key(enum client_sort by, bool descending, const struct client_hot *h,
			 const struct client_cold *k, const struct client_info *info);

#endif
