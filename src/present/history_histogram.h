/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often a series had which value: of the averages of its buckets.  What lies far outside is left out, and
 * counted. */
#ifndef PRESENT_HISTORY_HISTOGRAM_H
#define PRESENT_HISTORY_HISTOGRAM_H

#include "present/history_view.h"

enum { HISTOGRAM_BINS = 60 };

struct history_histogram {
	double low, high; /* as history_scaled() */
	size_t bins[HISTOGRAM_BINS], most, n_outside;
};

void history_histogram_make(const struct history_line *l, struct history_histogram *h);
void history_histogram_draw(const struct history_line *l, struct canvas *c);

#endif
