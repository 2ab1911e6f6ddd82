/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "present/chart_scale.h"

#define START_NS INT64_C(1772323200000000000) /* 2026-03-01T00:00:00Z */
#define DAY_NS   (86400 * NS_PER_S)

static void expect_labels(const struct chart_tick *t, unsigned n, const char *want)
{
	char got[1024] = "";
	size_t len = 0;
	for (unsigned i = 0; i < n; i++)
		if (t[i].label[0])
			len += (size_t)snprintf(got + len, sizeof(got) - len, "%s%s%s%s", len ? "|" : "",
						t[i].label, t[i].below[0] ? "/" : "", t[i].below);
	assert_string_equal(got, want);
}

static void values(double low, double high, bool log, enum chart_unit unit, unsigned want, const char *labels)
{
	struct chart_tick t[CHART_TICKS_MAX];
	struct chart_scale s = chart_scale_fit(low, high, log, want);
	unsigned n = chart_scale_ticks(&s, unit, want, t);
	assert_true(n > 0 && n <= CHART_TICKS_MAX);
	expect_labels(t, n, labels);
}

static void values_have_round_ticks_in_one_unit(void **state)
{
	(void)state;
	values(0, 470000, false, CHART_DURATION, 5, "0|100 µs|200 µs|300 µs|400 µs|500 µs");
	values(19000, 1234567, false, CHART_DURATION, 5, "0|0.5 ms|1.0 ms|1.5 ms");
	values(-3000, 5000, false, CHART_DURATION, 5, "-4 µs|-2 µs|0|2 µs|4 µs|6 µs");
	values(0, 95, false, CHART_RATE, 5, "0|20|40|60|80|100");
	values(0, 1, false, CHART_COUNT, 5, "0|1");
	values(0, 0.02, false, CHART_PLAIN, 4, "0|0.005|0.010|0.015|0.020");
	values(0, 61000, false, CHART_RATE, 4, "0|20,000|40,000|60,000|80,000");
	values(7, 7, false, CHART_PLAIN, 4, "0|2|4|6|8");
	values(0, 0, false, CHART_RATE, 4, "0|0.5|1.0");
}

static void logarithms_have_decades(void **state)
{
	(void)state;
	values(19000, 2e10, true, CHART_DURATION, 8, "10 µs|100 µs|1 ms|10 ms|100 ms|1 s|10 s");
	values(20000, 180000, true, CHART_DURATION, 6, "20 µs|50 µs|100 µs|200 µs");
	values(1, 1e12, true, CHART_DURATION, 4, "1 ns|1 µs|1 ms|1 s|1000 s");
	values(0, 0, true, CHART_COUNT, 4, "0.1|0.2|0.5|1");
}

static void both_signs_have_decades_outwards(void **state)
{
	struct chart_tick t[CHART_TICKS_MAX];
	struct chart_scale s = chart_scale_fit_signed(-20000, 3e6, 1500);
	unsigned n = chart_scale_ticks(&s, CHART_DURATION, 12, t);
	(void)state;
	expect_labels(t, n, "-100 µs|-10 µs|-1 µs|0|1 µs|10 µs|100 µs|1 ms|10 ms");
	assert_true(fabs(chart_scale_place(&s, s.low)) < 1e-9);
	assert_true(fabs(chart_scale_place(&s, s.high) - 1) < 1e-9);
	for (double v = -2e4; v < 3e6; v = v + 1000)
		assert_true(chart_scale_place(&s, v) < chart_scale_place(&s, v + 1000));
}

/* Of whatever the capture holds: on the scale, rising, not too many. */
static void every_range_has_ticks_in_order(void **state)
{
	(void)state;
	for (int low = -19; low < 19; low++) {
		for (int high = -19; high < 19; high++) {
			for (unsigned want = 1; want < 12; want += 3) {
				double a = low < 0 ? -pow(10, -low) : pow(10, low),
				       b = high < 0 ? -pow(10, -high) : pow(10, high);
				struct chart_scale s[3] = {
					chart_scale_fit(fmin(a, b), fmax(a, b), false, want),
					chart_scale_fit(fmin(a, b), fmax(a, b), true, want),
					chart_scale_fit_signed(fmin(a, b), fmax(a, b), 1000),
				};
				for (unsigned i = 0; i < 3; i++) {
					struct chart_tick t[CHART_TICKS_MAX];
					unsigned n = chart_scale_ticks(&s[i], CHART_DURATION, want, t);
					assert_true(s[i].low < s[i].high);
					assert_true(n <= CHART_TICKS_MAX);
					for (unsigned k = 1; k < n; k++)
						assert_true(t[k].at > t[k - 1].at);
				}
			}
		}
	}
}

