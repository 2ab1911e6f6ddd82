/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Graphs over time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "present/chart_parts.h"

/* Columns for percentiles: some values in each, and not narrower than so many pixels. */
enum { VALUES_A_COLUMN = 12, PIXELS_A_COLUMN = 4, BRIDGED = 2 };

static double center_of(const struct chart_drawing *d, const struct chart_columns *c, size_t i)
{
	double x = chart_x(d, ns_plus(c->at[i].from_ns, c->width_ns / 2));
	struct box p = d->at.plot;
	return x < p.x ? p.x : x > p.x + p.w ? p.x + p.w : x;
}

/* The end of the run of columns with values that begins at i; short gaps are bridged. */
static size_t run_end(const struct chart_columns *c, size_t i)
{
	size_t end = i + 1, gap = 0;

	for (size_t k = i + 1; k < c->n && gap <= BRIDGED; k++) {
		gap = c->at[k].n ? 0 : gap + 1;
		if (c->at[k].n)
			end = k + 1;
	}
	return end;
}

/* A line through one aggregate; a column that stands alone is a dash. */
static void draw_line(const struct chart_drawing *d, const struct chart_columns *c, enum chart_aggregate a,
		      struct pen pen, struct point *scratch)
{
	double half = d->at.plot.w / (double)(c->n ? c->n : 1) / 2;

	half = half < 1.5 ? 1.5 : half;
	for (size_t i = 0; i < c->n;) {
		if (!c->at[i].n) {
			i++;
			continue;
		}
		size_t end = run_end(c, i), n = 0;
		double x = center_of(d, c, i), y = chart_y(d, c->at[i].of[a]);
		if (end == i + 1)
			canvas_segment(d->canvas, x - half, y, x + half, y, pen);
		for (; i < end; i++)
			if (c->at[i].n)
				scratch[n++] = (struct point){ center_of(d, c, i),
							       chart_y(d, c->at[i].of[a]) };
		canvas_line(d->canvas, scratch, n, pen);
	}
}

/* The area between two aggregates. */
static void draw_band(const struct chart_drawing *d, const struct chart_columns *c, enum chart_aggregate low,
		      enum chart_aggregate high, struct pen fill, struct point *scratch)
{
	double half = d->at.plot.w / (double)(c->n ? c->n : 1) / 2;

	for (size_t i = 0; i < c->n;) {
		if (!c->at[i].n) {
			i++;
			continue;
		}
		size_t from = i, end = run_end(c, i), n = 0;
		bool alone = end == i + 1;
		for (; i < end; i++)
			if (c->at[i].n)
				scratch[n++] = (struct point){ center_of(d, c, i) - (alone ? half : 0),
							       chart_y(d, c->at[i].of[high]) };
		if (alone)
			scratch[n++] = (struct point){ scratch[0].x + 2 * half, scratch[0].y };
		for (size_t k = end; k-- > from;)
			if (c->at[k].n)
				scratch[n++] = (struct point){ center_of(d, c, k) + (alone ? half : 0),
							       chart_y(d, c->at[k].of[low]) };
		double y = scratch[n - 1].y;
		if (alone)
			scratch[n++] = (struct point){ scratch[0].x, y };
		canvas_area(d->canvas, scratch, n, fill);
	}
}

/* From the least to the greatest value of each pixel column: nothing is left out. */
static enum err draw_range(const struct chart_drawing *d, const struct chart_columns *c, struct pen pen)
{
	struct upright *at = calloc(c->n ? c->n : 1, sizeof(*at));
	size_t n = 0;

	if (!at)
		return ERR_MEMORY;
	for (size_t i = 0; i < c->n; i++) {
		if (!c->at[i].n)
			continue;
		double top = chart_y(d, c->at[i].of[AGG_MAX]), bottom = chart_y(d, c->at[i].of[AGG_MIN]);
		/* A single value is a dot. */
		double grow = bottom - top < 2 ? 1 - (bottom - top) / 2 : 0;
		at[n++] = (struct upright){ center_of(d, c, i), top - grow, bottom + grow };
	}
	canvas_uprights(d->canvas, at, n, pen);
	free(at);
	return ERR_OK;
}

/* Few values: each is a dot, and the areas would only be guesses. */
static void draw_dots(const struct chart_drawing *d, const struct chart_columns *c, struct pen pen,
		      struct point *scratch)
{
	struct pen thin = { pen.ink, 0.4, 1, 0 };
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (!c->at[i].n)
			continue;
		double x = center_of(d, c, i), top = chart_y(d, c->at[i].of[AGG_MAX]);
		double bottom = chart_y(d, c->at[i].of[AGG_MIN]);
		canvas_rect(d->canvas, (struct box){ x - 1.75, top - 1.75, 3.5, 3.5 }, pen);
		if (bottom - top > 3) {
			canvas_rect(d->canvas, (struct box){ x - 1.75, bottom - 1.75, 3.5, 3.5 }, pen);
			canvas_segment(d->canvas, x, top, x, bottom, thin);
		}
		scratch[n++] = (struct point){ x, chart_y(d, c->at[i].of[AGG_P50]) };
	}
	canvas_line(d->canvas, scratch, n, thin);
}

