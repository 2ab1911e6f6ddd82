/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history_values.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/nstime.h"

/* ntpd and chronyd ask every 1024 s at the slowest that is usual; twice that, and what a queue adds. */
enum { REACH_UNKNOWN_S = 2100, EVERY_MOST_S = 100 * 86400 };

enum err history_values_add(struct history_values *v, int64_t time_ns, int64_t every_ns, uint32_t series,
			    double value)
{
	if (v->n == UINT32_MAX)
		return ERR_LIMIT;
	if (v->n == v->cap) {
		size_t cap = v->cap ? 2 * v->cap : 256;
		struct history_value *at = realloc(v->at, cap * sizeof(*at));
		if (!at)
			return ERR_MEMORY;
		v->at = at;
		v->cap = cap;
	}
	int64_t every_s = every_ns > 0 ? (every_ns - 1) / NS_PER_S + 1 : 0;
	v->at[v->n] = (struct history_value){
		.time_s = time_ns / NS_PER_S - (time_ns % NS_PER_S < 0),
		.every_s = (uint32_t)(every_s > EVERY_MOST_S ? EVERY_MOST_S : every_s),
		.series = series,
		.order = (uint32_t)v->n,
		.value = value,
	};
	v->n++;
	return ERR_OK;
}

void history_values_release(struct history_values *v)
{
	free(v->at);
	*v = (struct history_values){ 0 };
}

static int by_series_and_time(const void *pa, const void *pb)
{
	const struct history_value *a = pa, *b = pb;

	if (a->series != b->series)
		return a->series < b->series ? -1 : 1;
	if (a->time_s != b->time_s)
		return a->time_s < b->time_s ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

void history_values_sort(struct history_values *v)
{
	if (v->n)
		qsort(v->at, v->n, sizeof(*v->at), by_series_and_time);
}

int64_t history_value_reach_s(uint32_t every_s)
{
	return every_s ? ((int64_t)every_s * 5 + 1) / 2 : REACH_UNKNOWN_S;
}

int64_t history_value_from_s(const struct history_value *v, int64_t prev_s)
{
	bool is_first = prev_s == INT64_MIN;
	return !is_first && v->time_s - prev_s <= history_value_reach_s(v->every_s) ? prev_s : v->time_s - 1;
}
