/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values that wait to be laid into buckets: of one series or of many, in whatever order they came.  Pure. */
#ifndef STORE_HISTORY_VALUES_H
#define STORE_HISTORY_VALUES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Round-robin files know whole seconds: of a second the value that came first counts, the others are in the
 * journal only. */
struct history_value {
	int64_t time_s;
	uint32_t every_s; /* 0: not known */
	uint32_t series;  /* the caller's number */
	uint32_t order;   /* given by add */
	double value;
};

struct history_values {
	struct history_value *at;
	size_t n, cap;
};

/* ERR_MEMORY; ERR_LIMIT: 2^32 are there already. */
enum err history_values_add(struct history_values *v, int64_t time_ns, int64_t every_ns, uint32_t series,
			    double value);
void history_values_release(struct history_values *v);
/* By series, and within each by time, and of one second as they came. */
void history_values_sort(struct history_values *v);

/* From when on a value stands: since the one before it (at prev_s; INT64_MIN: there is none), or for its own
 * second only when that one is too long ago: nobody knows what was before.  What is longer than 2.5 times the
 * pace (35 minutes when the pace is not known) is too long: one answer may be missing, not two. */
int64_t history_value_from_s(const struct history_value *v, int64_t prev_s);
/* The most that a value can stand for. */
int64_t history_value_reach_s(uint32_t every_s);

#endif
