/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/shard_private.h"

#include <string.h>

#include "base/nstime.h"
#include "engine/client_count.h"
#include "proto/ntp.h"

/* Rows wait for open exchanges; an idle shard gives its up after this many late bounds, which only a
 * capture out of order by more than that could tell from never. */
enum { TICK_SLACK = 4 };

static const int64_t AGE_OUT_STEP_NS = 3600 * NS_PER_S;

static void count_delta(struct shard *s, const struct outcome *o)
{
	const struct exchange *x = &o->x;
	int64_t delta_ns = exchange_delta_ns(x);
	static const struct addr nobody;
	/* A client that was refused a place is known by the answer at work. */
	const struct addr *client = s->event ? &s->event->client : &nobody;

	if (x->mode == NTP_MODE_CONTROL || x->mode == NTP_MODE_PRIVATE)
		return;
	if (o->client_id != CLIENT_NONE) {
		client = &client_hot_of(&s->clients, o->client_id)->addr;
		client_count_delta(&s->clients, o->client_id, delta_ns, hist_bin(delta_ns));
	}
	server_count_slow(&s->servers, o->server_id, x, client);
	server_times_add(&s->sums->times, &s->servers.at[o->server_id].addr, x);
	bucket_add_delta(series_bucket(&s->sums->series, x->request_ns), delta_ns);
}

static void tell_continued(struct shard *s, const struct exchange *x)
{
	struct exchange told = *x;
	told.notes |= NOTE_CONTINUED;
	if (s->want_continued && s->sums->rows)
		row_list_add(s->sums->rows, &told);
}

static void on_outcome(void *arg, const struct outcome *o)
{
	struct shard *s = arg;
	const struct exchange *x = &o->x;
	bool row = !o->continuation;

	server_count_outcome(&s->servers, o->server_id, x, o->n_packets, row);
	if (!row) {
		tell_continued(s, x);
		return;
	}
	tally_outcome(s->sums->tally, x, s->event ? s->event->payload_len : 0);
	if (x->notes & NOTE_INTERLEAVED && o->client_id != CLIENT_NONE) {
		client_hot_of(&s->clients, o->client_id)->rx_flags |= FLAG_INTERLEAVED;
		client_hot_of(&s->clients, o->client_id)->tx_flags |= FLAG_INTERLEAVED;
	}
	if (s->sums->rows)
		row_list_add(s->sums->rows, x);
	if (x->class == CLASS_UNANSWERED) {
		if (o->client_id != CLIENT_NONE)
			client_cold_of(&s->clients, o->client_id)->owed++;
		series_bucket(&s->sums->series, x->request_ns)->unanswered++;
	}
	if (exchange_has_delta(x) && x->class != CLASS_DUPLICATE)
		count_delta(s, o);
}

enum err shard_init(struct shard *s, const struct engine_config *config, struct client_arena *arena,
		    struct pool *pool, unsigned n_shards)
{
	memset(s, 0, sizeof(*s));
	s->next_age_out_ns = INT64_MIN;
	s->before_ns = INT64_MAX;
	s->want_continued = config->want_continued;
	s->short_cuts = !config->no_short_cuts && !config->match_newest;
	enum err e = clients_init(&s->clients, arena, pool, config, n_shards);
	if (!e)
		e = match_strict_init(&s->match, config, n_shards, pool, on_outcome, s);
	if (!e)
		e = servers_init(&s->servers, config);
	if (!e)
		e = windows_init(&s->windows);
	return e;
}

void shard_release(struct shard *s)
{
	clients_release(&s->clients);
	match_strict_release(&s->match);
	servers_release(&s->servers);
	windows_release(&s->windows);
}

/* A question that a server could answer: what red alerts call a valid request. */
static bool is_valid_request(const struct event *e)
{
	return (e->role == EVENT_REQUEST || e->role == EVENT_SYMMETRIC) && e->version >= 1 && e->version <= 5;
}

static unsigned server_bit(unsigned server_id)
{
	return server_id != SERVER_OTHERS && server_id <= CLIENT_SERVERS ? 1u << (server_id - 1)
									 : 1u << CLIENT_SERVERS;
}

void shard_meet_server(struct shard *s, struct client_hot *h, const struct addr *client, unsigned server_id)
{
	unsigned bit = server_bit(server_id);
	server_count_client(&s->servers, server_id, client, bit >> CLIENT_SERVERS);
	h->servers |= bit & 0xff;
}

/* Books the packet with its client.  A broadcast has none; a stranger to --server is not one of ours. */
static uint32_t track(struct shard *s, const struct event *e, const struct ahead *a)
{
	bool is_new;
	if (e->role == EVENT_BROADCAST || e->role == EVENT_OUTSIDE)
		return CLIENT_NONE;
	uint32_t id = clients_enter(&s->clients, &e->client, a->hash, a->hint, e->time_ns, &is_new);
	if (id == CLIENT_NONE)
		return id;
	shard_meet(s, client_hot_of(&s->clients, id), is_new, &e->client, e->time_ns, a->server_id);
	if (e->to_server)
		client_count_rx(&s->clients, id, e, is_valid_request(e));
	else
		client_count_tx(&s->clients, id, e);
	return id;
}

