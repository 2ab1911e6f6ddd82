/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Histograms of delta time, of turnaround and of their difference, a set for each server.  They are large and
 * only sums, so that each thread has its own and they stay in its cache; which servers there are is decided
 * by the shards' tables.
 */
#ifndef ENGINE_SERVER_TIMES_H
#define ENGINE_SERVER_TIMES_H

#include <stddef.h>

#include "base/addr.h"
#include "base/hist.h"
#include "engine/exchange.h"

struct server_time {
	struct addr addr;
	struct hist delta, turnaround;
	struct hist outside; /* delta - turnaround */
};

struct server_times {
	struct server_time **at; /* open addressing by address */
	size_t cap, n;
	struct server_time *last, *before; /* those asked for last */
};

void server_times_release(struct server_times *t);

/* The slow part of server_times_of(). */
struct server_time *server_times_enter(struct server_times *t, const struct addr *server);

/* The histograms of that server; NULL without memory for a new one. */
static inline struct server_time *server_times_of(struct server_times *t, const struct addr *server)
{
	if (t->last && addr_equal(&t->last->addr, server))
		return t->last;
	if (t->before && addr_equal(&t->before->addr, server)) {
		struct server_time *s = t->before;
		t->before = t->last;
		return t->last = s;
	}
	return server_times_enter(t, server);
}

static inline void server_time_add_turnaround(struct server_time *s, int64_t delta_ns, int64_t turnaround_ns)
{
	hist_add(&s->turnaround, turnaround_ns);
	hist_add(&s->outside, delta_ns - turnaround_ns);
}

/* x has a delta.  Without memory for a new server nothing is booked. */
void server_times_add(struct server_times *t, const struct addr *server, const struct exchange *x);

/* NULL when nothing was booked for that server. */
struct server_time *server_times_find(const struct server_times *t, const struct addr *server);

/* Adds all of from; what into lacks is copied. */
void server_times_merge(struct server_times *into, const struct server_times *from);

#endif
