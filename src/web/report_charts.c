/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/report_charts.h"

#include <math.h>
#include <stdlib.h>

#include "base/nstime.h"
#include "engine/tally.h"

enum { HOUR_S = 3600, WEEK_MIN = 7 * 1440, PART_MAX = 1 << 30, STEPS = 8 };

static enum err take(struct report_charts *x, const struct live *l, uint32_t width_s)
{
	size_t max = width_s == 1 ? HOUR_S + 1 : WEEK_MIN + 1;

	free(x->points);
	x->width_s = width_s;
	x->points = calloc(max, sizeof(*x->points));
	if (!x->points)
		return ERR_MEMORY;
	x->n = live_points_frozen(l, width_s, INT64_MIN, x->points, max);
	return ERR_OK;
}

/* Seconds as long as they reach back as far as minutes do. */
enum err report_charts_take(struct report_charts *x, const struct live *l, enum live_span span)
{
	*x = (struct report_charts){ 0 };
	enum err e = take(x, l, 60);
	if (!e && (span == LIVE_HOUR || x->n < HOUR_S / 60))
		e = take(x, l, 1);
	return e;
}

/* n values above low: the last one is high, those before it lie between the two. */
static void add_between(struct chart *c, int64_t t_ns, int64_t low, int64_t high, uint64_t n)
{
	double from = low > 1 ? (double)low : 1, ratio = high > low ? (double)high / from : 1;
	uint64_t n_steps = n - 1 < STEPS ? n - 1 : STEPS, done = 0;

	for (uint64_t k = 1; k <= n_steps; k++) {
		uint64_t to = (n - 1) * k / n_steps;
		double at = from * pow(ratio, (double)k / (double)(n_steps + 1));
		chart_values(c, t_ns, (int64_t)at, (uint32_t)(to - done));
		done = to;
	}
	chart_values(c, t_ns, high, 1);
}

/* The percentiles of the point are those of the values. */
static void add_deltas(struct chart *c, const struct live_point *p)
{
	uint64_t n = p->n_deltas < PART_MAX ? p->n_deltas : PART_MAX, before = 1;
	const struct {
		uint64_t rank;
		int64_t value;
	} known[] = {
		{ (n * 50 + 99) / 100, p->delta_p50_ns },
		{ (n * 90 + 99) / 100, p->delta_p90_ns },
		{ (n * 99 + 99) / 100, p->delta_p99_ns },
		{ n, p->delta_max_ns },
	};
	int64_t low = p->delta_min_ns;

	if (n)
		chart_values(c, p->start_ns, low, 1);
	for (unsigned i = 0; i < 4; i++) {
		if (known[i].rank <= before)
			continue;
		add_between(c, p->start_ns, low, known[i].value, known[i].rank - before);
		before = known[i].rank;
		low = known[i].value;
	}
}

static void add_points(struct report_charts *x, int64_t from_ns)
{
	for (size_t i = 0; i < x->n; i++) {
		const struct live_point *p = &x->points[i];
		if (p->start_ns < from_ns)
			continue;
		add_deltas(&x->delta, p);
		chart_events(&x->clients, p->start_ns, p->unique_5min * p->width_s);
	}
}

/* As fine as the report's own series. */
static void add_load(struct chart *c, const struct series *s)
{
	for (size_t i = 0; i < s->n; i++)
		chart_events(c, (s->start_s + (int64_t)i * s->width_s) * NS_PER_S, s->at[i].requests);
}

static int64_t clamp(const struct hist *h, int64_t v)
{
	return v < h->min ? h->min : v > h->max ? h->max : v;
}

/* Each bin's values are its middle.  Where a bucket would not hold so many they go to several. */
static void add_distribution(struct chart *c, const struct hist *h)
{
	for (unsigned i = 0; i < HIST_BINS; i++) {
		int64_t t_ns = 0;
		for (uint64_t left = h->bins[i]; left && !c->err; t_ns += NS_PER_S) {
			uint32_t n = left < PART_MAX ? (uint32_t)left : PART_MAX;
			chart_values(c, t_ns, clamp(h, hist_bin_middle(i)), n);
			left -= n;
		}
	}
	if (h->n_negative)
		chart_values(c, 0, h->min < 0 ? h->min : -1,
			     h->n_negative < PART_MAX ? (uint32_t)h->n_negative : PART_MAX);
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

bool report_charts_make(struct report_charts *x, const struct census *c, struct report_graphs *out)
{
	const struct series *series = census_series(c);
	const struct chart_config config = { .interval_ns = x->width_s * NS_PER_S,
					     .max_buckets = CHART_BUCKETS_MAX },
				  of_load = { .interval_ns = series->width_s * NS_PER_S,
					      .max_buckets = CHART_BUCKETS_MAX };
	struct chart *const all[] = { &x->delta, &x->distribution, &x->load, &x->clients };

	if (!x->n)
		return false;
	for (unsigned i = 0; i < 4; i++) {
		chart_release(all[i]);
		chart_init(all[i], all[i] == &x->load ? &of_load : &config);
	}
	add_points(x, census_first_ns(c) - x->width_s * NS_PER_S);
	add_load(&x->load, series);
	add_distribution(&x->distribution, &census_tally(c)->delta);
	*out = (struct report_graphs){
		.delta = &x->delta,
		.load = &x->load,
		.clients = &x->clients,
		.distribution = &x->distribution,
		.times = { .from_ns = later(census_first_ns(c), x->points[0].start_ns),
			   .to_ns = x->points[x->n - 1].start_ns + x->width_s * NS_PER_S - 1 },
	};
	for (unsigned i = 0; i < 4; i++)
		if (all[i]->err)
			return false;
	return x->load.n > 0 && x->delta.n > 0 && out->times.to_ns > out->times.from_ns;
}

void report_charts_release(struct report_charts *x)
{
	chart_release(&x->delta);
	chart_release(&x->distribution);
	chart_release(&x->load);
	chart_release(&x->clients);
	free(x->points);
	*x = (struct report_charts){ 0 };
}
