/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "present/chart_view.h"
#include "present/report_html_parts.h"
#include "present/svg.h"

/* Twice: for wide pages, and for a phone, where the same picture would be too small to read. */
static void draw(struct html *h, const struct chart_view *v, double height)
{
	for (unsigned narrow = 0; narrow < 2; narrow++) {
		struct svg svg;
		svg_begin(&svg, h->out,
			  &(struct svg_config){
				  .width = narrow ? 420 : 1160,
				  .height = narrow ? (height < 340 ? 300 : 380) : height,
				  .inside = true,
				  .id = h->n_graphs++,
				  .class = narrow ? "narrow" : "wide",
				  .title = v->title,
			  });
		enum err e = chart_view_draw(v, &svg.canvas);
		svg_end(&svg);
		h->err = e ? e : h->err;
	}
}

static struct chart_view view_of(const struct html *h, const char *title, const struct chart *c)
{
	return (struct chart_view){
		.unit = CHART_DURATION,
		.scale = 1,
		.y = "",
		.title = title,
		.subtitle = "",
		.axis = "response − request",
		.series = { { "all", c, false } },
		.n_series = 1,
		.times = h->graphs->times,
		.load_name = "requests",
	};
}

void report_html_graphs(struct html *h)
{
	const struct report_graphs *g = h->graphs;
	char width[CHART_LABEL_MAX], axis[96];

	html_section(h, "graphs", "Graphs");
	chart_width_text(g->delta->width_ns, width);
	snprintf(axis, sizeof(axis), "response − request, from what is kept of each %s", width);
	struct chart_view v = view_of(h, "Delta time", g->delta);
	v.load = g->load;
	v.whole = g->distribution;
	if (g->distribution)
		v.axis = axis;
	draw(h, &v, 480);
	v = view_of(h, "Delta time: distribution", g->distribution ? g->distribution : g->delta);
	v.kind = CHART_HISTOGRAM;
	draw(h, &v, 340);
	v = view_of(h, "Requests per second", g->load);
	v.measure = CHART_EVENTS;
	v.unit = CHART_RATE;
	chart_width_text(g->load->width_ns, width);
	snprintf(axis, sizeof(axis), "mean (area), busiest %s (line)", width);
	v.axis = axis;
	draw(h, &v, 320);
	v = view_of(h, "Clients", g->clients);
	v.measure = g->distribution ? CHART_EVENTS : CHART_CLIENTS;
	v.no_sum = g->distribution != NULL;
	v.unit = CHART_COUNT;
	chart_width_text(g->clients->width_ns, width);
	if (g->distribution)
		snprintf(axis, sizeof(axis), "different addresses in the five minutes before");
	else
		snprintf(axis, sizeof(axis), "different addresses that asked, in each %s", width);
	v.axis = axis;
	draw(h, &v, 320);
	html_section_end(h);
}
