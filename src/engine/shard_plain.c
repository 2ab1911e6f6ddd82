/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The short cut through a shard: does for plain events what shard_apply_one() does for those that
 * plain_expand() makes of them. */
#include <string.h>

#include "engine/client_count.h"
#include "engine/shard_private.h"

/* A server of the batch, as this shard knows it, and what is added to its counts at the end of the run. */
struct served {
	uint64_t hash;
	unsigned id;
	bool is_known;
	uint8_t own_refid[4];
	struct server_time *times;
	const struct plain_event *last_response;
	uint64_t n_requests, n_responses, n_answered;
};

struct run {
	struct shard *s;
	const struct plain_batch *batch;
	struct served served[PLAIN_SERVERS_MAX];
	unsigned size_class; /* of 48 octets */
};

static __attribute__((noinline)) void get_to_know(struct run *r, unsigned server)
{
	const struct addr *a = &r->batch->servers[server];
	unsigned id = servers_enter(&r->s->servers, a);
	struct served *v = &r->served[server];
	*v = (struct served){ .hash = servers_hash(&r->s->servers, id, a), .id = id, .is_known = true };
	memcpy(v->own_refid, r->s->servers.at[id].own_refid, 4);
}

static void settle(struct run *r, const struct served *v)
{
	struct server_entry *e = &r->s->servers.at[v->id];
	const struct plain_event *last = v->last_response;

	e->rx += v->n_requests;
	e->rx_bytes += v->n_requests * NTP_HEADER_LEN;
	e->tx += v->n_responses;
	e->tx_bytes += v->n_responses * NTP_HEADER_LEN;
	e->packets[CLASS_ANSWERED] += 2 * v->n_answered;
	e->exchanges[CLASS_ANSWERED] += v->n_answered;
	if (!last || r->batch->frame + last->n_behind < e->last_answer_frame)
		return;
	e->last_answer_frame = r->batch->frame + last->n_behind;
	e->stratum = last->stratum;
	e->leap = last->first >> 6;
	e->precision_log2s = last->precision_log2s;
	memcpy(e->refid, last->refid, 4);
}

/* ---- the long way -------------------------------------------------------------------------------- */

static __attribute__((noinline)) void apply_expanded(struct run *r, const struct plain_event *e,
						     struct ahead *a)
{
	struct event full;
	plain_expand(r->batch, e, &full);
	a->server_id = r->served[e->server].id;
	shard_apply_one(r->s, &full, a, true);
	r->s->event = NULL; /* nobody may look back at it */
}

/* Matching alone, of what is not simple. */
static __attribute__((noinline)) void match_expanded(struct run *r, const struct plain_event *e,
						     const struct ahead *a, uint32_t client_id)
{
	struct event full;
	plain_expand(r->batch, e, &full);
	r->s->event = &full;
	match_strict_event(&r->s->match, &full, a->flow, client_id, r->served[e->server].id);
	r->s->event = NULL;
}

/* ---- the short way ------------------------------------------------------------------------------- */

static inline uint32_t meet(struct shard *s, const struct plain_event *e, const struct ahead *a,
			    unsigned server_id)
{
	bool is_new;
	/* A newcomer may be given the record of one who leaves: what is owed to that one is told first. */
	if (!clients_is_hint_right(&s->clients, &e->client, a->hint))
		match_strict_advance(&s->match, e->time_ns);
	uint32_t id = clients_enter(&s->clients, &e->client, a->hash, a->hint, e->time_ns, &is_new);
	if (id != CLIENT_NONE)
		shard_meet(s, client_hot_of(&s->clients, id), is_new, &e->client, e->time_ns, server_id);
	return id;
}

/* True when it was the only one of its chain, so that its entry is the newest of the ring. */
static inline bool apply_request(struct run *r, struct plain_event *e, const struct ahead *a, uint32_t *id)
{
	struct shard *s = r->s;
	struct served *v = &r->served[e->server];
	uint32_t flags = plain_flags(e->first);

	v->n_requests++;
	if (memcmp(e->refid, v->own_refid, 4) == 0 && v->id) {
		flags |= FLAG_REFID_LOOP;
		e->bits |= PLAIN_REFID_LOOP;
	}
	*id = meet(s, e, a, v->id);
	if (*id != CLIENT_NONE)
		client_add_rx(&s->clients, *id, e->time_ns, flags, e->client_port, e->poll_log2s, true);
	if (match_plain_request(&s->match, e, r->batch->frame + e->n_behind, a->flow, a->chain, *id, v->id))
		return true;
	match_expanded(r, e, a, *id);
	return false;
}

