/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Graphs of watched servers on a terminal; see history_view.h.  A column is the average as a bar and the way
 * from the least to the greatest value as a thin line:
 *
 *	 20 µs ┤    │
 *	     0 ┤━━━━━  ━━━━
 *	-20 µs ┤       │
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "present/history_view.h"
#include "present/terminal_parts.h"
#include "present/text.h"
#include "present/utf8.h"

enum {
	LABEL_LEAST = 9,
	LABEL_MOST = 16,
	COLUMNS_MOST = 400,
	COLUMNS_LEAST = 40,
	ROWS_LEAST = 5,
	ROWS_MOST = 40,
	NAME_MOST = 400
};

struct column {
	double avg, min, max;
};

struct screen {
	struct terminal t;
	const struct history_view *v;
	size_t width, left; /* left: of the axis, for labels and the axis itself */
	unsigned rows;      /* of a panel */
};

/* The bucket that lies in the middle of a column, and the extremes of all that touch it. */
static struct column column_of(const struct screen *s, const struct history_line *l, size_t i)
{
	const struct history_span *span = l->span;
	double all_ns = (double)ns_minus(s->v->times.to_ns, s->v->times.from_ns);
	double from_ns = (double)ns_minus(s->v->times.from_ns, span->start_ns);
	double width_ns = (double)span->width_ns, step_ns = all_ns / (double)s->width;
	double first = floor((from_ns + step_ns * (double)i) / width_ns);
	double last = ceil((from_ns + step_ns * (double)(i + 1)) / width_ns) - 1;
	struct column c = { 0, (double)NAN, (double)NAN };
	size_t n = 0;

	for (double k = fmax(first, 0); k <= fmax(last, first) && k < (double)span->n; k++) {
		const struct history_bucket *b = &span->at[(size_t)k];
		if (isnan(b->avg))
			continue;
		c.avg += history_scaled(l->series, l->series->steps ? b->max : b->avg);
		c.min = fmin(c.min, history_scaled(l->series, b->min));
		c.max = fmax(c.max, history_scaled(l->series, b->max));
		n++;
	}
	c.avg = n ? c.avg / (double)n : (double)NAN;
	return c;
}

static double level(const struct screen *s, const struct chart_scale *y, double v)
{
	double place = chart_scale_place(y, v);
	return fmin((place < 0 ? 0 : place > 1 ? 1 : place) * s->rows, s->rows - 0.01);
}

/* What a line shows in a row, counted from the bottom: 2 its average, 1 its range, 0 nothing. */
static int mark_of(const struct screen *s, const struct chart_scale *y, const struct column *c, unsigned row)
{
	if (isnan(c->avg))
		return 0;
	if ((unsigned)level(s, y, c->avg) == row)
		return 2;
	return level(s, y, c->max) >= row + 0.3 && level(s, y, c->min) <= row + 0.7 ? 1 : 0;
}

static void draw_row(struct screen *s, const struct history_panel *p, const struct chart_scale *y,
		     unsigned row)
{
	static const char *const bars[] = { "━", "╍", "┅", "┉" };

	for (size_t i = 0; i < s->width; i++) {
		const char *cell = " ";
		enum terminal_style style = TERMINAL_PLAIN;
		int best = 0;
		for (size_t k = 0; k < p->n; k++) {
			struct column c = column_of(s, &p->at[k], i);
			int mark = mark_of(s, y, &c, row);
			if (mark <= best)
				continue;
			best = mark;
			cell = mark == 2 ? bars[k % 4] : "│";
			style = mark == 1 ? TERMINAL_DIM : k % 2 ? TERMINAL_ACCENT_2 : TERMINAL_ACCENT;
		}
		terminal_put(&s->t, style, cell);
	}
	buf_char(s->t.out, '\n');
}

static unsigned ticks_wanted(const struct screen *s)
{
	return s->rows > 5 ? s->rows / 2 : 2;
}

static size_t label_width(const struct screen *s)
{
	struct chart_tick ticks[CHART_TICKS_MAX];
	size_t most = LABEL_LEAST;

	for (size_t i = 0; i < s->v->n; i++) {
		const struct history_panel *p = &s->v->panels[i];
		struct chart_scale y = history_panel_scale(p, s->v->is_log, ticks_wanted(s));
		unsigned n = history_panel_ticks(p, &y, ticks_wanted(s), ticks);
		for (unsigned k = 0; k < n; k++) {
			size_t wide = utf8_columns(ticks[k].label, strlen(ticks[k].label));
			most = wide > most ? wide : most;
		}
	}
	return most < LABEL_MOST ? most : LABEL_MOST;
}

static void put_label(struct screen *s, const char *label, const char *edge)
{
	for (size_t i = utf8_columns(label, strlen(label)); i + 1 < s->left; i++)
		buf_char(s->t.out, ' ');
	terminal_put(&s->t, TERMINAL_DIM, label);
	terminal_put(&s->t, TERMINAL_DIM, edge);
}

