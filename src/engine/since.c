/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/since.h"

#include <stdlib.h>
#include <string.h>

#include "engine/census_private.h"
#include "engine/live_private.h"
#include "engine/match_overdue.h"
#include "proto/ntp.h"

static const struct addr zero;

struct since *since_new(void)
{
	struct since *s = calloc(1, sizeof(*s));
	if (s && !(s->tally = tally_new())) {
		free(s);
		return NULL;
	}
	return s;
}

void since_free(struct since *s)
{
	if (!s)
		return;
	tally_free(s->tally);
	server_times_release(&s->times);
	free(s);
}

/* ---- servers ------------------------------------------------------------------------------------- */

/* n_servers when it is not there. */
static size_t index_of(const struct since *s, const struct addr *a)
{
	size_t i = 0;
	while (i < s->n_servers && !addr_equal(&s->servers[i].addr, a))
		i++;
	return i;
}

static bool has(const struct since *s, const struct addr *a)
{
	return index_of(s, a) < s->n_servers;
}

static void add(uint64_t *into, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		into[i] += from[i];
}

static void take(uint64_t *of, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		of[i] = of[i] > from[i] ? of[i] - from[i] : 0;
}

/* Figures that add and can be taken away. */
static void each_sum(struct server_info *x, const struct server_info *by,
		     void (*f)(uint64_t *of, const uint64_t *by, size_t n))
{
	f(&x->rx, &by->rx, 1);
	f(&x->tx, &by->tx, 1);
	f(&x->rx_bytes, &by->rx_bytes, 1);
	f(&x->tx_bytes, &by->tx_bytes, 1);
	f(x->packets, by->packets, N_CLASSES);
	f(x->exchanges, by->exchanges, N_CLASSES);
	f(&x->n_requests, &by->n_requests, 1);
	f(&x->n_lost, &by->n_lost, 1);
	f(x->kisses, by->kisses, N_KISS);
	f(&x->n_interleaved, &by->n_interleaved, 1);
}

/* Where there are more than have room, the last place is the rest's. */
static enum err take_servers(struct since *s, const struct engine_state *state)
{
	struct server_info *list;
	size_t n;
	enum err e = census_fold_servers(state, &list, &n);

	if (!e) {
		size_t alone = n > SINCE_SERVERS ? SINCE_SERVERS - 1 : n;
		s->has_rest = n > alone;
		s->n_servers = alone + s->has_rest;
		for (size_t i = 0; i < n; i++) {
			struct server_info *to = &s->servers[i < alone ? i : alone];
			if (i < alone)
				to->addr = list[i].addr;
			each_sum(to, &list[i], add);
		}
	}
	free(list);
	return e;
}

static void add_time(struct server_time *into, const struct server_time *from)
{
	hist_merge(&into->delta, &from->delta);
	hist_merge(&into->turnaround, &from->turnaround);
	hist_merge(&into->outside, &from->outside);
}

static enum err take_times(struct since *s, const struct server_times *t)
{
	for (size_t i = 0; i < t->cap; i++) {
		if (!t->at[i])
			continue;
		const struct addr *a = has(s, &t->at[i]->addr) ? &t->at[i]->addr : &zero;
		struct server_time *to = server_times_enter(&s->times, a);
		if (!to)
			return ERR_MEMORY;
		add_time(to, t->at[i]);
	}
	return ERR_OK;
}

/* ---- taken --------------------------------------------------------------------------------------- */

/* Where what is overdue in one shard goes. */
struct overdue {
	struct since *since;
	const struct shard *shard;
};

static void add_overdue(void *arg, const struct outcome *o)
{
	const struct overdue *to = arg;
	size_t i = index_of(to->since, &to->shard->servers.at[o->server_id].addr);
	bool for_time = o->x.mode < NTP_MODE_CONTROL;

	tally_outcome(to->since->tally, &o->x, 0);
	if (i == to->since->n_servers)
		i = index_of(to->since, &zero);
	if (i == to->since->n_servers)
		return;
	struct server_info *s = &to->since->servers[i];
	s->packets[o->x.class] += o->n_packets;
	s->exchanges[o->x.class]++;
	s->n_requests += for_time && o->x.class != CLASS_UNSOLICITED && o->x.class != CLASS_SYMMETRIC;
	s->n_lost += for_time && o->x.class == CLASS_UNANSWERED;
}

