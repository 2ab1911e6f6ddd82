/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /metrics: OpenMetrics 1.0, or the classic text format 0.0.4 that differs in the names of
 * counters and in its end. What needs a look at each client is worked out in rounds, a few
 * thousand clients at each tick.
 */
#ifndef WEB_METRICS_H
#define WEB_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { METRICS_BOUNDS_MAX = 24, METRICS_TICK_CLIENTS = 8192, METRICS_SMALL = 20000 };

#define METRICS_ROUND_NS INT64_C(60000000000)

enum { METRICS_INTERVAL, METRICS_AGE, METRICS_IDLE, METRICS_COUNT, N_METRICS_HISTOGRAMS };

struct metrics_histogram {
	uint64_t bins[METRICS_BOUNDS_MAX + 1]; /* not added up; the last one is beyond all bounds */
	uint64_t n;
	double sum;
};

struct metrics_round {
	struct metrics_histogram histograms[N_METRICS_HISTOGRAMS];
	uint64_t control_answered; /* clients that got an answer in mode 6 or 7 */
};

struct metrics {
	struct metrics_round now, last; /* under way; complete */
	bool under_way;
	uint64_t cursor;
	int64_t now_ns, next_ns; /* packet time of the round; monotonic time of the next one */
	uint64_t control_answered;
};

struct web;

void metrics_tick(struct web *w);

#endif
