/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope history TARGET:SERIES...`: graphs from the store. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/nstime.h"
#include "cmd/history.h"
#include "present/history_view.h"
#include "present/png.h"
#include "present/svg.h"
#include "store/history_scan.h"

/* Of so short a time the journal is read: it knows every second, and the last one. */
static const int64_t near_ns = 3600 * NS_PER_S;

struct graph {
	const struct history_run *run;
	struct history_view view;
	struct history_span spans[HISTORY_CHOICES_MAX];
};

/* A bucket for each pixel or column that there is; JSON has as many as anybody wants to look at. */
static size_t buckets_of(const struct history_run *r, const struct output *out)
{
	switch ((enum picture_format)r->s.picture.format) {
	case PICTURE_SVG:
	case PICTURE_PNG: return r->s.picture.width > 300 ? r->s.picture.width - 100 : 200;
	case PICTURE_JSON: return 1000;
	default: return out->columns * 2;
	}
}

/* Those of the same server have the same colour, where there are several. */
static unsigned color_of(const struct history_run *r, size_t i)
{
	unsigned n = 0;
	bool is_one = true;

	for (size_t k = 0; k < r->n; k++)
		is_one &= strcmp(r->choices[k].target, r->choices[0].target) == 0;
	for (size_t k = 0; k < i; k++) {
		if (!is_one && strcmp(r->choices[k].target, r->choices[i].target) == 0)
			return color_of(r, k);
		bool is_new = true;
		for (size_t m = 0; m < k && !is_one; m++)
			is_new &= strcmp(r->choices[m].target, r->choices[k].target) != 0;
		n += is_new;
	}
	return n;
}

static bool is_empty(const struct history_span *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (!isnan(s->at[i].avg))
			return false;
	return true;
}

/* Where the files know nothing, there may have been no room for one: the journal counts. */
static enum err read_one(const struct history_run *r, const struct history_wish *w, struct history_span *out)
{
	bool is_near = r->to_ns - r->from_ns <= near_ns;
	enum err e = is_near ? ERR_OK : history_read(r->s.store, w, out);

	if (e || (!is_near && !is_empty(out)))
		return e;
	history_span_release(out);
	return history_scan_read(r->s.store, w, out);
}

static int read_all(struct graph *g, size_t most)
{
	const struct history_run *r = g->run;
	size_t n_known = 0;
	enum err e = ERR_OK;

	for (size_t i = 0; i < r->n && !e; i++) {
		const struct history_choice *c = &r->choices[i];
		const struct history_wish w = { c->target, c->series->name, r->from_ns, r->to_ns, most };
		e = read_one(r, &w, &g->spans[i]);
		if (!e)
			e = history_view_add(&g->view, &(struct history_line){ .name = c->target,
									       .series = c->series,
									       .span = &g->spans[i],
									       .color = color_of(r, i) });
	}
	for (size_t i = 0; i < r->n && !e; i++) {
		if (is_empty(&g->spans[i]) && history_lacks(r, &r->choices[i]))
			return STATUS_FAILED;
		n_known += !is_empty(&g->spans[i]);
	}
	if (e == ERR_LIMIT)
		command_error(r->self, "%d panels, and %d series of one, are the most in one picture",
			      HISTORY_PANELS_MAX, HISTORY_LINES_MAX);
	else if (e)
		command_error(r->self, "cannot read '%s': %s", r->s.store, err_text(e));
	else if (!n_known)
		command_error(r->self,
			      "nothing is known of '%s' in that time; 'ntpscope history' lists what is",
			      r->choices[0].target);
	return e || !n_known ? STATUS_FAILED : STATUS_OK;
}

static void write_title(struct graph *g, char subtitle[1200])
{
	const struct history_run *r = g->run;
	bool is_one_server = true, is_one_series = true;

	for (size_t i = 0; i < r->n; i++) {
		is_one_server &= strcmp(r->choices[i].target, r->choices[0].target) == 0;
		is_one_series &= r->choices[i].series == r->choices[0].series;
	}
	g->view.title = r->s.title      ? r->s.title
			: is_one_series ? r->choices[0].series->title
			: is_one_server ? r->choices[0].target
					: "Watched servers";
	/* Of several, the legend has the names. */
	snprintf(subtitle, 1200, "%s", is_one_server && is_one_series ? r->choices[0].target : "");
	g->view.subtitle = subtitle;
}

static unsigned rows_of_terminal(void)
{
	struct winsize w;
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_row > 0 ? w.ws_row : 24;
}

static enum err draw(const struct graph *g, struct output *out)
{
	const struct picture *p = &g->run->s.picture;
	/* What was not asked for grows with what is in it. */
	unsigned height = p->size || g->view.n < 3 ? p->height : history_view_height(&g->view, 150);
	struct svg svg;
	struct png png;
	enum err e;

	switch ((enum picture_format)p->format) {
	case PICTURE_SVG:
		svg_begin(&svg, &out->buf,
			  &(struct svg_config){ .width = p->width,
						.height = height,
						.theme = (enum theme)p->theme,
						.title = g->view.title });
		history_view_draw(&g->view, &svg.canvas);
		svg_end(&svg);
		return ERR_OK;
	case PICTURE_PNG:
		e = png_begin(&png, p->width, height, 1, (enum theme)p->theme);
		if (e)
			return e;
		history_view_draw(&g->view, &png.canvas);
		return png_end(&png, &out->buf);
	case PICTURE_JSON: history_view_json(&g->view, &out->buf); return ERR_OK;
	default:
		history_view_text(&g->view, out->columns, rows_of_terminal(), out->color, &out->buf);
		return ERR_OK;
	}
}

int history_graph(const struct history_run *r)
{
	struct graph *g = calloc(1, sizeof(*g));
	struct output out;
	char subtitle[1200];

	if (!g) {
		command_error(r->self, "no memory");
		return STATUS_FAILED;
	}
	g->run = r;
	g->view.is_log = r->s.log;
	g->view.times = (struct chart_times){ .from_ns = r->from_ns,
					      .to_ns = r->to_ns,
					      .clock = r->s.local ? CHART_LOCAL : CHART_UTC,
					      .ahead_s = picture_ahead_s };
	write_title(g, subtitle);
	int status = output_open(&out, r->self, r->s.output, r->s.color);
	if (!status) {
		status = read_all(g, buckets_of(r, &out));
		enum err e = status ? ERR_OK : draw(g, &out);
		if (e)
			command_error(r->self, "cannot draw: %s", err_text(e));
		status = output_finish(&out, e ? STATUS_FAILED : status);
	}
	for (size_t i = 0; i < r->n; i++)
		history_span_release(&g->spans[i]);
	free(g);
	return status;
}