/* What can no longer be answered is over, whether its shard has seen a packet since or not. */
static void take_overdue(struct since *s, const struct engine_state *state, int64_t at_ns)
{
	int64_t wait_ns = state->shards[0].match.late_ns + state->shards[0].match.reorder_ns;

	for (unsigned i = 0; i < N_SHARDS; i++) {
		struct overdue to = { s, &state->shards[i] };
		match_overdue(&state->shards[i].match, ns_minus(at_ns, wait_ns), add_overdue, &to);
	}
}

static void take_asides(struct since *s, const struct engine_state *state)
{
	const struct icmp_errors *x = &state->icmp;
	const struct ntske_seen *k = &state->ntske;

	s->icmp_packets = x->n_packets;
	s->icmp_answer_quoted = x->n_answer_quoted;
	for (size_t i = 0; i < x->n_rows; i++)
		s->icmp_rows[i] = x->rows[i].n_packets;
	s->ntske_segments = k->sums.n_segments;
	s->ntske_client_hellos = k->sums.n_client_hellos;
	s->ntske_server_hellos = k->sums.n_server_hellos;
	s->ntske_alerts = k->sums.n_alerts;
	s->ntske_without_alpn = k->sums.n_without_alpn;
	s->ntske_cut = k->sums.n_cut;
	for (size_t i = 0; i < k->n_names; i++)
		s->ntske_names[i] = k->names[i].n;
	s->fragments = state->fragments.stats;
}

enum err since_take(struct since *s, const struct engine_state *state, const struct worker_sums *const *sums,
		    size_t n, int64_t at_ns)
{
	enum err e = take_servers(s, state);

	take_overdue(s, state, at_ns);
	tally_merge(s->tally, state->sums.tally);
	if (!e)
		e = take_times(s, &state->sums.times);
	for (size_t i = 0; i < n && !e; i++) {
		tally_merge(s->tally, sums[i]->tally);
		e = take_times(s, &sums[i]->times);
	}
	take_asides(s, state);
	for (unsigned i = 0; i < N_SHARDS; i++) {
		s->n_forgotten += state->shards[i].match.n_forgotten;
		s->n_aged_out += state->shards[i].clients.n_aged_out;
		s->n_refused_packets += state->shards[i].clients.n_refused_packets;
	}
	return e;
}

/* ---- saved --------------------------------------------------------------------------------------- */

static void save_server(struct save_stream *stream, struct server_info *x)
{
	save_addr(stream, &x->addr);
	x->rx = save_u(stream, x->rx);
	x->tx = save_u(stream, x->tx);
	x->rx_bytes = save_u(stream, x->rx_bytes);
	x->tx_bytes = save_u(stream, x->tx_bytes);
	save_words(stream, x->packets, N_CLASSES);
	save_words(stream, x->exchanges, N_CLASSES);
	x->n_requests = save_u(stream, x->n_requests);
	x->n_lost = save_u(stream, x->n_lost);
	save_words(stream, x->kisses, N_KISS);
	x->n_interleaved = save_u(stream, x->n_interleaved);
}

void since_save(struct save_stream *stream, struct since *s)
{
	_Static_assert(sizeof(s->fragments) % sizeof(uint64_t) == 0, "whole words");
	live_save_sums(stream, s->tally, &s->times);
	s->n_servers = save_most(stream, s->n_servers, SINCE_SERVERS);
	s->has_rest = save_bool(stream, s->has_rest);
	for (size_t i = 0; i < s->n_servers; i++)
		save_server(stream, &s->servers[i]);
	s->icmp_packets = save_u(stream, s->icmp_packets);
	s->icmp_answer_quoted = save_u(stream, s->icmp_answer_quoted);
	save_words(stream, s->icmp_rows, ICMP_ROWS_MAX);
	s->ntske_segments = save_u(stream, s->ntske_segments);
	s->ntske_client_hellos = save_u(stream, s->ntske_client_hellos);
	s->ntske_server_hellos = save_u(stream, s->ntske_server_hellos);
	s->ntske_alerts = save_u(stream, s->ntske_alerts);
	s->ntske_without_alpn = save_u(stream, s->ntske_without_alpn);
	s->ntske_cut = save_u(stream, s->ntske_cut);
	save_words(stream, s->ntske_names, NTSKE_NAMES_MAX);
	save_words(stream, (uint64_t *)(void *)&s->fragments, sizeof(s->fragments) / sizeof(uint64_t));
	s->n_forgotten = save_u(stream, s->n_forgotten);
	s->n_aged_out = save_u(stream, s->n_aged_out);
	s->n_refused_packets = save_u(stream, s->n_refused_packets);
}

