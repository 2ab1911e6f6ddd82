/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A series over a span of time, in buckets of equal width: what the store gives and what is drawn. */
#ifndef ENGINE_HISTORY_SPAN_H
#define ENGINE_HISTORY_SPAN_H

#include <stddef.h>
#include <stdint.h>

/* NAN in all four: unknown, a gap. */
struct history_bucket {
	double avg, min, max, last;
};

/* One after the other, on multiples of their width. */
struct history_span {
	int64_t start_ns, width_ns;
	size_t n;
	struct history_bucket *at;
};

#endif
