/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a graph over time is drawn from: values, events and clients, summed up in intervals of equal width.
 * Memory is bounded whatever the capture's length: when the intervals run out, or the pages of their
 * distributions, the width doubles and pairs of intervals become one.  Nothing is sampled: minimum, maximum,
 * sum and count are exact, percentiles within 1 %.  The order in which values come changes nothing.
 *
 *	struct chart c;
 *	chart_init(&c, &(struct chart_config){ .interval_ns = CHART_FINEST_NS, .max_buckets = 4096 });
 *	chart_value(&c, t_ns, delta_ns);
 *	...
 *	if (c.err)                          out of memory on the way
 */
#ifndef ENGINE_CHART_H
#define ENGINE_CHART_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/nstime.h"
#include "engine/distinct.h"
#include "engine/spread.h"

/* 1/512 s: doubles to whole seconds. */
#define CHART_FINEST_NS INT64_C(1953125)

enum {
	CHART_BUCKETS = 4096,          /* for a picture */
	CHART_BUCKETS_MAX = 1 << 17,   /* a day and a half of seconds */
	CHART_PAGES = 1 << 18,         /* of distributions: 69 MB */
	CHART_CLIENT_BUCKETS = 1 << 13 /* with clients to tell apart: 32 MB */
};

struct chart_config {
	int64_t interval_ns; /* the first width */
	int64_t origin_ns;   /* intervals begin at this time plus a multiple of the width */
	size_t max_buckets;
	uint32_t max_pages; /* 0: CHART_PAGES */
};

struct chart_bucket {
	uint64_t n; /* values */
	uint64_t n_events;
	int64_t min, max; /* meaningful when n > 0 */
	__int128 sum;
	uint32_t spread; /* list in the chart's pool */
	struct distinct clients;
};

struct chart {
	struct chart_config config;
	int64_t width_ns;
	int64_t first; /* at[0] begins at origin_ns + first * width_ns */
	size_t n, cap;
	struct chart_bucket *at;
	struct spread_pool pool;
	enum err err; /* the first failure; what came behind it is not counted */
};

void chart_init(struct chart *c, const struct chart_config *config);
void chart_release(struct chart *c);

void chart_value(struct chart *c, int64_t t_ns, int64_t value);
void chart_event(struct chart *c, int64_t t_ns);
/* So many of them at once. */
void chart_values(struct chart *c, int64_t t_ns, int64_t value, uint32_t n);
void chart_events(struct chart *c, int64_t t_ns, uint64_t n);
/* Somebody was there: hash tells who. */
void chart_client(struct chart *c, int64_t t_ns, uint64_t hash);

/* Doubles the width until it is this one, so that several charts have the same; they were made with the same
 * interval and origin.  Does nothing when it is wider. */
void chart_widen(struct chart *c, int64_t width_ns);

/* Where a moment lies, in widths from the origin, and when such a position begins. */
int64_t chart_position(const struct chart *c, int64_t t_ns);
static inline int64_t chart_position_ns(const struct chart *c, int64_t position)
{
	return ns_plus(c->config.origin_ns, ns_times(position, c->width_ns));
}

static inline int64_t chart_start_ns(const struct chart *c, size_t i)
{
	return chart_position_ns(c, ns_plus(c->first, (int64_t)i));
}

/* The index of the first bucket that begins at t_ns or later: 0 to n. */
size_t chart_index(const struct chart *c, int64_t t_ns);

/* Several buckets as one. */
struct chart_sum {
	uint64_t n, n_events;
	int64_t min, max;
	double sum;
	double clients;
};

/* Adds up the buckets from <= i < to.  spread, when not NULL, is cleared and filled.  Clients are those of
 * all of them together. */
struct chart_sum chart_sum(const struct chart *c, size_t from, size_t to, struct spread *spread);

#endif