static void times(int64_t from_ns, int64_t span_ns, enum chart_clock clock, unsigned want, const char *labels)
{
	struct chart_tick t[CHART_TICKS_MAX];
	struct chart_times axis = { from_ns, from_ns + span_ns, clock, from_ns, NULL };
	expect_labels(t, chart_time_ticks(&axis, want, t), labels);
}

static void times_stand_on_the_clock(void **state)
{
	(void)state;
	times(START_NS + 5, DAY_NS, CHART_UTC, 5, "06:00/2026-03-01|12:00|18:00|00:00/2026-03-02");
	times(START_NS, 10 * NS_PER_S, CHART_UTC, 5,
	      "00:00:00/2026-03-01|00:00:02|00:00:04|00:00:06|00:00:08|00:00:10");
	times(START_NS, NS_PER_S, CHART_UTC, 4, "00:00:00.0/2026-03-01|00:00:00.5|00:00:01.0");
	times(START_NS, 20 * DAY_NS, CHART_UTC, 4, "03-05/2026|03-12|03-19");
	times(START_NS, 300 * DAY_NS, CHART_UTC, 5, "Apr/2026|Jul|Oct");
	times(START_NS, 3000 * DAY_NS, CHART_UTC, 5, "2028|2030|2032|2034");
	times(START_NS, 10 * NS_PER_S, CHART_RELATIVE, 5, "0 s|2 s|4 s|6 s|8 s|10 s");
	times(START_NS, 7200 * NS_PER_S, CHART_RELATIVE, 4, "0 min|30 min|60 min|90 min|120 min");
}

/* Central Europe in 2026: an hour ahead, two from 03-29T01:00Z on. */
static int32_t europe_s(int64_t t_ns)
{
	return t_ns < INT64_C(1774746000000000000) ? 3600 : 7200;
}

static void local_times_stand_on_the_local_clock_on_both_sides_of_a_change(void **state)
{
	struct chart_tick t[CHART_TICKS_MAX];
	int64_t from_ns = INT64_C(1774738800000000000); /* 2026-03-28T23:00Z, midnight there */
	struct chart_times axis = { from_ns, from_ns + 12 * 3600 * NS_PER_S, CHART_LOCAL, 0, europe_s };
	unsigned n = chart_time_ticks(&axis, 4, t);
	(void)state;
	expect_labels(t, n, "00:00/2026-03-29|03:00|06:00|09:00|12:00");
	assert_true(t[0].at == 0);
	assert_true(t[2].at == 5 * 3600e9);
}

static void dates_at_both_ends_of_time_have_no_ticks_or_few(void **state)
{
	static const int64_t at[] = { INT64_MIN, INT64_MIN / 2, -1, 0, START_NS, INT64_MAX / 2, INT64_MAX };
	(void)state;
	for (unsigned i = 0; i < 7; i++)
		for (unsigned k = 0; k < 7; k++)
			for (unsigned clock = 0; clock < 3; clock++) {
				struct chart_tick t[CHART_TICKS_MAX];
				char text[NSTIME_TEXT_MAX];
				struct chart_times axis = { at[i], at[k], (enum chart_clock)clock,
							    at[(i + k) % 7], europe_s };
				assert_true(chart_time_ticks(&axis, 6, t) <= CHART_TICKS_MAX);
				assert_true(chart_time_text(&axis, at[i], text) < NSTIME_TEXT_MAX);
			}
}

static void widths_of_intervals_are_whole_numbers_of_a_unit(void **state)
{
	static const struct {
		int64_t ns;
		const char *want;
	} known[] = { { NS_PER_S, "1 s" },       { 240 * NS_PER_S, "4 min" }, { 1953125, "1.953125 ms" },
		      { 937500000, "937.5 ms" }, { 90 * NS_PER_S, "90 s" },   { 7200 * NS_PER_S, "2 h" },
		      { 2 * DAY_NS, "2 d" },     { 1000000, "1 ms" } };
	char text[CHART_LABEL_MAX];
	(void)state;
	for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		chart_width_text(known[i].ns, text);
		assert_string_equal(text, known[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_have_round_ticks_in_one_unit),
		cmocka_unit_test(logarithms_have_decades),
		cmocka_unit_test(both_signs_have_decades_outwards),
		cmocka_unit_test(every_range_has_ticks_in_order),
		cmocka_unit_test(times_stand_on_the_clock),
		cmocka_unit_test(local_times_stand_on_the_local_clock_on_both_sides_of_a_change),
		cmocka_unit_test(dates_at_both_ends_of_time_have_no_ticks_or_few),
		cmocka_unit_test(widths_of_intervals_are_whole_numbers_of_a_unit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
