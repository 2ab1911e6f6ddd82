/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The graphs of a monitor's report, of what is kept for each second of the last hour and each minute of the
 * last week: counts are exact; of the delta times of each second the least, the percentiles and the
 * greatest.  Their distribution is that of all, within 1 %.
 */
#ifndef WEB_REPORT_CHARTS_H
#define WEB_REPORT_CHARTS_H

#include "engine/live.h"
#include "present/report_html.h"

struct report_charts {
	struct live_point *points;
	size_t n;
	uint32_t width_s;
	struct chart delta, distribution, load, clients;
};

/* Before the census is made: the points are the live engine's, which is frozen or a child's. */
enum err report_charts_take(struct report_charts *x, const struct live *l, enum live_span span);

/* Then.  *out borrows; false: there is nothing to draw. */
bool report_charts_make(struct report_charts *x, const struct census *c, struct report_graphs *out);

void report_charts_release(struct report_charts *x);

#endif
