/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Graphs on a terminal.  Over time, each column is a block as high as p50 (or the mean, of rates and clients)
 * with a line above it up to the greatest value:
 *
 *	 10 ms ┤       ╷
 *	  1 ms ┤    ╷  │  ╷
 *	100 µs ┤▂▃▂▄▃▂▅▂▃▂
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "present/chart_parts.h"
#include "present/terminal_parts.h"
#include "present/text.h"
#include "present/utf8.h"
#include "present/words.h"

enum {
	LABEL = 10,
	COLUMNS_MAX = 400,
	COLUMNS_LEAST = 40,
	ROWS_LEAST = 5,
	ROWS_MAX = 60,
	LOAD_ROWS = 3,
	FIGURES = 100
};

void terminal_put(struct terminal *t, enum terminal_style style, const char *s)
{
	static const char *const codes[] = { NULL, "\033[1m", "\033[2m", "\033[36m", "\033[33m" };

	if (!t->color || !codes[style]) {
		buf_str(t->out, s);
		return;
	}
	buf_str(t->out, codes[style]);
	buf_str(t->out, s);
	buf_str(t->out, "\033[0m");
}

void terminal_label(struct terminal *t, const char *s, const char *edge)
{
	size_t wide = utf8_columns(s, strlen(s));

	for (size_t i = wide; i < LABEL - 1; i++)
		buf_char(t->out, ' ');
	terminal_put(t, TERMINAL_DIM, s);
	terminal_put(t, TERMINAL_DIM, edge);
}

/* ---- panels over time ---------------------------------------------------------------------------- */

/* Runs of one style get their escape sequences once. */
struct pencil {
	struct terminal *t;
	enum terminal_style style;
	char run[4 * COLUMNS_MAX + 1];
	size_t len;
};

static void pencil_end(struct pencil *p)
{
	p->run[p->len] = '\0';
	if (p->len)
		terminal_put(p->t, p->style, p->run);
	p->len = 0;
}

static void pencil_put(struct pencil *p, enum terminal_style style, const char *s)
{
	/* Blanks need no colour. */
	if (*s != ' ' && style != p->style) {
		pencil_end(p);
		p->style = style;
	}
	memcpy(p->run + p->len, s, strlen(s));
	p->len += strlen(s);
}

static const char *const eighths[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };

struct panel {
	const struct chart_columns *columns;
	struct chart_scale y;
	unsigned rows;
	enum chart_aggregate body; /* as high as the block is */
	bool has_line;             /* up to the maximum */
	bool is_signed;            /* blocks would stand on nothing: lines only */
	enum terminal_style style;
};

static double level(const struct panel *p, double v)
{
	double place = chart_scale_place(&p->y, v);
	return (place < 0 ? 0 : place > 1 ? 1 : place) * p->rows;
}

/* What column c shows in a row, counted from the bottom. */
static const char *cell_of(const struct panel *p, const struct chart_column *c, unsigned row,
			   enum terminal_style *style)
{
	if (!c->n)
		return " ";
	double body = level(p, c->of[p->body]), top = level(p, c->of[AGG_MAX]),
	       low = level(p, c->of[AGG_MIN]);

	*style = p->style;
	if (p->is_signed) {
		if ((unsigned)fmin(body, p->rows - 0.01) == row)
			return "━";
		*style = TERMINAL_DIM;
		return row + 1 > low && row < top ? "│" : " ";
	}
	int part = (int)lround((body - row) * 8);
	/* What is there is never nothing. */
	if (row == 0 && part < 1 && c->of[p->body] > 0)
		part = 1;
	if (part >= 1)
		return eighths[part > 8 ? 8 : part];
	if (!p->has_line || top <= row)
		return " ";
	*style = TERMINAL_DIM;
	return top < row + 0.5 ? "╷" : "│";
}

static void add_column(struct chart_column *into, const struct chart_column *c)
{
	if (!c->n)
		return;
	for (unsigned a = 0; a < N_AGGREGATES; a++)
		if (!into->n || (a == AGG_MIN ? c->of[a] < into->of[a] : c->of[a] > into->of[a]))
			into->of[a] = c->of[a];
	into->n += c->n;
}

