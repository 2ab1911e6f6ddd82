/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine's state to and from octets, each part by the same lines: see save_stream.h. */
#include <stdlib.h>
#include <string.h>

#include "engine/live_private.h"
#include "engine/save_stream.h"

#define TIME_BOUND_NS (INT64_C(1) << 62)

static int64_t save_time(struct save_stream *s, int64_t t_ns)
{
	t_ns = save_i(s, t_ns);
	if (t_ns > TIME_BOUND_NS || t_ns < -TIME_BOUND_NS) {
		s->bad = true;
		return 0;
	}
	return t_ns;
}

/* Times of one client lie close together. */
static int64_t save_near(struct save_stream *s, int64_t t_ns, int64_t near_ns)
{
	t_ns = (int64_t)((uint64_t)near_ns +
			 (uint64_t)save_i(s, (int64_t)((uint64_t)t_ns - (uint64_t)near_ns)));
	if (t_ns > TIME_BOUND_NS || t_ns < -TIME_BOUND_NS) {
		s->bad = true;
		return 0;
	}
	return t_ns;
}

static void save_counts(struct save_stream *s, uint64_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		v[i] = save_u(s, v[i]);
}

/* ---- sums ---------------------------------------------------------------------------------------- */

/* All of it is numbers of 8 octets; the mark in live_save.c tells of its size. */
static void save_tally(struct save_stream *s, struct tally *t)
{
	_Static_assert(sizeof(*t) % sizeof(uint64_t) == 0, "whole words");
	save_words(s, (uint64_t *)(void *)t, sizeof(*t) / sizeof(uint64_t));
}

static bool hist_makes_sense(const struct hist *h)
{
	__int128 bound = (__int128)1 << 110;
	return h->n < UINT64_C(1) << 48 && h->n_negative < UINT64_C(1) << 48 && h->sum < bound &&
	       h->sum > -bound;
}

static void save_hist(struct save_stream *s, struct hist *h)
{
	_Static_assert(sizeof(*h) % sizeof(uint64_t) == 0, "whole words");
	save_words(s, (uint64_t *)(void *)h, sizeof(*h) / sizeof(uint64_t));
	if (!hist_makes_sense(h))
		s->bad = true;
}

static void check_tally(struct save_stream *s, const struct tally *t)
{
	for (unsigned v = 0; v < 8; v++)
		for (unsigned z = 0; z < N_SIZES; z++)
			s->bad = s->bad || !hist_makes_sense(&t->delta_of[v][z]);
	s->bad = s->bad || !hist_makes_sense(&t->icmp_after_answer);
}

static void save_bucket(struct save_stream *s, struct bucket *at)
{
	struct bucket b = *at;
	b.requests = (uint32_t)save_most(s, b.requests, UINT32_MAX);
	b.answers = (uint32_t)save_most(s, b.answers, UINT32_MAX);
	b.unanswered = (uint32_t)save_most(s, b.unanswered, UINT32_MAX);
	b.new_clients = (uint32_t)save_most(s, b.new_clients, UINT32_MAX);
	b.n_deltas = (uint32_t)save_most(s, b.n_deltas, UINT32_MAX);
	b.delta_max_ns = save_time(s, b.delta_max_ns);
	b.delta_sum_ns = save_time(s, b.delta_sum_ns);
	if (save_is_loading(s))
		*at = b;
}

static void save_series(struct save_stream *s, struct series_builder *b)
{
	b->width_log2 = (unsigned)save_most(s, b->width_log2, 34);
	b->first = save_i(s, b->first);
	b->n = save_most(s, b->n, SERIES_MAX);
	int64_t bound = (INT64_C(1) << 33 >> b->width_log2) + 2;
	if (b->first > bound || b->first < -bound) {
		s->bad = true;
		b->first = 0;
	}
	for (size_t i = 0; i < b->n && !s->bad; i++)
		save_bucket(s, &b->at[i]);
}

static void save_time_of(struct save_stream *s, struct server_time *t)
{
	save_hist(s, &t->delta);
	save_hist(s, &t->turnaround);
	save_hist(s, &t->outside);
}

static void save_times(struct save_stream *s, struct server_times *t)
{
	size_t n = save_most(s, t->n, (size_t)N_SHARDS * SHARD_SERVERS_MAX + N_SHARDS);
	for (size_t i = 0; i < t->cap && !save_is_loading(s); i++) {
		if (!t->at[i])
			continue;
		save_addr(s, &t->at[i]->addr);
		save_time_of(s, t->at[i]);
	}
	for (size_t i = 0; i < n && save_is_loading(s) && !s->bad; i++) {
		struct addr a;
		save_addr(s, &a);
		struct server_time *to = server_times_enter(t, &a);
		if (to)
			save_time_of(s, to);
		else
			s->bad = true;
	}
}

