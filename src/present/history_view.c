/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/history_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "present/chart_parts.h"

enum { POINTS_AT_ONCE = 1024 };

static const struct pen GRID = { INK_GRID, 1, 1, 0 }, AXIS = { INK_AXIS, 1, 1, 0 };

static bool fits(const struct history_panel *p, const struct history_line *l)
{
	bool is_same = true;

	for (size_t i = 0; i < p->n; i++)
		is_same &= history_share_axis(&p->at[i], l);
	return is_same;
}

enum err history_view_add(struct history_view *v, const struct history_line *line)
{
	struct history_panel *p = NULL;
	struct history_line l = *line;
	enum err e = history_figures(l.span, &l.figures);

	if (e)
		return e;
	for (size_t i = 0; i < v->n && !p; i++)
		if (fits(&v->panels[i], &l))
			p = &v->panels[i];
	if (!p && v->n < HISTORY_PANELS_MAX) {
		p = &v->panels[v->n++];
		p->n = 0;
	}
	if (!p || p->n == HISTORY_LINES_MAX)
		return ERR_LIMIT;
	p->at[p->n++] = l;
	return ERR_OK;
}

static size_t count_lines(const struct history_view *v)
{
	size_t n = 0;
	for (size_t i = 0; i < v->n; i++)
		n += v->panels[i].n;
	return n;
}

/* ---- layout -------------------------------------------------------------------------------------- */

struct drawing {
	const struct history_view *v;
	struct canvas *c;
	double font, left, width; /* of the panels */
	double top, each, legend_y;
};

static double head_height(const struct history_view *v, double font)
{
	return (v->title[0] ? font * 2.4 : 0) + (v->subtitle[0] ? font * 1.5 : 0) + 2;
}

static double legend_height(const struct history_view *v, double font)
{
	return ((double)count_lines(v) + 1) * font * 1.5 + font * 0.6;
}

/* Above each panel its name, below the last one the times. */
static double around(double font)
{
	return font * 2;
}

unsigned history_view_height(const struct history_view *v, unsigned per_panel)
{
	const double font = 12;
	return (unsigned)(head_height(v, font) + legend_height(v, font) + font * 3.4 +
			  (double)v->n * (per_panel + around(font)));
}

static struct box plot_of(const struct drawing *d, size_t i)
{
	double h = d->each - around(d->font);
	return (struct box){ d->left, d->top + d->each * (double)i + around(d->font), d->width,
			     h < 20 ? 20 : h };
}

static unsigned ticks_wanted(const struct drawing *d)
{
	double n = (d->each - around(d->font)) / (d->font * 2.6);
	return n < 2 ? 2 : n > 9 ? 9 : (unsigned)n;
}

static double widest_label(const struct drawing *d)
{
	struct chart_tick ticks[CHART_TICKS_MAX];
	double most = 0;

	for (size_t i = 0; i < d->v->n; i++) {
		const struct history_panel *p = &d->v->panels[i];
		struct chart_scale s = history_panel_scale(p, d->v->is_log, ticks_wanted(d));
		unsigned n = history_panel_ticks(p, &s, ticks_wanted(d), ticks);
		for (unsigned k = 0; k < n; k++)
			most = fmax(most, text_width(ticks[k].label, d->font, false));
	}
	return most;
}

static struct drawing layout_of(const struct history_view *v, struct canvas *c)
{
	struct drawing d = { .v = v, .c = c, .font = c->width < 600 ? 11 : 12 };

	d.top = head_height(v, d.font);
	d.legend_y = c->height - legend_height(v, d.font);
	d.each = (d.legend_y - d.font * 3.4 - d.top) / (double)(v->n ? v->n : 1);
	d.left = fmax(widest_label(&d) + 14, 44);
	d.width = c->width - d.left - (c->width < 600 ? 12 : 22);
	return d;
}

/* ---- a panel ------------------------------------------------------------------------------------- */

static double x_of(const struct drawing *d, int64_t t_ns)
{
	const struct chart_times *t = &d->v->times;
	return d->left +
	       d->width * (double)ns_minus(t_ns, t->from_ns) / (double)ns_minus(t->to_ns, t->from_ns);
}

