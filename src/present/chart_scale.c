/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/chart_scale.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "present/words.h"

/* 1, 2 or 5 times a power of ten, not below v. */
static double nice_above(double v)
{
	double power = pow(10, floor(log10(v))), m = v / power;

	return power * (m <= 1 + 1e-9 ? 1 : m <= 2 + 1e-9 ? 2 : m <= 5 + 1e-9 ? 5 : 10);
}

static double nice_below(double v)
{
	double power = pow(10, floor(log10(v) + 1e-9)), m = v / power;

	return power * (m >= 5 - 1e-9 ? 5 : m >= 2 - 1e-9 ? 2 : 1);
}

static double step_of(double range, unsigned ticks)
{
	return nice_above(range / (ticks ? ticks : 1));
}

struct chart_scale chart_scale_fit(double low, double high, bool log, unsigned ticks)
{
	struct chart_scale s = { .log = log };

	if (log) {
		high = high > 0 ? high : 1;
		low = low > 0 && low <= high ? low : high / 10;
		s.low = nice_below(low);
		s.high = nice_above(high);
		if (s.high < s.low * 9.99) /* a decade at least */
			s.low = nice_below(s.high / 10);
		return s;
	}
	low = low > 0 ? 0 : low;
	high = high < 0 ? 0 : high;
	if (high - low <= 0)
		high = low + 1;
	double step = step_of(high - low, ticks);
	s.low = floor(low / step + 1e-9) * step;
	s.high = ceil(high / step - 1e-9) * step;
	return s;
}

/* Away from 0 to a whole decade of the knee. */
static double outward(double v, double knee)
{
	if (v == 0)
		return 0;
	double size = knee * pow(10, fmax(0, ceil(log10(fabs(v) / knee) - 1e-9)));
	return v < 0 ? -size : size;
}

struct chart_scale chart_scale_fit_signed(double low, double high, double knee)
{
	knee = pow(10, floor(log10(knee > 0 ? knee : 1) + 1e-9));
	struct chart_scale s = { .log = true, .knee = knee };

	s.low = outward(fmin(low, 0), knee);
	s.high = outward(fmax(high, 0), knee);
	if (s.low >= s.high)
		s.high = knee;
	return s;
}

/* Linear below the knee (a tenth of the way of a decade and more), decades above. */
static double bent(double v, double knee)
{
	double size = fabs(v) / knee, place = size <= 1 ? size : 1 + log10(size);

	return v < 0 ? -place : place;
}

double chart_scale_place(const struct chart_scale *s, double value)
{
	if (s->knee > 0)
		return (bent(value, s->knee) - bent(s->low, s->knee)) /
		       (bent(s->high, s->knee) - bent(s->low, s->knee));
	if (!s->log)
		return (value - s->low) / (s->high - s->low);
	return value > 0 ? log(value / s->low) / log(s->high / s->low) : 0;
}

/* ---- words --------------------------------------------------------------------------------------- */

struct unit_of_time {
	double ns;
	const char *name;
};

static const struct unit_of_time units_of_time[] = {
	{ 1, "ns" }, { 1e3, "µs" }, { 1e6, "ms" }, { 1e9, "s" }, { 86400e9, "d" },
};
enum { N_UNITS = sizeof(units_of_time) / sizeof(units_of_time[0]) };

/* The largest that is not above v; days from ten of them on. */
static const struct unit_of_time *unit_for(double v)
{
	unsigned i = 0;

	while (i + 2 < N_UNITS && fabs(v) >= units_of_time[i + 1].ns * (1 - 1e-12))
		i++;
	return fabs(v) >= 10 * 86400e9 ? &units_of_time[N_UNITS - 1] : &units_of_time[i];
}

/* A number with just the decimals that a step asks for, thousands set apart. */
static void plain_number(double v, double step, char *out, size_t size)
{
	int decimals = step >= 1 || step <= 0 ? 0 : (int)ceil(-log10(step) - 1e-9);

	if (decimals > 9 || fabs(v) >= 1e15)
		snprintf(out, size, "%.3g", v);
	else if (decimals == 0 && fabs(v) >= 10000)
		snprintf(out, size, "%s%.20s", v < 0 ? "-" : "", count_words((uint64_t)(fabs(v) + 0.5)).s);
	else
		snprintf(out, size, "%.*f", decimals, fabs(v) < step / 1e6 ? 0 : v);
}

static void tick_label(enum chart_unit unit, double v, double step, const struct unit_of_time *time,
		       struct chart_tick *t)
{
	char number[24];

