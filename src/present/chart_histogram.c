/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many values are how great: bins of equal width on a logarithmic axis, or on a linear one where negative
 * values are usual. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "present/chart_parts.h"

enum { BINS_MAX = 240 };

struct histogram {
	struct chart_scale x;
	unsigned n_bins;
	double bins[CHART_SERIES_MAX][BINS_MAX];
	double most;
};

/* A bin of the accumulators may lie across the border of two of ours: it is shared out. */
static void share_out(struct histogram *h, double *bins, double low, double high, double n)
{
	double from = chart_scale_place(&h->x, low) * h->n_bins,
	       to = chart_scale_place(&h->x, high) * h->n_bins;

	from = fmin(fmax(from, 0), h->n_bins - 1e-6);
	to = fmin(fmax(to, from), h->n_bins - 1e-6);
	for (unsigned i = (unsigned)from; i <= (unsigned)to; i++) {
		double part = to > from ? (fmin(to, i + 1) - fmax(from, i)) / (to - from) : 1;
		bins[i] += n * part;
	}
}

static void fill(struct histogram *h, const struct chart_drawing *d, size_t series)
{
	const struct spread *s = d->spread;
	double scale = d->view->scale;

	(void)chart_facts_of(d->view, d->view->series[series].chart, d->view->measure, d->spread);
	for (unsigned p = 0; p < SPREAD_PAGES; p++)
		for (unsigned i = 0; s->used[p] && i < SPREAD_BINS; i++)
			if (s->bins[p][i] && !(h->x.log && h->x.knee <= 0 && spread_bin_low(p, i) <= 0))
				share_out(h, h->bins[series], (double)spread_bin_low(p, i) * scale,
					  ((double)spread_bin_high(p, i) + 1) * scale, (double)s->bins[p][i]);
	for (unsigned i = 0; i < h->n_bins; i++)
		h->most = fmax(h->most, h->bins[series][i]);
}

/* Logarithmic unless negative values are more than strays, or all are much alike. */
static struct chart_scale axis_of(const struct chart_facts *f)
{
	if (f->n_not_positive * 100 > f->n || f->least_positive <= 0)
		return chart_scale_fit(f->of[AGG_MIN], f->of[AGG_MAX], false, 8);
	struct chart_scale s = chart_scale_fit(f->least_positive, f->of[AGG_MAX], true, 8);
	return s;
}

static void draw_bars(const struct chart_drawing *d, const struct histogram *h, const struct chart_scale *y)
{
	struct box p = d->at.plot;
	double w = p.w / h->n_bins;

	for (unsigned i = 0; i < h->n_bins; i++) {
		double height = p.h * chart_scale_place(y, h->bins[0][i]);
		/* Not even a single one may vanish. */
		if (h->bins[0][i] > 0)
			canvas_rect(d->canvas,
				    (struct box){ p.x + w * i, p.y + p.h - fmax(height, 1.5),
						  w > 3 ? w - 0.7 : w, fmax(height, 1.5) },
				    (struct pen){ INK_SERIES, 0.75, 0, 0 });
	}
}

static void draw_steps(const struct chart_drawing *d, const struct histogram *h, size_t series,
		       const struct chart_scale *y)
{
	struct point at[2 * BINS_MAX + 2];
	struct box p = d->at.plot;
	size_t n = 0;

	for (unsigned i = 0; i < h->n_bins; i++) {
		double top = p.y +
			     p.h * (1 - chart_scale_place(y, fmax(h->bins[series][i], y->log ? y->low : 0)));
		at[n++] = (struct point){ p.x + p.w * i / h->n_bins, top };
		at[n++] = (struct point){ p.x + p.w * (i + 1) / h->n_bins, top };
	}
	canvas_line(d->canvas, at, n, chart_pen(d->view, series, 1.5));
}

