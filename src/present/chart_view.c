/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A graph as a whole: where things go, the title, the axes. */
#include "present/chart_view.h"

#include <stdlib.h>

#include "base/nstime.h"
#include "present/chart_parts.h"

static const struct pen GRID = { INK_GRID, 1, 1, 0 }, AXIS = { INK_AXIS, 1, 1, 0 };

struct pen chart_pen(const struct chart_view *v, size_t series, double width)
{
	/* Of a single series nothing needs telling apart. */
	return (struct pen){
		.ink = v->series[series].others ? INK_OTHERS : (enum ink)(INK_SERIES + series % 7),
		.alpha = 1,
		.width = width,
		.dash = v->n_series > 1 ? (unsigned)(series % 4) : 0,
	};
}

double chart_x(const struct chart_drawing *d, int64_t t_ns)
{
	double span = (double)(d->times.to_ns - d->times.from_ns);
	return d->at.plot.x + d->at.plot.w * ((double)ns_minus(t_ns, d->times.from_ns) / span);
}

double chart_y(const struct chart_drawing *d, double value)
{
	return d->at.plot.y + d->at.plot.h * (1 - chart_scale_place(&d->y, value));
}

void chart_draw_values(struct canvas *c, struct box plot, const struct chart_scale *s, enum chart_unit unit,
		       unsigned want, double font, const char *name)
{
	struct chart_tick ticks[CHART_TICKS_MAX];
	unsigned n = chart_scale_ticks(s, unit, want, ticks);
	double before = plot.y + plot.h + 2 * font;

	for (unsigned i = 0; i < n; i++) {
		double y = plot.y + plot.h * (1 - chart_scale_place(s, ticks[i].at));
		struct pen grid = GRID;
		grid.width = ticks[i].label[0] ? 1 : 0.5;
		canvas_segment(c, plot.x, y, plot.x + plot.w, y, grid);
		if (ticks[i].label[0] && before - y >= font * 1.1) {
			canvas_text(c, plot.x - 6, y + font * 0.35,
				    (struct font){ font, INK_TEXT, ALIGN_RIGHT, false }, ticks[i].label);
			before = y;
		}
	}
	canvas_segment(c, plot.x, plot.y, plot.x, plot.y + plot.h, AXIS);
	canvas_text(c, plot.x, plot.y - font * 0.6, (struct font){ font, INK_DIM, ALIGN_LEFT, false }, name);
}

void chart_draw_bottom(struct canvas *c, struct box plot, const struct chart_tick *ticks, unsigned n,
		       const struct chart_scale *s, double font)
{
	double bottom = plot.y + plot.h, free_from = -1e9, below_from = -1e9;

	canvas_segment(c, plot.x, bottom, plot.x + plot.w, bottom, AXIS);
	for (unsigned i = 0; i < n; i++) {
		double x = plot.x + plot.w * chart_scale_place(s, ticks[i].at);
		double half = text_width(ticks[i].label, font, false) / 2;
		bool named = ticks[i].label[0] && x - half > free_from && x + half <= c->width;

		canvas_segment(c, x, bottom, x, bottom + (ticks[i].label[0] ? 5 : 3), AXIS);
		if (named) {
			canvas_text(c, x, bottom + 7 + font * 0.8,
				    (struct font){ font, INK_TEXT, ALIGN_CENTER, false }, ticks[i].label);
			free_from = x + half + font * 0.5;
		}
		half = text_width(ticks[i].below, font, false) / 2;
		/* The date stands under its tick, or as near as the edge lets it. */
		double at = x - half < 2 ? half + 2 : x + half > c->width - 2 ? c->width - half - 2 : x;
		if (ticks[i].below[0] && at - half > below_from) {
			canvas_text(c, at, bottom + 7 + font * 2.1,
				    (struct font){ font, INK_DIM, ALIGN_CENTER, false }, ticks[i].below);
			below_from = at + half + font * 0.7;
		}
	}
}

/* ---- what is to be known first ------------------------------------------------------------------- */

/* A few far away would press all others flat. */
static bool wants_log(const struct chart_view *v, const struct chart_facts *f)
{
	if (v->scaling != CHART_SCALE_AUTO)
		return v->scaling == CHART_SCALE_LOG;
	if (v->measure != CHART_VALUES || v->unit != CHART_DURATION)
		return false;
	double usual = f->of[AGG_P90] < 0 ? -f->of[AGG_P90] : f->of[AGG_P90];
	double most = f->of[AGG_MAX] > -f->of[AGG_MIN] ? f->of[AGG_MAX] : -f->of[AGG_MIN];
	return most > 100 * usual && most > 0;
}

struct chart_scale chart_scale_of(const struct chart_view *v, const struct chart_facts *f, unsigned ticks)
{
	double low = f->of[AGG_MIN], high = f->of[AGG_MAX];

