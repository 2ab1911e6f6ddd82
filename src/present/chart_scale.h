/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scales and the marks on them: which values an axis covers, where it has ticks, and what is written there.
 * Values are doubles in the unit of the chart: nanoseconds for durations, else what they are.
 */
#ifndef PRESENT_CHART_SCALE_H
#define PRESENT_CHART_SCALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum chart_unit {
	CHART_DURATION, /* nanoseconds */
	CHART_COUNT,
	CHART_RATE, /* a second */
	CHART_PLAIN,
};

struct chart_scale {
	bool log;
	double knee;      /* > 0: logarithmic in both directions, linear around 0 up to about here */
	double low, high; /* low < high; both > 0 when log without a knee */
};

enum { CHART_TICKS_MAX = 48, CHART_LABEL_MAX = 32 };

struct chart_tick {
	double at;                   /* value; of times: nanoseconds from the beginning of the axis */
	char label[CHART_LABEL_MAX]; /* "" for minor ticks */
	char below[CHART_LABEL_MAX]; /* of times: the date where it changes, else "" */
};

/* A scale for values from low to high with about `ticks` ticks.  Linear ones begin at 0 when nothing is
 * negative; logarithmic ones take the positive part. */
struct chart_scale chart_scale_fit(double low, double high, bool log, unsigned ticks);

/* Logarithmic with both signs: decades outwards from knee. */
struct chart_scale chart_scale_fit_signed(double low, double high, double knee);

/* 0 for low, 1 for high, beyond for what lies outside; of a value that a logarithm does not have: 0. */
double chart_scale_place(const struct chart_scale *s, double value);

/* Rising.  Returns how many, at most CHART_TICKS_MAX. */
unsigned chart_scale_ticks(const struct chart_scale *s, enum chart_unit unit, unsigned want,
			   struct chart_tick *out);

enum chart_clock { CHART_UTC, CHART_LOCAL, CHART_RELATIVE };

struct chart_times {
	int64_t from_ns, to_ns;
	enum chart_clock clock;
	int64_t origin_ns; /* CHART_RELATIVE: what is called 0 */
	/* CHART_LOCAL: seconds that local time is ahead of UTC at a time */
	int32_t (*ahead_s)(int64_t t_ns);
};

/* At seconds, minutes, hours, days, months or years of the clock that is asked for. */
unsigned chart_time_ticks(const struct chart_times *t, unsigned want, struct chart_tick *out);

/* "2026-03-01 14:00:05" by that clock, "+12.5 s" when relative.  out holds 40. */
size_t chart_time_text(const struct chart_times *t, int64_t t_ns, char *out);

/* "38.1 µs", "12,345", "61.2/s", "0.0123". */
size_t chart_value_text(enum chart_unit unit, double value, char *out);

/* The width of intervals: "1 s", "4 min", "1.953125 ms". */
size_t chart_width_text(int64_t width_ns, char *out);

#endif
