/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/monitor_keep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/nstime.h"
#include "engine/history_series.h"

/* The history wants to be looked after. */
enum { TURN_S = 5 };

/* What the history wants of a reading, copied. */
struct kept {
	struct kept *next;
	struct reading reading;
	char target[HISTORY_TARGET_MAX], part[HISTORY_TARGET_MAX];
	struct history_point points[];
};

static struct kept *copy(const struct reading *r)
{
	struct kept *c = malloc(sizeof(*c) + r->n_points * sizeof(c->points[0]));
	size_t n = 0;

	if (!c)
		return NULL;
	reading_text(c->target, sizeof(c->target), r->target);
	reading_text(c->part, sizeof(c->part), r->part);
	for (size_t i = 0; i < r->n_points; i++) {
		/* The table's name stays, whatever becomes of the reading's. */
		const struct history_series *s = history_series_find(r->points[i].name);
		if (s)
			c->points[n++] = (struct history_point){ s->name, r->points[i].value };
	}
	c->next = NULL;
	c->reading = (struct reading){ .target = c->target,
				       .part = c->part,
				       .via = r->via,
				       .time_ns = r->time_ns,
				       .every_ns = r->every_ns,
				       .is_ok = r->is_ok,
				       .why = "",
				       .points = c->points,
				       .n_points = n };
	return c;
}

void keeping_add(struct keeping *k, const struct reading *r)
{
	struct kept *c = r->n_points ? copy(r) : NULL;

	if (!r->n_points)
		return;
	pthread_mutex_lock(&k->lock);
	if (!c || k->n == KEEPING_MOST) {
		k->n_lost++;
		free(c);
	} else {
		if (k->last)
			k->last->next = c;
		else
			k->first = c;
		k->last = c;
		k->n++;
		pthread_cond_signal(&k->came);
	}
	pthread_mutex_unlock(&k->lock);
}

/* A full disk is told when it begins and when it is over. */
static void keep(struct keeping *k, const struct reading *r)
{
	bool is_broken = history_add(k->history, r) != ERR_OK;
	int why;

	if (is_broken && !k->is_broken) {
		const char *file = history_failed(k->history, true, &why);
		log_say(k->log, LOG_LEVEL_ERROR, "cannot write the history: '%s': %s", file, strerror(why));
	}
	if (!is_broken && k->is_broken)
		log_say(k->log, LOG_LEVEL_INFO, "the history is written again");
	k->is_broken = is_broken;
}

/* All that is there, in order; waits a while for the first.  False: it ends. */
static bool next_ones(struct keeping *k, int wait_s, struct kept **out)
{
	struct timespec until;
	uint64_t n_lost;
	bool ends;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_s;
	pthread_mutex_lock(&k->lock);
	while (wait_s && !k->first && !k->ends && pthread_cond_timedwait(&k->came, &k->lock, &until) == 0)
		;
	*out = k->first;
	k->first = k->last = NULL;
	k->n = 0;
	n_lost = k->n_lost;
	ends = k->ends;
	pthread_mutex_unlock(&k->lock);
	if (n_lost != k->n_told)
		log_say(k->log, LOG_LEVEL_ERROR, "%llu readings were not kept: the disk is too slow for them",
			(unsigned long long)(n_lost - k->n_told));
	k->n_told = n_lost;
	return !ends;
}

/* The journal first: what is in it is not lost. */
static bool keep_next(struct keeping *k, int wait_s)
{
	struct kept *at, *next;
	bool goes_on = next_ones(k, wait_s, &at);

	for (; at; at = next) {
		next = at->next;
		keep(k, &at->reading);
		free(at);
	}
	return goes_on;
}

/* Round-robin files may take minutes. */
static bool keep_meanwhile(void *arg)
{
	return keep_next(arg, 0);
}

/* Nothing is lost: the journal has it, and graphs come when the files can be written. */
static void tell_files(struct keeping *k, enum err e)
{
	if (e && !k->is_behind) {
		const char *file = history_failed(k->history, false, &errno);
		log_say(k->log, LOG_LEVEL_ERROR, "cannot write the history's round-robin files: '%s': %s",
			file, err_text(e));
	}
	if (!e && k->is_behind)
		log_say(k->log, LOG_LEVEL_INFO, "the history's round-robin files are written again");
	k->is_behind = e != ERR_OK;
}

static void *run(void *arg)
{
	struct keeping *k = arg;

	history_slice(k->history, keep_meanwhile, k);
	while (keep_next(k, TURN_S))
		tell_files(k, history_turn(k->history));
	return NULL;
}

bool keeping_start(struct keeping *k, struct history *h, struct log *log)
{
	pthread_condattr_t clock;

	*k = (struct keeping){ .history = h, .log = log };
	pthread_mutex_init(&k->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&k->came, &clock);
	pthread_condattr_destroy(&clock);
	k->runs = pthread_create(&k->thread, NULL, run, k) == 0;
	return k->runs;
}

void keeping_end(struct keeping *k)
{
	if (!k->runs)
		return;
	pthread_mutex_lock(&k->lock);
	k->ends = true;
	pthread_cond_signal(&k->came);
	pthread_mutex_unlock(&k->lock);
	pthread_join(k->thread, NULL);
	k->runs = false;
	pthread_cond_destroy(&k->came);
	pthread_mutex_destroy(&k->lock);
}
