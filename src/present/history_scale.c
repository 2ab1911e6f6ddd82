/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The axes of graphs of watched servers, and words for values; see history_view.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "present/history_view.h"

/* chart_scale.h counts durations in nanoseconds. */
static bool is_duration(const struct history_series *s)
{
	return strcmp(s->unit, "s") == 0;
}

double history_scaled(const struct history_series *s, double value)
{
	return is_duration(s) ? value * 1e9 : value;
}

static double size_of(const struct history_line *l)
{
	return l->figures.n ? fmax(fabs(l->figures.min), fabs(l->figures.max)) : 0;
}

/* Seconds, but nothing that is measured. */
static bool is_age(const struct history_series *s)
{
	return strcmp(s->name, "uptime_s") == 0 || strcmp(s->name, "certificate_left_s") == 0;
}

bool history_share_axis(const struct history_line *a, const struct history_line *b)
{
	double small = fmin(size_of(a), size_of(b)), big = fmax(size_of(a), size_of(b));

	if (a->series == b->series)
		return true;
	/* Without a unit they have nothing in common. */
	if (!a->series->unit[0] || strcmp(a->series->unit, b->series->unit) != 0)
		return false;
	return !is_age(a->series) && !is_age(b->series) && (small <= 0 || big <= 1000 * small);
}

static unsigned count_steps(const char *steps)
{
	unsigned n = 1;
	for (; *steps; steps++)
		n += *steps == '|';
	return n;
}

/* The i-th of names apart by '|'. */
static bool step_name(const char *steps, unsigned i, char *out, size_t room)
{
	for (; i && steps; i--) {
		steps = strchr(steps, '|');
		steps = steps ? steps + 1 : NULL;
	}
	if (!steps)
		return false;
	snprintf(out, room, "%.*s", (int)strcspn(steps, "|"), steps);
	return true;
}

const char *history_unit_text(const struct history_series *s)
{
	static const struct {
		const char *unit, *words;
	} known[] = { { "ppm", " ppm" },   { "per_s", "/s" }, { "percent", " %" },       { "c", " °C" },
		      { "dbhz", " dBHz" }, { "bytes", " B" }, { "bytes_per_s", " B/s" }, { "polls", "" } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].unit, s->unit) == 0)
			return known[i].words;
	return "";
}

void history_value_text(const struct history_series *s, double value, char out[64])
{
	char number[CHART_LABEL_MAX];
	double step = value - s->first_step;

	if (isnan(value)) {
		snprintf(out, 64, "–");
		return;
	}
	if (s->steps && step >= 0 && step < 100 && step == floor(step) &&
	    step_name(s->steps, (unsigned)step, out, 64))
		return;
	chart_value_text(is_duration(s) ? CHART_DURATION : CHART_PLAIN, history_scaled(s, value), number);
	snprintf(out, 64, "%s%s", number, history_unit_text(s));
}

void history_figure_text(const struct history_line *l, double value, bool is_mean, char out[64])
{
	/* Where a gap ends a bucket its last value is a mean. */
	if (l->series->steps)
		value = is_mean ? (double)NAN : floor(value + 0.5);
	history_value_text(l->series, value, out);
}

void history_means_text(const struct history_view *v, char out[80])
{
	static const struct {
		int64_t s;
		const char *name;
	} units[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" } };
	const struct history_span *span = NULL;

	out[0] = '\0';
	for (size_t i = 0; i < v->n; i++)
		for (size_t k = 0; k < v->panels[i].n && !span; k++)
			if (!v->panels[i].at[k].series->steps && v->panels[i].at[k].figures.n)
				span = v->panels[i].at[k].span;
	for (size_t i = 0; span && i < sizeof(units) / sizeof(units[0]); i++) {
		int64_t s = span->width_ns / NS_PER_S;
		if (s % units[i].s != 0 || !s)
			continue;
		snprintf(out, 80, "p95, p99 of %lld-%s means", (long long)(s / units[i].s), units[i].name);
		return;
	}
}

/* ---- scales -------------------------------------------------------------------------------------- */

struct range {
	double low, high, least; /* least: the smallest above zero */
	bool any;
};

static struct range range_of(const struct history_panel *p)
{
	struct range r = { 0 };

	for (size_t k = 0; k < p->n; k++) {
		const struct history_line *l = &p->at[k];
		for (size_t i = 0; i < l->span->n; i++) {
			double min = history_scaled(l->series, l->span->at[i].min);
			double max = history_scaled(l->series, l->span->at[i].max);
			if (isnan(min))
				continue;
			r.low = !r.any || min < r.low ? min : r.low;
			r.high = !r.any || max > r.high ? max : r.high;
			if (max > 0 && (r.least <= 0 || max < r.least))
				r.least = max;
			if (min > 0 && min < r.least)
				r.least = min;
			r.any = true;
		}
	}
	return r;
}

/* Of a frequency or a temperature nobody wants to see zero, but how it moves. */
static bool needs_no_zero(const struct history_series *s)
{
	return strcmp(s->unit, "ppm") == 0 || strcmp(s->unit, "c") == 0 || strcmp(s->unit, "dbhz") == 0;
}

static struct chart_scale tight(double low, double high, unsigned ticks)
{
	/* What never moved has some room all the same. */
	if (high - low <= 1e-9 * fmax(fabs(low), fabs(high))) {
		double room = fmax(fabs(low) / 100, 1);
		low -= room;
		high += room;
	}
	double size = fmax(fabs(low), fabs(high)),
	       rough = fmax(high - low, size * 1e-6) / (ticks ? ticks : 1);
	double unit = rough > 0 ? pow(10, floor(log10(rough))) : 1;
	double step = rough <= unit       ? unit
		      : rough <= 2 * unit ? 2 * unit
		      : rough <= 5 * unit ? 5 * unit
					  : 10 * unit;
	struct chart_scale s = { .low = floor(low / step) * step, .high = ceil(high / step) * step };

	if (s.low >= s.high) {
		s.low -= step;
		s.high += step;
	}
	return s;
}

struct chart_scale history_panel_scale(const struct history_panel *p, bool is_log, unsigned ticks)
{
	const struct history_series *s = p->at[0].series;
	struct range r = range_of(p);

	if (s->steps) {
		int last = s->first_step + (int)count_steps(s->steps) - 1;
		return (struct chart_scale){ .low = fmin(r.low, s->first_step) - 0.3,
					     .high = fmax(r.high, last) + 0.3 };
	}
	if (is_log && r.least > 0 && r.low >= 0)
		return chart_scale_fit(r.least, r.high, true, ticks);
	if (is_log && r.low < 0)
		return chart_scale_fit_signed(r.low, r.high, fmax(fabs(r.low), fabs(r.high)) / 1000);
	if (needs_no_zero(s))
		return tight(r.low, r.high, ticks);
	return chart_scale_fit(r.low, r.high, false, ticks);
}

unsigned history_panel_ticks(const struct history_panel *p, const struct chart_scale *scale, unsigned want,
			     struct chart_tick *out)
{
	const struct history_series *s = p->at[0].series;

	if (!s->steps)
		return chart_scale_ticks(scale, is_duration(s) ? CHART_DURATION : CHART_PLAIN, want, out);
	unsigned n = count_steps(s->steps);
	for (unsigned i = 0; i < n && i < CHART_TICKS_MAX; i++) {
		out[i] = (struct chart_tick){ .at = s->first_step + (int)i };
		step_name(s->steps, i, out[i].label, sizeof(out[i].label));
	}
	return n < CHART_TICKS_MAX ? n : CHART_TICKS_MAX;
}
