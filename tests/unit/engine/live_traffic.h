/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Traffic made in a test, given to a live engine in pieces. */
#ifndef TESTS_ENGINE_LIVE_TRAFFIC_H
#define TESTS_ENGINE_LIVE_TRAFFIC_H

#include "engine/live.h"
#include "random_traffic.h"

/* Pieces whose sizes depend on the seed, 0 = as large as wanted.  With ticks there is now and then
 * nothing, and time has come to just before the next packet. */
struct live_feed {
	const struct traffic *t;
	size_t at;
	uint64_t seed;
	bool ticks;
	int64_t end_ns; /* when not 0: time goes on to there at last */
};

static inline enum err live_feed_next(void *arg, struct packet *out, size_t max, size_t *n, int64_t *now_ns)
{
	struct live_feed *f = arg;
	*n = 0;
	*now_ns = 0;
	if (f->at == f->t->n) {
		*now_ns = f->end_ns;
		f->end_ns = 0;
		return *now_ns ? ERR_OK : ERR_END;
	}
	if (f->seed && traffic_random(&f->seed) % 4 == 0) {
		*now_ns = f->ticks && f->t->at[f->at].has_time ? f->t->at[f->at].time_ns - 1 : 0;
		return ERR_OK;
	}
	if (f->seed)
		max = 1 + traffic_random(&f->seed) % (traffic_random(&f->seed) % 3 ? 9 : max);
	for (; *n < max && f->at < f->t->n; f->at++) {
		out[*n] = f->t->at[f->at];
		out[(*n)++].frame = 0;
	}
	return ERR_OK;
}

static inline struct live *live_of(const struct traffic *t, const struct engine_config *config, uint64_t seed,
				   bool ticks)
{
	struct live_feed feed = { .t = t, .seed = seed, .ticks = ticks };
	struct live_io io = { .next = live_feed_next, .source = &feed };
	struct live *l;
	if (live_new(config, &l))
		return NULL;
	if (live_run(l, &io)) {
		live_free(l);
		return NULL;
	}
	return l;
}

#endif
