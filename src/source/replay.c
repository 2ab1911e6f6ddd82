/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/replay.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/nstime.h"

enum { REPLAY_BATCH = 1024, REPLAY_WAIT_NS = 100 * 1000 * 1000 };

struct replay {
	struct replay_config c;
	int event;
	atomic_bool is_over;
	bool has_begun;
	int64_t started_ns;   /* on the clock */
	int64_t first_ns;     /* of the packets, when has_begun */
	struct packet *batch; /* borrowed from the source until it is asked again */
	size_t at, n;
	enum err ended; /* what the source ended with, once it did */

	pthread_mutex_t lock;
	struct source_stats stats;
	bool is_done;
};

static int64_t machine_clock(void *arg)
{
	struct timespec t;
	(void)arg;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void machine_wait(void *arg, int64_t ns)
{
	struct replay *r = arg;
	struct pollfd fd = { .fd = r->event, .events = POLLIN };
	struct timespec t = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };
	ppoll(&fd, 1, &t, NULL);
}

/* The packet time that it is now, and how long on the clock until a packet's time comes. */
static int64_t packet_now_ns(const struct replay *r)
{
	double gone = (double)(r->c.clock(r->c.clock_arg) - r->started_ns) * r->c.speed;
	return gone > 9e18 ? INT64_MAX : ns_plus(r->first_ns, (int64_t)gone);
}

static int64_t until_ns(const struct replay *r, int64_t now_ns, int64_t time_ns)
{
	double wait = (double)ns_minus(time_ns, now_ns) / r->c.speed;
	return wait < REPLAY_WAIT_NS ? (int64_t)wait + 1 : REPLAY_WAIT_NS;
}

static void show(struct replay *r)
{
	pthread_mutex_lock(&r->lock);
	r->stats = r->c.source->stats;
	r->is_done = r->ended != ERR_OK;
	pthread_mutex_unlock(&r->lock);
}

/* False: the source has ended. */
static bool fill(struct replay *r)
{
	if (r->at < r->n)
		return true;
	r->at = 0;
	r->ended = source_next(r->c.source, r->batch, REPLAY_BATCH, &r->n);
	show(r);
	if (r->ended) {
		r->n = 0;
		return false;
	}
	for (size_t i = 0; i < r->n && !r->has_begun; i++)
		if (r->batch[i].has_time) {
			r->has_begun = true;
			r->first_ns = r->batch[i].time_ns;
			r->started_ns = r->c.clock(r->c.clock_arg);
		}
	return true;
}

/* Those at the front that are due; a packet without a time, or earlier than one before it, is due at once. */
static size_t due(const struct replay *r, size_t max, int64_t now_ns)
{
	size_t n = 0;
	while (n < max && r->at + n < r->n &&
	       (!r->batch[r->at + n].has_time || r->batch[r->at + n].time_ns <= now_ns))
		n++;
	return n;
}

enum err replay_next(void *replay, struct packet *out, size_t max, size_t *n, int64_t *now_ns)
{
	struct replay *r = replay;

	*n = 0;
	*now_ns = 0;
	if (atomic_load(&r->is_over))
		return ERR_END;
	if (!fill(r))
		return r->ended;
	int64_t until = r->c.speed > 0 ? packet_now_ns(r) : INT64_MAX;
	*n = due(r, max, until);
	if (*n == 0) {
		r->c.wait(r->c.clock_arg, until_ns(r, until, r->batch[r->at].time_ns));
		*now_ns = until;
	}
	memcpy(out, r->batch + r->at, *n * sizeof(*out));
	r->at += *n;
	return ERR_OK;
}

enum err replay_new(const struct replay_config *c, struct replay **out)
{
	struct replay *r = calloc(1, sizeof(*r));

	*out = NULL;
	if (!r)
		return ERR_MEMORY;
	r->c = *c;
	if (!c->clock) {
		r->c.clock = machine_clock;
		r->c.wait = machine_wait;
		r->c.clock_arg = r;
	}
	pthread_mutex_init(&r->lock, NULL);
	r->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r->batch = calloc(REPLAY_BATCH, sizeof(*r->batch));
	if (r->event < 0 || !r->batch) {
		enum err e = r->batch ? ERR_SYS : ERR_MEMORY;
		replay_free(r);
		return e;
	}
	*out = r;
	return ERR_OK;
}

void replay_free(struct replay *r)
{
	if (!r)
		return;
	if (r->event >= 0)
		close(r->event);
	free(r->batch);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

void replay_stop(struct replay *r)
{
	uint64_t one = 1;
	atomic_store(&r->is_over, true);
	if (write(r->event, &one, sizeof(one)) < 0)
		return; /* full: it is awake */
}

void replay_stats(struct replay *r, struct source_stats *out)
{
	pthread_mutex_lock(&r->lock);
	*out = r->stats;
	pthread_mutex_unlock(&r->lock);
}

bool replay_is_over(struct replay *r)
{
	pthread_mutex_lock(&r->lock);
	bool over = r->is_done;
	pthread_mutex_unlock(&r->lock);
	return over;
}
