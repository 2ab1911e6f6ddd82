/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The counting thread's part of a live engine, and its life. */
#include "engine/live.h"

#include <stdlib.h>

#include "engine/live_private.h"

/* A time that is off by more is believed when the next packet says so, too. */
static const int64_t JUMP_NS = 10 * NS_PER_S;

/* ---- life ---------------------------------------------------------------------------------------- */

static void take_events(void *arg, const struct event *events, size_t n)
{
	struct live *l = arg;
	live_recent_add(&l->recent, events, n);
}

static enum err init(struct live *l)
{
	l->packets = malloc(PIPELINE_BLOCK * sizeof(*l->packets));
	l->counts = malloc(sizeof(*l->counts));
	if (!l->packets || !l->counts)
		return ERR_MEMORY;
	l->io = (struct pipeline_io){ .events = take_events, .events_arg = l };
	enum err e = pipeline_new(&l->config, &l->io, &l->pipeline);
	if (!e)
		e = live_recent_init(&l->recent, l->config.secret);
	if (!e)
		e = live_points_init(&l->seconds, 1, LIVE_SECONDS, live_unique_at, l);
	if (!e)
		e = live_points_init(&l->minutes, 60, LIVE_MINUTES, live_unique_at, l);
	if (e)
		return e;
	l->state = pipeline_state(l->pipeline);
	l->n_places = l->state->arena.n_max;
	return ERR_OK;
}

enum err live_new(const struct engine_config *config, struct live **out)
{
	struct live *l = calloc(1, sizeof(*l));
	*out = NULL;
	if (!l)
		return ERR_MEMORY;
	l->config = *config;
	l->context.config = &l->config;
	fair_lock_init(&l->lock);
	enum err e = init(l);
	if (e)
		live_free(l);
	else
		*out = l;
	return e;
}

void live_free(struct live *l)
{
	if (!l)
		return;
	pipeline_free(l->pipeline);
	live_recent_release(&l->recent);
	live_points_release(&l->seconds);
	live_points_release(&l->minutes);
	live_marks_release(&l->marks);
	fair_lock_release(&l->lock);
	free(l->packets);
	free(l->counts);
	free(l);
}

void live_freeze(struct live *l)
{
	fair_lock_take(&l->lock);
}

void live_thaw(struct live *l)
{
	fair_lock_let_go(&l->lock);
}

int64_t live_span_ns(enum live_span span)
{
	static const int64_t lengths_ns[] = { 0, 86400 * NS_PER_S, 3600 * NS_PER_S };
	return lengths_ns[span];
}

enum err live_count_lately(struct live *l, int64_t from_ns)
{
	enum { PIECE = 256 };
	static const struct addr all;
	struct live_packet p[PIECE];
	uint64_t at = live_recent_oldest(&l->recent);
	size_t n = live_recent_find(&l->recent, &at, l->recent.n, &all, 0, p, 1);
	enum err e = ERR_OK;

	if (n == 0 || p[0].time_ns > from_ns)
		return ERR_OK;
	l->state->lately.secret = l->config.secret;
	at = live_recent_oldest(&l->recent);
	while (!e && (n = live_recent_find(&l->recent, &at, l->recent.n, &all, 0, p, PIECE)))
		for (size_t i = 0; i < n && !e; i++)
			if (p[i].time_ns >= from_ns)
				e = lately_add(&l->state->lately, &p[i].client, p[i].to_server);
	l->state->lately.is_known = !e;
	return e;
}

/* Where the span begins, told to the state that the census is made of. */
static enum err find_since(struct live *l, enum live_span span)
{
	int64_t asked_ns = ns_minus(pipeline_now(l->pipeline), live_span_ns(span));
	struct since *s = NULL;

	if (span == LIVE_ALL)
		return ERR_OK;
	enum err e = live_marks_find(&l->marks, asked_ns, l->state->first_ns, &s);
	if (e)
		return e;
	if (!s) {
		s = calloc(1, sizeof(*s));
		if (!s)
			return ERR_MEMORY;
		s->whole = true;
		s->from_ns = l->state->first_ns;
	}
	s->asked_ns = asked_ns;
	l->state->since = s;
	if (s->whole)
		return ERR_OK;
	e = live_worst_of_span(l, s->from_ns);
	return e ? e : live_count_lately(l, s->from_ns);
}

enum err live_census(struct live *l, enum live_span span, struct census **out)
{
	*out = NULL;
	if (!l->state)
		return ERR_USAGE;
	enum err e = pipeline_end(l->pipeline);
	if (!e)
		e = find_since(l, span);
	if (!e)
		e = pipeline_census(l->pipeline, out);
	if (!e)
		l->state = NULL;
	return e;
}

/* ---- counting ------------------------------------------------------------------------------------ */

static int64_t second_of(int64_t t_ns)
{
	return t_ns / NS_PER_S - (t_ns % NS_PER_S < 0);
}

static void mark(struct live *l, int64_t now_s)
{
	struct since *s = live_since(l, ns_times(live_marks_moment(now_s), NS_PER_S));
	live_worst_turn(l, true);
	live_marks_add(&l->marks, now_s, s);
	since_free(s);
}

/* The present second is over, or another one begins the series. */
static void advance_points(struct live *l, int64_t now_s)
{
	bool minute = live_points_due(&l->minutes, now_s);
	if (!minute && !live_points_due(&l->seconds, now_s))
		return;
	if (live_marks_due(&l->marks, now_s))
		mark(l, now_s);
	live_count_all(l, l->counts);
	live_points_advance(&l->seconds, now_s, l->counts);
	if (minute)
		live_points_advance(&l->minutes, now_s, l->counts);
}

