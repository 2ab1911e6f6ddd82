/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The time axis of chart_scale.h. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "present/chart_scale.h"

#define MINUTE_NS (60 * NS_PER_S)
#define HOUR_NS   (3600 * NS_PER_S)
#define DAY_NS    (86400 * NS_PER_S)

/* What local time says of a moment, as if it were UTC. */
static int64_t to_clock(const struct chart_times *t, int64_t t_ns)
{
	int64_t clock_ns = t_ns;

	if (t->clock == CHART_LOCAL && t->ahead_s &&
	    __builtin_add_overflow(t_ns, t->ahead_s(t_ns) * NS_PER_S, &clock_ns))
		return t_ns;
	return clock_ns;
}

/* Back; twice, since what is asked for may lie on the other side of a change. */
static int64_t from_clock(const struct chart_times *t, int64_t clock_ns)
{
	int64_t t_ns = clock_ns;

	if (t->clock != CHART_LOCAL || !t->ahead_s)
		return clock_ns;
	for (unsigned i = 0; i < 2; i++)
		t_ns = clock_ns - t->ahead_s(t_ns) * NS_PER_S;
	return t_ns;
}

/* The smallest step of the table that leaves no more than `want` ticks; 0: longer than all. */
static int64_t step_for(int64_t span_ns, unsigned want)
{
	static const int64_t steps_ns[] = {
		NS_PER_S,   2 * NS_PER_S,  5 * NS_PER_S,  10 * NS_PER_S,  15 * NS_PER_S,  30 * NS_PER_S,
		MINUTE_NS,  2 * MINUTE_NS, 5 * MINUTE_NS, 10 * MINUTE_NS, 15 * MINUTE_NS, 30 * MINUTE_NS,
		HOUR_NS,    2 * HOUR_NS,   3 * HOUR_NS,   6 * HOUR_NS,    12 * HOUR_NS,   DAY_NS,
		2 * DAY_NS, 7 * DAY_NS,    14 * DAY_NS,
	};
	int64_t least_ns = span_ns / (want ? want : 1);

	for (int64_t power = 1; power < NS_PER_S; power *= 10)
		for (unsigned m = 1; m <= 5; m += m == 1 ? 1 : 3)
			if (power * m >= least_ns)
				return power * m;
	for (unsigned i = 0; i < sizeof(steps_ns) / sizeof(steps_ns[0]); i++)
		if (steps_ns[i] >= least_ns)
			return steps_ns[i];
	return 0;
}

static int64_t ceil_to(int64_t v, int64_t step)
{
	int64_t rest = v % step;
	return rest > 0 ? v + step - rest : v - rest;
}

/* "14:00", "14:00:05", "14:00:05.25", or "03-01" for steps of days; t_ns by the clock. */
static void label(int64_t clock_ns, int64_t step_ns, char *out)
{
	char text[NSTIME_TEXT_MAX];
	int decimals = 0;

	nstime_rfc3339(clock_ns, text);
	for (int64_t s = step_ns; s < NS_PER_S && s; s *= 10)
		decimals++;
	if (step_ns >= DAY_NS)
		snprintf(out, CHART_LABEL_MAX, "%.5s", text + 5);
	else if (step_ns >= MINUTE_NS)
		snprintf(out, CHART_LABEL_MAX, "%.5s", text + 11);
	else
		snprintf(out, CHART_LABEL_MAX, "%.*s", 8 + (decimals ? decimals + 1 : 0), text + 11);
}

static unsigned clock_ticks(const struct chart_times *t, int64_t step_ns, struct chart_tick *out)
{
	char date[NSTIME_TEXT_MAX], before[NSTIME_TEXT_MAX] = "";
	/* Of days the year is written below, of hours the date. */
	size_t len = step_ns >= DAY_NS ? 4 : 10;
	int64_t at = ceil_to(to_clock(t, t->from_ns), step_ns);
	unsigned n = 0;

	for (; n < CHART_TICKS_MAX; at += step_ns) {
		int64_t t_ns = from_clock(t, at);
		if (t_ns > t->to_ns)
			break;
		if (t_ns < t->from_ns)
			continue;
		out[n] = (struct chart_tick){ .at = (double)(t_ns - t->from_ns) };
		label(at, step_ns, out[n].label);
		nstime_rfc3339(at, date);
		if (strncmp(date, before, len) != 0)
			snprintf(out[n].below, sizeof(out[n].below), "%.*s", (int)len, date);
		memcpy(before, date, sizeof(before));
		n++;
	}
	return n;
}

/* Days from 1970-01-01 to the first of a month of the Gregorian calendar; month counts from 0 on. */
static int64_t days_to_month(int64_t year, unsigned month)
{
	static const unsigned before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	int64_t y = year - 1;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return y * 365 + y / 4 - y / 100 + y / 400 - 719162 + before[month] + (leap && month > 1);
}

