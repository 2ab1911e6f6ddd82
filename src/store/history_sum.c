/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history_sum.h"

#include <math.h>
#include <stdlib.h>

#include "base/nstime.h"

static const int64_t widths_s[] = { 1,   2,    5,    10,   15,    30,    60,    120,   300,    600,
				    900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800 };

enum { N_WIDTHS = sizeof(widths_s) / sizeof(widths_s[0]) };

int64_t history_floor_s(int64_t t_s, int64_t width_s)
{
	return time_floor(t_s, width_s);
}

static int64_t count_of(int64_t from_s, int64_t to_s, int64_t width_s)
{
	return (history_floor_s(to_s - 1, width_s) - history_floor_s(from_s, width_s)) / width_s + 1;
}

int64_t history_width_s(int64_t from_s, int64_t to_s, size_t most, int64_t least_s)
{
	int64_t width_s = 604800;

	if (!most)
		most = HISTORY_MOST;
	if (most > HISTORY_MOST_EVER)
		most = HISTORY_MOST_EVER;
	for (size_t i = 0; i < N_WIDTHS; i++)
		if (widths_s[i] >= least_s && count_of(from_s, to_s, widths_s[i]) <= (int64_t)most)
			return widths_s[i];
	while (count_of(from_s, to_s, width_s) > (int64_t)(most > 1 ? most : 2))
		width_s *= 2;
	return width_s;
}

enum err history_sum_init(struct history_sum *s, int64_t from_s, int64_t to_s, int64_t width_s)
{
	*s = (struct history_sum){ .start_s = history_floor_s(from_s, width_s), .width_s = width_s };
	s->n = (size_t)count_of(from_s, to_s, width_s);
	s->at = calloc(s->n, sizeof(*s->at));
	if (!s->at) {
		*s = (struct history_sum){ 0 };
		return ERR_MEMORY;
	}
	return ERR_OK;
}

void history_sum_release(struct history_sum *s)
{
	free(s->at);
	*s = (struct history_sum){ 0 };
}

static void add_part(struct history_part *p, int64_t from_s, int64_t to_s, const struct history_bucket *b)
{
	double weight_s = (double)(to_s - from_s);

	if (p->weight_s <= 0) {
		p->min = b->min;
		p->max = b->max;
		p->last_s = to_s;
	}
	p->min = fmin(p->min, b->min);
	p->max = fmax(p->max, b->max);
	p->sum += weight_s * b->avg;
	p->weight_s += weight_s;
	if (to_s >= p->last_s) {
		p->last = b->last;
		p->last_s = to_s;
	}
}

void history_sum_add(struct history_sum *s, int64_t from_s, int64_t to_s, const struct history_bucket *b)
{
	int64_t end_s = s->start_s + (int64_t)s->n * s->width_s;

	if (isnan(b->avg))
		return;
	from_s = from_s < s->start_s ? s->start_s : from_s;
	to_s = to_s > end_s ? end_s : to_s;
	while (from_s < to_s) {
		int64_t i = (from_s - s->start_s) / s->width_s;
		int64_t next_s = s->start_s + (i + 1) * s->width_s;
		if (next_s > to_s)
			next_s = to_s;
		add_part(&s->at[i], from_s, next_s, b);
		from_s = next_s;
	}
}

enum err history_sum_span(const struct history_sum *s, struct history_span *out)
{
	*out = (struct history_span){ .at = calloc(s->n ? s->n : 1, sizeof(*out->at)) };
	if (!out->at)
		return ERR_MEMORY;
	out->start_ns = ns_times(s->start_s, NS_PER_S);
	out->width_ns = ns_times(s->width_s, NS_PER_S);
	out->n = s->n;
	for (size_t i = 0; i < s->n; i++) {
		const struct history_part *p = &s->at[i];
		bool is_known = p->weight_s > 0;
		out->at[i] = (struct history_bucket){
			.avg = is_known ? p->sum / p->weight_s : (double)NAN,
			.min = is_known ? p->min : (double)NAN,
			.max = is_known ? p->max : (double)NAN,
			.last = is_known ? p->last : (double)NAN,
		};
	}
	return ERR_OK;
}