static void draw_panel(struct screen *s, const struct history_panel *p)
{
	struct chart_tick ticks[CHART_TICKS_MAX];
	unsigned want = ticks_wanted(s);
	struct chart_scale y = history_panel_scale(p, s->v->is_log, want);
	unsigned n = history_panel_ticks(p, &y, want, ticks);

	for (unsigned row = s->rows; row-- > 0;) {
		char label[CHART_LABEL_MAX] = "";
		for (unsigned i = 0; i < n; i++)
			if (ticks[i].label[0] && (unsigned)level(s, &y, ticks[i].at) == row)
				/* Names of states are cut, numbers are never so long. */
				snprintf(label, sizeof(label), "%.*s",
					 (unsigned char)ticks[i].label[0] < 0x80 &&
							 utf8_columns(ticks[i].label,
								      strlen(ticks[i].label)) > LABEL_MOST
						 ? LABEL_MOST
						 : (int)sizeof(label) - 1,
					 ticks[i].label);
		put_label(s, label, label[0] ? "┤" : "│");
		draw_row(s, p, &y, row);
	}
}

static void draw_times(struct screen *s)
{
	struct chart_tick ticks[CHART_TICKS_MAX];
	unsigned n = chart_time_ticks(&s->v->times, (unsigned)(s->width / 12) + 1, ticks);
	double all_ns = (double)ns_minus(s->v->times.to_ns, s->v->times.from_ns);
	char row[3][COLUMNS_MOST + LABEL_MOST + 2];

	memset(row, ' ', sizeof(row));
	put_label(s, "", "└");
	for (size_t i = 0; i < s->width; i++) {
		bool is_mark = false;
		for (unsigned k = 0; k < n; k++)
			is_mark |= (size_t)(ticks[k].at / all_ns * (double)s->width) == i;
		terminal_put(&s->t, TERMINAL_DIM, is_mark ? "┬" : "─");
	}
	for (int line = 0; line < 2; line++) {
		size_t used = 0, most = s->left + s->width;
		for (unsigned k = 0; k < n; k++) {
			const char *text = line ? ticks[k].below : ticks[k].label;
			size_t len = strlen(text),
			       at = s->left + (size_t)(ticks[k].at / all_ns * (double)s->width);
			at = at > len / 2 ? at - len / 2 : 0;
			if (!len || at + len > most || (used && at <= used))
				continue;
			memcpy(&row[line][at], text, len);
			used = at + len;
		}
		row[line][used] = '\0';
		buf_char(s->t.out, '\n');
		terminal_put(&s->t, TERMINAL_DIM, row[line]);
	}
	terminal_put(&s->t, TERMINAL_DIM, s->v->times.clock == CHART_UTC ? " UTC\n" : "\n");
}

static void draw_figures(struct screen *s, const struct history_line *l)
{
	const struct history_figures *f = &l->figures;
	const struct {
		const char *name;
		double value;
	} all[] = { { "last", f->last }, { "avg", f->avg }, { "min", f->min },
		    { "max", f->max },   { "p95", f->p95 }, { "p99", f->p99 } };
	char clean[NAME_MOST], text[64];

	text_clean(l->name, clean, sizeof(clean));
	terminal_put(&s->t, TERMINAL_BOLD, clean);
	terminal_put(&s->t, TERMINAL_BOLD, " ");
	terminal_put(&s->t, TERMINAL_BOLD, l->series->name);
	size_t used = strlen(clean) + strlen(l->series->name) + 1;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		history_figure_text(l, all[i].value, i == 1 || i > 3, text);
		size_t wide = strlen(all[i].name) + 3 + utf8_columns(text, strlen(text));
		if (used + wide > s->t.columns) {
			buf_char(s->t.out, '\n');
			used = 0;
		}
		terminal_put(&s->t, TERMINAL_DIM, "  ");
		terminal_put(&s->t, TERMINAL_DIM, all[i].name);
		terminal_put(&s->t, TERMINAL_PLAIN, " ");
		terminal_put(&s->t, TERMINAL_PLAIN, text);
		used += wide;
	}
	buf_char(s->t.out, '\n');
}

static void put_titles(struct screen *s, const struct history_panel *p)
{
	for (size_t i = 0; i < p->n; i++) {
		bool is_new = true;
		for (size_t k = 0; k < i; k++)
			is_new &= p->at[k].series != p->at[i].series;
		if (i && is_new)
			terminal_put(&s->t, TERMINAL_BOLD, " · ");
		if (is_new)
			terminal_put(&s->t, TERMINAL_BOLD, p->at[i].series->title);
	}
	buf_char(s->t.out, '\n');
}

void history_view_text(const struct history_view *v, unsigned columns, unsigned rows, bool color,
		       struct buf *out)
{
	struct screen s = { .t = { out, color, columns }, .v = v };
	unsigned used = 5;

	columns = columns < COLUMNS_LEAST ? COLUMNS_LEAST : columns;
	for (size_t i = 0; i < v->n; i++)
		used += 1 + (unsigned)v->panels[i].n;
	unsigned each = rows > used && v->n ? (rows - used) / (unsigned)v->n : 0;
	s.rows = each < ROWS_LEAST ? ROWS_LEAST : each > ROWS_MOST ? ROWS_MOST : each;
	s.left = label_width(&s) + 1;
	s.width = columns - s.left - 1 > COLUMNS_MOST ? COLUMNS_MOST : columns - s.left - 1;
	for (size_t i = 0; i < v->n; i++) {
		put_titles(&s, &v->panels[i]);
		draw_panel(&s, &v->panels[i]);
	}
	draw_times(&s);
	for (size_t i = 0; i < v->n; i++)
		for (size_t k = 0; k < v->panels[i].n; k++)
			draw_figures(&s, &v->panels[i].at[k]);
	char hint[80];
	history_means_text(v, hint);
	if (hint[0]) {
		terminal_put(&s.t, TERMINAL_DIM, hint);
		buf_char(out, '\n');
	}
}
