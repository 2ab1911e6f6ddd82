/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Traffic over time in at most SERIES_MAX buckets: one second wide until the capture is longer than
 * that, then two, four, ...  Each thread has its own; they add, and the width after adding depends on
 * the span of time alone.
 */
#ifndef ENGINE_SERIES_H
#define ENGINE_SERIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/nstime.h"
#include "engine/census.h"

enum { SERIES_MAX = 1 << 17 };

struct series_builder {
	struct bucket *at; /* SERIES_MAX buckets, touched as used */
	int64_t first;     /* start_s >> width_log2 of at[0] */
	unsigned width_log2;
	size_t n;            /* buckets in use, 0 = nothing booked yet */
	int64_t here_ns;     /* start of the bucket that was asked for last */
	struct bucket *here; /* NULL = none */
};

enum err series_init(struct series_builder *s);
void series_clear(struct series_builder *s);
void series_release(struct series_builder *s);

/* The slow part of series_bucket(). */
struct bucket *series_find(struct series_builder *s, int64_t t_ns);

/* The bucket of a moment; makes room for it.  Never NULL.  Packets of one time come together, and a bucket
 * lasts at least a second. */
static inline struct bucket *series_bucket(struct series_builder *s, int64_t t_ns)
{
	if (__builtin_expect((uint64_t)(t_ns - s->here_ns) < (uint64_t)NS_PER_S && s->here, 1))
		return s->here;
	return series_find(s, t_ns);
}

/* A packet to a server, or from one. */
static inline void series_count(struct series_builder *s, int64_t t_ns, bool to_server)
{
	struct bucket *b = series_bucket(s, t_ns);
	if (to_server)
		b->requests++;
	else
		b->answers++;
}

void series_merge(struct series_builder *into, const struct series_builder *from);

#endif
