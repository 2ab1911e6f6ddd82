/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client list of a live engine: sorted, page by page, one by one. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "engine/live_private.h"
#include "engine/radix.h"
#include "engine/reserve.h"

/* Records are given to others when a client has left: the check says whether it is still the same. */
struct live_ref {
	uint32_t id, check;
};

static uint32_t check_of(const struct addr *a)
{
	return (uint32_t)hash_addr(a, UINT64_C(0x243f6a8885a308d3));
}

/* ---- a view -------------------------------------------------------------------------------------- */

/* What a view is made of: keys and addresses, taken a slice at a time, sorted without the lock. */
struct gather {
	enum client_sort by;
	const struct client_filter *filter; /* NULL: all */
	bool descending;                    /* though ties keep rising */
	bool want_info;
	uint64_t *keys; /* NULL when the address is the key */
	struct addr *addrs;
	uint32_t *ids, *order;
	size_t n, cap;
};

static bool by_address(const struct gather *g)
{
	return g->by == SORT_IP || g->by == SORT_NAME;
}

static void gather_release(struct gather *g)
{
	reserve_release(g->keys, g->cap * sizeof(*g->keys));
	reserve_release(g->addrs, g->cap * sizeof(*g->addrs));
	reserve_release(g->ids, g->cap * sizeof(*g->ids));
	reserve_release(g->order, g->cap * sizeof(*g->order));
}

/* Room for as many as there may ever be: only what is used becomes memory. */
static enum err gather_init(struct gather *g, const struct live *l)
{
	g->cap = l->n_places;
	g->keys = by_address(g) ? NULL : reserve_pages(g->cap * sizeof(*g->keys));
	g->addrs = reserve_pages(g->cap * sizeof(*g->addrs));
	g->ids = reserve_pages(g->cap * sizeof(*g->ids));
	g->order = reserve_pages(g->cap * sizeof(*g->order));
	return (g->keys || by_address(g)) && g->addrs && g->ids && g->order ? ERR_OK : ERR_MEMORY;
}

static void gather_one(struct gather *g, const struct client_context *x, const struct clients *c, uint32_t id)
{
	const struct client_hot *h = client_hot_of(c, id);
	const struct client_cold *k = client_cold_of(c, id);
	struct client_info info;

	if (g->want_info) {
		client_info_make(x, h, k, &info);
		if (g->filter && !client_filter_match(g->filter, &info, x->now_ns))
			return;
	}
	if (g->keys)
		g->keys[g->n] = client_sort_key(g->by, g->descending, h, k, &info);
	g->addrs[g->n] = h->addr;
	g->ids[g->n++] = id;
}

/* With the lock. */
static void gather_slice(struct gather *g, struct live *l, const struct clients *c, size_t from, size_t to)
{
	const struct client_context *x = live_context(l);
	for (size_t i = from; i < to; i++) {
		uint32_t id = clients_at(c, i);
		if (id != CLIENT_NONE)
			gather_one(g, x, c, id);
	}
}

static void gather_shard(struct gather *g, struct live *l, unsigned shard)
{
	size_t n = 0, at = 0;
	do {
		fair_lock_take(&l->lock);
		if (l->state) {
			const struct clients *c = &l->state->shards[shard].clients;
			n = clients_n_places(c);
			size_t to = at + LIVE_SLICE < n ? at + LIVE_SLICE : n;
			gather_slice(g, l, c, at, to);
			at = to;
		} else {
			n = 0;
		}
		fair_lock_let_go(&l->lock);
	} while (at < n);
}

static uint64_t address_word(const void *gather, uint32_t i, unsigned word)
{
	const struct gather *g = gather;
	return load_be64(g->addrs[i].b + 8 * (size_t)word);
}

static uint64_t order_word(const void *gather, uint32_t i, unsigned word)
{
	const struct gather *g = gather;
	return word ? address_word(g, i, word - 1) : g->keys[i];
}

static enum err sort(const struct gather *g, bool descending, uint32_t *order)
{
	struct radix_keys keys = { .word = order_word, .arg = g, .n_words = 3 };
	if (!by_address(g))
		return radix_order(&keys, g->n, order);
	keys.word = address_word;
	keys.n_words = 2;
	enum err e = radix_order(&keys, g->n, order);
	for (size_t i = 0; descending && !e && i < g->n / 2; i++) {
		uint32_t t = order[i];
		order[i] = order[g->n - 1 - i];
		order[g->n - 1 - i] = t;
	}
	return e;
}

/* ---- by name ------------------------------------------------------------------------------------- */

struct named {
	char *name;
	uint32_t i; /* place in the order by address */
};

