/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands below a graph: figures of a span.  Pure, but for scratch memory. */
#ifndef ENGINE_HISTORY_FIGURES_H
#define ENGINE_HISTORY_FIGURES_H

#include "base/err.h"
#include "engine/history_span.h"

/* All NAN but n when nothing is known. */
struct history_figures {
	size_t n;                   /* buckets that are known */
	double last, avg, min, max; /* of all values */
	/* Of the buckets' averages: pX is the least that X per cent of them do not exceed. */
	double p1, p5, p50, p95, p99;
	double deviation;          /* standard deviation */
	double skewness, kurtosis; /* 0 and 0 for a normal distribution; NAN: all are the same */
};

/* ERR_MEMORY. */
enum err history_figures(const struct history_span *s, struct history_figures *out);

#endif