static double y_of(const struct box *plot, const struct chart_scale *s, double value)
{
	return plot->y + plot->h * (1 - chart_scale_place(s, value));
}

static void draw_axis(const struct drawing *d, const struct history_panel *p, const struct chart_scale *s,
		      struct box plot)
{
	struct chart_tick ticks[CHART_TICKS_MAX];
	unsigned n = history_panel_ticks(p, s, ticks_wanted(d), ticks);
	double before = plot.y + plot.h + 2 * d->font;

	for (unsigned i = 0; i < n; i++) {
		double y = y_of(&plot, s, ticks[i].at);
		bool is_zero = ticks[i].at == 0 && s->low < 0 && !p->at[0].series->steps;
		canvas_segment(d->c, plot.x, y, plot.x + plot.w, y, is_zero ? AXIS : GRID);
		if (!ticks[i].label[0] || before - y < d->font * 1.1)
			continue;
		canvas_text(d->c, plot.x - 6, y + d->font * 0.35,
			    (struct font){ d->font, INK_TEXT, ALIGN_RIGHT, false }, ticks[i].label);
		before = y;
	}
	canvas_segment(d->c, plot.x, plot.y, plot.x, plot.y + plot.h, AXIS);
}

/* By the title, or without one by whoever has the picture in a page of his own. */
static bool is_told(const struct history_view *v, const struct history_series *s)
{
	return !v->title[0] || strcmp(s->title, v->title) == 0;
}

static void draw_name(const struct drawing *d, const struct history_panel *p, struct box plot)
{
	const char *unit = history_unit_text(p->at[0].series);
	char text[400], fitted[400];
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < p->n && len < sizeof(text); i++) {
		bool is_new = true;
		for (size_t k = 0; k < i; k++)
			is_new &= p->at[k].series != p->at[i].series;
		if (is_new && (d->v->n > 1 || !is_told(d->v, p->at[i].series)))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", len ? " · " : "",
						p->at[i].series->title);
	}
	unit += *unit == ' ';
	if (*unit && len < sizeof(text))
		snprintf(text + len, sizeof(text) - len, "%s%s", len ? ", " : "", unit);
	text_fit(text, d->font, false, plot.w, fitted, sizeof(fitted));
	canvas_text(d->c, plot.x, plot.y - d->font * 0.5,
		    (struct font){ d->font, INK_DIM, ALIGN_LEFT, false }, fitted);
}

static void draw_times(const struct drawing *d, struct box plot, bool is_last)
{
	static const char *const clocks[] = { "UTC", "local time", "" };
	struct chart_tick ticks[CHART_TICKS_MAX];
	struct chart_scale s = { .low = 0, .high = (double)ns_minus(d->v->times.to_ns, d->v->times.from_ns) };
	unsigned n = chart_time_ticks(&d->v->times, (unsigned)(plot.w / (d->font * 7)) + 1, ticks);
	const char *clock = clocks[d->v->times.clock];
	double clock_x = plot.x + plot.w - text_width(clock, d->font, false) - d->font;

	for (unsigned i = 0; i < n; i++) {
		double x = plot.x + plot.w * chart_scale_place(&s, ticks[i].at);
		canvas_segment(d->c, x, plot.y, x, plot.y + plot.h, (struct pen){ INK_GRID, 1, 0.5, 0 });
		if (!is_last)
			ticks[i].label[0] = ticks[i].below[0] = '\0';
		else if (i && x + text_width(ticks[i].below, d->font, false) / 2 > clock_x)
			ticks[i].below[0] = '\0';
	}
	chart_draw_bottom(d->c, plot, ticks, n, &s, d->font);
	if (is_last)
		canvas_text(d->c, plot.x + plot.w, plot.y + plot.h + 7 + d->font * 2.1,
			    (struct font){ d->font, INK_DIM, ALIGN_RIGHT, false }, clock);
}

