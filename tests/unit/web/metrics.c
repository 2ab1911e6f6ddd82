/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/history_series.h"
#include "net/clock.h"
#include "serve.h"

static struct serve s;

enum { FILE_ROOM = 1 << 18 };

static void ignore(void *arg, const struct alarm_event *e)
{
	(void)arg, (void)e;
}

static void figures_are_those_of_the_list(void **state)
{
	(void)state;
	serve_get(&s, "/metrics");
	assert_int_equal(serve_status(&s), 200);
	assert_non_null(strstr(s.answer, "Content-Type: text/plain; version=0.0.4; charset=utf-8"));
	assert_non_null(strstr(s.answer, "\nntpscope_requests_total 60\n"));
	assert_non_null(strstr(s.answer, "\nntpscope_answers_total 40\n"));
	assert_non_null(strstr(s.answer, "\nntpscope_clients{family=\"ipv4\"} 6\n"));
	assert_non_null(strstr(s.answer, "\nntpscope_client_packets_bucket{le=\"5.0\"} 0\n"
					 "ntpscope_client_packets_bucket{le=\"10.0\"} 6\n"));
	assert_non_null(strstr(s.answer, "\nntpscope_client_interval_seconds_bucket{le=\"64.0\"} 6\n"));
	assert_non_null(
		strstr(s.answer, "\nntpscope_client_packets_sum 60\nntpscope_client_packets_count 6\n"));
	assert_non_null(strstr(
		s.answer, "ntpscope_source_dropped_packets_total{source=\"eth\\\"0\",by=\"kernel\"} 3\n"));
	assert_non_null(
		strstr(s.answer,
		       "ntpscope_server_requests_total{server=\"192.0.2.123\",outcome=\"answered\"} 40\n"));
}

static void the_open_format_comes_when_it_is_asked_for(void **state)
{
	(void)state;
	serve_ask(&s, "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
		      "Accept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.1\r\n\r\n");
	assert_non_null(strstr(s.answer, "Content-Type: application/openmetrics-text; version=1.0.0"));
	assert_non_null(strstr(s.answer, "# TYPE ntpscope_requests counter\n"));
	assert_string_equal(s.answer + s.len - 6, "# EOF\n");
}

/* 40 answers, each 50 us behind its question. */
static void delta_times_are_a_histogram_for_each_server(void **state)
{
	(void)state;
	serve_get(&s, "/metrics");
	const char *at = strstr(s.answer, "\n# TYPE ntpscope_server_delta_seconds histogram\n");
	assert_non_null(at);
	assert_non_null(
		strstr(at, "\nntpscope_server_delta_seconds_bucket{server=\"192.0.2.123\",le=\"2e-05\"} 0\n"
			   "ntpscope_server_delta_seconds_bucket{server=\"192.0.2.123\",le=\"5e-05\"} 40\n"));
	assert_non_null(strstr(at, "{server=\"192.0.2.123\",le=\"+Inf\"} 40\n"));
	assert_non_null(strstr(at, "\nntpscope_server_delta_seconds_count{server=\"192.0.2.123\"} 40\n"));
	at = strstr(at, "\nntpscope_server_delta_seconds_sum{server=\"192.0.2.123\"} 0.00");
	assert_non_null(at);
	assert_float_equal(strtod(strstr(at, "} ") + 2, NULL), 40 * 50e-6, 0.01 * 40 * 50e-6);
}

static void no_client_is_named(void **state)
{
	(void)state;
	serve_get(&s, "/metrics");
	assert_null(strstr(s.answer, "198.51.100"));
	assert_null(strstr(s.answer, "script"));
}

/* ---- what is made of them --------------------------------------------------------------------------- */

/* Every series that there is, in as many parts as it takes. */
static void watch_everything(void)
{
	const struct alarm_sink sink = { ignore, NULL };
	struct history_point points[HISTORY_POINTS_MAX];
	const struct history_series *row;
	char part[16];

	for (size_t i = 0; (row = history_series_at(i));) {
		struct reading r = { .target = "everything",
				     .part = part,
				     .via = WATCH_VIA_SNMP,
				     .time_ns = clock_utc_ns(),
				     .every_ns = 64 * NS_PER_S,
				     .is_ok = true,
				     .why = "",
				     .points = points };
		snprintf(part, sizeof(part), "%zu", i);
		for (; r.n_points < HISTORY_POINTS_MAX && (row = history_series_at(i)); i++)
			points[r.n_points++] = (struct history_point){ row->name, 1 };
		assert_true(board_put(s.board, &r, clock_monotonic_ns()));
		alarms_take(s.alarms, &r, clock_monotonic_ns(), &sink);
	}
}

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, FILE_ROOM);

	assert_non_null(f);
	size_t n = fread(text, 1, FILE_ROOM - 1, f);
	assert_true(n > 1000 && n < FILE_ROOM - 1);
	fclose(f);
	return text;
}

/* Whether a sample of that name is in the answer. */
static bool is_sampled(const char *name, size_t len)
{
	for (const char *at = s.answer; (at = strstr(at, "\nntpscope_")); at++)
		if (strncmp(at + 1, name, len) == 0 && (at[1 + len] == '{' || at[1 + len] == ' '))
			return true;
	return false;
}

/* What Grafana and Prometheus are told to look at exists. */
static void every_metric_of_the_dashboard_and_of_the_rules_is_there(void **state)
{
	static const char *const files[] = { "packaging/grafana/ntpscope.json",
					     "packaging/prometheus/ntpscope.rules.yml" };
	(void)state;
	watch_everything();
	serve_get(&s, "/metrics");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *text = read_file(files[i]);
		size_t n = 0;
		for (const char *at = text; (at = strstr(at, "ntpscope_")); n++) {
			size_t len = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789_");
			if (!is_sampled(at, len))
				fail_msg("%s: %.*s is not in /metrics", files[i], (int)len, at);
			at += len;
		}
		assert_true(n > 30);
		free(text);
	}
}

static int open_web(void **state)
{
	const struct alarm_limits limits = alarm_limits_default();
	const struct web_config c = serve_config();

	*state = &s;
	if (!serve_live(&s, 6) || board_new(&s.board) || alarms_new(&limits, &s.alarms))
		return -1;
	return serve_web(&s, &c) ? 0 : -1;
}

static int close_web(void **state)
{
	int status = serve_close(state);
	board_free(s.board);
	alarms_free(s.alarms);
	return status;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_those_of_the_list),
		cmocka_unit_test(the_open_format_comes_when_it_is_asked_for),
		cmocka_unit_test(delta_times_are_a_histogram_for_each_server),
		cmocka_unit_test(no_client_is_named),
		cmocka_unit_test(every_metric_of_the_dashboard_and_of_the_rules_is_there),
	};
	return cmocka_run_group_tests(tests, open_web, close_web);
}