static size_t columns_for_percentiles(const struct chart_drawing *d, const struct chart_facts *f,
				      double pixels)
{
	double most = pixels / PIXELS_A_COLUMN, filled = (double)f->n / VALUES_A_COLUMN;

	if (d->view->fixed_intervals)
		return (size_t)pixels;
	return (size_t)(filled < 24 ? (most < 24 ? most : 24) : filled > most ? most : filled) + 1;
}

/* Lines, as --agg asks for them; max and min at the full resolution. */
static void draw_aggregates(const struct chart_drawing *d, size_t series, const struct chart_columns *fine,
			    const struct chart_columns *wide, struct point *scratch)
{
	unsigned n = 0;

	for (unsigned a = 0; a < N_AGGREGATES; a++) {
		if (!(d->view->aggregates >> a & 1))
			continue;
		struct pen pen = chart_pen(d->view, series, 1.4);
		pen.dash = n % 4;
		/* A single series has the colours for itself. */
		if (d->view->n_series == 1)
			pen.ink = (enum ink)(INK_SERIES + n % 7);
		draw_line(d, a == AGG_MAX || a == AGG_MIN ? fine : wide, (enum chart_aggregate)a, pen,
			  scratch);
		n++;
	}
}

static enum err draw_values(const struct chart_drawing *d, size_t series, const struct chart_columns *fine,
			    const struct chart_columns *wide, struct point *scratch)
{
	struct pen pen = chart_pen(d->view, series, 1.8);
	struct pen thin = { pen.ink, d->view->n_series > 1 ? 0.4 : 0.55, 1, 0 };
	bool alone = d->view->n_series == 1;

	if (d->view->aggregates) {
		draw_aggregates(d, series, fine, wide, scratch);
		return ERR_OK;
	}
	if (d->facts[series].n <= CHART_FEW) {
		draw_dots(d, fine, pen, scratch);
		return ERR_OK;
	}
	double pitch = d->at.plot.w / (double)(fine->n ? fine->n : 1);
	thin.width = pitch > 2.5 ? 2 : pitch < 1 ? 1 : pitch;
	enum err e = draw_range(d, fine, thin);
	if (alone) {
		draw_band(d, wide, AGG_P90, AGG_P99, (struct pen){ pen.ink, 0.28, 0, 0 }, scratch);
		draw_band(d, wide, AGG_P50, AGG_P90, (struct pen){ pen.ink, 0.5, 0, 0 }, scratch);
	}
	draw_line(d, wide, AGG_P50, pen, scratch);
	return e;
}

/* Rates and numbers of clients: the mean as an area (a line of several), the highest interval above it in a
 * thin line. */
static void draw_levels(const struct chart_drawing *d, size_t series, const struct chart_columns *c,
			struct point *scratch)
{
	struct pen pen = chart_pen(d->view, series, 1.6);
	double bottom = chart_y(d, d->y.log ? d->y.low : 0);
	size_t n = 0;

	if (d->view->aggregates) {
		draw_aggregates(d, series, c, c, scratch);
		return;
	}
	draw_line(d, c, AGG_MAX, (struct pen){ pen.ink, 0.5, 1, pen.dash }, scratch);
	if (d->view->n_series == 1) {
		scratch[n++] = (struct point){ center_of(d, c, 0), bottom };
		for (size_t i = 0; i < c->n; i++)
			scratch[n++] = (struct point){ center_of(d, c, i), chart_y(d, c->at[i].of[AGG_AVG]) };
		scratch[n] = (struct point){ scratch[n - 1].x, bottom };
		canvas_area(d->canvas, scratch, n + 1, (struct pen){ pen.ink, 0.35, 0, 0 });
	}
	draw_line(d, c, AGG_AVG, pen, scratch);
}

static enum err draw_series(const struct chart_drawing *d, size_t series)
{
	const struct chart_view *v = d->view;
	const struct chart *chart = v->series[series].chart;
	struct chart_columns fine = { 0 }, wide = { 0 };
	size_t pixels = (size_t)d->at.plot.w;
	enum err e = chart_columns_make(&fine, v, chart, v->measure, pixels, true, d->spread);