static bool is_near(int64_t a_ns, int64_t b_ns)
{
	int64_t d_ns = ns_minus(a_ns, b_ns);
	return d_ns <= JUMP_NS && d_ns >= -JUMP_NS;
}

/* Whether it is the first one of another second.  One with a false date is none: what follows it would have
 * to be near. */
static bool begins_second(const struct packet *p, size_t n, int64_t second_ns)
{
	int64_t t_ns = p->time_ns;
	if (!p->has_time || (t_ns >= second_ns && ns_minus(t_ns, second_ns) < NS_PER_S))
		return false;
	if (is_near(t_ns, second_ns))
		return t_ns > second_ns;
	return n > 1 && p[1].has_time && is_near(p[1].time_ns, t_ns);
}

/* How many of n packets belong to the present second; 0 when the first one begins another. */
static size_t same_second(const struct live *l, const struct packet *p, size_t n)
{
	int64_t second_ns = ns_times(l->seconds.start_s, NS_PER_S);
	size_t i = 0;
	while (i < n && !begins_second(&p[i], n - i, second_ns))
		i++;
	return i;
}

static void number(struct live *l, struct packet *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i].frame = ++l->n_frames;
}

/* The first packet may begin another second. */
static size_t count_second(struct live *l, struct packet *p, size_t n, enum err *e)
{
	bool begins = !l->seconds.began || begins_second(p, n, ns_times(l->seconds.start_s, NS_PER_S));
	fair_lock_take(&l->lock);
	if (begins && p->has_time)
		advance_points(l, second_of(p->time_ns));
	size_t len = l->seconds.began ? 1 + same_second(l, p + 1, n - 1) : 1;
	number(l, p, len);
	*e = pipeline_step(l->pipeline, p, len);
	l->n_steps++;
	fair_lock_let_go(&l->lock);
	return len;
}

static void be_idle(struct live *l, int64_t now_ns)
{
	fair_lock_take(&l->lock);
	if (now_ns > pipeline_now(l->pipeline) && l->seconds.began) {
		pipeline_idle(l->pipeline, now_ns);
		l->n_steps++;
		advance_points(l, second_of(pipeline_now(l->pipeline)));
	}
	fair_lock_let_go(&l->lock);
}

/* Goes on a little, less while packets come fast. */
static void recount(struct live *l, size_t n_packets)
{
	size_t max = n_packets == 0                   ? 2 * LIVE_SLICE
		     : n_packets < PIPELINE_BLOCK / 2 ? LIVE_SLICE
						      : LIVE_SLICE / 8;
	fair_lock_take(&l->lock);
	if (live_recount_due(l))
		live_recount_begin(l);
	if (l->recount.on_its_way)
		live_recount_some(l, max);
	fair_lock_let_go(&l->lock);
}

static void finish_recount(struct live *l)
{
	fair_lock_take(&l->lock);
	live_recount_begin(l);
	while (l->recount.on_its_way) {
		live_recount_some(l, LIVE_SLICE);
		fair_lock_let_go(&l->lock);
		fair_lock_take(&l->lock);
	}
	fair_lock_let_go(&l->lock);
}

/* Nothing will come: no request that is open gets its answer any more. */
static enum err end(struct live *l)
{
	fair_lock_take(&l->lock);
	enum err e = l->state->began ? pipeline_end(l->pipeline) : ERR_OK;
	l->n_steps++;
	fair_lock_let_go(&l->lock);
	return e;
}

enum err live_run(struct live *l, const struct live_io *io)
{
	enum err e = ERR_OK;
	l->io.filter = io->filter;
	l->io.filter_arg = io->filter_arg;
	while (!e) {
		size_t n = 0;
		int64_t now_ns = 0;
		e = io->next(io->source, l->packets, PIPELINE_BLOCK, &n, &now_ns);
		for (size_t i = 0; i < n && !e;)
			i += count_second(l, l->packets + i, n - i, &e);
		if (!e && n == 0 && now_ns)
			be_idle(l, now_ns);
		if (!e)
			recount(l, n);
	}
	if (e == ERR_END)
		e = end(l);
	finish_recount(l);
	return e;
}

/* ---- thresholds ---------------------------------------------------------------------------------- */

static void take_thresholds(struct engine_config *to, const struct engine_config *from)
{
	to->alert_min_rx = from->alert_min_rx;
	to->alert_fast_ns = from->alert_fast_ns;
	to->alert_sleep_min_rx = from->alert_sleep_min_rx;
	to->alert_sleep_least_ns = from->alert_sleep_least_ns;
	to->alert_sleep_most_ns = from->alert_sleep_most_ns;
	to->age_out_ns = from->age_out_ns;
}

void live_set_thresholds(struct live *l, const struct engine_config *config)
{
	fair_lock_take(&l->lock);
	take_thresholds(&l->config, config);
	if (l->state) {
		take_thresholds(&l->state->config, config);
		for (unsigned i = 0; i < N_SHARDS; i++)
			clients_set_age_out(&l->state->shards[i].clients, config->age_out_ns);
	}
	l->n_steps++; /* what was worked out is stale */
	fair_lock_let_go(&l->lock);
	finish_recount(l);
}
