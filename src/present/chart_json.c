/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `graph --format=json`: ntpscope-graph-1. */
#include <stdio.h>
#include <stdlib.h>

#include "base/nstime.h"
#include "present/chart_parts.h"
#include "present/json.h"

/* "max" with the unit of the view behind it: "max_s", "max_per_s", "max". */
struct key {
	char text[24];
};

static struct key key_of(const struct chart_view *v, const char *name)
{
	static const char *const units[] = { "_s", "", "_per_s", "" };
	struct key k;

	snprintf(k.text, sizeof(k.text), "%s%s", name, units[v->unit]);
	return k;
}

static void number(struct jw *j, const struct chart_view *v, const char *name, double value)
{
	struct key k = key_of(v, name);

	if (v->unit == CHART_DURATION)
		jw_real(j, k.text, value / 1e9, 9);
	else
		jw_real(j, k.text, value, v->measure == CHART_VALUES && v->unit == CHART_PLAIN ? 9 : 6);
}

static void aggregates(struct jw *j, const struct chart_view *v, const double *of)
{
	for (unsigned a = 0; a < N_AGGREGATES; a++)
		number(j, v, chart_aggregate_name(a), of[a]);
}

static void point(struct jw *j, const struct chart_view *v, const struct chart *c, size_t i,
		  struct spread *spread)
{
	struct chart_view one = *v;
	struct chart_columns columns;

	one.times.from_ns = chart_start_ns(c, i);
	one.times.to_ns = one.times.from_ns;
	if (chart_columns_make(&columns, &one, c, v->measure, 1, true, spread))
		return;
	jw_open(j, NULL, JW_OBJECT);
	jw_time(j, "time", chart_start_ns(c, i));
	if (v->measure == CHART_VALUES) {
		jw_u64(j, "n", columns.at[0].n);
		aggregates(j, v, columns.at[0].of);
	} else if (v->measure == CHART_EVENTS) {
		jw_u64(j, "n", c->at[i].n_events);
		number(j, v, "rate", columns.at[0].of[AGG_AVG]);
	} else {
		jw_u64(j, "n", c->at[i].n_events);
		jw_u64(j, "clients", (uint64_t)(columns.at[0].of[AGG_AVG] + 0.5));
	}
	jw_close(j);
	chart_columns_release(&columns);
}

static bool is_empty(const struct chart_view *v, const struct chart_bucket *b)
{
	return v->measure == CHART_VALUES ? !b->n : !b->n_events;
}

static void points(struct jw *j, const struct chart_view *v, const struct chart *c, struct spread *spread)
{
	jw_open(j, "intervals", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < c->n; i++)
		if (!is_empty(v, &c->at[i]))
			point(j, v, c, i, spread);
	jw_close(j);
}

/* The bins that hold anything, as they are. */
static void bins(struct jw *j, const struct chart_view *v, const struct spread *s)
{
	jw_open(j, "bins", JW_ARRAY | JW_LINES);
	for (unsigned p = 0; p < SPREAD_PAGES; p++) {
		for (unsigned i = 0; s->used[p] && i < SPREAD_BINS; i++) {
			if (!s->bins[p][i])
				continue;
			jw_open(j, NULL, JW_OBJECT);
			number(j, v, "least", (double)spread_bin_low(p, i) * v->scale);
			number(j, v, "greatest", (double)spread_bin_high(p, i) * v->scale);
			jw_u64(j, "n", s->bins[p][i]);
			jw_close(j);
		}
	}
	jw_close(j);
}

/* One for each interval and bin. */
static void cells(struct jw *j, const struct chart_view *v, const struct chart *c, struct spread *s)
{
	jw_open(j, "cells", JW_ARRAY | JW_LINES);
	for (size_t k = 0; k < c->n; k++) {
		(void)chart_sum(c, k, k + 1, s);
		for (unsigned p = 0; p < SPREAD_PAGES; p++) {
			for (unsigned i = 0; s->used[p] && i < SPREAD_BINS; i++) {
				if (!s->bins[p][i])
					continue;
				jw_open(j, NULL, JW_OBJECT);
				jw_real(j, "requests_per_s",
					(double)c->at[k].n_events * (double)NS_PER_S / (double)c->width_ns,
					6);
				number(j, v, "least", (double)spread_bin_low(p, i) * v->scale);
				number(j, v, "greatest", (double)spread_bin_high(p, i) * v->scale);
				jw_u64(j, "n", s->bins[p][i]);
				jw_close(j);
			}
		}
	}
	jw_close(j);
}

static void series(struct jw *j, const struct chart_view *v, const struct chart_series *s,
		   struct spread *spread)
{
	struct chart_facts f = chart_facts_of(v, s->chart, v->measure, spread);

	jw_open(j, NULL, JW_OBJECT | JW_LINES);
	jw_text(j, "name", s->name);
	jw_bool(j, "others", s->others);
	jw_u64(j, "n", f.n);
	if (v->measure == CHART_CLIENTS)
		jw_u64(j, "clients", (uint64_t)(f.clients + 0.5));
	if (f.n)
		aggregates(j, v, f.of);
	if (v->kind == CHART_OVER_TIME)
		points(j, v, s->chart, spread);
	else if (v->kind == CHART_HISTOGRAM)
		bins(j, v, spread);
	else
		cells(j, v, s->chart, spread);
	jw_close(j);
}

static void load(struct jw *j, const struct chart *c, const char *name)
{
	jw_open(j, "load", JW_OBJECT | JW_LINES);
	jw_seconds(j, "interval_s", c->width_ns);
	jw_open(j, "intervals", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < c->n; i++) {
		if (!c->at[i].n_events)
			continue;
		jw_open(j, NULL, JW_OBJECT);
		jw_time(j, "time", chart_start_ns(c, i));
		jw_u64(j, name, c->at[i].n_events);
		jw_close(j);
	}
	jw_close(j);
	jw_close(j);
}

enum err chart_view_json(const struct chart_view *v, const char *const *paths, size_t n_paths,
			 const char *damage, struct buf *out)
{
	static const char *const kinds[] = { "over-time", "histogram", "scatter" };
	struct spread *spread = calloc(1, sizeof(*spread));
	struct jw j;

	if (!spread)
		return ERR_MEMORY;
	jw_begin(&j, out);
	jw_open(&j, NULL, JW_OBJECT | JW_LINES);
	jw_text(&j, "schema", "ntpscope-graph-1");
	jw_open(&j, "files", JW_ARRAY);
	for (size_t i = 0; i < n_paths; i++)
		jw_text(&j, NULL, paths[i]);
	jw_close(&j);
	jw_text_or_null(&j, "damage", damage && damage[0] ? damage : NULL);
	jw_text(&j, "y", v->y);
	jw_text(&j, "kind", kinds[v->kind]);
	jw_time(&j, "first_frame", v->times.origin_ns);
	jw_time(&j, "first", v->times.from_ns);
	jw_time(&j, "last", v->times.to_ns);
	jw_seconds(&j, "interval_s", v->n_series ? v->series[0].chart->width_ns : 0);
	jw_open(&j, "series", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < v->n_series; i++)
		series(&j, v, &v->series[i], spread);
	jw_close(&j);
	if (v->load && v->kind == CHART_OVER_TIME)
		load(&j, v->load, v->load_name);
	jw_close(&j);
	jw_end(&j);
	free(spread);
	return ERR_OK;
}
