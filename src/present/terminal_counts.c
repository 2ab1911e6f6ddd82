/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Histograms and scatters on a terminal. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "present/terminal_parts.h"
#include "present/utf8.h"
#include "present/words.h"

enum { BINS_MAX = 60, BEFORE = 10 };

/* ---- histogram ----------------------------------------------------------------------------------- */

static void count(double *bins, unsigned n, const struct chart_scale *x, const struct chart_view *v,
		  const struct spread *s)
{
	for (unsigned p = 0; p < SPREAD_PAGES; p++) {
		for (unsigned i = 0; s->used[p] && i < SPREAD_BINS; i++) {
			double middle = ((double)spread_bin_low(p, i) + (double)spread_bin_high(p, i)) / 2 *
					v->scale;
			if (!s->bins[p][i] || (x->log && middle <= 0))
				continue;
			double k = chart_scale_place(x, middle) * n;
			bins[k < 0 ? 0 : k >= n ? n - 1 : (unsigned)k] += (double)s->bins[p][i];
		}
	}
}

/* "█████▌" */
static void bar(struct terminal *t, double share, unsigned width)
{
	static const char *const parts[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	unsigned whole = (unsigned)(share * width * 8 + 0.5);
	char text[4 * 400 + 8] = "";
	size_t n = 0;

	whole = share > 0 && whole == 0 ? 1 : whole;
	for (; whole >= 8 && n + 8 < sizeof(text); whole -= 8, n += 3)
		memcpy(text + n, "█", 4);
	memcpy(text + n, parts[whole % 8], strlen(parts[whole % 8]) + 1);
	terminal_put(t, TERMINAL_ACCENT, text);
}

/* The percentiles that lie in a bin. */
static void marks(struct terminal *t, const struct chart_scale *x, unsigned n, unsigned bin,
		  const struct chart_facts *f)
{
	for (unsigned a = AGG_P50; a < N_AGGREGATES; a++) {
		double k = chart_scale_place(x, f->of[a]) * n;
		k = k < 0 ? 0 : k >= n ? n - 1 : k;
		if ((unsigned)k != bin)
			continue;
		terminal_put(t, TERMINAL_DIM, " ← ");
		terminal_put(t, TERMINAL_PLAIN, chart_aggregate_name(a));
	}
}

static void histogram_of(struct terminal *t, const struct chart_drawing *d, size_t series,
			 const struct chart_scale *x, unsigned n)
{
	double bins[BINS_MAX] = { 0 }, most = 0;
	char text[CHART_LABEL_MAX];
	unsigned width = t->columns > BEFORE + 40 ? t->columns - BEFORE - 36 : 10;

	(void)chart_facts_of(d->view, d->view->series[series].chart, CHART_VALUES, d->spread);
	count(bins, n, x, d->view, d->spread);
	for (unsigned i = 0; i < n; i++)
		most = fmax(most, bins[i]);
	terminal_heading(t, d->view, series, &d->facts[series]);
	for (unsigned i = 0; i < n; i++) {
		double from = x->log ? x->low * pow(x->high / x->low, (double)i / n)
				     : x->low + (x->high - x->low) * i / n;
		chart_value_text(d->view->unit, from, text);
		terminal_label(t, text, "┤");
		bool log = d->view->scaling == CHART_SCALE_LOG;
		double share = log ? log1p(bins[i]) / log1p(most) : bins[i] / fmax(most, 1);
		bar(t, bins[i] > 0 ? share : 0, width);
		if (bins[i] > 0) {
			terminal_put(t, TERMINAL_PLAIN, " ");
			terminal_put(t, TERMINAL_DIM, count_words((uint64_t)(bins[i] + 0.5)).s);
		}
		marks(t, x, n, i, &d->facts[series]);
		buf_char(t->out, '\n');
	}
}

enum err terminal_histogram(struct terminal *t, struct chart_drawing *d, unsigned rows)
{
	const struct chart_view *v = d->view;
	const struct chart_facts *f = &d->all;
	bool log = f->n_not_positive * 100 <= f->n && f->least_positive > 0;
	struct chart_scale x = chart_scale_fit(log ? f->least_positive : f->of[AGG_MIN], f->of[AGG_MAX], log,
					       8);
	unsigned n = rows > 5 ? (rows - 4) / (unsigned)v->n_series - 1 : 0;

	n = n < 10 ? 10 : n > BINS_MAX ? BINS_MAX : n;
	for (size_t i = 0; i < v->n_series; i++)
		histogram_of(t, d, i, &x, n);
	return ERR_OK;
}

/* ---- scatter ------------------------------------------------------------------------------------- */

static double rate_of(const struct chart *c, size_t i)
{
	return (double)c->at[i].n_events * 1e9 / (double)c->width_ns;
}

static unsigned cell_of(double place, unsigned n)
{
	double k = place * n;
	return k < 0 ? 0 : k >= n ? n - 1 : (unsigned)k;
}

static double fill(double *grid, unsigned columns, unsigned rows, const struct chart_scale *x,
		   const struct chart_drawing *d)
{
	const struct chart *c = d->view->series[0].chart;
	const struct spread *s = d->spread;
	double most = 0;

	for (size_t k = 0; k < c->n; k++) {
		if (!c->at[k].n)
			continue;
		(void)chart_sum(c, k, k + 1, d->spread);
		unsigned column = cell_of(chart_scale_place(x, rate_of(c, k)), columns);
		for (unsigned p = 0; p < SPREAD_PAGES; p++) {
			for (unsigned i = 0; s->used[p] && i < SPREAD_BINS; i++) {
				double middle = ((double)spread_bin_low(p, i) +
						 (double)spread_bin_high(p, i)) /
						2;
				unsigned row = cell_of(chart_scale_place(&d->y, middle * d->view->scale),
						       rows);
				grid[row * columns + column] += (double)s->bins[p][i];
				most = fmax(most, grid[row * columns + column]);
			}
		}
	}
	return most;
}

static void row_of(struct terminal *t, const double *row, unsigned n, double most)
{
	static const char *const shades[] = { "·", "░", "▒", "▓", "█" };
	char text[4 * 400 + 8];
	size_t len = 0, end = 0;

	for (unsigned i = 0; i < n && i < 400; i++) {
		double share = row[i] > 0 ? log1p(row[i]) / log1p(most) : 0;
		unsigned k = (unsigned)(share * 4.999);
		const char *s = row[i] > 0 ? shades[k > 4 ? 4 : k] : " ";
		memcpy(text + len, s, strlen(s));
		len += strlen(s);
		end = row[i] > 0 ? len : end;
	}
	text[end] = '\0';
	terminal_put(t, TERMINAL_ACCENT, text);
}

static void bottom(struct terminal *t, const struct chart_scale *x, unsigned columns, const char *name)
{
	struct chart_tick ticks[CHART_TICKS_MAX];
	unsigned n = chart_scale_ticks(x, CHART_RATE, columns / 12 + 1, ticks), column = 0;

	terminal_label(t, "", "└");
	for (unsigned i = 0; i < columns; i++)
		terminal_put(t, TERMINAL_DIM, "─");
	buf_char(t->out, '\n');
	for (unsigned i = 0; i < n; i++) {
		unsigned at = BEFORE + cell_of(chart_scale_place(x, ticks[i].at), columns);
		unsigned wide = (unsigned)utf8_columns(ticks[i].label, strlen(ticks[i].label));
		if (at + wide > BEFORE + columns)
			at = BEFORE + columns - wide;
		if (!ticks[i].label[0] || (column && at < column + 1))
			continue;
		for (; column < at; column++)
			buf_char(t->out, ' ');
		terminal_put(t, TERMINAL_DIM, ticks[i].label);
		column += wide;
	}
	buf_char(t->out, '\n');
	for (column = 3 + (unsigned)utf8_columns(name, strlen(name)); column < BEFORE + columns; column++)
		buf_char(t->out, ' ');
	terminal_put(t, TERMINAL_DIM, name);
	terminal_put(t, TERMINAL_DIM, "/s\n");
}

enum err terminal_scatter(struct terminal *t, struct chart_drawing *d, unsigned rows)
{
	const struct chart *c = d->view->series[0].chart;
	unsigned columns = t->columns - BEFORE - 1;
	double high = 0;

	rows = rows > 12 ? rows - 8 : 6;
	for (size_t i = 0; i < c->n; i++)
		high = c->at[i].n ? fmax(high, rate_of(c, i)) : high;
	struct chart_scale x = chart_scale_fit(0, high, false, columns / 12 + 1);
	double *grid = calloc((size_t)columns * rows, sizeof(*grid));
	if (!grid)
		return ERR_MEMORY;
	d->y = chart_scale_of(d->view, &d->all, rows / 2);
	double most = fill(grid, columns, rows, &x, d);
	struct chart_tick ticks[CHART_TICKS_MAX];
	unsigned n = chart_scale_ticks(&d->y, d->view->unit, rows / 2, ticks);
	terminal_heading(t, d->view, 0, &d->facts[0]);
	for (unsigned row = rows; row-- > 0;) {
		const char *label = "";
		for (unsigned i = 0; i < n; i++)
			if (ticks[i].label[0] && cell_of(chart_scale_place(&d->y, ticks[i].at), rows) == row)
				label = ticks[i].label;
		terminal_label(t, label, *label ? "┤" : "│");
		row_of(t, grid + (size_t)row * columns, columns, most);
		buf_char(t->out, '\n');
	}
	bottom(t, &x, columns, d->view->load_name);
	free(grid);
	return ERR_OK;
}
