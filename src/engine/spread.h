/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Distributions of signed values for charts, where many small ones lie side by side, one an interval: a
 * distribution is a list of pages of 64 bins from a pool that all share, and costs nothing while it is empty.
 * Bins are those of base/hist.h (64 steps an octave: percentiles are wrong by less than 1 %, values of a
 * magnitude below 128 are exact), continued to the ends of int64_t and mirrored for negative values.
 *
 *	page    0         1          2             ...   57
 *	values  0 .. 63   64 .. 127  128 .. 255          2^62 .. 2^63 - 1
 *	page    -1        -2         -3
 *	values  -1 .. -64 -65.. -128 -129 .. -256
 */
#ifndef ENGINE_SPREAD_H
#define ENGINE_SPREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { SPREAD_BINS = 64, SPREAD_HALF = 58, SPREAD_PAGES = 2 * SPREAD_HALF };

struct spread_page {
	uint32_t next; /* 0: the last one */
	int32_t key;   /* which values, see above */
	uint32_t n[SPREAD_BINS];
};

/* at[0] is nobody's, so that 0 is an empty list; at[n] and behind it were never used. */
struct spread_pool {
	struct spread_page *at;
	uint32_t n, cap, max;
	uint32_t free; /* a list of pages given back */
};

/* At most max pages of 264 octets; memory is taken as they are used. */
enum err spread_pool_init(struct spread_pool *p, uint32_t max);
void spread_pool_release(struct spread_pool *p);

/* Counts a value, n times, in the list *head.  ERR_LIMIT when the pool is used up, ERR_MEMORY. */
enum err spread_add(struct spread_pool *p, uint32_t *head, int64_t value, uint32_t n);

/* Moves what is in the list `from` into *head.  Never fails: pages are given back, none is taken. */
void spread_merge(struct spread_pool *p, uint32_t *head, uint32_t from);

/* One distribution in full, to add lists up in and to ask: 60 kB, zeroed before its first use. */
struct spread {
	uint64_t n;
	bool used[SPREAD_PAGES];
	uint64_t bins[SPREAD_PAGES][SPREAD_BINS]; /* in rising order of values */
};

void spread_clear(struct spread *s);
void spread_collect(struct spread *s, const struct spread_pool *p, uint32_t head);
void spread_count(struct spread *s, int64_t value, uint64_t n);

/* The value that share (0..1) of the values do not exceed: the middle of its bin; 0 when empty. */
int64_t spread_percentile(const struct spread *s, double share);

/* The least and the greatest value of bin i of page p of a struct spread. */
int64_t spread_bin_low(unsigned p, unsigned i);
int64_t spread_bin_high(unsigned p, unsigned i);

#endif