	if (!e && v->measure == CHART_VALUES)
		e = chart_columns_make(&wide, v, chart, v->measure,
				       columns_for_percentiles(d, &d->facts[series], d->at.plot.w), true,
				       d->spread);
	struct point *scratch = calloc(2 * (fine.n > wide.n ? fine.n : wide.n) + 8, sizeof(*scratch));
	if (!scratch)
		e = ERR_MEMORY;
	if (!e && v->measure == CHART_VALUES)
		e = draw_values(d, series, &fine, &wide, scratch);
	else if (!e)
		draw_levels(d, series, &fine, scratch);
	free(scratch);
	chart_columns_release(&fine);
	chart_columns_release(&wide);
	return e;
}

/* Requests a second: the mean as an area, the busiest second of each column as a line. */
static enum err draw_load(const struct chart_drawing *d)
{
	struct chart_view v = *d->view;
	struct chart_drawing below = *d;
	char width[CHART_LABEL_MAX], name[128];

	v.measure = CHART_EVENTS;
	v.unit = CHART_RATE;
	v.n_series = 1;
	v.series[0] = (struct chart_series){ "", d->view->load, true };
	v.aggregates = 0;
	v.scaling = CHART_SCALE_LINEAR;
	below.view = &v;
	below.at.plot = d->at.load;
	below.facts[0] = chart_facts_of(&v, v.load, CHART_EVENTS, d->spread);
	below.y = chart_scale_fit(0, below.facts[0].of[AGG_MAX], false, 3);
	chart_width_text(v.load->width_ns, width);
	snprintf(name, sizeof(name), "%s/s: mean (area), busiest %s (line)", v.load_name, width);
	chart_draw_values(d->canvas, d->at.load, &below.y, CHART_RATE, 3, d->at.font, name);
	canvas_clip(d->canvas, d->at.load);
	enum err e = draw_series(&below, 0);
	canvas_unclip(d->canvas);
	return e;
}

static const char *clock_name(const struct chart_drawing *d)
{
	static const char *const names[] = { "UTC", "local time", "since the first frame" };
	return names[d->times.clock];
}

/* A date at the right end of the axis would stand where the clock's name does. */
static bool meets_clock(const struct chart_drawing *d, struct box plot, double x, const char *date)
{
	const double letter = 0.6 * d->at.font;
	double right = x + (double)strlen(date) * letter / 2;

	if (right > d->canvas->width)
		right = d->canvas->width;
	return right > plot.x + plot.w - ((double)strlen(clock_name(d)) + 1) * letter;
}

/* "UTC" at the right end of the axis. */
static void draw_clock(const struct chart_drawing *d, struct box plot)
{
	canvas_text(d->canvas, plot.x + plot.w, plot.y + plot.h + 7 + d->at.font * 2.1,
		    (struct font){ d->at.font, INK_DIM, ALIGN_RIGHT, false }, clock_name(d));
}

static void draw_times(const struct chart_drawing *d, struct box plot, bool named)
{
	struct chart_tick ticks[CHART_TICKS_MAX];
	struct chart_scale s = { .low = 0, .high = (double)(d->times.to_ns - d->times.from_ns) };
	double apart = d->at.font * 7;
	unsigned n = chart_time_ticks(&d->times, (unsigned)(plot.w / apart) + 1, ticks);

	for (unsigned i = 0; i < n; i++) {
		double x = plot.x + plot.w * chart_scale_place(&s, ticks[i].at);
		canvas_segment(d->canvas, x, plot.y, x, plot.y + plot.h, (struct pen){ INK_GRID, 1, 0.5, 0 });
		if (!named)
			ticks[i].label[0] = ticks[i].below[0] = '\0';
		else if (i && meets_clock(d, plot, x, ticks[i].below))
			ticks[i].below[0] = '\0';
	}
	chart_draw_bottom(d->canvas, plot, ticks, n, &s, d->at.font);
	if (named)
		draw_clock(d, plot);
}

enum err chart_draw_time(struct chart_drawing *d)
{
	const struct chart_view *v = d->view;
	bool has_load = d->at.load.h > 0;
	char axis[160];
	double rows = d->at.plot.h / (d->at.font * 3.2);
	enum err e = ERR_OK;

	snprintf(axis, sizeof(axis), "%s%s", v->axis, d->y.log ? " (logarithmic)" : "");
	chart_draw_values(d->canvas, d->at.plot, &d->y, v->unit,
			  rows < 2   ? 2
			  : rows > 9 ? 9
				     : (unsigned)rows,
			  d->at.font, axis);
	draw_times(d, d->at.plot, !has_load);
	/* Half a pixel of line may stand out. */
	canvas_clip(d->canvas,
		    (struct box){ d->at.plot.x, d->at.plot.y - 1, d->at.plot.w, d->at.plot.h + 2 });
	for (size_t i = v->n_series; i-- > 0 && !e;)
		e = draw_series(d, i);
	canvas_unclip(d->canvas);
	if (!e && has_load) {
		draw_times(d, d->at.load, true);
		e = draw_load(d);
	}
	return e;
}
