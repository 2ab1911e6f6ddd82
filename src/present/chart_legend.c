/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table below a graph: what is what, and its figures. */
#include <stdio.h>

#include "present/chart_parts.h"
#include "present/words.h"

struct legend_column {
	const char *head;
	int aggregate; /* enum chart_aggregate; -1: how many */
};

static const struct legend_column of_values[] = {
	{ "n", -1 },        { "min", AGG_MIN }, { "avg", AGG_AVG }, { "p50", AGG_P50 },
	{ "p90", AGG_P90 }, { "p99", AGG_P99 }, { "max", AGG_MAX },
};
static const struct legend_column of_values_narrow[] = {
	{ "n", -1 },
	{ "p50", AGG_P50 },
	{ "p99", AGG_P99 },
	{ "max", AGG_MAX },
};
static const struct legend_column of_levels[] = {
	{ "in all", -1 }, { "mean", AGG_AVG }, { "p50", AGG_P50 }, { "p99", AGG_P99 }, { "max", AGG_MAX },
};
static const struct legend_column of_levels_narrow[] = {
	{ "in all", -1 },
	{ "mean", AGG_AVG },
	{ "max", AGG_MAX },
};

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

static const struct legend_column *columns_of(const struct chart_view *v, bool narrow, size_t *n)
{
	bool values = v->measure == CHART_VALUES;

	if (narrow) {
		*n = values ? COUNT_OF(of_values_narrow) : COUNT_OF(of_levels_narrow);
		return values ? of_values_narrow : of_levels_narrow;
	}
	*n = values ? COUNT_OF(of_values) : COUNT_OF(of_levels);
	return values ? of_values : of_levels;
}

/* The line that says what the marks mean stands above the table. */
static bool has_key(const struct chart_view *v)
{
	return v->kind == CHART_SCATTER || (v->kind == CHART_OVER_TIME && v->measure == CHART_VALUES);
}

double chart_legend_height(const struct chart_view *v, double font)
{
	double rows = (double)v->n_series + 1 + (has_key(v) ? 1.2 : 0);
	return rows * font * 1.5 + font * 0.9;
}

static void cell(const struct chart_drawing *d, double right, double y, enum ink ink, const char *s)
{
	canvas_text(d->canvas, right, y, (struct font){ d->at.font, ink, ALIGN_RIGHT, false }, s);
}

static void figures(const struct chart_drawing *d, const struct chart_facts *f, const struct legend_column *c,
		    size_t n, double right, double step, double y)
{
	char text[CHART_LABEL_MAX];

	for (size_t i = 0; i < n; i++) {
		if (c[i].aggregate < 0)
			chart_value_text(CHART_COUNT,
					 d->view->measure == CHART_CLIENTS ? f->clients : (double)f->n, text);
		else if (!f->n && d->view->measure == CHART_VALUES)
			snprintf(text, sizeof(text), "–");
		else
			chart_value_text(d->view->unit, f->of[c[i].aggregate], text);
		cell(d, right - step * (double)(n - 1 - i), y, INK_TEXT, text);
	}
}

/* A piece of line as it is drawn, or a piece of area. */
static void swatch(const struct chart_drawing *d, double x, double y, struct pen pen, bool filled)
{
	if (filled)
		canvas_rect(d->canvas, (struct box){ x, y - d->at.font * 0.75, 18, d->at.font * 0.8 }, pen);
	else
		canvas_segment(d->canvas, x, y - d->at.font * 0.35, x + 18, y - d->at.font * 0.35, pen);
}

static double key_item(const struct chart_drawing *d, double x, double y, struct pen pen, bool filled,
		       const char *name)
{
	swatch(d, x, y, pen, filled);
	canvas_text(d->canvas, x + 23, y, (struct font){ d->at.font, INK_DIM, ALIGN_LEFT, false }, name);
	return x + 23 + text_width(name, d->at.font, false) + d->at.font * 1.3;
}

