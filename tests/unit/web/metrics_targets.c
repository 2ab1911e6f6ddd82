/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "engine/history_series.h"
#include "web/metrics_targets.h"

#define S NS_PER_S

static const int64_t NOW = 1000000 * S;

struct world {
	struct board *board;
	struct alarms *alarms;
	struct buf b;
};

static void ignore(void *arg, const struct alarm_event *e)
{
	(void)arg, (void)e;
}

static int set_up(void **state)
{
	const struct alarm_limits l = alarm_limits_default();
	struct world *w = calloc(1, sizeof(*w));
	assert_int_equal(board_new(&w->board), ERR_OK);
	assert_int_equal(alarms_new(&l, &w->alarms), ERR_OK);
	assert_int_equal(buf_init(&w->b, -1), ERR_OK);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	board_free(w->board);
	alarms_free(w->alarms);
	buf_release(&w->b);
	free(w);
	return 0;
}

static void put_of(struct world *w, uint8_t n_polls, const char *target, const char *part, bool is_ok,
		   const struct history_point *points, size_t n)
{
	const struct reading r = { .target = target,
				   .n_polls = n_polls,
				   .part = part,
				   .via = WATCH_VIA_NTP,
				   .time_ns = NOW,
				   .every_ns = 64 * S,
				   .is_ok = is_ok,
				   .why = "",
				   .points = points,
				   .n_points = n };
	const struct alarm_sink sink = { ignore, NULL };
	board_put(w->board, &r, NOW);
	alarms_take(w->alarms, &r, NOW, &sink);
}

static void put(struct world *w, const char *target, const char *part, bool is_ok,
		const struct history_point *points, size_t n)
{
	put_of(w, 0, target, part, is_ok, points, n);
}

static const char *print(struct world *w, int64_t now_ns)
{
	struct om o;
	w->b.len = 0;
	om_begin(&o, &w->b, true);
	metrics_targets(&o, w->board, w->alarms, now_ns);
	om_end(&o);
	buf_char(&w->b, '\0');
	return w->b.data;
}

static void wants(const char *text, const char *line)
{
	if (!strstr(text, line))
		fail_msg("not there: %s in:\n%s", line, text);
}

static void values_are_in_base_units(void **state)
{
	const struct history_point p[] = {
		{ "offset_s", -0.0125 },    { "reach_polls", 6 },       { "stratum", 2 },
		{ "frequency_ppm", -12.5 }, { "clock_event", 4 },       { "correlation_percent", 75 },
		{ "temperature_c", 41 },    { "received_per_s", 12.5 }, { "received_bytes_per_s", 99 }
	};
	const char *text;
	put(*state, "ntp.example.net", "", true, p, sizeof(p) / sizeof(p[0]));
	text = print(*state, NOW + S);
#define LABELS "{target=\"ntp.example.net\",part=\"\",via=\"ntp\"} "
	wants(text, "\nntpscope_target_up" LABELS "1\n");
	wants(text, "# TYPE ntpscope_target_offset_seconds gauge\n");
	wants(text, "\nntpscope_target_offset_seconds" LABELS "-0.0125\n");
	wants(text, "\nntpscope_target_reach_ratio" LABELS "0.75\n");
	wants(text, "\nntpscope_target_stratum" LABELS "2\n");
	wants(text, "\nntpscope_target_frequency_ppm" LABELS "-12.5\n");
	wants(text, "\nntpscope_target_clock_event" LABELS "4\n");
	wants(text, "\nntpscope_target_correlation_ratio" LABELS "0.75\n");
	wants(text, "\nntpscope_target_temperature_celsius" LABELS "41\n");
	wants(text, "\nntpscope_target_received_per_second" LABELS "12.5\n");
	wants(text, "\nntpscope_target_received_bytes_per_second" LABELS "99\n");
	wants(text, "# HELP ntpscope_target_clock_event State of the reference clock: nominal, no reply, ");
}

