/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When a watched server is asked next, and how much of the last eight questions it answered (the reach
 * register of RFC 5905).  Never sooner than it wants: a server that sends RATE is asked half as often, and
 * twice as often again after a day without another one, then each hour until it is as it was asked for; one
 * that is silent more and more seldom, until it answers again.
 */
#ifndef ENGINE_WATCH_PLAN_H
#define ENGINE_WATCH_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/query_result.h"

/* RFC 4330 section 10: never below 15 s. */
enum {
	WATCH_LEAST_S = 16,
	WATCH_MOST_S = 1024,
	WATCH_SILENT_FACTOR = 8,
	WATCH_DENIED_S = 3600,
	WATCH_FORGIVE_S = 86400,
	WATCH_FORGIVE_STEP_S = 3600,
	WATCH_REACH_BITS = 8
};

struct watch_plan {
	int64_t usual_ns;    /* as it was asked for */
	int64_t interval_ns; /* the same, or longer since a RATE */
	int64_t forgive_ns;  /* longer: when a RATE is forgiven by a step */
	int64_t least_ns;    /* between two questions, whatever was asked for */
	int64_t next_ns;
	unsigned n_silent; /* questions in a row without a good answer */
	uint8_t reach;     /* bit 0 is the latest */
	uint8_t n_asked;   /* so many of its bits are of a question: at first fewer than WATCH_REACH_BITS */
	uint64_t random;   /* so that many servers are not asked at the same moment */
};

/* The first question comes within two seconds, each server's at a moment of its own (seed).  least_ns is
 * what is polite: WATCH_LEAST_S where the time is asked for. */
void watch_plan_init(struct watch_plan *p, int64_t interval_ns, int64_t least_ns, uint64_t seed,
		     int64_t now_ns);

static inline bool watch_plan_is_due(const struct watch_plan *p, int64_t now_ns)
{
	return now_ns >= p->next_ns;
}

/* One more question, of those that the register has. */
static inline uint8_t watch_plan_asked(uint8_t n_asked)
{
	return (uint8_t)(n_asked < WATCH_REACH_BITS ? n_asked + 1 : WATCH_REACH_BITS);
}

/* What a kiss-o'-death asks for (RFC 5905 section 7.4). */
enum watch_kiss {
	WATCH_NO_KISS,
	WATCH_RATE, /* to be asked less often */
	WATCH_DENY, /* not to be asked: DENY, RSTR; somebody may mend that, so now and then all the same */
};

/* One question is over. */
void watch_plan_done(struct watch_plan *p, enum query_result result, enum watch_kiss kiss, int64_t now_ns);

#endif