static __attribute__((noinline)) void note_slow(struct run *r, const struct open_request *q,
						const struct plain_event *e)
{
	struct exchange x = { .request_frame = q->frame,
			      .response_frame = r->batch->frame + e->n_behind,
			      .request_ns = q->time_ns,
			      .response_ns = e->time_ns };
	server_count_slow(&r->s->servers, q->server_id, &x, &e->client);
}

/* One that was answered in time: on_outcome() and count_delta() in one. */
static inline void count_answered(struct run *r, const struct open_request *q, const struct plain_event *e,
				  struct served *v)
{
	struct shard *s = r->s;
	int64_t delta_ns = e->time_ns - q->time_ns;
	unsigned bin = hist_bin(delta_ns);
	struct server_entry *server = &s->servers.at[v->id];

	v->n_answered++;
	hist_add_bin(&s->sums->tally->delta_of[q->version][r->size_class], delta_ns, bin);
	if (q->client_id != CLIENT_NONE)
		client_count_delta(&s->clients, q->client_id, delta_ns, bin);
	if (server_is_slow(&s->servers, server, delta_ns))
		note_slow(r, q, e);
	if (!v->times)
		v->times = server_times_of(&s->sums->times, &server->addr);
	if (v->times) {
		hist_add_bin(&v->times->delta, delta_ns, bin);
		if (e->receive && e->transmit)
			server_time_add_turnaround(v->times, delta_ns, ntp_diff_ns(e->transmit, e->receive));
	}
	bucket_add_delta(series_bucket(&s->sums->series, q->time_ns), delta_ns);
}

static inline void apply_response(struct run *r, const struct plain_event *e, const struct ahead *a)
{
	struct shard *s = r->s;
	struct served *v = &r->served[e->server];

	v->n_responses++;
	if (!v->last_response || e->n_behind > v->last_response->n_behind)
		v->last_response = e;
	uint32_t id = meet(s, e, a, v->id);
	if (id != CLIENT_NONE)
		client_add_tx(&s->clients, id, e->time_ns, plain_flags(e->first));
	const struct open_request *q = match_plain_response(&s->match, e, a->flow, a->chain);
	if (q)
		count_answered(r, q, e, v);
	else
		match_expanded(r, e, a, id);
}

/* The response to the request that came just before: nothing of its client in between, the same minute. */
static inline bool apply_pair(struct run *r, const struct plain_event *e, uint32_t id)
{
	struct shard *s = r->s;
	struct served *v = &r->served[e->server];
	struct match_ring *ring = &s->match.ring;
	struct open_request *q = &ring->at[(ring->tail - 1) & (ring->cap - 1)];

	if (id == CLIENT_NONE || e->time_ns - q->time_ns > s->match.timeout_ns ||
	    match_strict_too_old(&s->match, q->time_ns) ||
	    !windows_is_at(&s->windows, q->time_ns, e->time_ns))
		return false;
	v->n_responses++;
	if (!v->last_response || e->n_behind > v->last_response->n_behind)
		v->last_response = e;
	client_add_tx(&s->clients, id, e->time_ns, plain_flags(e->first));
	q->state = STATE_ANSWERED;
	count_answered(r, q, e, v);
	return true;
}

/* In a calm time. */
static inline void apply_calm(struct run *r, struct plain_event *events, const uint16_t *order,
			      struct ahead *ahead, size_t i)
{
	struct plain_event *e = &events[order[i]];
	const struct ahead *a = &ahead[i];
	uint32_t id;

	if (a->is_done)
		return;
	match_strict_now(&r->s->match, e->time_ns);
	if (!plain_is_request(e))
		apply_response(r, e, a);
	else if (apply_request(r, e, a, &id) && a->pair)
		ahead[a->pair].is_done = apply_pair(r, &events[order[a->pair]], id);
}

/* ---- runs ---------------------------------------------------------------------------------------- */

