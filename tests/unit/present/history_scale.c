/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "history_made.h"

static struct history_panel panel_of(struct made *m, const char *series)
{
	struct history_panel p = { .n = 1 };
	p.at[0] = (struct history_line){ .name = "a",
					 .series = history_series_find(series),
					 .span = &m->span };
	assert_non_null(p.at[0].series);
	return p;
}

static void negative_offsets_reach_below_zero(void **state)
{
	struct made m;
	(void)state;
	made_span(&m, -3e-6, 1e-6);
	struct history_panel p = panel_of(&m, "offset_s");
	struct chart_scale s = history_panel_scale(&p, false, 5);
	assert_true(s.low <= -3000 && s.high >= 1000); /* nanoseconds */
	s = history_panel_scale(&p, true, 5);
	assert_true(s.log && s.knee > 0 && s.low <= -3000);
}

static void a_frequency_needs_no_zero_and_a_rate_does(void **state)
{
	struct made m;
	(void)state;
	made_span(&m, -23.45, -23.35);
	struct history_panel p = panel_of(&m, "frequency_ppm");
	struct chart_scale s = history_panel_scale(&p, false, 5);
	assert_true(s.low <= -23.45 && s.high >= -23.35 && s.high < -23.3 && s.low > -23.5);
	made_span(&m, 90, 100);
	p = panel_of(&m, "requests_per_s");
	s = history_panel_scale(&p, false, 5);
	assert_float_equal(s.low, 0, 0);
	made_span(&m, 31, 31);
	p = panel_of(&m, "temperature_c");
	s = history_panel_scale(&p, false, 5);
	assert_true(s.low <= 30 && s.high >= 32); /* what never moved: by a degree */
}

static void steps_have_names_on_the_axis_and_in_words(void **state)
{
	struct made m;
	struct chart_tick ticks[CHART_TICKS_MAX];
	char text[64];
	(void)state;
	made_span(&m, 0, 0);
	struct history_panel p = panel_of(&m, "clock_event");
	struct chart_scale s = history_panel_scale(&p, false, 5);
	assert_true(s.low < 0 && s.high > 6);
	assert_int_equal(history_panel_ticks(&p, &s, 3, ticks), 7);
	assert_string_equal(ticks[0].label, "nominal");
	assert_string_equal(ticks[4].label, "signal loss");
	history_value_text(p.at[0].series, 6, text);
	assert_string_equal(text, "bad time");
	history_value_text(p.at[0].series, 2.5, text);
	assert_string_equal(text, "2.5");
	history_value_text(p.at[0].series, 77, text);
	assert_string_equal(text, "77");
}

static void values_have_their_units(void **state)
{
	static const struct {
		const char *series;
		double value;
		const char *text;
	} cases[] = {
		{ "offset_s", -12.3e-6, "-12 µs" }, { "frequency_ppm", -23.4, "-23.4 ppm" },
		{ "requests_per_s", 100, "100/s" }, { "temperature_c", 31.5, "31.5 °C" },
		{ "reach_polls", 8, "8" },          { "offset_s", NAN, "–" },
	};
	char text[64];
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		history_value_text(history_series_find(cases[i].series), cases[i].value, text);
		assert_string_equal(text, cases[i].text);
	}
}

static struct history_line line_of(const char *series, double least, double most)
{
	return (struct history_line){ .series = history_series_find(series),
				      .figures = { .n = 1, .min = least, .max = most } };
}

static void lines_share_an_axis_by_their_unit_and_size(void **state)
{
	struct history_line offset = line_of("offset_s", -2e-6, 1e-6),
			    delay = line_of("delay_s", 1e-3, 1.9e-3), far = line_of("delay_s", 0.1, 0.2),
			    other = line_of("offset_s", 0.5, 1), reach = line_of("reach_polls", 8, 8),
			    uptime = line_of("uptime_s", 0.1, 0.2), used = line_of("satellites_used", 8, 9),
			    stratum = line_of("stratum", 1, 1);
	(void)state;
	assert_true(history_share_axis(&offset, &delay));
	assert_false(history_share_axis(&offset, &far));
	assert_true(history_share_axis(&offset, &other)); /* one series is one, of whatever size */
	assert_false(history_share_axis(&far, &uptime));
	assert_false(history_share_axis(&offset, &reach));
	assert_false(history_share_axis(&used, &stratum));
	assert_true(history_share_axis(&used, &used));
}

static void states_have_no_mean(void **state)
{
	struct history_line event = line_of("clock_event", 0, 4), offset = line_of("offset_s", -2e-6, 1e-6);
	char text[64];
	(void)state;
	history_figure_text(&event, 4, false, text);
	assert_string_equal(text, "signal loss");
	history_figure_text(&event, 0.01, false, text); /* the mean of a bucket that a gap ends */
	assert_string_equal(text, "nominal");
	history_figure_text(&event, 1.5, true, text);
	assert_string_equal(text, "–");
	history_figure_text(&offset, 1e-6, true, text);
	assert_string_equal(text, "1.00 µs");
}

static void the_legend_says_what_percentiles_are_of(void **state)
{
	struct history_span span = { .width_ns = 300000000000 };
	struct history_view v = { .n = 1, .panels[0] = { .n = 1 } };
	char text[80];
	(void)state;
	v.panels[0].at[0] = line_of("offset_s", 1, 1);
	v.panels[0].at[0].span = &span;
	history_means_text(&v, text);
	assert_string_equal(text, "p95, p99 of 5-minute means");
	span.width_ns = 86400000000000;
	history_means_text(&v, text);
	assert_string_equal(text, "p95, p99 of 1-day means");
	v.panels[0].at[0] = line_of("clock_event", 1, 1);
	history_means_text(&v, text);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(negative_offsets_reach_below_zero),
		cmocka_unit_test(a_frequency_needs_no_zero_and_a_rate_does),
		cmocka_unit_test(steps_have_names_on_the_axis_and_in_words),
		cmocka_unit_test(values_have_their_units),
		cmocka_unit_test(lines_share_an_axis_by_their_unit_and_size),
		cmocka_unit_test(states_have_no_mean),
		cmocka_unit_test(the_legend_says_what_percentiles_are_of),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
