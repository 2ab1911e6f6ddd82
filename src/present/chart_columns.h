/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From accumulators to what is drawn: columns of equal width, each of whole buckets, so that every value is
 * in exactly one of them; and facts about a whole series.  Values are in the unit of the view.
 */
#ifndef PRESENT_CHART_COLUMNS_H
#define PRESENT_CHART_COLUMNS_H

#include "present/chart_view.h"

struct chart_column {
	int64_t from_ns;
	uint64_t n;              /* values, events, or intervals with clients in them */
	double of[N_AGGREGATES]; /* meaningful when n > 0 */
};

struct chart_columns {
	struct chart_column *at;
	size_t n;
	int64_t width_ns;
};

/*
 * At most `most` columns over the axis of the view.  Of events: aggregates of the rate in each bucket, zeros
 * included; of clients: of the number in each bucket.  Percentiles only with `full`, and of values only.
 * ERR_MEMORY.
 */
enum err chart_columns_make(struct chart_columns *out, const struct chart_view *v, const struct chart *c,
			    enum chart_measure measure, size_t most, bool full, struct spread *scratch);
void chart_columns_release(struct chart_columns *c);

struct chart_facts {
	uint64_t n;              /* values or events */
	double of[N_AGGREGATES]; /* as above, over all of the axis */
	double least_positive;   /* 0: none is */
	uint64_t n_not_positive;
	double clients; /* distinct ones over all of it */
};

/* Leaves the distribution of all its values in *spread. */
struct chart_facts chart_facts_of(const struct chart_view *v, const struct chart *c,
				  enum chart_measure measure, struct spread *spread);

/* The distribution of all series together; *scratch is used up. */
struct chart_facts chart_facts_of_all(const struct chart_view *v, struct spread *scratch);

#endif
