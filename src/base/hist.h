/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Log-linear histogram of non-negative durations: 64 steps an octave, so that a percentile is wrong by less
 * than 1 %.  Histograms add.  Values below 64 ns are exact; from 2^38 ns (4.6 min) on they share one bin.
 * Negative values are counted apart and enter no percentile but the minimum.
 */
#ifndef BASE_HIST_H
#define BASE_HIST_H

#include <stdint.h>

enum { HIST_STEPS_LOG2 = 6, HIST_MAX_LOG2 = 38, HIST_BINS = (HIST_MAX_LOG2 - HIST_STEPS_LOG2 + 1) * 64 + 1 };

struct hist {
	uint64_t n; /* values counted in bins */
	uint64_t n_negative;
	int64_t min, max; /* over all values; meaningful when n + n_negative > 0 */
	__int128 sum;     /* of all values, for the mean */
	uint64_t bins[HIST_BINS];
};

/*
 * The bin of a value.  Values below 64 are their own bin (negative ones are bin 0).  From there on
 * octave o (64·2^o ≤ v < 128·2^o) is cut into 64 bins of 2^o: the bin is the octave and the six bits
 * behind the leading one.
 */
static inline unsigned hist_bin(int64_t value)
{
	uint64_t v = value < 0 ? 0 : (uint64_t)value;
	if (v < 1u << HIST_STEPS_LOG2)
		return (unsigned)v;
	unsigned octave = 63 - (unsigned)__builtin_clzll(v) - HIST_STEPS_LOG2;
	if (octave >= HIST_MAX_LOG2 - HIST_STEPS_LOG2)
		return HIST_BINS - 1;
	return (octave << HIST_STEPS_LOG2) + (unsigned)(v >> octave);
}

/* The middle of a bin: a value in two octets. */
int64_t hist_bin_middle(unsigned bin);

/* The slow part of hist_add(): negative values, and the first ones. */
void hist_add_unusual(struct hist *h, int64_t value);

/* For those who know bin = hist_bin(value). */
static inline void hist_add_bin(struct hist *h, int64_t value, unsigned bin)
{
	/* Of an empty one min and max are 0, which is right for a first value of 0. */
	if (__builtin_expect(value < h->min || value > h->max || value < 0, 0)) {
		hist_add_unusual(h, value);
		return;
	}
	h->n++;
	h->sum += value;
	h->bins[bin]++;
}

static inline void hist_add(struct hist *h, int64_t value)
{
	hist_add_bin(h, value, hist_bin(value));
}

void hist_merge(struct hist *into, const struct hist *from);

/* What came since from was a copy of h.  The least and the greatest value are exact when they are new ones,
 * else those of their bins, within 1 %; where negative ones came, the least of all stands for theirs.
 * What h has less of counts as 0. */
void hist_take_away(struct hist *h, const struct hist *from);

/* The value that share (0..1) of the counted values do not exceed, as the middle of its bin, clamped to
 * min..max.  0 when empty. */
int64_t hist_percentile(const struct hist *h, double share);

double hist_mean(const struct hist *h);
/* From the bins, so that it adds like everything else. */
double hist_stddev(const struct hist *h);

#endif