void live_save_sums(struct save_stream *s, struct tally *t, struct server_times *times)
{
	save_tally(s, t);
	check_tally(s, t);
	save_times(s, times);
}

/* ---- sets and counters --------------------------------------------------------------------------- */

static void save_set(struct save_stream *s, struct hashset *h)
{
	size_t n = save_most(s, h->n, h->n_max);
	h->full = save_bool(s, h->full);
	for (size_t i = 0; i < h->cap && !save_is_loading(s); i++)
		if (h->at[i])
			save_bytes(s, &h->at[i], sizeof(h->at[i]));
	for (size_t i = 0; i < n && save_is_loading(s) && !s->bad; i++) {
		uint64_t v = 0;
		save_bytes(s, &v, sizeof(v));
		(void)hashset_add(h, v);
	}
}

static void save_icmp(struct save_stream *s, struct icmp_errors *x)
{
	x->n_packets = save_u(s, x->n_packets);
	x->n_answer_quoted = save_u(s, x->n_answer_quoted);
	x->n_v6_clients = save_u(s, x->n_v6_clients);
	x->n_rows = save_most(s, x->n_rows, ICMP_ROWS_MAX);
	for (size_t i = 0; i < x->n_rows; i++) {
		struct icmp_row *r = &x->rows[i];
		r->ip_version = (uint8_t)save_most(s, r->ip_version, UINT8_MAX);
		r->type = (uint8_t)save_most(s, r->type, UINT8_MAX);
		r->code = (uint8_t)save_most(s, r->code, UINT8_MAX);
		r->n_packets = save_u(s, r->n_packets);
		r->n_sources = save_u(s, r->n_sources);
		r->n_clients = save_u(s, r->n_clients);
		r->bounded = save_bool(s, r->bounded);
	}
	save_set(s, &x->sources);
	save_set(s, &x->clients);
	save_set(s, &x->row_sources);
	save_set(s, &x->row_clients);
}

static void save_ntske(struct save_stream *s, struct ntske_seen *k)
{
	struct ntske_info *i = &k->sums;
	i->n_segments = save_u(s, i->n_segments);
	i->n_client_hellos = save_u(s, i->n_client_hellos);
	i->n_server_hellos = save_u(s, i->n_server_hellos);
	i->n_alerts = save_u(s, i->n_alerts);
	i->n_without_alpn = save_u(s, i->n_without_alpn);
	i->n_cut = save_u(s, i->n_cut);
	i->n_clients = save_u(s, i->n_clients);
	save_set(s, &k->clients);
	k->n_names = save_most(s, k->n_names, NTSKE_NAMES_MAX);
	for (size_t n = 0; n < k->n_names; n++) {
		struct sni_row *r = &k->names[n];
		size_t len = save_most(s, strlen(r->name), sizeof(r->name) - 1);
		save_bytes(s, r->name, len);
		r->n = save_u(s, r->n);
	}
}

static void save_fragment_stats(struct save_stream *s, struct fragments_stats *f)
{
	_Static_assert(sizeof(*f) % sizeof(uint64_t) == 0, "whole words");
	save_counts(s, (uint64_t *)(void *)f, sizeof(*f) / sizeof(uint64_t));
}

/* ---- a shard ------------------------------------------------------------------------------------- */

static void save_worst(struct save_stream *s, struct worst *w)
{
	w->request_frame = save_u(s, w->request_frame);
	w->response_frame = save_u(s, w->response_frame);
	w->delta_ns = save_time(s, w->delta_ns);
	w->request_ns = save_time(s, w->request_ns);
	save_addr(s, &w->client);
}

static void save_all_worst(struct save_stream *s, struct server_entry *e, unsigned n_max)
{
	unsigned n = (unsigned)save_most(s, e->n_worst, ENGINE_WORST_MAX);
	for (unsigned i = 0; i < n; i++) {
		struct worst w = { 0 };
		if (!save_is_loading(s))
			w = e->worst[i];
		save_worst(s, &w);
		if (save_is_loading(s))
			worst_keep(e->worst, &e->n_worst, n_max, &w);
	}
}

static void save_server(struct save_stream *s, struct server_entry *e, unsigned n_worst_max)
{
	e->rx = save_u(s, e->rx);
	e->tx = save_u(s, e->tx);
	e->rx_bytes = save_u(s, e->rx_bytes);
	e->tx_bytes = save_u(s, e->tx_bytes);
	save_counts(s, e->packets, N_CLASSES);
	save_counts(s, e->exchanges, N_CLASSES);
	save_counts(s, e->control_exchanges, N_CLASSES);
	save_counts(s, e->kisses, N_KISS);
	e->n_interleaved = save_u(s, e->n_interleaved);
	e->n_clients = save_u(s, e->n_clients);
	save_all_worst(s, e, n_worst_max);
	e->last_answer_frame = save_u(s, e->last_answer_frame);
	e->stratum = (uint8_t)save_most(s, e->stratum, UINT8_MAX);
	e->leap = (uint8_t)save_most(s, e->leap, 3);
	e->precision_log2s = (int8_t)(save_most(s, (uint64_t)(e->precision_log2s + 128), UINT8_MAX) - 128);
	save_bytes(s, e->refid, sizeof(e->refid));
}

