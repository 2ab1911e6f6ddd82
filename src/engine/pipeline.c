/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/nstime.h"
#include "engine/decode.h"
#include "engine/state.h"
#include "engine/workers.h"

enum {
	N_SLICES = 16,
	SLICE_MAX = PIPELINE_BLOCK / N_SLICES,
	EXTRA_MAX = PIPELINE_BLOCK,
};

/* A part of the superblock's packets, decoded by one thread. */
struct slice {
	struct event *events; /* SLICE_MAX, in order of frames */
	uint16_t *order;      /* their numbers, by shard, then in order */
	uint8_t *shard_of;
	const struct packet **asides; /* packets that need state across shards, in order */
	unsigned n_events, n_asides;
	uint16_t start[N_SHARDS + 1]; /* where each shard's part of `order` begins */
};

/* Events made in between: packets put together from fragments. */
struct extra {
	struct event event;
	unsigned shard;
};

struct pipeline {
	const struct pipeline_io *io;
	struct engine_state *state;
	struct packet *packets;   /* at work */
	struct packet *own;       /* where pipeline_run() reads to */
	size_t n_packets, n_next; /* of this superblock, of the one read meanwhile */
	enum err read_err;
	uint64_t n_total;
	bool began;
	bool short_cuts;            /* for plain packets: the side of a server need not be looked up */
	int64_t latest_ns;          /* for packets without a time */
	int64_t begin_ns, block_ns; /* time of the first packet; of the last one of this superblock */
	int64_t idle_ns;            /* later than that: nothing came until then */
	struct slice slices[N_SLICES];
	struct extra *extras;
	unsigned n_extras;
	struct worker_sums sums[ENGINE_THREADS_MAX];
	struct event **lists[ENGINE_THREADS_MAX]; /* each thread's: the events of the shard at work */
	struct row_list worker_rows[ENGINE_THREADS_MAX];
	struct row_queue rows;
	struct workers workers;
};

/* ---- read ---------------------------------------------------------------------------------------- */

static void note_time(struct pipeline *r, int64_t t_ns)
{
	struct engine_state *s = r->state;
	if (!r->began) {
		r->began = true;
		r->begin_ns = t_ns;
	}
	if (!s->began) {
		s->began = true;
		s->first_ns = s->last_ns = t_ns;
	}
	if (t_ns > s->last_ns)
		s->last_ns = t_ns;
	if (t_ns < s->first_ns)
		s->first_ns = t_ns;
	r->latest_ns = t_ns;
}

/* pcapng's simple packets have no time: they get that of the packet before, and 1970 before the first that
 * has one. */
static void note_odd_times(struct pipeline *r, struct packet *packets, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct packet *p = &packets[i];
		p->time_ns = p->has_time ? ns_bounded(p->time_ns) : r->latest_ns;
		if (p->has_time)
			note_time(r, p->time_ns);
	}
}

static void note_times(struct pipeline *r, struct packet *packets, size_t n)
{
	int64_t first = INT64_MAX, last = INT64_MIN;
	bool all = true;
	for (size_t i = 0; i < n; i++) {
		int64_t t_ns = packets[i].time_ns;
		all &= packets[i].has_time;
		first = t_ns < first ? t_ns : first;
		last = t_ns > last ? t_ns : last;
	}
	if (!all || (n && (ns_bounded(first) != first || ns_bounded(last) != last))) {
		note_odd_times(r, packets, n);
	} else if (n) {
		note_time(r, packets[0].time_ns);
		note_time(r, first);
		note_time(r, last);
		r->latest_ns = packets[n - 1].time_ns;
	}
}

static void read_next(void *arg)
{
	struct pipeline *r = arg;
	r->n_next = 0;
	if (!r->read_err)
		r->read_err = r->io->next(r->io->source, r->own, PIPELINE_BLOCK, &r->n_next);
	if (r->read_err)
		r->n_next = 0;
	note_times(r, r->own, r->n_next);
}

/* ---- decode -------------------------------------------------------------------------------------- */

static unsigned shard_of_event(const struct event *e)
{
	return addr_shard(e->role == EVENT_BROADCAST ? &e->server : &e->client);
}

static void sort_by_shard(struct slice *s)
{
	uint16_t at[N_SHARDS + 1] = { 0 };
	const uint8_t *shard_of = s->shard_of;
	unsigned n = s->n_events;
	for (unsigned i = 0; i < n; i++)
		at[shard_of[i] + 1]++;
	for (unsigned i = 0; i < N_SHARDS; i++)
		at[i + 1] = (uint16_t)(at[i + 1] + at[i]);
	memcpy(s->start, at, sizeof(at));
	for (unsigned i = 0; i < n; i++)
		s->order[at[shard_of[i]]++] = (uint16_t)i;
}