static int compare_names(const void *pa, const void *pb)
{
	const struct named *a = pa, *b = pb;
	int d = strcasecmp(a->name, b->name);
	return d ? d : (a->i > b->i) - (a->i < b->i);
}

static int compare_names_falling(const void *pa, const void *pb)
{
	const struct named *a = pa, *b = pb;
	int d = strcasecmp(b->name, a->name);
	return d ? d : (a->i > b->i) - (a->i < b->i);
}

/* Those with a name go first, by it; the others keep their order. */
static enum err names_first(const struct gather *g, bool descending, uint32_t *order)
{
	struct named *named = NULL;
	uint32_t *rest = malloc((g->n + 1) * sizeof(*rest));
	size_t n = 0, cap = 0, n_rest = 0;
	enum err e = rest ? ERR_OK : ERR_MEMORY;

	for (size_t i = 0; i < g->n && !e; i++) {
		const char *name = g->filter->name(g->filter->name_arg, &g->addrs[order[i]]);
		if (!name || !*name) {
			rest[n_rest++] = order[i];
			continue;
		}
		if (n == cap) {
			struct named *more = realloc(named, (cap = 2 * cap + 1024) * sizeof(*more));
			e = more ? e : ERR_MEMORY;
			named = more ? more : named;
		}
		if (!e)
			named[n] = (struct named){ strdup(name), order[i] };
		if (!e && !named[n++].name)
			e = ERR_MEMORY;
	}
	if (!e) {
		if (n)
			qsort(named, n, sizeof(*named), descending ? compare_names_falling : compare_names);
		for (size_t i = 0; i < n; i++)
			order[i] = named[i].i;
		memcpy(order + n, rest, n_rest * sizeof(*rest));
	}
	for (size_t i = 0; i < n; i++)
		free(named[i].name);
	free(named);
	free(rest);
	return e;
}

/* ---- making and reading -------------------------------------------------------------------------- */

static enum err make_refs(const struct gather *g, const uint32_t *order, struct live_view *out)
{
	out->at = malloc((g->n + 1) * sizeof(*out->at));
	if (!out->at)
		return ERR_MEMORY;
	out->n = g->n;
	for (size_t i = 0; i < g->n; i++)
		out->at[i] = (struct live_ref){ g->ids[order[i]], check_of(&g->addrs[order[i]]) };
	return ERR_OK;
}

static enum err view_from(const struct gather *g, bool descending, struct live_view *out)
{
	enum err e = sort(g, descending, g->order);
	if (!e && g->by == SORT_NAME && g->filter && g->filter->name)
		e = names_first(g, descending, g->order);
	if (!e)
		e = make_refs(g, g->order, out);
	return e;
}

/* How many clients there are, and the time. */
static void begin_view(struct live *l, struct live_view *out)
{
	*out = (struct live_view){ 0 };
	fair_lock_take(&l->lock);
	out->made_ns = pipeline_now(l->pipeline);
	for (unsigned i = 0; l->state && i < N_SHARDS; i++)
		out->n_total += l->state->shards[i].clients.n;
	fair_lock_let_go(&l->lock);
}

enum err live_view_make(struct live *l, enum client_sort by, bool descending, const struct client_filter *f,
			struct live_view *out)
{
	bool filtered = f && f->n_terms;
	struct gather g = {
		.by = by,
		.filter = f,
		.descending = descending,
		.want_info = filtered || client_sort_needs_info(by),
	};
	begin_view(l, out);
	enum err e = gather_init(&g, l);
	for (unsigned i = 0; i < N_SHARDS && !e; i++)
		gather_shard(&g, l, i);
	if (!e)
		e = view_from(&g, descending, out);
	gather_release(&g);
	return e;
}

void live_view_release(struct live_view *v)
{
	free(v->at);
	*v = (struct live_view){ 0 };
}

static bool info_of(struct live *l, const struct live_ref *r, struct client_info *out)
{
	const struct client_arena *a = &l->state->arena;
	if (a->hot[r->id].dead || check_of(&a->hot[r->id].addr) != r->check)
		return false;
	client_info_make(live_context(l), &a->hot[r->id], &a->cold[r->id], out);
	return true;
}

size_t live_view_page(struct live *l, const struct live_view *v, size_t offset, struct client_info *out,
		      size_t max, size_t *next)
{
	size_t n = 0;
	while (n < max && offset < v->n) {
		fair_lock_take(&l->lock);
		if (!l->state)
			offset = v->n;
		for (size_t i = 0; i < LIVE_SLICE / 4 && n < max && offset < v->n; i++)
			n += info_of(l, &v->at[offset++], &out[n]);
		fair_lock_let_go(&l->lock);
	}
	*next = offset;
	return n;
}

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