	*t = (struct chart_tick){ .at = v, .label = "0" };
	if (fabs(v) <= step / 1e6)
		return;
	if (unit == CHART_DURATION) {
		plain_number(v / time->ns, step / time->ns, number, sizeof(number));
		snprintf(t->label, sizeof(t->label), "%s %s", number, time->name);
	} else {
		plain_number(v, step, number, sizeof(number));
		snprintf(t->label, sizeof(t->label), "%s", number);
	}
}

/* ---- ticks of values ----------------------------------------------------------------------------- */

/* One, two or five a decade, or one in several decades, as there is room. */
static unsigned log_ticks(const struct chart_scale *s, enum chart_unit unit, unsigned want,
			  struct chart_tick *out)
{
	double decades = log10(s->high / s->low);
	int every = (int)ceil(decades / (want ? want : 1) - 1e-9), first = (int)floor(log10(s->low) + 1e-9);
	bool twos = decades * 3 <= want;
	unsigned n = 0;

	for (int k = first; k <= first + (int)decades + 1 && n + 9 < CHART_TICKS_MAX; k++) {
		for (int m = 1; m < 10; m++) {
			double v = m * pow(10, k);
			bool named = m == 1 ? (k - first) % (every > 0 ? every : 1) == 0
					    : twos && (m == 2 || m == 5);
			if (v < s->low * (1 - 1e-9) || v > s->high * (1 + 1e-9))
				continue;
			if (m > 1 && decades > 4.01)
				continue;
			tick_label(unit, v, v, unit_for(v), &out[n]);
			if (!named)
				out[n].label[0] = '\0';
			n++;
		}
	}
	return n;
}

/* Zero, and decades in both directions, every so many of them. */
static unsigned signed_ticks(const struct chart_scale *s, enum chart_unit unit, unsigned want,
			     struct chart_tick *out)
{
	int down = (int)lround(s->low < 0 ? log10(-s->low / s->knee) + 1 : 0);
	int up = (int)lround(s->high > 0 ? log10(s->high / s->knee) + 1 : 0);
	int every = (down + up + (int)want) / (int)(want ? want : 1);
	unsigned n = 0;

	every = every < 1 ? 1 : every;
	for (int k = -down; k <= up && n < CHART_TICKS_MAX; k++) {
		double v = k ? copysign(s->knee * pow(10, abs(k) - 1), k) : 0;
		if (k % every == 0)
			tick_label(unit, v, fabs(v), unit_for(v), &out[n++]);
	}
	return n;
}

unsigned chart_scale_ticks(const struct chart_scale *s, enum chart_unit unit, unsigned want,
			   struct chart_tick *out)
{
	unsigned n = 0;

	if (s->knee > 0)
		return signed_ticks(s, unit, want, out);
	if (s->log)
		return log_ticks(s, unit, want, out);
	double step = step_of(s->high - s->low, want);
	if (unit == CHART_COUNT && step < 1)
		step = 1;
	const struct unit_of_time *time = unit_for(fmax(fabs(s->low), fabs(s->high)));
	for (double k = ceil(s->low / step - 1e-9); k * step <= s->high + step * 1e-6 && n < CHART_TICKS_MAX;
	     k++)
		tick_label(unit, k * step, step, time, &out[n++]);
	return n;
}

size_t chart_value_text(enum chart_unit unit, double value, char *out)
{
	double size = fabs(value);
	struct words w = { "" };

	switch (unit) {
	case CHART_DURATION:
		w = span_words(size < 9.2e18 ? (int64_t)llround(value)
			       : value < 0   ? INT64_MIN + 1
					     : INT64_MAX);
		break;
	case CHART_RATE: w = rate_words(value); break;
	case CHART_COUNT: w = count_words((uint64_t)(size + 0.5)); break;
	case CHART_PLAIN:
		if (size == floor(size) && size < 1e15)
			snprintf(w.s, sizeof(w.s), "%s%.30s", value < 0 ? "-" : "",
				 count_words((uint64_t)size).s);
		else
			snprintf(w.s, sizeof(w.s), "%.4g", value);
		break;
	}
	snprintf(out, CHART_LABEL_MAX, "%.*s", CHART_LABEL_MAX - 1, w.s);
	return strlen(out);
}

size_t chart_width_text(int64_t width_ns, char *out)
{
	static const struct unit_of_time long_units[] = { { 86400e9, "d" },
							  { 3600e9, "h" },
							  { 60e9, "min" } };
	double v = (double)width_ns;
	const struct unit_of_time *unit = unit_for(v);

	/* Only whole ones of the long units: "90 s" is no "1.5 min". */
	for (unsigned i = 0; i < 3; i++) {
		if (v >= long_units[i].ns && fmod(v, long_units[i].ns) == 0) {
			unit = &long_units[i];
			break;
		}
	}
	int n = snprintf(out, CHART_LABEL_MAX, "%.10g %s", v / unit->ns, unit->name);
	return n < 0 ? 0 : (size_t)n;
}
