/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Graphs of watched servers: panels under each other with one time axis, since an hour of bad telegrams is
 * found by the dip in reach above it.  In each panel, of each series, the band from the least to the greatest
 * value and the average as a line; below all, a table of figures.  A gap stays a gap; what is negative lies
 * below zero.  Everything is borrowed and nothing is changed.
 */
#ifndef PRESENT_HISTORY_VIEW_H
#define PRESENT_HISTORY_VIEW_H

#include <stdbool.h>

#include "base/buf.h"
#include "engine/history_figures.h"
#include "engine/history_series.h"
#include "engine/history_span.h"
#include "present/canvas.h"
#include "present/chart_scale.h"

enum { HISTORY_LINES_MAX = 8, HISTORY_PANELS_MAX = 8 };

struct history_line {
	const char *name; /* of the server: a stranger's */
	const struct history_series *series;
	const struct history_span *span;
	struct history_figures figures;
	unsigned color; /* 0 to 6 */
};

/* Lines that share an axis. */
struct history_panel {
	struct history_line at[HISTORY_LINES_MAX];
	size_t n;
};

struct history_view {
	const char *title, *subtitle; /* "": none */
	struct history_panel panels[HISTORY_PANELS_MAX];
	size_t n;
	struct chart_times times;
	bool is_log;
};

/* Whether two lines may share an axis: of one series, or of one unit and much the same size.  Their figures
 * are known. */
bool history_share_axis(const struct history_line *a, const struct history_line *b);

/* Adds a line to the panel where it fits, or to a new one; its figures are made here.  ERR_LIMIT: there is no
 * place; ERR_MEMORY. */
enum err history_view_add(struct history_view *v, const struct history_line *line);

/* A height that leaves each panel some room: for so many panels and lines. */
unsigned history_view_height(const struct history_view *v, unsigned per_panel);

void history_view_draw(const struct history_view *v, struct canvas *c);
/* For a terminal of so many columns and rows. */
void history_view_text(const struct history_view *v, unsigned columns, unsigned rows, bool color,
		       struct buf *out);
/* ntpscope-history-graph-1 */
void history_view_json(const struct history_view *v, struct buf *out);

/* " ppm", "/s", " °C": what stands behind a number; "" of seconds, which have theirs in each, and of
 * counts. */
const char *history_unit_text(const struct history_series *s);
/* "-12.3 µs", "4.2 ppm", "signal loss"; "–" of NAN. */
void history_value_text(const struct history_series *s, double value, char out[64]);
/* The same, of a figure of a line: of states there is no mean, and neither are there percentiles. */
void history_figure_text(const struct history_line *l, double value, bool is_mean, char out[64]);
/* "p95, p99 of 5-minute means"; "" when there are only states, which have none. */
void history_means_text(const struct history_view *v, char out[80]);
/* The scale of a panel: all of its bands are within. */
struct chart_scale history_panel_scale(const struct history_panel *p, bool is_log, unsigned ticks);
/* Marks on it: names, where values have some. */
unsigned history_panel_ticks(const struct history_panel *p, const struct chart_scale *s, unsigned want,
			     struct chart_tick *out);
/* A value of a series as the scale has it. */
double history_scaled(const struct history_series *s, double value);

#endif