/* One column a character: those that begin there, or the one that lies across all of it. */
static enum err spread_out(struct chart_columns *c, const struct chart_times *times, size_t width)
{
	struct chart_column *at = calloc(width, sizeof(*at));
	double step = (double)ns_minus(times->to_ns, times->from_ns) / (double)width;
	double before = (double)ns_minus(times->from_ns, c->at[0].from_ns);
	size_t k = 0;

	if (!at)
		return ERR_MEMORY;
	for (size_t i = 0; i < width; i++) {
		size_t first = k;
		while (k < c->n && (k == 0 || (double)ns_minus(c->at[k].from_ns, c->at[0].from_ns) <
						      before + step * (double)(i + 1)))
			add_column(&at[i], &c->at[k++]);
		if (k == first && k > 0)
			at[i] = c->at[k - 1];
	}
	for (; k < c->n; k++)
		add_column(&at[width - 1], &c->at[k]);
	free(c->at);
	c->at = at;
	c->n = width;
	return ERR_OK;
}

static enum err columns_of(struct chart_columns *out, const struct chart_view *v, const struct chart *chart,
			   enum chart_measure measure, size_t width, struct spread *scratch)
{
	enum err e = chart_columns_make(out, v, chart, measure, width, true, scratch);

	if (!e)
		e = spread_out(out, &v->times, width);
	if (e)
		chart_columns_release(out);
	return e;
}

static void draw_panel(struct terminal *t, const struct panel *p, enum chart_unit unit)
{
	struct chart_tick ticks[CHART_TICKS_MAX];
	unsigned n = chart_scale_ticks(&p->y, unit, p->rows > 4 ? p->rows / 2 : 2, ticks);

	for (unsigned row = p->rows; row-- > 0;) {
		const char *label = "";
		for (unsigned i = 0; i < n; i++) {
			double at = fmin(level(p, ticks[i].at), p->rows - 0.01);
			if (ticks[i].label[0] && (unsigned)at == row)
				label = ticks[i].label;
		}
		terminal_label(t, label, *label ? "┤" : "│");
		struct pencil pencil = { .t = t };
		for (size_t i = 0; i < p->columns->n; i++) {
			enum terminal_style style = TERMINAL_PLAIN;
			const char *cell = cell_of(p, &p->columns->at[i], row, &style);
			pencil_put(&pencil, style, cell);
		}
		while (pencil.len && pencil.run[pencil.len - 1] == ' ')
			pencil.len--;
		pencil_end(&pencil);
		buf_char(t->out, '\n');
	}
}

/* A line of labels, each centred below its mark; false when there is none. */
static bool draw_labels(struct terminal *t, const struct chart_tick *ticks, const size_t *marks, unsigned n,
			bool below, size_t width)
{
	size_t column = 0;
	bool any = false;

	for (unsigned i = 0; i < n; i++) {
		const char *s = below ? ticks[i].below : ticks[i].label;
		size_t wide = utf8_columns(s, strlen(s)), from = marks[i] + LABEL;
		from = from > wide / 2 ? from - wide / 2 : 0;
		if (!*s || from + wide > width + LABEL + 1 || (any && from < column + 1))
			continue;
		for (; column < from; column++)
			buf_char(t->out, ' ');
		terminal_put(t, TERMINAL_DIM, s);
		column += wide;
		any = true;
	}
	return any;
}

