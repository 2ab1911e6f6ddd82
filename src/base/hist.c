/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hist.h"

#include <math.h>
#include <stdbool.h>

enum { STEPS = 1 << HIST_STEPS_LOG2 };

/* The middle of a bin; of the last one, which has no end, its start. */
int64_t hist_bin_middle(unsigned bin)
{
	if (bin < STEPS)
		return bin;
	if (bin == HIST_BINS - 1)
		return INT64_C(1) << HIST_MAX_LOG2;
	unsigned octave = (bin >> HIST_STEPS_LOG2) - 1;
	int64_t low = (int64_t)(STEPS + bin % STEPS) << octave;
	return low + ((INT64_C(1) << octave) - 1) / 2;
}

static void note_range(struct hist *h, int64_t min, int64_t max)
{
	bool first = h->n + h->n_negative == 0;

	if (first || min < h->min)
		h->min = min;
	if (first || max > h->max)
		h->max = max;
}

void hist_add_unusual(struct hist *h, int64_t value)
{
	note_range(h, value, value);
	h->sum += value;
	if (value < 0) {
		h->n_negative++;
		return;
	}
	h->n++;
	h->bins[hist_bin(value)]++;
}

void hist_merge(struct hist *into, const struct hist *from)
{
	if (from->n + from->n_negative == 0)
		return;
	note_range(into, from->min, from->max);
	into->n += from->n;
	into->n_negative += from->n_negative;
	into->sum += from->sum;
	for (unsigned i = 0; i < HIST_BINS; i++)
		into->bins[i] += from->bins[i];
}

static int64_t clamp(const struct hist *h, int64_t v)
{
	return v < h->min ? h->min : v > h->max ? h->max : v;
}

static uint64_t minus(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/* Of values that are known by their bins only. */
static void find_range(struct hist *h, bool min_is_new, bool max_is_new)
{
	int64_t min = h->min, max = h->n ? h->max : -1;
	unsigned first = 0, last = HIST_BINS - 1;

	while (h->n && !h->bins[first])
		first++;
	while (h->n && !h->bins[last])
		last--;
	if (!min_is_new && !h->n_negative)
		min = clamp(h, hist_bin_middle(first));
	if (!max_is_new && h->n)
		max = clamp(h, hist_bin_middle(last));
	h->min = min;
	h->max = max < min ? min : max;
}

void hist_take_away(struct hist *h, const struct hist *from)
{
	bool any = from->n + from->n_negative != 0;
	bool min_is_new = !any || h->min < from->min, max_is_new = !any || h->max > from->max;

	h->n = 0;
	for (unsigned i = 0; i < HIST_BINS; i++) {
		h->bins[i] = minus(h->bins[i], from->bins[i]);
		h->n += h->bins[i];
	}
	h->n_negative = minus(h->n_negative, from->n_negative);
	h->sum -= from->sum;
	if (h->n + h->n_negative)
		find_range(h, min_is_new, max_is_new);
	else
		*h = (struct hist){ 0 };
}

int64_t hist_percentile(const struct hist *h, double share)
{
	if (share <= 0 && h->n + h->n_negative)
		return h->min;
	if (!h->n)
		return 0;
	if (share >= 1)
		return h->max;

	/* The smallest rank (from 1) that leaves no less than this share at or below it. */
	double want = ceil(share * (double)h->n);
	uint64_t rank = want < 1 ? 1 : (uint64_t)want, seen = 0;
	for (unsigned i = 0; i < HIST_BINS; i++) {
		seen += h->bins[i];
		if (seen >= rank)
			return clamp(h, hist_bin_middle(i));
	}
	return h->max;
}

double hist_mean(const struct hist *h)
{
	uint64_t n = h->n + h->n_negative;
	return n ? (double)h->sum / (double)n : 0;
}

double hist_stddev(const struct hist *h)
{
	double sum = 0, squares = 0;

	if (h->n < 2)
		return 0;
	for (unsigned i = 0; i < HIST_BINS; i++)
		sum += (double)h->bins[i] * (double)hist_bin_middle(i);
	double mean = sum / (double)h->n;
	for (unsigned i = 0; i < HIST_BINS; i++) {
		double d = (double)hist_bin_middle(i) - mean;
		squares += (double)h->bins[i] * d * d;
	}
	return sqrt(squares / (double)h->n);
}