/* Percentiles of a single series, named above their lines, in two rows where they are near each other. */
static void draw_marks(const struct chart_drawing *d, const struct histogram *h)
{
	static const enum chart_aggregate marks[] = { AGG_P50, AGG_P90, AGG_P99, AGG_P999, AGG_MAX };
	static const char *const names[] = { "p50", "p90", "p99", "p99.9", "max" };
	struct box p = d->at.plot;
	double font = d->at.font, taken[3] = { -1e9, -1e9, -1e9 };

	for (unsigned i = 0; i < 5; i++) {
		double x = p.x + p.w * chart_scale_place(&h->x, d->facts[0].of[marks[i]]);
		canvas_segment(d->canvas, x, p.y, x, p.y + p.h, (struct pen){ INK_SERIES + 1, 0.9, 1.2, 1 });
	}
	for (unsigned i = 0; i < 5; i++) {
		double v = d->facts[0].of[marks[i]], x = p.x + p.w * chart_scale_place(&h->x, v);
		char value[CHART_LABEL_MAX], text[64];
		unsigned row = 0;

		chart_value_text(d->view->unit, v, value);
		snprintf(text, sizeof(text), "%s %s", names[i], value);
		double w = text_width(text, font, false), left = x + 3;
		left = left + w > p.x + p.w ? x - 3 - w : left;
		while (row < 2 && left < taken[row] + font * 0.5)
			row++;
		taken[row] = left + w;
		canvas_rect(d->canvas,
			    (struct box){ left - 1, p.y + font * (0.2 + row * 1.3), w + 2, font * 1.2 },
			    (struct pen){ INK_PAGE, 0.85, 0, 0 });
		canvas_text(d->canvas, left, p.y + font * (1.1 + row * 1.3),
			    (struct font){ font, INK_TEXT, ALIGN_LEFT, false }, text);
	}
}

static void draw_axes(const struct chart_drawing *d, const struct histogram *h, const struct chart_scale *y)
{
	struct chart_tick ticks[CHART_TICKS_MAX];
	struct box p = d->at.plot;
	unsigned n = chart_scale_ticks(&h->x, d->view->unit, (unsigned)(p.w / (d->at.font * 6)) + 1, ticks);
	char axis[192];

	snprintf(axis, sizeof(axis), "how many%s", y->log ? " (logarithmic)" : "");
	chart_draw_values(d->canvas, p, y, CHART_COUNT, 6, d->at.font, axis);
	for (unsigned i = 0; i < n; i++) {
		double x = p.x + p.w * chart_scale_place(&h->x, ticks[i].at);
		canvas_segment(d->canvas, x, p.y, x, p.y + p.h, (struct pen){ INK_GRID, 1, 0.5, 0 });
	}
	chart_draw_bottom(d->canvas, p, ticks, n, &h->x, d->at.font);
	snprintf(axis, sizeof(axis), "%s%s", d->view->axis, h->x.log ? " (logarithmic)" : "");
	canvas_text(d->canvas, p.x + p.w, p.y + p.h + 7 + d->at.font * 2.1,
		    (struct font){ d->at.font, INK_DIM, ALIGN_RIGHT, false }, axis);
	if (h->x.log && d->all.n_not_positive) {
		snprintf(axis, sizeof(axis), "%llu not above zero are left out",
			 (unsigned long long)d->all.n_not_positive);
		canvas_text(d->canvas, p.x, p.y + p.h + 7 + d->at.font * 2.1,
			    (struct font){ d->at.font, INK_DIM, ALIGN_LEFT, false }, axis);
	}
}

enum err chart_draw_histogram(struct chart_drawing *d)
{
	struct histogram *h = calloc(1, sizeof(*h));
	bool log = d->view->scaling == CHART_SCALE_LOG;

	if (!h)
		return ERR_MEMORY;
	h->x = axis_of(&d->all);
	h->n_bins = (unsigned)(d->at.plot.w / 6);
	h->n_bins = h->n_bins > BINS_MAX ? BINS_MAX : h->n_bins < 8 ? 8 : h->n_bins;
	for (size_t i = 0; i < d->view->n_series; i++)
		fill(h, d, i);
	struct chart_scale y = chart_scale_fit(log ? 1 : 0, h->most, log, 6);
	draw_axes(d, h, &y);
	canvas_clip(d->canvas,
		    (struct box){ d->at.plot.x, d->at.plot.y - 1, d->at.plot.w, d->at.plot.h + 2 });
	if (d->view->n_series == 1) {
		draw_bars(d, h, &y);
		draw_marks(d, h);
	}
	for (size_t i = d->view->n_series; d->view->n_series > 1 && i-- > 0;)
		draw_steps(d, h, i, &y);
	canvas_unclip(d->canvas);
	free(h);
	return ERR_OK;
}