/* ICMP alone makes no entry, and is no packet of the client's. */
static void apply_icmp(struct shard *s, const struct event *e, uint64_t hash)
{
	uint32_t id = clients_find(&s->clients, &e->client, hash);
	if (id == CLIENT_NONE)
		return;
	struct client_cold *c = client_cold_of(&s->clients, id);
	const struct client_hot *h = client_hot_of(&s->clients, id);
	if (c->icmp_errors < UINT16_MAX)
		c->icmp_errors++;
	if (e->quotes_answer && h->last_tx_ns)
		hist_add(&s->sums->tally->icmp_after_answer, e->time_ns - h->last_tx_ns);
}

static void count_server(struct shard *s, struct event *e, unsigned id, bool in_series)
{
	struct server_entry *server = &s->servers.at[id];

	server_count_event(server, e);
	if (!in_series)
		series_count(&s->sums->series, e->time_ns, e->to_server);
	if (e->to_server && id && memcmp(e->refid, server->own_refid, 4) == 0)
		e->flags |= FLAG_REFID_LOOP;
}

static __attribute__((noinline)) void clean_house(struct shard *s, int64_t now_ns)
{
	if (now_ns >= s->next_age_out_ns) {
		if (!s->match.newest)
			match_strict_tick(&s->match, now_ns - s->match.late_ns);
		clients_age_out(&s->clients, now_ns);
	}
	s->next_age_out_ns = now_ns + AGE_OUT_STEP_NS;
}

/* The time has come, or has gone back by more than a step. */
static inline bool is_due(const struct shard *s, int64_t now_ns)
{
	return (uint64_t)s->next_age_out_ns - (uint64_t)now_ns - 1 >= 2 * (uint64_t)AGE_OUT_STEP_NS;
}

/* Before an event changes the list.  One packet with a false date must not age everybody out: time has
 * come to what two packets in a row say.  What is open is told first, since a record that leaves may be
 * somebody else's right after. */
static inline void keep_house(struct shard *s, int64_t time_ns)
{
	int64_t now_ns = time_ns < s->before_ns ? time_ns : s->before_ns;

	s->before_ns = time_ns;
	match_strict_advance(&s->match, time_ns);
	if (is_due(s, now_ns))
		clean_house(s, now_ns);
}

/* What holds of both ends of a span of time holds of all in between. */
bool shard_is_calm(struct shard *s, int64_t first_ns, int64_t last_ns)
{
	return first_ns >= s->before_ns && !is_due(s, s->before_ns) && !is_due(s, last_ns) &&
	       match_strict_is_calm(&s->match, first_ns);
}

void shard_apply_one(struct shard *s, struct event *e, const struct ahead *a, bool in_series)
{
	if (e->role == EVENT_ICMP_ERROR) {
		apply_icmp(s, e, a->hash);
		return;
	}
	s->event = e;
	keep_house(s, e->time_ns);
	if (e->role != EVENT_OUTSIDE)
		count_server(s, e, a->server_id, in_series);
	uint32_t client_id = track(s, e, a);
	match_strict_event(&s->match, e, a->flow, client_id, a->server_id);
}

static void look_up(struct shard *s, const struct event *e, struct ahead *a)
{
	a->hash = clients_hash(&s->clients, &e->client);
	a->server_id = SERVER_OTHERS;
	if (e->role != EVENT_ICMP_ERROR && e->role != EVENT_OUTSIDE)
		a->server_id = servers_enter(&s->servers, &e->server);
	a->flow = match_strict_flow(e, a->hash, servers_hash(&s->servers, a->server_id, &e->server));
	a->chain = match_strict_chain(&s->match, e, a->flow);
	shard_prefetch_first(s, a);
}

void shard_apply(struct shard *s, struct worker_sums *sums, struct event *const *events, size_t n)
{
	struct ahead ahead[SHARD_CHUNK];

	s->sums = sums;
	for (size_t from = 0; from < n; from += SHARD_CHUNK) {
		size_t len = n - from < SHARD_CHUNK ? n - from : SHARD_CHUNK;
		struct event *const *at = events + from;
		for (size_t i = 0; i < len; i++)
			look_up(s, at[i], &ahead[i]);
		for (size_t i = 0; i < len; i++)
			shard_prefetch_second(s, &ahead[i]);
		for (size_t i = 0; i < len; i++)
			shard_apply_one(s, at[i], &ahead[i], false);
	}
}

void shard_tick(struct shard *s, struct worker_sums *sums, int64_t now_ns)
{
	s->sums = sums;
	s->event = NULL;
	if (!s->match.newest)
		match_strict_tick(&s->match, now_ns - TICK_SLACK * s->match.late_ns);
}

void shard_idle(struct shard *s, struct worker_sums *sums, int64_t now_ns)
{
	s->sums = sums;
	s->event = NULL;
	if (!s->match.newest)
		match_strict_tick(&s->match, now_ns - s->match.late_ns - s->match.reorder_ns);
	if (is_due(s, now_ns))
		clean_house(s, now_ns);
}

void shard_end(struct shard *s, struct worker_sums *sums, int64_t end_ns)
{
	s->sums = sums;
	s->event = NULL;
	match_strict_end(&s->match, end_ns);
	windows_advance(&s->windows, end_ns);
}
