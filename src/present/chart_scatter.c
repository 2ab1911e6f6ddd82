/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each value against the events in its interval: as density, since a million dots are a blob. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/nstime.h"
#include "present/chart_parts.h"

enum { CELL = 5 /* pixels */ };

struct density {
	struct chart_scale x;
	unsigned columns, rows;
	double *at; /* columns * rows */
	double most;
};

static double rate_of(const struct chart *c, size_t i)
{
	return (double)c->at[i].n_events * (double)NS_PER_S / (double)c->width_ns;
}

static struct chart_scale rate_scale(const struct chart *c, unsigned want)
{
	double low = INFINITY, high = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (!c->at[i].n)
			continue;
		high = fmax(high, rate_of(c, i));
		low = rate_of(c, i) > 0 ? fmin(low, rate_of(c, i)) : low;
	}
	bool log = high > 30 * low && isfinite(low);
	return chart_scale_fit(log ? low : 0, high, log, want);
}

static unsigned cell_of(double place, unsigned n)
{
	double k = place * n;
	return k < 0 ? 0 : k >= n ? n - 1 : (unsigned)k;
}

static void fill(struct density *z, const struct chart_drawing *d, const struct chart *c)
{
	const struct spread *s = d->spread;

	for (size_t i = 0; i < c->n; i++) {
		if (!c->at[i].n)
			continue;
		(void)chart_sum(c, i, i + 1, d->spread);
		unsigned column = cell_of(chart_scale_place(&z->x, rate_of(c, i)), z->columns);
		for (unsigned p = 0; p < SPREAD_PAGES; p++) {
			for (unsigned k = 0; s->used[p] && k < SPREAD_BINS; k++) {
				double middle = ((double)spread_bin_low(p, k) +
						 (double)spread_bin_high(p, k)) /
						2;
				if (!s->bins[p][k])
					continue;
				unsigned row = cell_of(chart_scale_place(&d->y, middle * d->view->scale),
						       z->rows);
				double *at = &z->at[column * z->rows + row];
				*at += (double)s->bins[p][k];
				z->most = fmax(z->most, *at);
			}
		}
	}
}

static void draw_cells(const struct chart_drawing *d, const struct density *z)
{
	struct box p = d->at.plot;
	double w = p.w / z->columns, h = p.h / z->rows;

	for (unsigned i = 0; i < z->columns * z->rows; i++) {
		if (z->at[i] <= 0)
			continue;
		double alpha = 0.16 + 0.84 * log(z->at[i]) / log(fmax(z->most, 2));
		canvas_rect(d->canvas,
			    (struct box){ p.x + w * (i / z->rows), p.y + p.h - h * (i % z->rows + 1), w, h },
			    (struct pen){ INK_SERIES, fmin(fmax(alpha, 0.16), 1), 0, 0 });
	}
}

/* The row that a share of a column's values does not exceed; false when it has few. */
static bool row_at(const struct density *z, unsigned column, double share, double least, double *row)
{
	const double *at = &z->at[column * z->rows];
	double n = 0, seen = 0;

	for (unsigned i = 0; i < z->rows; i++)
		n += at[i];
	if (n < least)
		return false;
	for (unsigned i = 0; i < z->rows; i++) {
		seen += at[i];
		if (seen >= n * share) {
			*row = i + 1 - (seen - n * share) / at[i];
			return true;
		}
	}
	return false;
}

/* Nothing is known of rates between two that lie far apart: 1 and 2 do not, 20 and 60 do. */
static bool is_far(const struct density *z, unsigned before, unsigned column)
{
	const struct chart_scale *x = &z->x;
	double a = (before + 0.5) / z->columns, b = (column + 0.5) / z->columns;
	double low = x->log ? x->low * pow(x->high / x->low, a) : x->low + (x->high - x->low) * a;
	double high = x->log ? x->low * pow(x->high / x->low, b) : x->low + (x->high - x->low) * b;

	return high > 1.5 * low + 1.5;
}

static void draw_share(const struct chart_drawing *d, const struct density *z, double share, struct pen pen)
{
	struct point *at = calloc(z->columns, sizeof(*at));
	struct box p = d->at.plot;
	unsigned before = 0;
	size_t n = 0;
	double row;

	for (unsigned i = 0; at && i < z->columns; i++) {
		if (!row_at(z, i, share, share > 0.9 ? 50 : 5, &row))
			continue;
		if (n && is_far(z, before, i)) {
			canvas_line(d->canvas, at, n, pen);
			n = 0;
		}
		before = i;
		at[n++] = (struct point){ p.x + p.w * (i + 0.5) / z->columns,
					  p.y + p.h * (1 - row / z->rows) };
	}
	if (at)
		canvas_line(d->canvas, at, n, pen);
	free(at);
}

static void draw_axes(const struct chart_drawing *d, const struct density *z)
{
	struct chart_tick ticks[CHART_TICKS_MAX];
	struct box p = d->at.plot;
	unsigned n = chart_scale_ticks(&z->x, CHART_RATE, (unsigned)(p.w / (d->at.font * 6)) + 1, ticks);
	char axis[160];

	snprintf(axis, sizeof(axis), "%s%s", d->view->axis, d->y.log ? " (logarithmic)" : "");
	chart_draw_values(d->canvas, p, &d->y, d->view->unit, 7, d->at.font, axis);
	chart_draw_bottom(d->canvas, p, ticks, n, &z->x, d->at.font);
	char width[CHART_LABEL_MAX];
	chart_width_text(d->view->series[0].chart->width_ns, width);
	snprintf(axis, sizeof(axis), "%s/s in the same %s%s", d->view->load_name, width,
		 z->x.log ? " (logarithmic)" : "");
	canvas_text(d->canvas, p.x + p.w, p.y + p.h + 7 + d->at.font * 2.1,
		    (struct font){ d->at.font, INK_DIM, ALIGN_RIGHT, false }, axis);
}

enum err chart_draw_scatter(struct chart_drawing *d)
{
	const struct chart *c = d->view->series[0].chart;
	struct density z = {
		.x = rate_scale(c, (unsigned)(d->at.plot.w / (d->at.font * 6)) + 1),
		.columns = (unsigned)(d->at.plot.w / CELL) + 1,
		.rows = (unsigned)(d->at.plot.h / CELL) + 1,
	};

	z.at = calloc((size_t)z.columns * z.rows, sizeof(*z.at));
	if (!z.at)
		return ERR_MEMORY;
	fill(&z, d, c);
	draw_axes(d, &z);
	draw_cells(d, &z);
	draw_share(d, &z, 0.5, (struct pen){ INK_SERIES + 1, 1, 1.8, 0 });
	draw_share(d, &z, 0.99, (struct pen){ INK_SERIES + 1, 1, 1.8, 1 });
	free(z.at);
	return ERR_OK;
}