static inline bool passes(const struct pipeline *r, const struct packet *p)
{
	return !r->io->filter || r->io->filter(r->io->filter_arg, p);
}

static void decode_one(struct pipeline *r, struct slice *s, struct tally *t, const struct packet *p)
{
	struct datagram d;
	struct event *e = &s->events[s->n_events];
	enum fate fate;

	if (!passes(r, p)) {
		d.findings = 0;
		tally_fate(t, p, &d, FATE_FILTERED);
		return;
	}
	fate = decode_packet(&r->state->config, p, &d, e);
	tally_fate(t, p, &d, fate);
	if (fate == FATE_NTP)
		tally_event(t, &d, e);
	else if (fate == FATE_ICMP_ERROR || fate == FATE_FRAGMENT || fate == FATE_NTS_KE)
		s->asides[s->n_asides++] = p;
	if (fate == FATE_NTP || fate == FATE_ICMP_ERROR)
		s->shard_of[s->n_events++] = (uint8_t)shard_of_event(e);
}

/* Takes plain packets from the front; returns the first that is not one or does not pass, or to. */
static size_t decode_plain(struct pipeline *r, struct slice *s, struct tally *t, size_t from, size_t to)
{
	const struct packet *p = r->packets;
	struct event *e = &s->events[s->n_events];
	uint8_t *shard_of = &s->shard_of[s->n_events];
	uint64_t n_bytes = 0, n_requests = 0;
	size_t k = from;

	for (; k < to && passes(r, &p[k]) && decode_plain_frame(&p[k], e); k++, e++) {
		__builtin_prefetch(p[k + 8 < to ? k + 8 : k].data);
		n_bytes += p[k].caplen;
		n_requests += e->to_server;
		tally_plain(t, e);
		*shard_of++ = (uint8_t)addr_shard(&e->client);
	}
	tally_plain_sums(t, k - from, n_requests, n_bytes);
	s->n_events += (unsigned)(k - from);
	return k;
}

static void decode_slice(void *arg, unsigned worker, unsigned i)
{
	struct pipeline *r = arg;
	struct slice *s = &r->slices[i];
	struct tally *t = r->sums[worker].tally;
	size_t k = r->n_packets * i / N_SLICES, to = r->n_packets * (i + 1) / N_SLICES;

	s->n_events = s->n_asides = 0;
	while (k < to) {
		if (r->short_cuts)
			k = decode_plain(r, s, t, k, to);
		if (k < to)
			decode_one(r, s, t, &r->packets[k++]);
	}
	sort_by_shard(s);
}

/* ---- in between ---------------------------------------------------------------------------------- */

/* The piece that completes an NTP packet stands for it: its frame counts as NTP. */
static void add_fragment(struct pipeline *r, const struct packet *p, const struct datagram *d)
{
	struct packet whole;
	struct datagram inner;
	struct tally *t = r->sums[0].tally;

	uint64_t n_whole = r->state->fragments.stats.n_reassembled;
	if (!fragments_add(&r->state->fragments, p, d, &whole))
		return;
	frame_decode(&whole, &inner, NULL);
	inner.tunnels |= (uint16_t)(TUNNEL_REASSEMBLED | d->tunnels);
	if (!datagram_is_ntp(&inner) || r->n_extras == EXTRA_MAX)
		return;
	if (r->io->whole_filter && !r->io->whole_filter(r->io->filter_arg, p, &whole, &inner)) {
		t->fates[FATE_FRAGMENT]--;
		t->fates[FATE_FILTERED]++;
		return;
	}
	struct extra *x = &r->extras[r->n_extras++];
	decode_ntp(&r->state->config, &whole, &inner, &x->event);
	x->shard = shard_of_event(&x->event);
	tally_event(t, &inner, &x->event);
	/* The first piece of one that the snap length cut stands for itself. */
	t->n_reassembled += r->state->fragments.stats.n_reassembled > n_whole;
	t->fates[FATE_FRAGMENT]--;
	t->fates[FATE_NTP]++;
}

static void add_aside(struct pipeline *r, const struct packet *p)
{
	struct datagram d;
	struct event e;

	switch (decode_packet(&r->state->config, p, &d, &e)) {
	case FATE_FRAGMENT: add_fragment(r, p, &d); break;
	case FATE_ICMP_ERROR: icmp_errors_add(&r->state->icmp, &d, &e); break;
	case FATE_NTS_KE: ntske_seen_add(&r->state->ntske, &d); break;
	default: break;
	}
}

static void in_between(struct pipeline *r)
{
	r->n_extras = 0;
	for (unsigned i = 0; i < N_SLICES; i++)
		for (unsigned k = 0; k < r->slices[i].n_asides; k++)
			add_aside(r, r->slices[i].asides[k]);
}

/* ---- apply --------------------------------------------------------------------------------------- */

