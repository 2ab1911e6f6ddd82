/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/chart_columns.h"

#include <stdlib.h>

#include "base/nstime.h"

static const double shares[N_AGGREGATES] = {
	[AGG_P50] = 0.5, [AGG_P90] = 0.9, [AGG_P99] = 0.99, [AGG_P999] = 0.999
};

const char *chart_aggregate_name(unsigned a)
{
	static const char *const names[N_AGGREGATES] = { "min", "avg", "p50", "p90", "p99", "p999", "max" };
	return names[a];
}

static double clamp(double v, double low, double high)
{
	return v < low ? low : v > high ? high : v;
}

static void percentiles(const struct chart_view *v, const struct spread *s, double *of)
{
	for (unsigned a = AGG_P50; a <= AGG_P999; a++)
		of[a] = clamp((double)spread_percentile(s, shares[a]) * v->scale, of[AGG_MIN], of[AGG_MAX]);
}

/* What one bucket has of events or clients. */
static double level_of(const struct chart *c, const struct chart_bucket *b, enum chart_measure measure)
{
	if (measure == CHART_CLIENTS)
		return distinct_count(&b->clients);
	return (double)b->n_events * (double)NS_PER_S / (double)c->width_ns;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Aggregates of the levels of some intervals; they are sorted on the way. */
static void levels(double *at, size_t n, double *of)
{
	double sum = 0;

	qsort(at, n, sizeof(*at), compare);
	for (size_t i = 0; i < n; i++)
		sum += at[i];
	of[AGG_MIN] = at[0];
	of[AGG_MAX] = at[n - 1];
	of[AGG_AVG] = sum / (double)n;
	for (unsigned a = AGG_P50; a <= AGG_P999; a++) {
		size_t rank = (size_t)(shares[a] * (double)n);
		of[a] = at[rank >= n ? n - 1 : rank];
	}
}

/* Levels of the buckets at positions from <= p < to; those that the chart does not have are 0. */
static size_t collect_levels(const struct chart *c, int64_t from, int64_t to, enum chart_measure measure,
			     double *out)
{
	size_t n = 0;

	for (int64_t p = from; p < to; p++) {
		int64_t i = p - c->first;
		out[n++] = i >= 0 && i < (int64_t)c->n ? level_of(c, &c->at[i], measure) : 0;
	}
	return n;
}

static size_t index_of(const struct chart *c, int64_t position)
{
	int64_t i = position - c->first;
	return i < 0 ? 0 : i > (int64_t)c->n ? c->n : (size_t)i;
}

static void fill_values(struct chart_column *out, const struct chart_view *v, const struct chart *c,
			int64_t from, int64_t to, struct spread *spread)
{
	struct chart_sum s = chart_sum(c, index_of(c, from), index_of(c, to), spread);

	out->n = s.n;
	if (!s.n)
		return;
	out->of[AGG_MIN] = (double)s.min * v->scale;
	out->of[AGG_MAX] = (double)s.max * v->scale;
	out->of[AGG_AVG] = s.sum / (double)s.n * v->scale;
	if (spread)
		percentiles(v, spread, out->of);
}

enum err chart_columns_make(struct chart_columns *out, const struct chart_view *v, const struct chart *c,
			    enum chart_measure measure, size_t most, bool full, struct spread *scratch)
{
	int64_t first = chart_position(c, v->times.from_ns), end = chart_position(c, v->times.to_ns) + 1;
	size_t n_buckets = (size_t)(end - first), each = (n_buckets + most - 1) / (most ? most : 1);

	*out = (struct chart_columns){ .width_ns = (int64_t)each * c->width_ns };
	out->n = (n_buckets + each - 1) / each;
	out->at = calloc(out->n, sizeof(*out->at));
	double *level = calloc(each, sizeof(*level));
	if (!out->at || !level) {
		free(level);
		chart_columns_release(out);
		return ERR_MEMORY;
	}
	for (size_t i = 0; i < out->n; i++) {
		int64_t from = first + (int64_t)(i * each), to = from + (int64_t)each;
		struct chart_column *column = &out->at[i];

		to = to > end ? end : to;
		column->from_ns = chart_position_ns(c, from);
		if (measure == CHART_VALUES) {
			fill_values(column, v, c, from, to, full ? scratch : NULL);
		} else {
			column->n = collect_levels(c, from, to, measure, level);
			levels(level, column->n, column->of);
		}
	}
	free(level);
	return ERR_OK;
}

void chart_columns_release(struct chart_columns *c)
{
	free(c->at);
	*c = (struct chart_columns){ 0 };
}

static void count_positive(struct chart_facts *f, const struct chart_view *v, const struct spread *s)
{
	for (unsigned p = 0; p < SPREAD_PAGES; p++) {
		for (unsigned i = 0; s->used[p] && i < SPREAD_BINS; i++) {
			int64_t low = spread_bin_low(p, i);
			if (!s->bins[p][i])
				continue;
			if (low <= 0)
				f->n_not_positive += s->bins[p][i];
			else if (f->least_positive <= 0)
				f->least_positive = (double)low * v->scale;
		}
	}
}

static void facts_of_levels(struct chart_facts *f, const struct chart_view *v, const struct chart *c,
			    enum chart_measure measure)
{
	int64_t from = chart_position(c, v->times.from_ns), to = chart_position(c, v->times.to_ns) + 1;
	double *level = to > from ? calloc((size_t)(to - from), sizeof(*level)) : NULL;

	if (!level)
		return;
	size_t n = collect_levels(c, from, to, measure, level);
	levels(level, n, f->of);
	for (size_t i = n; i-- > 0 && level[i] > 0;)
		f->least_positive = level[i];
	free(level);
}

struct chart_facts chart_facts_of(const struct chart_view *v, const struct chart *c,
				  enum chart_measure measure, struct spread *spread)
{
	struct chart_facts f = { 0 };
	struct chart_sum s = chart_sum(c, 0, c->n, spread);

	if (measure != CHART_VALUES) {
		f.n = s.n_events;
		f.clients = s.clients;
		facts_of_levels(&f, v, c, measure);
		return f;
	}
	f.n = s.n;
	if (!s.n)
		return f;
	f.of[AGG_MIN] = (double)s.min * v->scale;
	f.of[AGG_MAX] = (double)s.max * v->scale;
	f.of[AGG_AVG] = s.sum / (double)s.n * v->scale;
	percentiles(v, spread, f.of);
	count_positive(&f, v, spread);
	return f;
}

static void widen(struct chart_facts *all, const struct chart_facts *one, bool first)
{
	if (first || one->of[AGG_MIN] < all->of[AGG_MIN])
		all->of[AGG_MIN] = one->of[AGG_MIN];
	if (first || one->of[AGG_MAX] > all->of[AGG_MAX])
		all->of[AGG_MAX] = one->of[AGG_MAX];
	for (unsigned a = AGG_AVG; a < AGG_MAX; a++)
		all->of[a] = first || one->of[a] > all->of[a] ? one->of[a] : all->of[a];
	if (one->least_positive > 0 &&
	    (all->least_positive <= 0 || one->least_positive < all->least_positive))
		all->least_positive = one->least_positive;
	all->n += one->n;
	all->n_not_positive += one->n_not_positive;
}

struct chart_facts chart_facts_of_all(const struct chart_view *v, struct spread *scratch)
{
	struct chart_facts all = { 0 };
	bool first = true;

	for (size_t i = 0; i < v->n_series; i++) {
		struct chart_facts one = chart_facts_of(v, v->series[i].chart, v->measure, scratch);
		if (!one.n && v->measure == CHART_VALUES)
			continue;
		widen(&all, &one, first);
		first = false;
	}
	return all;
}