static void reach_is_the_share_of_what_was_asked_so_far(void **state)
{
	const struct history_point three = { "reach_polls", 3 }, none = { "reach_polls", 0 };
	const char *text;
	put_of(*state, 3, "all", "", true, &three, 1);
	put_of(*state, 4, "most", "", true, &three, 1);
	put_of(*state, 1, "none", "", false, &none, 1);
	put_of(*state, 8, "later", "", true, &three, 1);
	put(*state, "daemon", "192.0.2.1", true, &three, 1); /* nobody says how often it asked */
	text = print(*state, NOW + S);
	wants(text, "\nntpscope_target_reach_ratio{target=\"all\",part=\"\",via=\"ntp\"} 1\n");
	wants(text, "\nntpscope_target_reach_ratio{target=\"most\",part=\"\",via=\"ntp\"} 0.75\n");
	wants(text, "\nntpscope_target_reach_ratio{target=\"none\",part=\"\",via=\"ntp\"} 0\n");
	wants(text, "\nntpscope_target_reach_ratio{target=\"later\",part=\"\",via=\"ntp\"} 0.375\n");
	wants(text,
	      "\nntpscope_target_reach_ratio{target=\"daemon\",part=\"192.0.2.1\",via=\"ntp\"} 0.375\n");
}

static void a_gap_is_no_sample_and_silence_is_down(void **state)
{
	const struct history_point p[] = { { "offset_s", 1 } };
	const char *text;
	put(*state, "a", "", true, p, 1);
	put(*state, "b", "", false, NULL, 0);
	text = print(*state, NOW + S);
	wants(text, "ntpscope_target_up{target=\"b\",part=\"\",via=\"ntp\"} 0\n");
	assert_null(strstr(text, "ntpscope_target_offset_seconds{target=\"b\""));
	assert_null(strstr(text, "ntpscope_target_delay_seconds"));
	text = print(*state, NOW + 3 * 64 * S + 61 * S); /* nobody asks any more */
	wants(text, "ntpscope_target_up{target=\"a\",part=\"\",via=\"ntp\"} 0\n");
	assert_null(strstr(text, "ntpscope_target_offset_seconds"));
}

static void names_of_strangers_are_escaped(void **state)
{
	const struct history_point p[] = { { "gps_mode", 3 } };
	put(*state, "gps", "a\"b\\c\nd\xc3\xa9", true, p, 1);
	wants(print(*state, NOW),
	      "ntpscope_target_gps_mode{target=\"gps\",part=\"a\\\"b\\\\c\\nd\xc3\xa9\",via=\"ntp\"} 3\n");
}

static void alarms_are_0_1_or_2(void **state)
{
	const struct history_point bad[] = { { "offset_s", 0.02 }, { "stratum", 16 }, { "leap", 1 } };
	const char *text;
	put(*state, "a", "", true, bad, 3);
	put(*state, "a", "", true, bad, 3);
	text = print(*state, NOW);
#define RULE(rule) "ntpscope_alarm{target=\"a\",part=\"\",via=\"ntp\",rule=\"" rule "\"} "
	wants(text, RULE("silent") "0\n");
	wants(text, RULE("offset") "1\n");
	wants(text, RULE("unsynchronised") "2\n");
	wants(text, RULE("leap") "0\n"); /* stands, but is no alarm */
	wants(text, "ntpscope_alarm_changes_total 3\n");
}

static void there_is_room_for_a_thousand_parts(void **state)
{
	struct world *w = *state;
	char name[32], part[32], wanted[96];
	for (int i = 0; i < METRICS_ENTRIES_MAX + 7; i++) {
		snprintf(name, sizeof(name), "a%d", i / BOARD_PARTS_MAX);
		snprintf(part, sizeof(part), "eth%d", i);
		put(w, name, part, true, NULL, 0);
	}
	const char *text = print(w, NOW);
	wants(text, "ntpscope_targets_hidden 7\n");
	snprintf(wanted, sizeof(wanted), "part=\"eth%d\"", METRICS_ENTRIES_MAX - 1);
	wants(text, wanted);
}

