/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `report --format=html`: the report as one page that needs nothing else: no script, no font, no
 * picture from anywhere; graphs are inline SVG.  Light or dark as the reader's system is; on paper
 * light.  Its policy (Content-Security-Policy) allows nothing but its own style sheet, by hash.
 */
#ifndef PRESENT_REPORT_HTML_H
#define PRESENT_REPORT_HTML_H

#include "engine/chart.h"
#include "present/chart_scale.h"
#include "present/report.h"

/* What the graphs are drawn from; borrowed. */
struct report_graphs {
	const struct chart *delta, *load, *clients; /* delta times, requests, clients */
	struct chart_times times;
	/* Where they were not made of each exchange, but of what a monitor keeps for each second or minute:
	 * the distribution lies apart, of the percentiles in `delta` each is right in its second, and events
	 * in `clients` are how many were seen lately.  NULL: made of each exchange. */
	const struct chart *distribution;
};

/* After report_init().  g is NULL where there are no charts: the page has no graphs then.
 * ERR_MEMORY: the page is not whole. */
enum err report_html(const struct report *r, const struct report_graphs *g, struct buf *out);

#endif
