/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buckets in the making: pieces of time with a value each are laid into them, weighted by how long they lie
 * there.  Whole seconds.  Pure. */
#ifndef STORE_HISTORY_SUM_H
#define STORE_HISTORY_SUM_H

#include "store/history.h"

enum { HISTORY_MOST = 1000, HISTORY_MOST_EVER = 100000 };

struct history_sum {
	int64_t start_s, width_s;
	size_t n;
	struct history_part {
		double weight_s, sum, min, max, last;
		int64_t last_s; /* when the latest piece ends */
	} * at;
};

/* When the bucket or row begins that has t_s, also before 1970. */
int64_t history_floor_s(int64_t t_s, int64_t width_s);

/* A width that people count in (1, 2, 5 ... s, minutes, hours, days), at least least_s, so that at most
 * 'most' buckets hold the time. */
int64_t history_width_s(int64_t from_s, int64_t to_s, size_t most, int64_t least_s);

/* All unknown.  ERR_MEMORY; then it is all zero. */
enum err history_sum_init(struct history_sum *s, int64_t from_s, int64_t to_s, int64_t width_s);
void history_sum_release(struct history_sum *s);

/* From from_s on and before to_s it was like b. */
void history_sum_add(struct history_sum *s, int64_t from_s, int64_t to_s, const struct history_bucket *b);

/* ERR_MEMORY. */
enum err history_sum_span(const struct history_sum *s, struct history_span *out);

#endif
