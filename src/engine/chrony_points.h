/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What chronyd says of itself, as points and facts of readings.  chronyd's offsets of sources are its own
 * clock minus the source; ours are the source minus the clock, so they change their sign here.  Pure;
 * counters are kept by the caller from one answer to the next.
 */
#ifndef ENGINE_CHRONY_POINTS_H
#define ENGINE_CHRONY_POINTS_H

#include "engine/counter_rate.h"
#include "engine/reading_made.h"
#include "proto/chrony.h"

/* clock_offset_s is what the clock is behind NTP time. */
void chrony_tracking_points(struct reading_made *m, const struct chrony_tracking *t);

enum { CHRONY_COUNTERS = 5 };

struct chrony_counts {
	struct counter_rate at[CHRONY_COUNTERS];
};
void chrony_serverstats_points(struct reading_made *m, struct chrony_counts *c,
			       const struct chrony_serverstats *s, int64_t time_ns);

/* "192.0.2.1", "PPS0" of a reference clock; "" of a name without address. */
void chrony_part(const struct chrony_source *s, char *out, size_t room);
/* stats and data may be NULL: not known. */
void chrony_source_points(struct reading_made *m, const struct chrony_source *s,
			  const struct chrony_sourcestats *stats, const struct chrony_ntpdata *data);

#endif
