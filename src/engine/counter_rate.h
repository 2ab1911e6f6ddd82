/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rate of something that others count.  A counter that went back was reset, unless it is of 32 bits and
 * has come round: then the rate is unknown once, a gap, not a spike. */
#ifndef ENGINE_COUNTER_RATE_H
#define ENGINE_COUNTER_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct counter_rate {
	uint64_t value;
	int64_t time_ns;
	bool is_known; /* all zero: nothing is known yet */
};

/* bits: 32 or 64.  False, and a gap: it is the first value, the counter was reset, or no time has
 * passed. With 32 bits a step back is a way round when the way on is less than half of the range. */
bool counter_rate_next(struct counter_rate *c, uint64_t value, unsigned bits, int64_t time_ns, double *per_s);

/* What counts has begun anew (its uptime went back): the next value is a first one. */
void counter_rate_reset(struct counter_rate *c);

#endif
