/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client list of a live engine in an order, page by page. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "engine/lazy_order.h"
#include "engine/live_private.h"

/* Records are given to others when a client has left.  As long as none has left a shard since it was gone
 * through, none was; and else those who came before that are still the same. */
struct seen_shard {
	uint64_t n_aged_out;
	int64_t now_ns;
};

struct live_sorting {
	struct live *live;
	struct lazy_order order;
	enum client_sort by;
	bool descending;
	const char *(*name)(void *arg, const struct addr *a); /* may be NULL */
	void *name_arg;
	struct seen_shard seen[N_SHARDS];
};

/* ---- what tells rows apart ----------------------------------------------------------------------- */

/* First the figure, or the name, eight octets of it a level; then the address.  Of an IPv4 address one
 * word says all. */
enum { LEVEL_FIGURE, LEVEL_NET, LEVEL_HIGH, LEVEL_LOW, LEVEL_NAME, LEVEL_NAME_LAST = LEVEL_NAME + 31 };

/* Rows that are looked at in one turn of the lock, some milliseconds of it: having it again takes longer than
 * a slice when the machine is busy. */
enum { SLICE_PLAIN = 16 * LIVE_SLICE, SLICE_FILTERED = 4 * LIVE_SLICE, SLICE_NAMES = LIVE_SLICE };

static const uint64_t NET_V6 = UINT64_C(1) << 48, NAMELESS = UINT64_MAX;

static bool by_address(enum client_sort by)
{
	return by == SORT_IP || by == SORT_NAME;
}

static unsigned first_level(enum client_sort by)
{
	return by == SORT_IP ? LEVEL_NET : by == SORT_NAME ? LEVEL_NAME : LEVEL_FIGURE;
}

static uint64_t net_word(const struct addr *a)
{
	uint64_t high = load_be64(a->b), low = load_be64(a->b + 8);
	if (!high)
		return low < NET_V6 ? low : NET_V6;
	return high < NET_V6 ? NET_V6 : high;
}

static uint64_t address_word(const struct addr *a, unsigned level)
{
	return level == LEVEL_NET ? net_word(a) : load_be64(a->b + (level == LEVEL_LOW ? 8 : 0));
}

/* Eight octets of the name in small letters.  The least bit is free, no name begins with eight 0xff, and one
 * that goes on has a last octet that is not zero. */
static uint64_t name_word(const struct live_sorting *s, const struct addr *a, unsigned level)
{
	const char *name = s->name ? s->name(s->name_arg, a) : NULL;
	size_t skip = 8 * (size_t)(level - LEVEL_NAME), len = name ? strlen(name) : 0;
	uint64_t word = 0;

	if (!len)
		return NAMELESS;
	for (size_t i = 0; i < 8; i++)
		word = word << 8 | (skip + i < len ? (uint64_t)tolower((unsigned char)name[skip + i]) : 0);
	return s->descending ? ~word - (word == 0) : word - (word == NAMELESS);
}

/* With the lock. */
static void fill_slice(const struct live_sorting *s, unsigned level, const uint32_t *ids, size_t n,
		       uint64_t *out)
{
	const struct client_hot *hot = s->live->state->arena.hot;
	bool falling = s->descending && by_address(s->by);

	for (size_t i = 0; i < n; i++) {
		const struct addr *a = &hot[ids[i]].addr;
		uint64_t word = level >= LEVEL_NAME ? name_word(s, a, level) : address_word(a, level);
		out[i] = falling && level < LEVEL_NAME ? ~word : word;
	}
}

static void fill_words(void *sorting, unsigned level, const uint32_t *ids, size_t n, uint64_t *out)
{
	const struct live_sorting *s = sorting;
	size_t slice = level >= LEVEL_NAME ? SLICE_NAMES : SLICE_PLAIN;

	for (size_t at = 0; at < n; at += slice) {
		size_t len = n - at < slice ? n - at : slice;
		fair_lock_take(&s->live->lock);
		if (s->live->state)
			fill_slice(s, level, ids + at, len, out + at);
		else
			memset(out + at, 0, len * sizeof(*out));
		fair_lock_let_go(&s->live->lock);
	}
}

static unsigned next_level(void *sorting, unsigned level, uint64_t word)
{
	const struct live_sorting *s = sorting;
	if (s->descending && by_address(s->by) && word != NAMELESS)
		word = ~word;
	if (level >= LEVEL_NAME)
		return word == NAMELESS || !(word & 0xff) || level == LEVEL_NAME_LAST ? LEVEL_NET : level + 1;
	if (level == LEVEL_NET)
		return word < NET_V6 ? LAZY_ORDER_LEVELS : LEVEL_HIGH;
	return level == LEVEL_LOW ? LAZY_ORDER_LEVELS : level + 1;
}

static enum err settle(struct live_sorting *s, size_t from, size_t to)
{
	struct lazy_words words = { .words = fill_words, .next = next_level, .arg = s };
	return lazy_order_settle(&s->order, &words, from, to);
}

/* ---- gathering ----------------------------------------------------------------------------------- */

struct gather {
	struct live_sorting *s;
	const struct client_filter *filter; /* NULL: all */
	bool want_marks, want_all;
};