/* Some buckets at a time, so that no picture needs memory of its own. */
static void draw_band(const struct drawing *d, const struct history_line *l, const struct chart_scale *s,
		      struct box plot, struct pen pen)
{
	struct upright at[POINTS_AT_ONCE];
	size_t n = 0;

	for (size_t i = 0; i < l->span->n; i++) {
		const struct history_bucket *b = &l->span->at[i];
		if (isnan(b->avg))
			continue;
		double x = (x_of(d, l->span->start_ns + l->span->width_ns * (int64_t)i) +
			    x_of(d, l->span->start_ns + l->span->width_ns * (int64_t)(i + 1))) /
			   2;
		double top = y_of(&plot, s, history_scaled(l->series, b->max));
		double bottom = y_of(&plot, s, history_scaled(l->series, b->min));
		if (bottom - top >= 1)
			at[n++] = (struct upright){ x, top, bottom };
		if (n == POINTS_AT_ONCE) {
			canvas_uprights(d->c, at, n, pen);
			n = 0;
		}
	}
	canvas_uprights(d->c, at, n, pen);
}

/* Of states the last one of each bucket counts, level until the next. */
static size_t add_points(const struct drawing *d, const struct history_line *l, const struct chart_scale *s,
			 struct box plot, size_t i, struct point *at)
{
	const struct history_bucket *b = &l->span->at[i];
	double from = x_of(d, l->span->start_ns + l->span->width_ns * (int64_t)i);
	double to = x_of(d, l->span->start_ns + l->span->width_ns * (int64_t)(i + 1));
	/* Where a gap ends the bucket there is no last one, but a mean. */
	double value = l->series->steps ? floor(b->last + 0.5) : b->avg;
	double y = y_of(&plot, s, history_scaled(l->series, value));
	bool is_alone = (i == 0 || isnan(l->span->at[i - 1].avg)) &&
			(i + 1 == l->span->n || isnan(l->span->at[i + 1].avg));

	if (!is_alone && !l->series->steps) {
		at[0] = (struct point){ (from + to) / 2, y };
		return 1;
	}
	at[0] = (struct point){ from, y };
	at[1] = (struct point){ fmax(to, from + 2), y };
	return 2;
}

static void draw_line(const struct drawing *d, const struct history_line *l, const struct chart_scale *s,
		      struct box plot, struct pen pen)
{
	struct point at[POINTS_AT_ONCE];
	size_t n = 0;

	for (size_t i = 0; i < l->span->n; i++) {
		bool is_known = !isnan(l->span->at[i].avg);
		if (is_known)
			n += add_points(d, l, s, plot, i, at + n);
		if (n && (!is_known || n + 2 > POINTS_AT_ONCE)) {
			canvas_line(d->c, at, n, pen);
			at[0] = at[n - 1];
			n = is_known; /* it goes on from there */
		}
	}
	canvas_line(d->c, at, n, pen);
}

static struct pen pen_of(const struct history_panel *p, size_t i, double width)
{
	return (struct pen){ (enum ink)(INK_SERIES + p->at[i].color % 7), 1, width,
			     p->n > 1 ? (unsigned)(i % 4) : 0 };
}

static void draw_panel(const struct drawing *d, size_t i)
{
	const struct history_panel *p = &d->v->panels[i];
	struct box plot = plot_of(d, i);
	struct chart_scale s = history_panel_scale(p, d->v->is_log, ticks_wanted(d));

	draw_times(d, plot, i + 1 == d->v->n);
	draw_axis(d, p, &s, plot);
	draw_name(d, p, plot);
	canvas_clip(d->c, (struct box){ plot.x, plot.y - 1, plot.w, plot.h + 2 });
	for (size_t k = 0; k < p->n; k++) {
		const struct history_span *span = p->at[k].span;
		struct pen band = pen_of(p, k,
					 d->width * (double)span->width_ns /
						 (double)ns_minus(d->v->times.to_ns, d->v->times.from_ns));
		band.width = fmax(band.width, 1);
		band.alpha = p->n > 1 ? 0.2 : 0.3;
		band.dash = 0;
		draw_band(d, &p->at[k], &s, plot, band);
	}
	for (size_t k = p->n; k-- > 0;)
		draw_line(d, &p->at[k], &s, plot, pen_of(p, k, 1.5));
	canvas_unclip(d->c);
}