/* "└──┬────" and the times below it. */
static void draw_time_axis(struct terminal *t, const struct chart_times *times, size_t width, bool named)
{
	struct chart_tick ticks[CHART_TICKS_MAX];
	unsigned n = chart_time_ticks(times, (unsigned)(width / 12) + 1, ticks);
	double span = (double)ns_minus(times->to_ns, times->from_ns);
	size_t marks[CHART_TICKS_MAX];

	terminal_label(t, "", "└");
	for (unsigned i = 0; i < n; i++) {
		size_t mark = span > 0 ? (size_t)(ticks[i].at / span * (double)width) : 0;
		marks[i] = mark < width ? mark : width - 1;
	}
	for (size_t i = 0; i < width; i++) {
		bool marked = false;
		for (unsigned k = 0; k < n; k++)
			marked |= marks[k] == i;
		terminal_put(t, TERMINAL_DIM, marked ? "┬" : "─");
	}
	buf_char(t->out, '\n');
	if (!named)
		return;
	draw_labels(t, ticks, marks, n, false, width);
	buf_char(t->out, '\n');
	if (draw_labels(t, ticks, marks, n, true, width))
		buf_str(t->out, times->clock == CHART_UTC ? " UTC\n" : "\n");
}

static enum err draw_load(struct terminal *t, const struct chart_drawing *d, size_t width)
{
	struct chart_view v = *d->view;
	struct chart_columns columns;

	v.times = d->times;
	v.measure = CHART_EVENTS;
	struct chart_facts f = chart_facts_of(&v, v.load, CHART_EVENTS, d->spread);
	enum err e = columns_of(&columns, &v, v.load, CHART_EVENTS, width, d->spread);
	if (e)
		return e;
	struct panel p = { .columns = &columns,
			   .y = chart_scale_fit(0, f.of[AGG_MAX], false, 2),
			   .rows = LOAD_ROWS,
			   .body = AGG_MAX,
			   .style = TERMINAL_ACCENT_2 };
	terminal_put(t, TERMINAL_DIM, v.load_name);
	terminal_put(t, TERMINAL_DIM, "/s, the busiest interval of each column\n");
	draw_panel(t, &p, CHART_RATE);
	draw_time_axis(t, &d->times, width, true);
	chart_columns_release(&columns);
	return ERR_OK;
}

static size_t wide(const char *s)
{
	return utf8_columns(s, strlen(s));
}

/* Before something so wide: a gap, or a new line where there is no room for it.  Returns the columns that
 * are in use with it. */
static size_t make_room(struct terminal *t, size_t used, const char *gap, size_t columns)
{
	size_t with = used + wide(gap) + columns;

	if (used && with <= t->columns) {
		terminal_put(t, TERMINAL_DIM, gap);
		return with;
	}
	if (used)
		buf_char(t->out, '\n');
	return columns;
}

static size_t draw_figure(struct terminal *t, size_t used, const char *gap, const char *name,
			  const char *value)
{
	used = make_room(t, used, gap, wide(name) + 1 + wide(value));
	terminal_put(t, TERMINAL_DIM, name);
	terminal_put(t, TERMINAL_PLAIN, " ");
	terminal_put(t, TERMINAL_PLAIN, value);
	return used;
}

/* n, p50 and so on of one series, behind a name that takes so many columns. */
static void draw_figures(struct terminal *t, const struct chart_view *v, const struct chart_facts *f,
			 size_t used)
{
	static const enum chart_aggregate of_values[] = { AGG_MIN, AGG_AVG,  AGG_P50, AGG_P90,
							  AGG_P99, AGG_P999, AGG_MAX };
	static const enum chart_aggregate of_levels[] = { AGG_AVG, AGG_P50, AGG_P99, AGG_MAX };
	bool values = v->measure == CHART_VALUES;
	unsigned n = values ? 7 : 4;
	char text[CHART_LABEL_MAX];

	chart_value_text(CHART_COUNT, v->measure == CHART_CLIENTS ? f->clients : (double)f->n, text);
	used = draw_figure(t, used, "  ", "n", text);
	for (unsigned i = 0; i < n && (f->n || !values); i++) {
		unsigned a = values ? of_values[i] : of_levels[i];
		chart_value_text(v->unit, f->of[a], text);
		used = draw_figure(t, used, " · ", chart_aggregate_name(a), text);
	}
	buf_char(t->out, '\n');
}