/* Numbers of servers are in the clients' masks: they have to come back. */
static void save_servers(struct save_stream *s, struct servers *v)
{
	unsigned n = (unsigned)save_most(s, v->n, SHARD_SERVERS_MAX);
	for (unsigned i = 0; i < n && !s->bad; i++) {
		struct addr a = v->at[save_is_loading(s) ? 0 : i].addr;
		save_addr(s, &a);
		if (save_is_loading(s) && i != SERVER_OTHERS && servers_enter(v, &a) != i) {
			s->bad = true;
			return;
		}
		save_server(s, &v->at[i], v->n_worst_max);
	}
	save_set(s, &v->pairs);
}

static void save_windows(struct save_stream *s, struct windows *w)
{
	int64_t bound = TIME_BOUND_NS / (60 * NS_PER_S);
	w->began = save_bool(s, w->began);
	w->minute = save_i(s, w->minute);
	w->first_minute = save_i(s, w->first_minute);
	if (w->minute > bound || w->minute < -bound || w->first_minute > bound || w->first_minute < -bound) {
		s->bad = true;
		w->minute = w->first_minute = 0;
	}
	save_halves(s, w->sums, WINDOWS_KEPT);
	save_halves(s, w->last_seen, WINDOWS_MINUTES);
	save_halves(s, w->history[0], (size_t)WINDOWS_MINUTES * WINDOWS_KEPT);
	if (save_is_loading(s))
		windows_resume(w);
}

static void save_times_of_client(struct save_stream *s, struct client_hot *h, struct client_cold *k)
{
	k->first_ns = save_time(s, k->first_ns);
	k->first_rx_ns = save_near(s, k->first_rx_ns, k->first_ns);
	h->last_rx_ns = save_near(s, h->last_rx_ns, k->first_rx_ns);
	h->last_tx_ns = save_near(s, h->last_tx_ns, h->last_rx_ns);
}

/* Counts that lie in two parts. */
static void save_counts_of_client(struct save_stream *s, struct client_hot *h, struct client_cold *k)
{
	uint64_t most = (UINT64_C(1) << (CLIENT_COUNT_BITS + 8)) - 1, low = (1u << CLIENT_COUNT_BITS) - 1;
	uint64_t rx = save_most(s, client_rx(h, k), most), tx = save_most(s, client_tx(h, k), most);
	uint32_t n_deltas = (uint32_t)save_most(s, client_n_deltas(h, k), UINT32_MAX);
	h->rx = rx & low;
	k->rx_high = rx >> CLIENT_COUNT_BITS & UINT8_MAX;
	h->tx = tx & low;
	k->tx_high = tx >> CLIENT_COUNT_BITS & UINT8_MAX;
	h->n_deltas = n_deltas & ((1u << CLIENT_DELTA_BITS) - 1);
	k->n_deltas_high = n_deltas >> CLIENT_DELTA_BITS;
	h->many = k->n_deltas_high != 0;
}

static int64_t save_more(struct save_stream *s, int64_t v)
{
	v = save_i(s, v);
	if (v < INT64_C(1) << 47 && v >= -(INT64_C(1) << 47))
		return v;
	s->bad = true;
	return 0;
}

static void save_hot(struct save_stream *s, struct client_hot *h)
{
	h->rx_flags = (uint32_t)save_most(s, h->rx_flags, UINT32_MAX);
	h->tx_flags = (uint32_t)save_most(s, h->tx_flags, UINT32_MAX);
	h->poll_bias = save_most(s, h->poll_bias, UINT8_MAX) & UINT8_MAX;
	h->servers = save_most(s, h->servers, UINT8_MAX) & UINT8_MAX;
	h->delta_mean_s = save_float(s, h->delta_mean_s);
	h->recent_s = save_float(s, h->recent_s);
	h->last_port = (uint16_t)save_most(s, h->last_port, UINT16_MAX);
	h->delta_max_bin = save_most(s, h->delta_max_bin, HIST_BINS - 1) & 0xfff;
	h->valid_seen = save_bool(s, h->valid_seen);
	h->calm = save_bool(s, h->calm);
}

#define SAVE_BITS(member, n) k->member = save_most(s, k->member, (UINT64_C(1) << (n)) - 1)

