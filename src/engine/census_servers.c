/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "engine/census_private.h"

/* Where one shard's view of a server is. */
struct view {
	struct addr addr;
	unsigned shard, id;
};

static int compare_views(const void *pa, const void *pb)
{
	const struct view *a = pa, *b = pb;
	int d = addr_compare(&a->addr, &b->addr);
	return d ? d : (int)a->shard - (int)b->shard;
}

static bool is_used(const struct server_entry *s)
{
	return s->rx + s->tx > 0;
}

/* Packets of servers that were not named are booked with the others, as no packets of theirs. */
static bool has_outcomes(const struct server_entry *s)
{
	for (unsigned i = 0; i < N_CLASSES; i++)
		if (s->packets[i])
			return true;
	return false;
}

/* All views but the empty ones for "the others"; those keep the address :: and so stay together too. */
static struct view *gather_views(const struct engine_state *state, size_t *n)
{
	size_t max = 0;
	for (unsigned i = 0; i < N_SHARDS; i++)
		max += state->shards[i].servers.n;
	struct view *v = malloc((max + 1) * sizeof(*v));
	*n = 0;
	for (unsigned i = 0; v && i < N_SHARDS; i++) {
		const struct servers *s = &state->shards[i].servers;
		for (unsigned k = 0; k < s->n; k++)
			if (k != SERVER_OTHERS || is_used(&s->at[k]) || has_outcomes(&s->at[k]))
				v[(*n)++] = (struct view){ s->at[k].addr, i, k };
	}
	if (v)
		qsort(v, *n, sizeof(*v), compare_views);
	return v;
}

static bool asks_for_time(enum exchange_class c)
{
	return c <= CLASS_RETRANSMITTED && c != CLASS_DUPLICATE && c != CLASS_UNSOLICITED;
}

static void add_view(struct server_info *into, const struct server_entry *from, unsigned n_worst_max)
{
	into->addr = from->addr;
	into->rx += from->rx;
	into->tx += from->tx;
	into->rx_bytes += from->rx_bytes;
	into->tx_bytes += from->tx_bytes;
	into->n_clients += from->n_clients;
	into->n_interleaved += from->n_interleaved;
	for (unsigned i = 0; i < N_CLASSES; i++) {
		into->packets[i] += from->packets[i];
		into->exchanges[i] += from->exchanges[i];
		if (asks_for_time(i))
			into->n_requests += from->exchanges[i] - from->control_exchanges[i];
	}
	into->n_lost += from->exchanges[CLASS_UNANSWERED] - from->control_exchanges[CLASS_UNANSWERED];
	for (unsigned i = 0; i < N_KISS; i++)
		into->kisses[i] += from->kisses[i];
	for (unsigned i = 0; i < from->n_worst; i++)
		worst_keep(into->worst, &into->n_worst, n_worst_max, &from->worst[i]);
	if (from->last_answer_frame > into->last_answer_frame) {
		into->last_answer_frame = from->last_answer_frame;
		into->stratum = from->stratum;
		into->leap = from->leap;
		memcpy(into->refid, from->refid, 4);
		into->precision_log2s = from->precision_log2s;
	}
}

static void add_kept(struct server_info *into, const struct engine_state *state)
{
	size_t n;
	const struct worst_row *rows = worst_list_of(&state->worst, &into->addr, &n);
	for (size_t i = 0; i < n; i++)
		worst_keep(into->worst, &into->n_worst, state->config.n_worst, &rows[i].x);
}

static int slowest_first(const void *pa, const void *pb)
{
	const struct worst *a = pa, *b = pb;
	if (a->delta_ns != b->delta_ns)
		return a->delta_ns < b->delta_ns ? 1 : -1;
	return (a->response_frame > b->response_frame) - (a->response_frame < b->response_frame);
}

static bool is_others(const struct server_info *s)
{
	static const struct addr zero;
	return addr_equal(&s->addr, &zero);
}

static int busiest_first(const void *pa, const void *pb)
{
	const struct server_info *a = pa, *b = pb;
	if (is_others(a) != is_others(b))
		return is_others(a) ? 1 : -1;
	if (a->n_requests != b->n_requests)
		return a->n_requests < b->n_requests ? 1 : -1;
	if (a->rx != b->rx)
		return a->rx < b->rx ? 1 : -1;
	return addr_compare(&a->addr, &b->addr);
}