/* Adds the extra events of this shard that come before frame; *at is the next extra to look at. */
static size_t add_extras(struct pipeline *r, struct event **list, size_t n, unsigned shard, unsigned *at,
			 uint64_t before_frame)
{
	for (; *at < r->n_extras && r->extras[*at].event.frame < before_frame; (*at)++)
		if (r->extras[*at].shard == shard)
			list[n++] = &r->extras[*at].event;
	return n;
}

static size_t list_events(struct pipeline *r, struct event **list, unsigned shard)
{
	unsigned extra = 0;
	size_t n = 0;
	for (unsigned i = 0; i < N_SLICES; i++) {
		const struct slice *s = &r->slices[i];
		const uint16_t *k = s->order + s->start[shard], *end = s->order + s->start[shard + 1];
		struct event *events = s->events;
		for (; k < end; k++) {
			struct event *e = &events[*k];
			if (extra < r->n_extras)
				n = add_extras(r, list, n, shard, &extra, e->frame);
			list[n++] = e;
		}
	}
	return add_extras(r, list, n, shard, &extra, UINT64_MAX);
}

static void apply_shard(void *arg, unsigned worker, unsigned shard)
{
	struct pipeline *r = arg;
	struct shard *s = &r->state->shards[shard];
	struct event **list = r->lists[worker];

	shard_apply(s, &r->sums[worker], list, list_events(r, list, shard));
	if (r->io->row)
		shard_tick(s, &r->sums[worker], r->block_ns);
}

/* ---- rows ---------------------------------------------------------------------------------------- */

static enum err emit_unordered(struct pipeline *r)
{
	enum err e = ERR_OK;
	for (unsigned i = 0; i < r->workers.n_threads && !e; i++)
		e = row_list_emit(&r->worker_rows[i], r->io->row, r->io->row_arg);
	return e;
}

static enum err emit_rows(struct pipeline *r, bool all)
{
	uint64_t before = UINT64_MAX;
	if (!r->io->row)
		return ERR_OK;
	if (r->io->rows_in_any_order)
		return emit_unordered(r);
	for (unsigned i = 0; i < r->workers.n_threads; i++)
		row_queue_take(&r->rows, &r->worker_rows[i]);
	for (unsigned i = 0; i < N_SHARDS && !all; i++) {
		uint64_t f = match_strict_oldest_frame(&r->state->shards[i].match);
		before = f < before ? f : before;
	}
	return row_queue_emit(&r->rows, before, r->io->row, r->io->row_arg);
}

static void show_events(struct pipeline *r)
{
	for (unsigned i = 0; i < N_SLICES; i++)
		r->io->events(r->io->events_arg, r->slices[i].events, r->slices[i].n_events);
	for (unsigned i = 0; i < r->n_extras; i++)
		r->io->events(r->io->events_arg, &r->extras[i].event, 1);
}

/* ---- life ---------------------------------------------------------------------------------------- */

static enum err slices_init(struct pipeline *r)
{
	for (unsigned i = 0; i < N_SLICES; i++) {
		struct slice *s = &r->slices[i];
		s->events = malloc((SLICE_MAX + 1) * sizeof(*s->events));
		s->order = malloc(SLICE_MAX * sizeof(*s->order));
		s->shard_of = malloc(SLICE_MAX);
		s->asides = malloc(SLICE_MAX * sizeof(*s->asides));
		if (!s->events || !s->order || !s->shard_of || !s->asides)
			return ERR_MEMORY;
	}
	return ERR_OK;
}

static enum err thread_init(struct pipeline *r, unsigned i)
{
	r->lists[i] = malloc((PIPELINE_BLOCK + EXTRA_MAX) * sizeof(*r->lists[i]));
	return r->lists[i] ? worker_sums_init(&r->sums[i], r->io->row ? &r->worker_rows[i] : NULL)
			   : ERR_MEMORY;
}

static enum err run_init(struct pipeline *r, const struct engine_config *config)
{
	r->extras = malloc(EXTRA_MAX * sizeof(*r->extras));
	r->state = calloc(1, sizeof(*r->state));
	if (!r->extras || !r->state)
		return ERR_MEMORY;
	enum err e = engine_state_init(r->state, config);
	if (!e)
		e = slices_init(r);
	for (unsigned i = 0; i < config->n_threads && !e; i++)
		e = thread_init(r, i);
	if (!e)
		e = worker_sums_init(&r->state->sums, NULL);
	if (!e)
		e = workers_start(&r->workers, config->n_threads);
	return e;
}

/* Below, the calling thread is done before the others are awake. */
enum { WORTH_WAKING = 512 };

static void run_tasks(struct pipeline *r, void (*task)(void *arg, unsigned worker, unsigned i),
		      unsigned n_tasks, void (*first)(void *arg))
{
	if (r->n_packets < WORTH_WAKING)
		workers_alone(task, r, n_tasks, first);
	else
		workers_run(&r->workers, task, r, n_tasks, first);
}

