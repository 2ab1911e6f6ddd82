/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which series there are, and which of them are worth one of their own. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "cmd/graph.h"

enum { KEYS_FIRST = 1024, KEYS_MAX = 1 << 20 };

void graph_keys_release(struct graph_keys *k)
{
	free(k->at);
	*k = (struct graph_keys){ 0 };
}

static uint64_t hash_of(const struct graph_keys *k, const struct graph_key *key)
{
	uint64_t rest = (uint64_t)key->stream << 32 | (uint32_t)key->a_port << 16 | key->b_port;

	return hash64(hash_addr(&key->a, k->secret) ^ hash64(rest + key->version, k->secret),
		      k->secret ^ hash_addr(&key->b, ~k->secret));
}

static bool is_same(const struct graph_key *a, const struct graph_key *b)
{
	return addr_equal(&a->a, &b->a) && addr_equal(&a->b, &b->b) && a->stream == b->stream &&
	       a->a_port == b->a_port && a->b_port == b->b_port && a->version == b->version;
}

static struct graph_entry *slot_of(const struct graph_keys *k, const struct graph_key *key)
{
	size_t i = hash_of(k, key) & k->mask;

	while (k->at[i].n && !is_same(&k->at[i].key, key))
		i = (i + 1) & k->mask;
	return &k->at[i];
}

/* Twice the room; false when there is none. */
static bool grow(struct graph_keys *k)
{
	struct graph_keys wide = *k;
	size_t cap = k->at ? 2 * (k->mask + 1) : KEYS_FIRST;

	if (cap > 2 * KEYS_MAX)
		return false;
	wide.at = calloc(cap, sizeof(*wide.at));
	if (!wide.at) {
		k->err = ERR_MEMORY;
		return false;
	}
	wide.mask = cap - 1;
	for (size_t i = 0; k->at && i <= k->mask; i++)
		if (k->at[i].n)
			*slot_of(&wide, &k->at[i].key) = k->at[i];
	free(k->at);
	*k = wide;
	return true;
}

struct graph_entry *graph_keys_find(struct graph_keys *k, const struct graph_key *key, bool make)
{
	struct graph_entry *e = k->at ? slot_of(k, key) : NULL;

	if ((e && e->n) || !make)
		return e && e->n ? e : NULL;
	if ((!k->at || k->n >= (k->mask + 1) / 2) && !grow(k)) {
		k->n_turned_away++;
		return NULL;
	}
	e = slot_of(k, key);
	e->key = *key;
	k->n++;
	return e;
}

static int by_count(const void *pa, const void *pb)
{
	const struct graph_entry *a = *(struct graph_entry *const *)pa, *b = *(struct graph_entry *const *)pb;
	int order = addr_compare(&a->key.a, &b->key.a);

	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	if (!order)
		order = addr_compare(&a->key.b, &b->key.b);
	if (order)
		return order;
	if (a->key.stream != b->key.stream)
		return a->key.stream < b->key.stream ? -1 : 1;
	if (a->key.a_port != b->key.a_port)
		return a->key.a_port < b->key.a_port ? -1 : 1;
	if (a->key.b_port != b->key.b_port)
		return a->key.b_port < b->key.b_port ? -1 : 1;
	return a->key.version < b->key.version ? -1 : a->key.version > b->key.version;
}

size_t graph_keys_choose(struct graph_keys *k, size_t top, struct graph_key *out)
{
	struct graph_entry **order = calloc(k->n ? k->n : 1, sizeof(struct graph_entry *));
	size_t n = 0;

	if (!order) {
		k->err = ERR_MEMORY;
		return 0;
	}
	for (size_t i = 0; k->at && i <= k->mask; i++)
		if (k->at[i].n)
			order[n++] = &k->at[i];
	qsort(order, n, sizeof(struct graph_entry *), by_count);
	n = n > top ? top : n;
	for (size_t i = 0; i < n; i++) {
		order[i]->series = (uint32_t)i + 1;
		out[i] = order[i]->key;
	}
	free(order);
	return n;
}
