/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client list of a live engine without an order, and one of it. */
#include "base/hash.h"
#include "engine/live_private.h"

/* The cursor is the shard and the place in it. */
size_t live_walk(struct live *l, uint64_t *cursor, struct client_info *out, size_t max)
{
	unsigned shard = (unsigned)(*cursor >> 32);
	size_t place = *cursor & UINT32_MAX, n = 0, n_looked = 0;

	fair_lock_take(&l->lock);
	for (; l->state && shard < N_SHARDS && n < max; shard++, place = 0) {
		const struct clients *c = &l->state->shards[shard].clients;
		for (; place < clients_n_places(c) && n < max; place++) {
			if (++n_looked % (LIVE_SLICE / 4) == 0) {
				fair_lock_let_go(&l->lock);
				fair_lock_take(&l->lock);
				if (!l->state)
					break;
			}
			uint32_t id = clients_at(c, place);
			if (id != CLIENT_NONE)
				client_info_make(live_context(l), client_hot_of(c, id), client_cold_of(c, id),
						 &out[n++]);
		}
		if (n == max)
			break;
	}
	*cursor = l->state && shard < N_SHARDS ? (uint64_t)shard << 32 | place : 0;
	fair_lock_let_go(&l->lock);
	return n;
}

bool live_client(struct live *l, const struct addr *a, struct client_info *out)
{
	bool found = false;
	fair_lock_take(&l->lock);
	if (l->state) {
		const struct clients *c = &l->state->shards[addr_shard(a)].clients;
		uint32_t id = clients_find(c, a, clients_hash(c, a));
		found = id != CLIENT_NONE;
		if (found)
			client_info_make(live_context(l), client_hot_of(c, id), client_cold_of(c, id), out);
	}
	fair_lock_let_go(&l->lock);
	if (!found)
		*out = (struct client_info){ 0 };
	return found;
}
