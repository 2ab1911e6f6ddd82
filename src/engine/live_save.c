/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a live engine leaves behind, and takes up again. */
#include <stdlib.h>
#include <string.h>

#include "engine/live_private.h"
#include "engine/save_stream.h"

/* A change of what is written, or of what it means, is another version. */
enum {
	LIVE_SAVE_FIRST = 1, /* without marks (live_marks.h) */
	LIVE_SAVE_MARKS = 2,
	LIVE_SAVE_LEAST = 3,   /* with the least delta time of a point */
	LIVE_SAVE_VERSION = 4, /* with the slowest exchanges of each mark */
};

/* The version, and numbers that what is saved depends on: with others it means nothing. */
static uint64_t save_marks(struct save_stream *s)
{
	uint64_t version = save_most(s, LIVE_SAVE_VERSION, LIVE_SAVE_VERSION);
	s->bad = s->bad || version < LIVE_SAVE_FIRST;
	save_mark(s, N_SHARDS);
	save_mark(s, N_CLASSES);
	save_mark(s, N_KISS);
	save_mark(s, HIST_BINS);
	save_mark(s, CLIENT_SERVERS);
	save_mark(s, WINDOWS_MINUTES);
	save_mark(s, REFUSED_REGISTERS);
	save_mark(s, sizeof(struct tally));
	save_mark(s, sizeof(struct fragments_stats));
	return version;
}

static void save_point(struct save_stream *s, struct live_point *at, uint64_t version)
{
	struct live_point p = *at;
	p.start_ns = save_i(s, p.start_ns);
	p.requests = save_u(s, p.requests);
	p.answers = save_u(s, p.answers);
	p.unanswered = save_u(s, p.unanswered);
	p.new_clients = save_u(s, p.new_clients);
	p.kods = save_u(s, p.kods);
	p.icmp_errors = save_u(s, p.icmp_errors);
	p.unique_5min = save_u(s, p.unique_5min);
	p.unique_20min = save_u(s, p.unique_20min);
	p.unique_1h = save_u(s, p.unique_1h);
	p.n_deltas = save_u(s, p.n_deltas);
	p.delta_p50_ns = save_i(s, p.delta_p50_ns);
	p.delta_p90_ns = save_i(s, p.delta_p90_ns);
	p.delta_p99_ns = save_i(s, p.delta_p99_ns);
	p.delta_max_ns = save_i(s, p.delta_max_ns);
	p.delta_min_ns = version >= LIVE_SAVE_LEAST ? save_i(s, p.delta_min_ns) : p.delta_p50_ns;
	if (save_is_loading(s))
		*at = p;
}

static void save_points(struct save_stream *s, struct live_points *p, uint64_t version)
{
	int64_t bound = (INT64_C(1) << 62) / NS_PER_S + p->width_s;
	p->began = save_bool(s, p->began);
	p->start_s = save_i(s, p->start_s);
	if (p->start_s > bound || p->start_s < -bound || p->start_s % p->width_s) {
		s->bad = true;
		p->start_s = 0;
	}
	p->n = save_most(s, p->n, p->cap);
	for (size_t i = 0; i < p->n && !s->bad; i++) {
		struct live_point *at = &p->ring[(p->first + i) % p->cap];
		save_point(s, at, version);
		at->width_s = p->width_s;
	}
}

/* The points that were not over go on with what is counted from now on. */
static void resume_points(struct live *l)
{
	live_count_all(l, &l->seconds.before);
	l->minutes.before = l->seconds.before;
}

static void save_all(struct save_stream *s, struct live *l, uint64_t version, int64_t now_ns)
{
	now_ns = save_i(s, now_ns);
	if (now_ns > INT64_C(1) << 62 || now_ns < -(INT64_C(1) << 62))
		s->bad = true;
	l->n_frames = save_most(s, l->n_frames, UINT64_C(1) << 43);
	live_save_state(s, l->state);
	save_points(s, &l->seconds, version);
	save_points(s, &l->minutes, version);
	if (version >= LIVE_SAVE_MARKS && !s->bad)
		live_marks_save(s, &l->marks, version >= LIVE_SAVE_VERSION);
	if (version >= LIVE_SAVE_VERSION && !s->bad)
		worst_list_save(s, &l->state->worst, LIVE_WORST_MAX);
	else if (save_is_loading(s) && !s->bad)
		live_worst_turn(l, false); /* nobody knows when they were */
	save_mark(s, version);             /* it is all there */
	if (save_is_loading(s) && !s->bad)
		pipeline_resume(l->pipeline, now_ns);
}

enum err live_save(struct live *l, bool (*write)(void *arg, const void *data, size_t len), void *arg)
{
	struct save_stream *s;
	if (!l->state)
		return ERR_USAGE;
	enum err e = pipeline_end(l->pipeline);
	if (e)
		return e;
	s = calloc(1, sizeof(*s));
	if (!s)
		return ERR_MEMORY;
	s->write = write;
	s->arg = arg;
	uint64_t version = save_marks(s);
	save_all(s, l, version, pipeline_now(l->pipeline));
	e = save_finish(s) ? ERR_OK : ERR_SYS;
	free(s);
	return e;
}

enum err live_load(struct live *l, bool (*read)(void *arg, void *data, size_t len), void *arg)
{
	struct save_stream *s = calloc(1, sizeof(*s));
	if (!s)
		return ERR_MEMORY;
	s->read = read;
	s->arg = arg;
	uint64_t version = save_marks(s);
	enum err e = s->bad ? ERR_UNSUPPORTED : ERR_OK;
	fair_lock_take(&l->lock);
	if (!e) {
		save_all(s, l, version, 0);
		e = s->bad ? ERR_FORMAT : ERR_OK;
	}
	if (!e)
		resume_points(l);
	l->n_steps++;
	fair_lock_let_go(&l->lock);
	free(s);
	return e;
}
