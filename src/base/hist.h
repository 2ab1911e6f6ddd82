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
	uint64_t n;          /* values counted in bins */
	uint64_t n_negative;
	int64_t min, max;    /* over all values; meaningful when n + n_negative > 0 */
	__int128 sum;        /* of all values, for the mean */
	uint64_t bins[HIST_BINS];
};

/* The bin of a value (negative ones: bin 0), and the middle of a bin: a value in two octets. */
unsigned hist_bin(int64_t value);
int64_t hist_bin_middle(unsigned bin);

void hist_add(struct hist *h, int64_t value);
void hist_merge(struct hist *into, const struct hist *from);

/* The value that share (0..1) of the counted values do not exceed, as the middle of its bin, clamped to
 * min..max.  0 when empty. */
int64_t hist_percentile(const struct hist *h, double share);

double hist_mean(const struct hist *h);
/* From the bins, so that it adds like everything else. */
double hist_stddev(const struct hist *h);

#endif