/* Where the latest event of a client may be, by a hash that costs nothing. */
enum { LATEST_BITS = 6, NOWHERE = 0xff };
_Static_assert((int)SHARD_CHUNK < (int)NOWHERE,
	       "the number of an event in a chunk is none that means nowhere");

static inline unsigned latest_slot(const struct plain_event *e)
{
	uint64_t low;
	memcpy(&low, e->client.b + 8, 8);
	return (unsigned)((low * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - LATEST_BITS));
}

static inline bool is_pair(const struct plain_event *request, const struct plain_event *e)
{
	return plain_is_request(request) && request->key == e->key &&
	       request->client_port == e->client_port && request->server == e->server &&
	       addr_equal(&request->client, &e->client);
}

/* True when no event is dated before the one before it. */
static inline bool look_up(struct run *r, struct plain_event *events, const uint16_t *order, size_t n,
			   struct ahead *ahead)
{
	int64_t before_ns = events[order[0]].time_ns;
	bool ascend = true;
	uint8_t latest[1 << LATEST_BITS];

	memset(latest, NOWHERE, sizeof(latest));
	for (size_t i = 0; i < n; i++) {
		const struct plain_event *e = &events[order[i]];
		struct ahead *a = &ahead[i];
		unsigned slot = latest_slot(e), k = latest[slot];
		a->pair = 0;
		a->is_pair = a->is_done = false;
		latest[slot] = (uint8_t)i;
		ascend &= e->time_ns >= before_ns;
		before_ns = e->time_ns;
		if (!plain_is_request(e) && k != NOWHERE && is_pair(&events[order[k]], e)) {
			*a = ahead[k];
			a->is_pair = true;
			ahead[k].pair = (uint8_t)i;
			continue;
		}
		if (!r->served[e->server].is_known)
			get_to_know(r, e->server);
		a->hash = clients_hash(&r->s->clients, &e->client);
		a->flow = match_plain_flow(e, a->hash, r->served[e->server].hash);
		a->chain = match_ring_hash(a->flow, e->key);
		shard_prefetch_first(r->s, a);
	}
	return ascend;
}

static void apply_chunk(struct run *r, struct plain_event *events, const uint16_t *order, size_t n,
			bool short_cuts)
{
	struct ahead ahead[SHARD_CHUNK];
	int64_t last_ns = events[order[n - 1]].time_ns;
	bool calm = look_up(r, events, order, n, ahead) && short_cuts &&
		    shard_is_calm(r->s, events[order[0]].time_ns, last_ns);

	for (size_t i = 0; i < n; i++) {
		if (!ahead[i].is_pair)
			shard_prefetch_second(r->s, &ahead[i]);
		if (ahead[i].pair)
			ahead[ahead[i].pair].hint = ahead[i].hint;
	}
	if (!calm) {
		for (size_t i = 0; i < n; i++)
			apply_expanded(r, &events[order[i]], &ahead[i]);
		return;
	}
	/* Once for all of them: what leaves late is too old to be found. */
	r->s->event = NULL;
	match_strict_advance(&r->s->match, events[order[0]].time_ns);
	for (size_t i = 0; i < n; i++)
		apply_calm(r, events, order, ahead, i);
	/* Before the clock may step back, when it would not be too old any more. */
	match_strict_advance(&r->s->match, last_ns);
	r->s->before_ns = last_ns;
}

void shard_apply_plain(struct shard *s, struct worker_sums *sums, const struct plain_run *run)
{
	struct run r;
	bool short_cuts = s->short_cuts && !sums->rows; /* they make no rows */

	r.s = s;
	r.batch = run->batch;
	r.size_class = tally_size_class(NTP_HEADER_LEN);
	for (unsigned i = 0; i < run->batch->n_servers; i++)
		r.served[i].is_known = false;
	s->sums = sums;
	for (size_t from = 0; from < run->n; from += SHARD_CHUNK) {
		size_t n = run->n - from < SHARD_CHUNK ? run->n - from : SHARD_CHUNK;
		for (size_t i = from + n; i < run->n && i < from + n + SHARD_CHUNK; i++)
			__builtin_prefetch(&run->events[run->order[i]]);
		apply_chunk(&r, run->events, run->order + from, n, short_cuts);
	}
	for (unsigned i = 0; i < run->batch->n_servers; i++)
		if (r.served[i].is_known)
			settle(&r, &r.served[i]);
}