static void key_of_values(const struct chart_drawing *d, double x, double y)
{
	const struct chart_view *v = d->view;
	bool alone = v->n_series == 1;
	enum ink ink = alone ? INK_SERIES : INK_DIM;
	unsigned n = 0;

	for (unsigned a = 0; a < N_AGGREGATES; a++) {
		if (!(v->aggregates >> a & 1))
			continue;
		enum ink own = alone ? (enum ink)(INK_SERIES + n % 7) : INK_DIM;
		x = key_item(d, x, y, (struct pen){ own, 1, 1.4, n % 4 }, false, chart_aggregate_name(a));
		n++;
	}
	if (n)
		return;
	if (alone && d->facts[0].n <= CHART_FEW) {
		canvas_rect(d->canvas, (struct box){ x + 7, y - d->at.font * 0.5, 4, 4 },
			    (struct pen){ ink, 1, 0, 0 });
		canvas_text(d->canvas, x + 23, y, (struct font){ d->at.font, INK_DIM, ALIGN_LEFT, false },
			    d->at.narrow ? "one value"
					 : "one value, or the least and the greatest of a pixel column");
		return;
	}
	x = key_item(d, x, y, (struct pen){ ink, 1, 1.8, 0 }, false, "p50");
	if (alone) {
		x = key_item(d, x, y, (struct pen){ ink, 0.5, 0, 0 }, true, "p50–p90");
		x = key_item(d, x, y, (struct pen){ ink, 0.28, 0, 0 }, true, "p90–p99");
	}
	key_item(d, x, y, (struct pen){ ink, 0.45, 2, 0 }, false,
		 d->at.narrow ? "min–max" : "min–max of each pixel column");
}

static void key_of_scatter(const struct chart_drawing *d, double x, double y)
{
	static const double alphas[] = { 0.2, 0.45, 0.7, 1 };

	for (unsigned i = 0; i < 4; i++, x += 12)
		canvas_rect(d->canvas, (struct box){ x, y - d->at.font * 0.75, 12, d->at.font * 0.8 },
			    (struct pen){ INK_SERIES, alphas[i], 0, 0 });
	canvas_text(d->canvas, x + 5, y, (struct font){ d->at.font, INK_DIM, ALIGN_LEFT, false },
		    "one to many");
	x += 5 + text_width("one to many", d->at.font, false) + d->at.font * 1.3;
	x = key_item(d, x, y, (struct pen){ INK_SERIES + 1, 1, 1.8, 0 }, false, "p50");
	key_item(d, x, y, (struct pen){ INK_SERIES + 1, 1, 1.8, 1 }, false, "p99");
}

static void row(const struct chart_drawing *d, size_t i, double y, double room)
{
	const struct chart_view *v = d->view;
	char name[256];

	/* Lines of --agg in a single series have colours of their own. */
	if (v->n_series > 1)
		swatch(d, 12, y, chart_pen(v, i, 2), false);
	double x = v->n_series > 1 ? 36 : 12;
	text_fit(v->series[i].name, d->at.font, false, room - x, name, sizeof(name));
	canvas_text(d->canvas, x, y, (struct font){ d->at.font, INK_TEXT, ALIGN_LEFT, false }, name);
}

void chart_draw_legend(const struct chart_drawing *d)
{
	size_t n;
	const struct legend_column *columns = columns_of(d->view, d->at.narrow, &n);
	if (d->view->no_sum) {
		columns++;
		n--;
	}
	double font = d->at.font, y = d->at.legend_y + font,
	       right = d->canvas->width - (d->at.narrow ? 14 : 24);
	double step = font * (d->at.narrow ? 6 : 7.2);

	if (has_key(d->view)) {
		if (d->view->kind == CHART_SCATTER)
			key_of_scatter(d, 12, y);
		else
			key_of_values(d, 12, y);
		y += font * 1.8;
	}
	for (size_t i = 0; i < n; i++)
		cell(d, right - step * (double)(n - 1 - i), y, INK_DIM, columns[i].head);
	for (size_t i = 0; i < d->view->n_series; i++) {
		y += font * 1.5;
		figures(d, &d->facts[i], columns, n, right, step, y);
		row(d, i, y, right - step * (double)n);
	}
}