/* ---- taken away ---------------------------------------------------------------------------------- */

static void take_away_asides(const struct since *s, struct engine_state *state)
{
	struct icmp_errors *x = &state->icmp;
	struct ntske_seen *k = &state->ntske;

	take(&x->n_packets, &s->icmp_packets, 1);
	take(&x->n_answer_quoted, &s->icmp_answer_quoted, 1);
	for (size_t i = 0; i < x->n_rows; i++)
		take(&x->rows[i].n_packets, &s->icmp_rows[i], 1);
	take(&k->sums.n_segments, &s->ntske_segments, 1);
	take(&k->sums.n_client_hellos, &s->ntske_client_hellos, 1);
	take(&k->sums.n_server_hellos, &s->ntske_server_hellos, 1);
	take(&k->sums.n_alerts, &s->ntske_alerts, 1);
	take(&k->sums.n_without_alpn, &s->ntske_without_alpn, 1);
	take(&k->sums.n_cut, &s->ntske_cut, 1);
	for (size_t i = 0; i < k->n_names; i++)
		take(&k->names[i].n, &s->ntske_names[i], 1);
	take((uint64_t *)(void *)&state->fragments.stats, (const uint64_t *)(const void *)&s->fragments,
	     sizeof(s->fragments) / sizeof(uint64_t));
}

/* Those of servers that the rest had taken in go there as well. */
static void gather_rest(const struct since *s, struct server_times *t)
{
	struct server_time *rest = s->has_rest ? server_times_enter(t, &zero) : NULL;

	for (size_t i = 0; rest && i < t->cap; i++)
		if (t->at[i] && t->at[i] != rest && !has(s, &t->at[i]->addr))
			add_time(rest, t->at[i]);
}

static void take_away_times(const struct since *s, struct server_times *t)
{
	gather_rest(s, t);
	for (size_t i = 0; i < s->times.cap; i++) {
		const struct server_time *then = s->times.at[i];
		struct server_time *now = then ? server_times_find(t, &then->addr) : NULL;
		if (!now)
			continue;
		hist_take_away(&now->delta, &then->delta);
		hist_take_away(&now->turnaround, &then->turnaround);
		hist_take_away(&now->outside, &then->outside);
	}
}

void since_take_away(const struct since *s, struct engine_state *state)
{
	if (s->whole)
		return;
	tally_take_away(state->sums.tally, s->tally);
	take_away_times(s, &state->sums.times);
	take_away_asides(s, state);
}

/* Servers that have no sums of their own become one, where there are sums of such. */
static size_t fold_rest(const struct since *s, struct server_info *list, size_t n)
{
	struct server_info rest = { .addr = zero };
	size_t kept = 0;
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (!addr_equal(&list[i].addr, &zero) && has(s, &list[i].addr)) {
			list[kept++] = list[i];
			continue;
		}
		each_sum(&rest, &list[i], add);
		rest.n_clients += list[i].n_clients;
		any = true;
	}
	if (any)
		list[kept++] = rest;
	return kept;
}

static bool did_something(const struct server_info *x)
{
	uint64_t sum = x->rx + x->tx;

	for (unsigned i = 0; i < N_CLASSES; i++)
		sum += x->packets[i];
	return sum > 0;
}

void since_take_away_servers(const struct since *s, struct server_info *list, size_t *n)
{
	size_t kept = 0;

	if (s->whole)
		return;
	if (s->has_rest)
		*n = fold_rest(s, list, *n);
	for (size_t i = 0; i < *n; i++) {
		size_t then = index_of(s, &list[i].addr);
		if (then < s->n_servers)
			each_sum(&list[i], &s->servers[then], take);
		if (!list[i].tx)
			list[i].last_answer_frame = 0;
		if (did_something(&list[i]))
			list[kept++] = list[i];
	}
	*n = kept;
}