/* Steps of months: 1, 3, 6, 12, 24, 60, ... */
static unsigned month_ticks(const struct chart_times *t, unsigned want, struct chart_tick *out)
{
	static const unsigned steps[] = { 1, 3, 6, 12, 24, 60, 120, 240, 600, 1200 };
	static const char names[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int64_t months = (t->to_ns - t->from_ns) / (30 * DAY_NS), last_year = INT64_MIN;
	unsigned i = 0, n = 0;

	while (i + 1 < sizeof(steps) / sizeof(steps[0]) && steps[i] * (int64_t)(want ? want : 1) < months)
		i++;
	for (int64_t m = 1677 * 12 + 12; m < 2262 * 12 && n < CHART_TICKS_MAX; m++) {
		int64_t t_ns = from_clock(t, days_to_month(m / 12, (unsigned)(m % 12)) * DAY_NS);
		if (m % steps[i] || t_ns < t->from_ns || t_ns > t->to_ns)
			continue;
		out[n] = (struct chart_tick){ .at = (double)(t_ns - t->from_ns) };
		if (steps[i] < 12)
			snprintf(out[n].label, sizeof(out[n].label), "%s", names[m % 12]);
		else
			snprintf(out[n].label, sizeof(out[n].label), "%lld", (long long)(m / 12));
		if (steps[i] < 12 && m / 12 != last_year)
			snprintf(out[n].below, sizeof(out[n].below), "%lld", (long long)(m / 12));
		last_year = m / 12;
		n++;
	}
	return n;
}

/* A number of the unit that the step has: "0 s", "250 ms", "10 min". */
static void since_label(int64_t since_ns, int64_t step_ns, char *out)
{
	static const struct {
		int64_t ns;
		const char *name;
	} units[] = { { DAY_NS, "d" },   { HOUR_NS, "h" }, { MINUTE_NS, "min" }, { NS_PER_S, "s" },
		      { 1000000, "ms" }, { 1000, "µs" },   { 1, "ns" } };
	unsigned i = 0;

	while (units[i].ns > step_ns)
		i++;
	snprintf(out, CHART_LABEL_MAX, "%lld %s", (long long)(since_ns / units[i].ns), units[i].name);
}

static unsigned relative_ticks(const struct chart_times *t, int64_t step_ns, struct chart_tick *out)
{
	unsigned n = 0;

	for (int64_t at = ceil_to(t->from_ns - t->origin_ns, step_ns); n < CHART_TICKS_MAX; at += step_ns) {
		if (at > t->to_ns - t->origin_ns)
			break;
		out[n] = (struct chart_tick){ .at = (double)(at + t->origin_ns - t->from_ns) };
		since_label(at, step_ns, out[n++].label);
	}
	return n;
}

/* Room for a step beyond either end. */
static bool is_sane(const struct chart_times *t, int64_t *span_ns)
{
	const int64_t most_ns = INT64_MAX - 800 * DAY_NS;
	int64_t since;

	return t->from_ns >= -most_ns && t->to_ns <= most_ns && t->from_ns <= t->to_ns &&
	       !__builtin_sub_overflow(t->to_ns, t->from_ns, span_ns) && *span_ns < most_ns &&
	       !__builtin_sub_overflow(t->to_ns, t->origin_ns, &since) && since < most_ns &&
	       !__builtin_sub_overflow(t->from_ns, t->origin_ns, &since) && since > -most_ns;
}

unsigned chart_time_ticks(const struct chart_times *t, unsigned want, struct chart_tick *out)
{
	int64_t span_ns;

	if (!is_sane(t, &span_ns))
		return 0;
	int64_t step_ns = step_for(span_ns, want);
	if (t->clock == CHART_RELATIVE)
		return relative_ticks(t, step_ns ? step_ns : ceil_to(span_ns / (want ? want : 1) + 1, DAY_NS),
				      out);
	return step_ns ? clock_ticks(t, step_ns, out) : month_ticks(t, want, out);
}

size_t chart_time_text(const struct chart_times *t, int64_t t_ns, char *out)
{
	char text[NSTIME_TEXT_MAX];

	if (t->clock == CHART_RELATIVE) {
		char span[DURATION_TEXT_MAX];
		duration_text((int64_t)((uint64_t)t_ns - (uint64_t)t->origin_ns), span);
		return (size_t)snprintf(out, NSTIME_TEXT_MAX, "+%s", span);
	}
	nstime_rfc3339(to_clock(t, t_ns), text);
	return (size_t)snprintf(out, NSTIME_TEXT_MAX, "%.10s %.8s%s", text, text + 11,
				t->clock == CHART_UTC ? "Z" : "");
}
