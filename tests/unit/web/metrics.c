/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "serve.h"

static struct serve s;

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

static int open_web(void **state)
{
	return serve_open(state, &s, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_those_of_the_list),
		cmocka_unit_test(the_open_format_comes_when_it_is_asked_for),
		cmocka_unit_test(delta_times_are_a_histogram_for_each_server),
		cmocka_unit_test(no_client_is_named),
	};
	return cmocka_run_group_tests(tests, open_web, serve_close);
}