	if (!wants_log(v, f))
		return chart_scale_fit(low, high, false, ticks);
	if (low < 0 && f->n_not_positive * 20 > f->n) {
		double usual = f->of[AGG_P50] < 0 ? -f->of[AGG_P50] : f->of[AGG_P50];
		double least = v->unit == CHART_DURATION ? 1000 : (high > -low ? high : -low) / 1e6;
		return chart_scale_fit_signed(low, high, usual / 10 > least ? usual / 10 : least);
	}
	return chart_scale_fit(f->least_positive, high, true, ticks);
}

static struct chart_times times_of(const struct chart_view *v)
{
	struct chart_times t = v->times;
	const int64_t limit_ns = INT64_MAX / 2;

	t.from_ns = t.from_ns < -limit_ns ? -limit_ns : t.from_ns > limit_ns ? limit_ns : t.from_ns;
	t.to_ns = t.to_ns < t.from_ns ? t.from_ns : t.to_ns > limit_ns ? limit_ns : t.to_ns;
	if (t.to_ns - t.from_ns < 1000000) {
		t.from_ns -= NS_PER_S / 2;
		t.to_ns += NS_PER_S / 2;
	}
	return t;
}

/* ---- layout -------------------------------------------------------------------------------------- */

static unsigned ticks_wanted(double h, double font)
{
	double n = h / (font * 3.2);
	return n < 2 ? 2 : n > 9 ? 9 : (unsigned)n;
}

static double widest(const struct chart_scale *s, enum chart_unit unit, unsigned want, double font)
{
	struct chart_tick ticks[CHART_TICKS_MAX];
	unsigned n = chart_scale_ticks(s, unit, want, ticks);
	double w = 0;

	for (unsigned i = 0; i < n; i++) {
		double one = text_width(ticks[i].label, font, false);
		w = one > w ? one : w;
	}
	return w;
}

static struct chart_layout layout_of(const struct chart_view *v, const struct canvas *c)
{
	struct chart_layout at = { .narrow = c->width < 600 };
	double font = at.font = at.narrow ? 11 : 12;
	double top = font * (v->subtitle[0] ? 5.4 : 4.0) + 4, legend = chart_legend_height(v, font);
	double bottom = c->height - legend - font * 3.2 - 8;
	bool has_load = v->load && v->kind == CHART_OVER_TIME;

	at.legend_y = c->height - legend;
	at.plot = (struct box){ 0, top, 0, bottom - top };
	if (has_load) {
		double h = (bottom - top) * 0.2;
		h = h < 36 ? 36 : h > 130 ? 130 : h;
		at.load = (struct box){ 0, bottom - h, 0, h };
		at.plot.h = bottom - h - font * 2.4 - top;
	}
	if (at.plot.h < 40)
		at.plot.h = 40;
	return at;
}

static void place_sides(struct chart_drawing *d, double label_width)
{
	double left = label_width + 14 > 44 ? label_width + 14 : 44, right = d->at.narrow ? 14 : 24;

	d->at.plot.x = d->at.load.x = left;
	d->at.plot.w = d->at.load.w = d->canvas->width - left - right;
}

static void draw_head(const struct chart_drawing *d)
{
	const struct chart_view *v = d->view;
	double font = d->at.font, room = d->canvas->width - 24;
	char text[512];

	text_fit(v->title, font * 1.4, true, room, text, sizeof(text));
	canvas_text(d->canvas, 12, font * 1.9, (struct font){ font * 1.4, INK_TEXT, ALIGN_LEFT, true }, text);
	text_fit(v->subtitle, font, false, room, text, sizeof(text));
	if (text[0])
		canvas_text(d->canvas, 12, font * 3.4, (struct font){ font, INK_DIM, ALIGN_LEFT, false },
			    text);
}

static void draw_nothing(const struct chart_drawing *d)
{
	struct box p = d->at.plot;

	canvas_text(d->canvas, p.x + p.w / 2, p.y + p.h / 2,
		    (struct font){ d->at.font * 1.2, INK_DIM, ALIGN_CENTER, false }, "no values");
}

enum err chart_view_draw(const struct chart_view *v, struct canvas *c)
{
	struct chart_drawing d = { .view = v, .canvas = c, .times = times_of(v), .at = layout_of(v, c) };
	enum err e = ERR_OK;

	d.spread = calloc(1, sizeof(*d.spread));
	if (!d.spread)
		return ERR_MEMORY;
	for (size_t i = 0; i < v->n_series; i++)
		d.facts[i] = chart_facts_of(v, v->series[i].chart, v->measure, d.spread);
	d.all = chart_facts_of_all(v, d.spread);
	unsigned want = ticks_wanted(d.at.plot.h, d.at.font);
	d.y = chart_scale_of(v, &d.all, want);
	place_sides(&d, widest(&d.y, v->unit, want, d.at.font));
	draw_head(&d);
	if (!d.all.n)
		draw_nothing(&d);
	else if (v->kind == CHART_OVER_TIME)
		e = chart_draw_time(&d);
	else if (v->kind == CHART_HISTOGRAM)
		e = chart_draw_histogram(&d);
	else
		e = chart_draw_scatter(&d);
	if (v->whole)
		d.facts[0] = chart_facts_of(v, v->whole, v->measure, d.spread);
	if (d.all.n)
		chart_draw_legend(&d);
	free(d.spread);
	return e;
}