/* first() runs beside what is applied; see workers_run(). */
static enum err step(struct pipeline *r, struct packet *packets, size_t n, void (*first)(void *arg))
{
	r->packets = packets;
	r->n_packets = n;
	r->block_ns = r->idle_ns = r->latest_ns;
	for (unsigned i = 0; i < N_SHARDS; i++)
		match_strict_begin(&r->state->shards[i].match, r->begin_ns);
	run_tasks(r, decode_slice, N_SLICES, NULL);
	in_between(r);
	r->n_total += n;
	run_tasks(r, apply_shard, N_SHARDS, first);
	if (r->io->events)
		show_events(r);
	return emit_rows(r, false);
}

static enum err run_blocks(struct pipeline *r)
{
	enum err e = ERR_OK;
	read_next(r);
	while (!e && r->n_next) {
		e = step(r, r->own, r->n_next, read_next);
		if (r->io->tick)
			r->io->tick(r->io->tick_arg, r->n_total);
	}
	return e;
}

enum err pipeline_run(const struct engine_config *config, const struct pipeline_io *io, struct census **out)
{
	struct pipeline *r;
	*out = NULL;
	enum err e = pipeline_new(config, io, &r);
	if (e)
		return e;
	r->own = malloc(PIPELINE_BLOCK * sizeof(*r->own));
	e = r->own ? run_blocks(r) : ERR_MEMORY;
	enum err at_end = pipeline_end(r);
	e = e ? e : at_end;
	at_end = pipeline_census(r, out);
	e = e ? e : at_end;
	if (!e && r->read_err != ERR_END)
		e = r->read_err;
	pipeline_free(r);
	return e;
}

/* ---- step by step -------------------------------------------------------------------------------- */

enum err pipeline_new(const struct engine_config *config, const struct pipeline_io *io, struct pipeline **out)
{
	struct pipeline *r = calloc(1, sizeof(*r));
	*out = NULL;
	if (!r)
		return ERR_MEMORY;
	r->io = io;
	r->short_cuts = config->n_servers == 0 && !config->no_short_cuts;
	enum err e = run_init(r, config);
	if (e) {
		pipeline_free(r);
		return e;
	}
	*out = r;
	return ERR_OK;
}

void pipeline_free(struct pipeline *p)
{
	if (!p)
		return;
	workers_stop(&p->workers);
	for (unsigned i = 0; i < N_SLICES; i++) {
		free(p->slices[i].events);
		free(p->slices[i].order);
		free(p->slices[i].shard_of);
		free(p->slices[i].asides);
	}
	for (unsigned i = 0; i < ENGINE_THREADS_MAX; i++) {
		worker_sums_release(&p->sums[i]);
		free(p->lists[i]);
		row_list_release(&p->worker_rows[i]);
	}
	row_queue_release(&p->rows);
	free(p->own);
	free(p->extras);
	engine_state_free(p->state);
	free(p);
}

enum err pipeline_step(struct pipeline *p, struct packet *packets, size_t n)
{
	note_times(p, packets, n);
	return step(p, packets, n, NULL);
}

void pipeline_idle(struct pipeline *p, int64_t now_ns)
{
	now_ns = ns_bounded(now_ns);
	if (!p->state->began || now_ns <= p->idle_ns)
		return;
	p->idle_ns = now_ns;
	for (unsigned i = 0; i < N_SHARDS; i++)
		shard_idle(&p->state->shards[i], &p->sums[0], now_ns);
}

int64_t pipeline_now(const struct pipeline *p)
{
	return p->idle_ns > p->latest_ns ? p->idle_ns : p->latest_ns;
}

void pipeline_resume(struct pipeline *p, int64_t now_ns)
{
	p->idle_ns = now_ns;
}

struct engine_state *pipeline_state(struct pipeline *p)
{
	return p->state;
}

struct worker_sums *pipeline_sums(struct pipeline *p, unsigned i)
{
	return &p->sums[i];
}

enum err pipeline_end(struct pipeline *p)
{
	struct engine_state *s = p->state;
	s->now_ns = pipeline_now(p);
	for (unsigned i = 0; i < N_SHARDS; i++)
		shard_end(&s->shards[i], &p->sums[0], s->now_ns);
	for (unsigned i = 0; i < s->config.n_threads; i++) {
		tally_merge(s->sums.tally, p->sums[i].tally);
		series_merge(&s->sums.series, &p->sums[i].series);
		server_times_merge(&s->sums.times, &p->sums[i].times);
		worker_sums_clear(&p->sums[i]);
	}
	return emit_rows(p, true);
}

enum err pipeline_census(struct pipeline *p, struct census **out)
{
	enum err e = census_build(p->state, out);
	if (!e)
		p->state = NULL; /* the census owns it now */
	return e;
}
