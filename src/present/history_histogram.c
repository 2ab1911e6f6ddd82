/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/history_histogram.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "present/chart_parts.h"

void history_histogram_make(const struct history_line *l, struct history_histogram *h)
{
	const struct history_figures *f = &l->figures;
	double p1 = history_scaled(l->series, f->p1), p99 = history_scaled(l->series, f->p99);
	double room = (p99 - p1) / 4;

	*h = (struct history_histogram){ 0 };
	if (!f->n)
		return;
	/* All the same: one bar in the middle. */
	if (room <= 0)
		room = fmax(fabs(p1) / 10, 1e-9);
	h->low = p1 - room;
	h->high = p99 + room;
	for (size_t i = 0; i < l->span->n; i++) {
		double v = history_scaled(l->series, l->span->at[i].avg);
		double at = (v - h->low) / (h->high - h->low) * HISTOGRAM_BINS;
		if (isnan(v))
			continue;
		if (at < 0 || at >= HISTOGRAM_BINS) {
			h->n_outside++;
			continue;
		}
		size_t bin = (size_t)at;
		if (++h->bins[bin] > h->most)
			h->most = h->bins[bin];
	}
}

/* A line at a percentile, and its name above. */
static void mark(struct canvas *c, struct box plot, const struct chart_scale *x, double at, const char *name,
		 double font)
{
	double px = plot.x + plot.w * chart_scale_place(x, at);

	canvas_segment(c, px, plot.y, px, plot.y + plot.h, (struct pen){ INK_DIM, 1, 1, 1 });
	canvas_text(c, px, plot.y - font * 0.4, (struct font){ font, INK_DIM, ALIGN_CENTER, false }, name);
}

void history_histogram_draw(const struct history_line *l, struct canvas *c)
{
	struct history_histogram h;
	struct chart_tick ticks[CHART_TICKS_MAX];
	const double font = 12;
	struct box plot = { 60, font * 3.2, c->width - 80, c->height - font * 6.8 };
	bool is_duration = strcmp(l->series->unit, "s") == 0;
	char text[80];

	history_histogram_make(l, &h);
	if (!h.most)
		return;
	struct chart_scale x = { .low = h.low, .high = h.high };
	struct chart_scale y = chart_scale_fit(0, (double)h.most, false, 4);
	chart_draw_values(c, plot, &y, CHART_COUNT, 4, font, "");
	unsigned n = chart_scale_ticks(&x, is_duration ? CHART_DURATION : CHART_PLAIN,
				       (unsigned)(plot.w / (font * 8)) + 1, ticks);
	chart_draw_bottom(c, plot, ticks, n, &x, font);
	for (size_t i = 0; i < HISTOGRAM_BINS; i++) {
		double high = plot.h * chart_scale_place(&y, (double)h.bins[i]);
		double wide = plot.w / HISTOGRAM_BINS;
		if (h.bins[i])
			canvas_rect(
				c,
				(struct box){ plot.x + wide * (double)i, plot.y + plot.h - high, wide, high },
				(struct pen){ INK_SERIES, 0.8, 0, 0 });
	}
	mark(c, plot, &x, history_scaled(l->series, l->figures.p1), "p1", font);
	mark(c, plot, &x, history_scaled(l->series, l->figures.p50), "p50", font);
	mark(c, plot, &x, history_scaled(l->series, l->figures.p99), "p99", font);
	snprintf(text, sizeof(text), "%zu intervals, %zu of them outside", l->figures.n, h.n_outside);
	canvas_text(c, plot.x, c->height - font * 0.6, (struct font){ font, INK_DIM, ALIGN_LEFT, false },
		    text);
}