/* ---- the table ----------------------------------------------------------------------------------- */

static void cell(const struct drawing *d, double right, double y, enum ink ink, const char *s)
{
	canvas_text(d->c, right, y, (struct font){ d->font, ink, ALIGN_RIGHT, false }, s);
}

/* Names need some room, too. */
static bool is_narrow(const struct drawing *d)
{
	return d->c->width < 800;
}

static void legend_row(const struct drawing *d, const struct history_panel *p, size_t i, double y,
		       double step)
{
	const struct history_line *l = &p->at[i];
	const struct history_figures *f = &l->figures;
	const double wide[] = { f->last, f->avg, f->min, f->max, f->p95, f->p99 };
	const double narrow[] = { f->last, f->min, f->max };
	unsigned n = is_narrow(d) ? 3 : 6;
	double right = d->left + d->width, room = d->width - step * n + 6;
	char text[600], fitted[600], number[64];

	canvas_segment(d->c, d->left, y - d->font * 0.35, d->left + 20, y - d->font * 0.35, pen_of(p, i, 2));
	snprintf(text, sizeof(text), "%s %s", l->name, l->series->name);
	text_fit(text, d->font, false, room - 26, fitted, sizeof(fitted));
	canvas_text(d->c, d->left + 26, y, (struct font){ d->font, INK_TEXT, ALIGN_LEFT, false }, fitted);
	for (unsigned k = 0; k < n; k++) {
		history_figure_text(l, (n == 3 ? narrow : wide)[k], n == 6 && (k == 1 || k > 3), number);
		cell(d, right - step * (double)(n - 1 - k), y, INK_TEXT, number);
	}
}

static void draw_legend(const struct drawing *d)
{
	static const char *const wide[] = { "last", "avg", "min", "max", "p95", "p99" };
	static const char *const narrow[] = { "last", "min", "max" };
	unsigned n = is_narrow(d) ? 3 : 6;
	double step = d->font * 7, y = d->legend_y + d->font * 1.3;
	char means[80], text[160], hint[160];

	for (unsigned k = 0; k < n; k++)
		cell(d, d->left + d->width - step * (double)(n - 1 - k), y, INK_DIM,
		     (n == 3 ? narrow : wide)[k]);
	history_means_text(d->v, means);
	snprintf(text, sizeof(text), "line: average, band: least to greatest%s%s",
		 n == 6 && means[0] ? "; " : "", n == 6 ? means : "");
	text_fit(text, d->font, false, d->width - step * n - d->font, hint, sizeof(hint));
	canvas_text(d->c, d->left, y, (struct font){ d->font, INK_DIM, ALIGN_LEFT, false }, hint);
	for (size_t i = 0; i < d->v->n; i++)
		for (size_t k = 0; k < d->v->panels[i].n; k++)
			legend_row(d, &d->v->panels[i], k, y += d->font * 1.5, step);
}

static void draw_head(const struct drawing *d)
{
	char text[512];
	double room = d->c->width - 24, y = d->font * 1.7;

	if (d->v->title[0]) {
		text_fit(d->v->title, d->font * 1.4, true, room, text, sizeof(text));
		canvas_text(d->c, 12, y, (struct font){ d->font * 1.4, INK_TEXT, ALIGN_LEFT, true }, text);
		y += d->font * 1.6;
	}
	text_fit(d->v->subtitle, d->font, false, room, text, sizeof(text));
	if (text[0])
		canvas_text(d->c, 12, y, (struct font){ d->font, INK_DIM, ALIGN_LEFT, false }, text);
}

void history_view_draw(const struct history_view *v, struct canvas *c)
{
	struct drawing d = layout_of(v, c);

	draw_head(&d);
	for (size_t i = 0; i < v->n; i++)
		draw_panel(&d, i);
	draw_legend(&d);
}
