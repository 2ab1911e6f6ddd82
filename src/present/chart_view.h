/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A graph: what is drawn, how, and the ways it leaves the program.  The accumulators are the engine's
 * (engine/chart.h); everything is borrowed and nothing is changed.
 *
 *	over time   per pixel column the least and the greatest value, the area from p50 over p90 to p99, p50
 *	            as a line; requests a second beneath
 *	histogram   how many values are how great, percentiles marked
 *	scatter     each value against the events in its interval, as density
 */
#ifndef PRESENT_CHART_VIEW_H
#define PRESENT_CHART_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "engine/chart.h"
#include "present/canvas.h"
#include "present/chart_scale.h"

enum chart_kind { CHART_OVER_TIME, CHART_HISTOGRAM, CHART_SCATTER };

/* What of the accumulators is drawn. */
enum chart_measure { CHART_VALUES, CHART_EVENTS, CHART_CLIENTS };

enum chart_aggregate { AGG_MIN, AGG_AVG, AGG_P50, AGG_P90, AGG_P99, AGG_P999, AGG_MAX, N_AGGREGATES };

/* "min", "avg", "p50", ... */
const char *chart_aggregate_name(unsigned a);

enum chart_scaling { CHART_SCALE_AUTO, CHART_SCALE_LINEAR, CHART_SCALE_LOG };

enum { CHART_SERIES_MAX = 8 };

struct chart_series {
	const char *name; /* from strangers, maybe */
	const struct chart *chart;
	bool others; /* all the rest */
};

struct chart_view {
	enum chart_kind kind;
	enum chart_measure measure;
	enum chart_unit unit;
	double scale;         /* a value of the accumulators times this is one of the unit */
	const char *y;        /* the measure as --y has it, for JSON */
	const char *title;    /* "Delta time" */
	const char *subtitle; /* captures and filters; from strangers */
	const char *axis;     /* "response - request" */
	struct chart_series series[CHART_SERIES_MAX];
	size_t n_series;
	const struct chart *load; /* events that are drawn beneath; NULL: none */
	const char *load_name;    /* "requests" */
	struct chart_times times; /* the axis, from the first packet to the last */
	enum chart_scaling scaling;
	unsigned aggregates; /* bits: draw these as lines instead; 0: as above */
	const struct chart
		*whole; /* whose figures stand below, of a single series; NULL: those of what is drawn */
	bool no_sum;    /* events are levels, which nobody adds up */
	bool fixed_intervals; /* the intervals were asked for: one column each, if there is room */
};

/* Draws all of it; ERR_MEMORY. */
enum err chart_view_draw(const struct chart_view *v, struct canvas *c);

/* `graph --format=json`. */
enum err chart_view_json(const struct chart_view *v, const char *const *paths, size_t n_paths,
			 const char *damage, struct buf *out);

/* For a terminal of so many columns and rows. */
enum err chart_view_text(const struct chart_view *v, unsigned columns, unsigned rows, bool color,
			 struct buf *out);

#endif
