/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/traffic_points.h"

static void rate(struct reading_made *m, const char *name, uint64_t n, const struct live_point *p)
{
	if (p->width_s)
		reading_point(m, name, (double)n / p->width_s);
}

void traffic_points(struct reading_made *m, const struct live_point *p, double clients_86400s)
{
	rate(m, "requests_per_s", p->requests, p);
	rate(m, "answers_per_s", p->answers, p);
	rate(m, "unanswered_per_s", p->unanswered, p);
	rate(m, "kods_per_s", p->kods, p);
	reading_point(m, "clients_300s", (double)p->unique_5min);
	reading_point(m, "clients_1200s", (double)p->unique_20min);
	reading_point(m, "clients_86400s", clients_86400s);
	if (!p->n_deltas)
		return;
	reading_point(m, "delta_p50_s", (double)p->delta_p50_ns / 1e9);
	reading_point(m, "delta_p99_s", (double)p->delta_p99_ns / 1e9);
	reading_point(m, "delta_max_s", (double)p->delta_max_ns / 1e9);
}