/* A shard numbers its servers in the order in which it met them. */
static void map_bits(struct census *c)
{
	for (unsigned i = 0; i < N_SHARDS; i++) {
		const struct servers *s = &c->state->shards[i].servers;
		c->context.server_bits[i][CLIENT_SERVERS] = UINT64_C(1) << 63;
		for (unsigned k = 1; k <= CLIENT_SERVERS && k < s->n; k++) {
			c->context.server_bits[i][k - 1] = UINT64_C(1) << 63;
			for (size_t g = 0; g < c->n_servers && g < 63; g++)
				if (addr_equal(&c->servers[g].addr, &s->at[k].addr))
					c->context.server_bits[i][k - 1] = UINT64_C(1) << g;
		}
	}
}

static bool told_apart(const struct engine_state *state)
{
	bool all = !state->since->has_rest;
	for (unsigned i = 0; i < N_SHARDS; i++)
		all &= state->shards[i].servers.n <= CLIENT_SERVERS + 1 &&
		       !is_used(&state->shards[i].servers.at[SERVER_OTHERS]);
	return all;
}

/* The histograms stay in the state; the sums over all servers are made on the way. */
static void take_times(struct census *c, struct server_info *s)
{
	struct server_time *t = server_times_find(&c->state->sums.times, &s->addr);
	struct tally *all = c->state->sums.tally;
	if (!t)
		return;
	s->delta = &t->delta;
	s->turnaround = &t->turnaround;
	hist_merge(&all->delta, &t->delta);
	hist_merge(&all->turnaround, &t->turnaround);
	hist_merge(&all->outside_server, &t->outside);
}

/* Each outcome was booked with its server: the sums over all are made here. */
static void add_classes(struct tally *all, const struct server_info *s)
{
	for (unsigned i = 0; i < N_CLASSES; i++) {
		all->class_packets[i] += s->packets[i];
		all->class_exchanges[i] += s->exchanges[i];
	}
}

enum err census_fold_servers(const struct engine_state *state, struct server_info **out, size_t *n)
{
	size_t n_views;
	struct view *views = gather_views(state, &n_views);
	struct server_info *list = calloc(n_views + 1, sizeof(*list));
	*out = list;
	*n = 0;
	if (!views || !list) {
		free(views);
		return ERR_MEMORY;
	}
	for (size_t i = 0; i < n_views; i++) {
		const struct servers *s = &state->shards[views[i].shard].servers;
		if (i == 0 || !addr_equal(&views[i].addr, &views[i - 1].addr))
			++*n;
		add_view(&list[*n - 1], &s->at[views[i].id], s->n_worst_max);
	}
	free(views);
	for (size_t i = 0; i < *n; i++) {
		add_kept(&list[i], state);
		qsort(list[i].worst, list[i].n_worst, sizeof(list[i].worst[0]), slowest_first);
		list[i].one_way = list[i].tx == 0;
	}
	qsort(list, *n, sizeof(*list), busiest_first);
	return ERR_OK;
}

void census_drop_unseen(struct server_info *list, size_t *n)
{
	static const struct addr nobody;
	size_t kept = 0;
	for (size_t i = 0; i < *n; i++)
		if (list[i].rx + list[i].tx || !addr_equal(&list[i].addr, &nobody))
			list[kept++] = list[i];
	*n = kept;
}

enum err census_build_servers(struct census *c)
{
	enum err e = census_fold_servers(c->state, &c->servers, &c->n_servers);
	if (e)
		return e;
	if (census_is_part(c)) {
		since_take_away_servers(c->state->since, c->servers, &c->n_servers);
		qsort(c->servers, c->n_servers, sizeof(*c->servers), busiest_first);
	}
	for (size_t i = 0; i < c->n_servers; i++)
		add_classes(c->state->sums.tally, &c->servers[i]);
	census_drop_unseen(c->servers, &c->n_servers);
	c->one_way = c->n_servers > 0;
	for (size_t i = 0; i < c->n_servers; i++) {
		if (census_is_part(c)) {
			c->servers[i].n_clients = 0; /* counted with the clients */
			c->servers[i].clients_unknown = !told_apart(c->state);
		}
		take_times(c, &c->servers[i]);
		c->one_way &= c->servers[i].one_way;
		if (i < 63 && c->servers[i].one_way)
			c->context.one_way_bits |= UINT64_C(1) << i;
	}
	if (c->one_way)
		c->context.one_way_bits = UINT64_MAX;
	map_bits(c);
	return ERR_OK;
}
