/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that draw graphs share; see chart_view.h. */
#ifndef PRESENT_CHART_PARTS_H
#define PRESENT_CHART_PARTS_H

#include "present/chart_columns.h"
#include "present/chart_view.h"

/* Up to so many values of a series are drawn as dots, one each. */
enum { CHART_FEW = 250 };

/* Where things are on the canvas. */
struct chart_layout {
	double font;     /* size of ordinary text */
	struct box plot; /* the main panel */
	struct box load; /* the one beneath; h is 0 without */
	double legend_y; /* top of the legend */
	bool narrow;     /* a phone */
};

/* Everything that drawing needs to know first. */
struct chart_drawing {
	const struct chart_view *view;
	struct canvas *canvas;
	struct chart_layout at;
	struct chart_times times; /* of the axis: never empty */
	struct chart_scale y;
	struct chart_facts facts[CHART_SERIES_MAX];
	struct chart_facts all;
	struct spread *spread; /* scratch */
};

/* The series' own colour; dash patterns tell them apart where colours are not seen. */
struct pen chart_pen(const struct chart_view *v, size_t series, double width);

/* The scale of values that fits the facts. */
struct chart_scale chart_scale_of(const struct chart_view *v, const struct chart_facts *f, unsigned ticks);

double chart_x(const struct chart_drawing *d, int64_t t_ns);
double chart_y(const struct chart_drawing *d, double value);

/* Grid, ticks and what is written at them, of value axes at the left and below. */
void chart_draw_values(struct canvas *c, struct box plot, const struct chart_scale *s, enum chart_unit unit,
		       unsigned want, double font, const char *name);
void chart_draw_bottom(struct canvas *c, struct box plot, const struct chart_tick *ticks, unsigned n,
		       const struct chart_scale *s, double font);

enum err chart_draw_time(struct chart_drawing *d);
enum err chart_draw_histogram(struct chart_drawing *d);
enum err chart_draw_scatter(struct chart_drawing *d);

double chart_legend_height(const struct chart_view *v, double font);
void chart_draw_legend(const struct chart_drawing *d);

#endif
