/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Unique clients in a window, at O(1) a packet: for each minute the number of clients whose latest
 * packet fell in it.  A packet moves its client's one to the present minute; a window is a sum of
 * minutes.  At the end of each minute the sums of the short windows are kept, so that shards can be
 * added minute by minute.
 */
#ifndef ENGINE_WINDOWS_H
#define ENGINE_WINDOWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/nstime.h"

enum {
	WINDOWS_MINUTES = 7 * 1440, /* as far back as anything is remembered */
	WINDOWS_KEPT = 3,           /* 5, 20 and 60 minutes, at the end of each minute */
	WINDOWS_SUMS = 5,           /* and 24 hours and 7 days, up to the present */
};

struct windows {
	uint32_t *last_seen;               /* ring over minutes: clients last seen in it */
	uint32_t (*history)[WINDOWS_KEPT]; /* ring: sums at the end of each minute */
	uint32_t sums[WINDOWS_SUMS];       /* up to and including the present minute */
	int64_t minute, first_minute;      /* the present one, the first one */
	int64_t minute_ns;                 /* start of the present one */
	size_t slot;                       /* its place in the rings */
	bool began;
};

enum err windows_init(struct windows *w);
void windows_release(struct windows *w);

/* Windows are counted in minutes of the clock: the present one and the whole ones before it. */
static inline int64_t windows_minute(int64_t t_ns)
{
	int64_t minute_ns = 60 * NS_PER_S;
	return t_ns / minute_ns - (t_ns % minute_ns < 0);
}

/* Its numbers were set from outside, minutes and rings: works out the rest, the sums too. */
void windows_resume(struct windows *w);

/* The slow part of windows_move(). */
void windows_move_minute(struct windows *w, bool had_last, int64_t last_ns, int64_t now_ns);

/* Whether windows_move() would change nothing. */
static inline bool windows_is_at(const struct windows *w, int64_t last_ns, int64_t now_ns)
{
	return last_ns >= w->minute_ns && now_ns - w->minute_ns < 60 * NS_PER_S && w->began;
}

/* A client whose latest packet before was at last_ns (had_last) has one at now_ns.  Most packets are an
 * answer right behind its request. */
static inline void windows_move(struct windows *w, bool had_last, int64_t last_ns, int64_t now_ns)
{
	if (had_last && windows_is_at(w, last_ns, now_ns))
		return;
	windows_move_minute(w, had_last, last_ns, now_ns);
}

/* Closes all minutes before that of now_ns. */
void windows_advance(struct windows *w, int64_t now_ns);

/* The sum over the last n minutes up to and including `minute`, which must be the present one. */
uint64_t windows_sum(const struct windows *w, unsigned n_minutes);

/* The sum over the window number `which` (below WINDOWS_SUMS) up to and including `minute`: soon known when
 * that is not before the present one. */
uint64_t windows_sum_at(const struct windows *w, int64_t minute, unsigned which);

/* Adds the sum that was kept when `minute` ended; 0 before the first and from the present minute on. */
uint32_t windows_kept(const struct windows *w, int64_t minute, unsigned which);

#endif