void terminal_heading(struct terminal *t, const struct chart_view *v, size_t series,
		      const struct chart_facts *f)
{
	char name[256] = "";

	if (v->n_series > 1) {
		text_clean(v->series[series].name, name, sizeof(name));
		terminal_put(t, TERMINAL_BOLD, name);
	}
	draw_figures(t, v, f, wide(name));
}

static enum err draw_over_time(struct terminal *t, struct chart_drawing *d, unsigned rows)
{
	struct chart_view v = *d->view;
	size_t width = t->columns - LABEL - 1;
	bool has_load = v.load != NULL;
	/* The title and a line of figures a series (two each where they do not fit into one), axis and times,
	 * requests with head and axis, and the prompt that comes next. */
	unsigned heads = (1 + (unsigned)v.n_series) * (t->columns < FIGURES ? 2 : 1);
	unsigned fixed = 4 + heads + (has_load ? LOAD_ROWS + 2 : 0);
	unsigned each = rows > fixed ? (rows - fixed) / (unsigned)v.n_series : 0;
	struct chart_columns columns = { 0 };

	v.times = d->times;
	each = each < ROWS_LEAST ? ROWS_LEAST : each;
	for (size_t i = 0; i < v.n_series; i++) {
		enum err e = columns_of(&columns, &v, v.series[i].chart, v.measure, width, d->spread);
		if (e)
			return e;
		struct panel p = { .columns = &columns,
				   .y = chart_scale_of(&v, &d->all, each / 2),
				   .rows = each,
				   .body = v.measure == CHART_VALUES ? AGG_P50 : AGG_AVG,
				   .has_line = true,
				   .style = TERMINAL_ACCENT };
		p.is_signed = p.y.low < 0;
		terminal_heading(t, &v, i, &d->facts[i]);
		draw_panel(t, &p, v.unit);
		if (i + 1 == v.n_series)
			draw_time_axis(t, &d->times, width, !has_load);
		chart_columns_release(&columns);
	}
	return has_load ? draw_load(t, d, width) : ERR_OK;
}

/* ---- all of it ----------------------------------------------------------------------------------- */

static void draw_head(struct terminal *t, const struct chart_view *v)
{
	char text[512];
	bool values = v->kind == CHART_OVER_TIME && v->measure == CHART_VALUES;
	const char *more = values ? ": block to p50, line to max" : "";

	text_clean(v->title, text, sizeof(text));
	size_t used = make_room(t, 0, "", wide(text));
	terminal_put(t, TERMINAL_BOLD, text);
	text_clean(v->subtitle, text, sizeof(text));
	used = make_room(t, used, " · ", wide(text));
	terminal_put(t, TERMINAL_ACCENT, text);
	make_room(t, used, " · ", wide(v->axis) + wide(more));
	terminal_put(t, TERMINAL_DIM, v->axis);
	terminal_put(t, TERMINAL_DIM, more);
	buf_char(t->out, '\n');
}

enum err chart_view_text(const struct chart_view *v, unsigned columns, unsigned rows, bool color,
			 struct buf *out)
{
	struct terminal t = { .out = out, .color = color };
	struct chart_drawing d = { .view = v, .times = v->times };
	enum err e = ERR_OK;

	t.columns = columns < COLUMNS_LEAST ? COLUMNS_LEAST : columns > COLUMNS_MAX ? COLUMNS_MAX : columns;
	rows = rows > ROWS_MAX ? ROWS_MAX : rows;
	d.spread = calloc(1, sizeof(*d.spread));
	if (!d.spread)
		return ERR_MEMORY;
	for (size_t i = 0; i < v->n_series; i++)
		d.facts[i] = chart_facts_of(v, v->series[i].chart, v->measure, d.spread);
	d.all = chart_facts_of_all(v, d.spread);
	draw_head(&t, v);
	if (!d.all.n)
		buf_str(out, "no values\n");
	else if (v->kind == CHART_OVER_TIME)
		e = draw_over_time(&t, &d, rows);
	else if (v->kind == CHART_HISTOGRAM)
		e = terminal_histogram(&t, &d, rows);
	else
		e = terminal_scatter(&t, &d, rows);
	free(d.spread);
	return e;
}