static void save_cold(struct save_stream *s, struct client_cold *k)
{
	k->rx_more = save_more(s, k->rx_more);
	k->tx_more = save_more(s, k->tx_more);
	SAVE_BITS(icmp_errors, 16);
	SAVE_BITS(owed, 32);
	SAVE_BITS(peak_1s, 24);
	SAVE_BITS(peak_10s, 24);
	SAVE_BITS(now_1s, 32);
	SAVE_BITS(now_10s, 24);
	SAVE_BITS(kod_rate, 16);
	SAVE_BITS(kod_deny, 16);
	SAVE_BITS(kod_rstr, 16);
}

#undef SAVE_BITS

static void save_record(struct save_stream *s, struct client_hot *h, struct client_cold *k)
{
	save_addr(s, &h->addr);
	save_times_of_client(s, h, k);
	save_counts_of_client(s, h, k);
	save_hot(s, h);
	save_cold(s, k);
}

/* Works on copies: a child that saves shares the records' pages as long as nobody writes to them. */
static void save_client(struct save_stream *s, const struct clients *c, uint32_t id)
{
	struct client_hot h = *client_hot_of(c, id);
	struct client_cold k = *client_cold_of(c, id);
	save_record(s, &h, &k);
}

/* When less have room than before, some are gone. */
static void load_client(struct save_stream *s, struct clients *c, unsigned shard)
{
	struct client_hot h = { .addr = { { 0 } } };
	struct client_cold k = { 0 };
	bool is_new;
	save_record(s, &h, &k);
	if (addr_shard(&h.addr) != shard)
		s->bad = true;
	if (s->bad)
		return;
	if (c->n >= c->capacity) {
		c->n_aged_out++;
		return;
	}
	uint32_t id = clients_enter(c, &h.addr, clients_hash(c, &h.addr), CLIENT_NONE, 0, &is_new);
	if (id == CLIENT_NONE || !is_new) {
		s->bad = true;
		return;
	}
	*client_hot_of(c, id) = h;
	*client_cold_of(c, id) = k;
}

static void save_refused(struct save_stream *s, struct clients *c)
{
	bool any = save_bool(s, c->refused != NULL);
	if (any && !c->refused)
		c->refused = calloc(REFUSED_REGISTERS, 1);
	if (any && c->refused)
		save_bytes(s, c->refused, REFUSED_REGISTERS);
	s->bad = s->bad || (any && !c->refused);
	for (unsigned i = 0; any && !s->bad && i < REFUSED_REGISTERS; i++)
		s->bad = c->refused[i] > 53;
}

static void save_clients(struct save_stream *s, struct clients *c, unsigned shard)
{
	int64_t age_out_ns = save_time(s, c->age_out_ns);
	c->n_aged_out = save_u(s, c->n_aged_out);
	c->n_refused_packets = save_u(s, c->n_refused_packets);
	save_refused(s, c);
	if (age_out_ns >= c->age_out_min_ns && age_out_ns < c->age_out_max_ns)
		c->age_out_ns = age_out_ns;
	uint64_t n = save_most(s, c->n, CLIENTS_MAX);
	for (size_t i = 0; i < clients_n_places(c) && !save_is_loading(s); i++) {
		uint32_t id = clients_at(c, i);
		if (id != CLIENT_NONE)
			save_client(s, c, id);
	}
	for (uint64_t i = 0; i < n && save_is_loading(s) && !s->bad; i++)
		load_client(s, c, shard);
}

static void save_shard(struct save_stream *s, struct shard *x, unsigned number)
{
	x->match.n_forgotten = save_u(s, x->match.n_forgotten);
	save_servers(s, &x->servers);
	save_windows(s, &x->windows);
	save_clients(s, &x->clients, number);
}

/* ---- all of it ----------------------------------------------------------------------------------- */

/* Hashes of addresses are saved, so that their key has to stay. */
static void keep_secret(struct save_stream *s, struct engine_state *state)
{
	uint64_t secret = state->config.secret;
	save_bytes(s, &secret, sizeof(secret));
	if (!save_is_loading(s))
		return;
	state->config.secret = secret;
	state->icmp.secret = secret;
	state->ntske.secret = secret;
	for (unsigned i = 0; i < N_SHARDS; i++) {
		state->shards[i].clients.secret = secret;
		state->shards[i].servers.secret = secret;
	}
}

void live_save_state(struct save_stream *s, struct engine_state *state)
{
	keep_secret(s, state);
	state->began = save_bool(s, state->began);
	state->first_ns = save_time(s, state->first_ns);
	state->last_ns = save_time(s, state->last_ns);
	save_tally(s, state->sums.tally);
	check_tally(s, state->sums.tally);
	save_series(s, &state->sums.series);
	save_times(s, &state->sums.times);
	save_icmp(s, &state->icmp);
	save_ntske(s, &state->ntske);
	save_fragment_stats(s, &state->fragments.stats);
	for (unsigned i = 0; i < N_SHARDS && !s->bad; i++)
		save_shard(s, &state->shards[i], i);
}
