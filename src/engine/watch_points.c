/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/watch_points.h"

enum series {
	OFFSET,
	BOUND,
	DELAY,
	JITTER,
	ROOT_DELAY,
	ROOT_DISPERSION,
	STRATUM,
	LEAP,
	REACH,
	RESULT,
	DISPERSION,
	FREQUENCY,
	SKEW,
	WANDER,
	N_SERIES
};

static const struct {
	const char *name, *title, *unit;
} all[N_SERIES] = {
	[OFFSET] = { "offset_s", "Offset, server minus us", "s" },
	[BOUND] = { "bound_s", "How far the offset can be off", "s" },
	[DELAY] = { "delay_s", "Delay there and back", "s" },
	[JITTER] = { "jitter_s", "Jitter (imported)", "s" },
	[ROOT_DELAY] = { "root_delay_s", "Root delay", "s" },
	[ROOT_DISPERSION] = { "root_dispersion_s", "Root dispersion", "s" },
	[STRATUM] = { "stratum", "Stratum", "" },
	[LEAP] = { "leap", "Leap indicator", "" },
	[REACH] = { "reach_polls", "Of the last 8 questions, answered", "polls" },
	[RESULT] = { "result", "Result: 0 is ok, else the exit status of query", "" },
	[DISPERSION] = { "dispersion_s", "Dispersion (imported)", "s" },
	[FREQUENCY] = { "frequency_ppm", "Frequency of the local clock (imported)", "ppm" },
	[SKEW] = { "skew_ppm", "Skew of that frequency (imported)", "ppm" },
	[WANDER] = { "wander_ppm", "Wander of that frequency (imported)", "ppm" },
};

bool watch_series(size_t i, const char **name, const char **title, const char **unit)
{
	if (i >= N_SERIES)
		return false;
	*name = all[i].name;
	*title = all[i].title;
	*unit = all[i].unit;
	return true;
}

struct list {
	struct history_point *at;
	size_t n;
};

static void add(struct list *l, enum series s, double value)
{
	l->at[l->n++] = (struct history_point){ .name = all[s].name, .value = value };
}

static double seconds(int64_t ns)
{
	return (double)ns / 1e9;
}

static void add_answer(struct list *l, const struct query_summary *s)
{
	const struct query_sample *best = s->best;

	if (best->has_times) {
		add(l, OFFSET, seconds(best->offset_ns));
		add(l, BOUND, seconds(s->bound_ns));
		add(l, DELAY, seconds(best->delay_ns));
	}
	add(l, ROOT_DELAY, seconds(s->root_delay_ns));
	add(l, ROOT_DISPERSION, seconds(s->root_dispersion_ns));
}

size_t watch_points(const struct query_report *r, uint8_t reach, struct history_point out[HISTORY_POINTS_MAX])
{
	struct list l = { .at = out };
	const struct query_summary *s = &r->summary;

	if (r->result == QUERY_OK && s->best)
		add_answer(&l, s);
	if (s->best) {
		add(&l, STRATUM, s->best->header.stratum);
		add(&l, LEAP, s->best->header.leap);
	}
	add(&l, REACH, __builtin_popcount(reach));
	add(&l, RESULT, query_result_status(r->result));
	return l.n;
}
