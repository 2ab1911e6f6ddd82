/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/nstime.h"
#include "engine/decode.h"
#include "engine/slice.h"
#include "engine/state.h"
#include "engine/workers.h"

enum {
	SLICES_MAX = 16,
	SLICES_A_THREAD = 4,
	EXTRA_MAX = PIPELINE_BLOCK,
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
	struct slice slices[SLICES_MAX];
	unsigned n_slices;
	struct extra *extras;
	unsigned n_extras;
	struct worker_sums sums[ENGINE_THREADS_MAX];
	struct event *
		*lists[ENGINE_THREADS_MAX]; /* each thread's: other events of the shard and slice at work */
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
		s->events_by.shard_of[s->n_events++] = (uint8_t)shard_of_event(e);
}

/* How far ahead the octets of packets are fetched: some ten packets. */
enum { OCTETS_AHEAD = 1024 };

/* Takes plain packets from the front; returns the first that is not one or does not pass, or to. */
static size_t decode_plain(struct pipeline *r, struct slice *s, struct worker_sums *sums, size_t from,
			   size_t to)
{
	const struct packet *p = r->packets;
	struct plain_event *e = &s->plain[s->n_plain];
	uint8_t *shard_of = &s->plain_by.shard_of[s->n_plain];
	uint64_t n_bytes = 0, n_requests = 0;
	size_t k = from;

	for (; k < to && passes(r, &p[k]) && plain_decode(&s->batch, &p[k], e); k++, e++) {
		bool request = plain_is_request(e);
		__builtin_prefetch(p[k].data + OCTETS_AHEAD);
		n_bytes += p[k].caplen;
		n_requests += request;
		tally_plain(sums->tally, e);
		series_count(&sums->series, e->time_ns, request);
		*shard_of++ = (uint8_t)addr_shard(&e->client);
	}
	tally_plain_sums(sums->tally, k - from, n_requests, n_bytes);
	s->n_plain += (unsigned)(k - from);
	return k;
}

static void decode_slice(void *arg, unsigned worker, unsigned i)
{
	struct pipeline *r = arg;
	struct slice *s = &r->slices[i];
	struct worker_sums *sums = &r->sums[worker];
	size_t k = r->n_packets * i / r->n_slices, to = r->n_packets * (i + 1) / r->n_slices;

	s->n_plain = s->n_events = s->n_asides = 0;
	plain_batch_begin(&s->batch, k < to ? r->packets[k].frame : 0);
	s->last_frame = k < to ? r->packets[to - 1].frame : 0;
	while (k < to) {
		if (r->short_cuts)
			k = decode_plain(r, s, sums, k, to);
		if (k < to)
			decode_one(r, s, sums->tally, &r->packets[k++]);
	}
	slice_sort(s);
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
	for (unsigned i = 0; i < r->n_slices; i++)
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

/* A slice's events of a shard that are not plain, and the extra ones that belong between them. */
static size_t list_events(struct pipeline *r, struct event **list, unsigned shard, unsigned slice,
			  unsigned *extra)
{
	const struct slice *s = &r->slices[slice];
	const uint16_t *k = s->events_by.order + s->events_by.start[shard];
	const uint16_t *end = s->events_by.order + s->events_by.start[shard + 1];
	size_t n = 0;
	for (; k < end; k++) {
		struct event *e = &s->events[*k];
		if (*extra < r->n_extras)
			n = add_extras(r, list, n, shard, extra, e->frame);
		list[n++] = e;
	}
	if (*extra == r->n_extras)
		return n;
	return add_extras(r, list, n, shard, extra,
			  slice + 1 == r->n_slices ? UINT64_MAX : s->last_frame + 1);
}

/* Plain events and others by turns, in order of frames. */
static void apply_by_turns(struct pipeline *r, struct slice *slice, unsigned shard, unsigned worker,
			   struct event **list, size_t n_list)
{
	struct shard *s = &r->state->shards[shard];
	struct worker_sums *sums = &r->sums[worker];
	const uint16_t *k = slice->plain_by.order + slice->plain_by.start[shard];
	const uint16_t *end = slice->plain_by.order + slice->plain_by.start[shard + 1];

	while (k < end || n_list) {
		uint64_t until = n_list ? list[0]->frame : UINT64_MAX;
		struct plain_run run = { &slice->batch, slice->plain, k, (size_t)(end - k) };
		if (n_list)
			for (run.n = 0; k + run.n < end && slice_plain_frame(slice, k[run.n]) < until;
			     run.n++)
				;
		if (run.n)
			shard_apply_plain(s, sums, &run);
		k += run.n;
		until = k < end ? slice_plain_frame(slice, *k) : UINT64_MAX;
		size_t n = 0;
		while (n < n_list && list[n]->frame < until)
			n++;
		shard_apply(s, sums, list, n);
		list += n;
		n_list -= n;
	}
}

static void apply_shard(void *arg, unsigned worker, unsigned shard)
{
	struct pipeline *r = arg;
	struct event **list = r->lists[worker];
	unsigned extra = 0;

	for (unsigned i = 0; i < r->n_slices; i++)
		apply_by_turns(r, &r->slices[i], shard, worker, list, list_events(r, list, shard, i, &extra));
	if (r->io->row)
		shard_tick(&r->state->shards[shard], &r->sums[worker], r->block_ns);
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
	for (unsigned i = 0; i < r->n_slices; i++)
		slice_show(&r->slices[i], r->io->events, r->io->events_arg);
	for (unsigned i = 0; i < r->n_extras; i++)
		r->io->events(r->io->events_arg, &r->extras[i].event, 1);
}

/* ---- life ---------------------------------------------------------------------------------------- */

/* One thread needs no slices; more of them take what is left of each other's. */
static enum err slices_init(struct pipeline *r, unsigned n_threads)
{
	r->n_slices = n_threads == 1 ? 1 : SLICES_A_THREAD * n_threads;
	if (r->n_slices > SLICES_MAX)
		r->n_slices = SLICES_MAX;
	enum err e = ERR_OK;
	for (unsigned i = 0; i < r->n_slices && !e; i++)
		e = slice_init(&r->slices[i], PIPELINE_BLOCK / r->n_slices + 1);
	return e;
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
		e = slices_init(r, config->n_threads);
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
	run_tasks(r, decode_slice, r->n_slices, NULL);
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
	for (unsigned i = 0; i < p->n_slices; i++)
		slice_release(&p->slices[i]);
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