static void each_series_has_a_name_of_its_own(void **state)
{
	char a[METRICS_NAME_MAX], b[METRICS_NAME_MAX];
	(void)state;
	for (size_t i = 0; metrics_targets_name(i, a); i++) {
		assert_true(strlen(a) < METRICS_NAME_MAX - 1);
		assert_int_equal(strspn(a, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(a));
		for (size_t k = 0; k < i; k++) {
			metrics_targets_name(k, b);
			assert_string_not_equal(a, b);
		}
	}
	assert_null(history_series_at(192)); /* as many as a row has room for */
}

static void nobody_watched_is_nothing(void **state)
{
	struct world *w = *state;
	struct om o;
	om_begin(&o, &w->b, true);
	metrics_targets(&o, NULL, NULL, NOW);
	assert_int_equal(w->b.len, 0);
}

/* Names that are gone do not hide those that are heard of. */
static void what_is_heard_of_comes_before_what_is_late(void **state)
{
	struct world *w = *state;
	struct reading r = {
		.via = WATCH_VIA_NTP, .time_ns = NOW, .every_ns = S, .is_ok = true, .why = "", .part = ""
	};
	char name[32];
	r.target = name;
	for (int i = 0; i < METRICS_ENTRIES_MAX; i++) {
		snprintf(name, sizeof(name), "gone-%d", i);
		board_put(w->board, &r, NOW);
	}
	snprintf(name, sizeof(name), "here");
	board_put(w->board, &r, NOW + 3600 * S);
	const char *text = print(w, NOW + 3600 * S);
	wants(text, "\nntpscope_target_up{target=\"here\",part=\"\",via=\"ntp\"} 1\n");
	wants(text, "\nntpscope_target_up{target=\"gone-0\",part=\"\",via=\"ntp\"} 0\n");
	wants(text, "\nntpscope_targets_hidden 1\n");
}

static bool can_there_be(const char *name)
{
	char known[METRICS_NAME_MAX];
	bool is_there = strcmp(name, "ntpscope_target_up") == 0 ||
			strcmp(name, "ntpscope_target_reading_time_seconds") == 0;

	for (size_t i = 0; !is_there && metrics_targets_name(i, known); i++)
		is_there = strcmp(name, known) == 0;
	return is_there;
}

/* Which metrics of targets there are depends on who is watched: a misspelt one is an empty panel, which looks
 * like a server that does not tell. */
static void what_is_installed_for_prometheus_and_grafana_names_metrics_that_there_can_be(void **state)
{
	static const char *const paths[] = { "packaging/grafana/ntpscope.json",
					     "packaging/prometheus/ntpscope.rules.yml",
					     "tests/peer/ntpscope_rules_test.yml" };
	char name[METRICS_NAME_MAX];
	(void)state;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct buf text;
		char part[4096];
		size_t len, n = 0;
		FILE *f = fopen(paths[i], "r");
		assert_non_null(f);
		assert_int_equal(buf_init(&text, -1), ERR_OK);
		while ((len = fread(part, 1, sizeof(part), f)) > 0)
			buf_add(&text, part, len);
		fclose(f);
		buf_add(&text, "", 1);
		for (const char *at = text.data; (at = strstr(at, "ntpscope_target_")); n++) {
			len = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789_");
			assert_true(len < sizeof(name));
			snprintf(name, sizeof(name), "%.*s", (int)len, at);
			if (!can_there_be(name))
				fail_msg("%s: %s", paths[i], name);
			at += len;
		}
		assert_true(n >= 10);
		buf_release(&text);
	}
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(values_are_in_base_units),
		TEST(reach_is_the_share_of_what_was_asked_so_far),
		TEST(a_gap_is_no_sample_and_silence_is_down),
		TEST(names_of_strangers_are_escaped),
		TEST(alarms_are_0_1_or_2),
		TEST(there_is_room_for_a_thousand_parts),
		TEST(each_series_has_a_name_of_its_own),
		TEST(nobody_watched_is_nothing),
		TEST(what_is_heard_of_comes_before_what_is_late),
		TEST(what_is_installed_for_prometheus_and_grafana_names_metrics_that_there_can_be),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