static uint64_t first_word(const struct live_sorting *s, const struct client_hot *h,
			   const struct client_cold *k, const struct client_info *info)
{
	if (s->by == SORT_NAME)
		return name_word(s, &h->addr, LEVEL_NAME);
	if (s->by == SORT_IP)
		return s->descending ? ~net_word(&h->addr) : net_word(&h->addr);
	return client_sort_key(s->by, s->descending, h, k, info);
}

static void gather_one(const struct gather *g, const struct client_context *x, const struct clients *c,
		       uint32_t id)
{
	const struct client_hot *h = client_hot_of(c, id);
	const struct client_cold *k = client_cold_of(c, id);
	struct client_info info;
	bool passes = !g->filter;

	if (!passes && !client_filter_may_match(g->filter, &h->addr, h->rx_flags, h->tx_flags, &passes))
		return;
	if (!passes && g->want_all)
		client_info_make(x, h, k, &info);
	else if (!passes || g->want_marks)
		client_info_marks(x, h, k, &info);
	if (!passes && !client_filter_match(g->filter, &info, x->now_ns))
		return;
	lazy_order_add(&g->s->order, first_word(g->s, h, k, &info), id);
}

/* Entries of a shard from *at on, at most max; how many were looked at.  With the lock. */
static size_t gather_some(const struct gather *g, struct live *l, unsigned shard, size_t *at, size_t max)
{
	const struct client_context *x = live_context(l);
	const struct clients *c = &l->state->shards[shard].clients;
	size_t from = *at, n = clients_n_places(c), to = n - from < max ? n : from + max;

	if (!from)
		g->s->seen[shard].n_aged_out = c->n_aged_out;
	g->s->seen[shard].now_ns = x->now_ns;
	for (; *at < to; ++*at) {
		uint32_t id = clients_at(c, *at);
		if (id != CLIENT_NONE)
			gather_one(g, x, c, id);
	}
	return to - from;
}

static size_t slice_of(const struct gather *g)
{
	if (g->s->by == SORT_NAME || (g->filter && client_filter_wants_names(g->filter)))
		return SLICE_NAMES;
	return g->filter ? SLICE_FILTERED : SLICE_PLAIN;
}

static void gather_all(const struct gather *g, struct live *l)
{
	unsigned shard = 0;
	size_t at = 0;

	while (shard < N_SHARDS) {
		size_t left = slice_of(g);
		fair_lock_take(&l->lock);
		if (!l->state)
			shard = N_SHARDS;
		while (shard < N_SHARDS && left) {
			left -= gather_some(g, l, shard, &at, left);
			if (at < clients_n_places(&l->state->shards[shard].clients))
				break;
			shard++;
			at = 0;
		}
		fair_lock_let_go(&l->lock);
	}
}

/* ---- making and reading -------------------------------------------------------------------------- */

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
	struct live_sorting *s = calloc(1, sizeof(*s));
	struct gather g = {
		.s = s,
		.filter = f && f->n_terms ? f : NULL,
		.want_marks = client_sort_needs_info(by),
		.want_all = f && client_filter_wants_figures(f),
	};

	begin_view(l, out);
	if (!s)
		return ERR_MEMORY;
	*s = (struct live_sorting){ .live = l, .by = by, .descending = descending };
	s->name = f ? f->name : NULL;
	s->name_arg = f ? f->name_arg : NULL;
	out->sorting = s;
	enum err e = lazy_order_init(&s->order, l->n_places);
	if (!e)
		gather_all(&g, l);
	if (!e)
		e = lazy_order_close(&s->order, first_level(by));
	if (e)
		live_view_release(out);
	else
		out->n = s->order.n;
	return e;
}

void live_view_release(struct live_view *v)
{
	if (v->sorting)
		lazy_order_release(&v->sorting->order);
	free(v->sorting);
	*v = (struct live_view){ 0 };
}

size_t live_view_bytes(const struct live_view *v)
{
	return v->n * LAZY_ORDER_BYTES;
}

static bool info_of(struct live *l, const struct live_sorting *s, uint32_t id, struct client_info *out)
{
	const struct client_arena *a = &l->state->arena;
	if (a->hot[id].dead)
		return false;
	unsigned shard = addr_shard(&a->hot[id].addr);
	if (l->state->shards[shard].clients.n_aged_out != s->seen[shard].n_aged_out &&
	    a->cold[id].first_ns > s->seen[shard].now_ns)
		return false;
	client_info_make(live_context(l), &a->hot[id], &a->cold[id], out);
	return true;
}

size_t live_view_page(struct live *l, struct live_view *v, size_t offset, struct client_info *out, size_t max,
		      size_t *next)
{
	struct live_sorting *s = v->sorting;
	size_t n = 0;
	while (n < max && offset < v->n) {
		size_t want = max - n < LIVE_SLICE / 4 ? max - n : LIVE_SLICE / 4;
		size_t to = v->n - offset < want ? v->n : offset + want;
		bool able = settle(s, offset, to) == ERR_OK;
		fair_lock_take(&l->lock);
		if (!l->state || !able)
			offset = to = v->n;
		while (offset < to)
			n += info_of(l, s, s->order.ids[offset++], &out[n]);
		fair_lock_let_go(&l->lock);
	}
	*next = offset;
	return n;
}
