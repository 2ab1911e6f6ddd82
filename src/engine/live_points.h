/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Traffic over time as points of one width: what is counted without end is looked at when a point is over,
 * and its part is the difference.  The latest points are kept in a ring; where nothing was told in between
 * they are empty.  No locks: the caller's. */
#ifndef ENGINE_LIVE_POINTS_H
#define ENGINE_LIVE_POINTS_H

#include "base/hist.h"
#include "engine/live.h"

enum { LIVE_POINT_WINDOWS = 3 };

/* All that was counted since the start. */
struct live_counts {
	uint64_t requests, answers, unanswered, new_clients, kods, icmp_errors;
	uint64_t deltas[HIST_BINS]; /* delta times, by hist_bin() */
};

struct live_points {
	struct live_point *ring;
	size_t cap, n; /* places; points that are over, the latest at ring[(first + n - 1) % cap] */
	size_t first;  /* place of the oldest one */
	uint32_t width_s;
	int64_t start_s; /* of the point that is not over; a multiple of the width */
	bool began;
	struct live_counts before; /* at start_s */
	/* Addresses in the windows that end with that moment. */
	void (*unique)(void *arg, int64_t end_ns, uint64_t out[LIVE_POINT_WINDOWS]);
	void *arg;
};

enum err live_points_init(struct live_points *p, uint32_t width_s, size_t cap,
			  void (*unique)(void *arg, int64_t end_ns, uint64_t out[LIVE_POINT_WINDOWS]),
			  void *arg);
void live_points_release(struct live_points *p);

/* True when live_points_advance() to that second would end a point. */
static inline bool live_points_due(const struct live_points *p, int64_t now_s)
{
	return !p->began || now_s < p->start_s || now_s - p->start_s >= p->width_s;
}

/* Time has come to now_s, and this was counted up to there.  When it has gone back instead, the points from
 * there on are dropped, since they were not true. */
void live_points_advance(struct live_points *p, int64_t now_s, const struct live_counts *now);

/* Points from from_ns on, oldest first, at most max; returns how many. */
size_t live_points_copy(const struct live_points *p, int64_t from_ns, struct live_point *out, size_t max);

#endif
