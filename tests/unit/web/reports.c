/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "serve.h"

static struct serve s;

static void a_report_is_made_in_each_format(void **state)
{
	(void)state;
	serve_get(&s, "/api/v1/report?format=json");
	assert_int_equal(serve_status(&s), 200);
	json_t *root = json_loads(serve_body(&s), JSON_REJECT_DUPLICATES, NULL);
	assert_string_equal(json_string_value(json_object_get(root, "schema")), "ntpscope-report-1");
	json_decref(root);
	serve_get(&s, "/api/v1/report");
	assert_int_equal(serve_status(&s), 200);
	assert_non_null(strstr(s.answer, "<!DOCTYPE html>"));
	assert_null(strstr(s.answer, "<script>alert"));
	serve_get(&s, "/api/v1/report?format=text");
	assert_int_equal(serve_status(&s), 200);
	assert_non_null(strstr(serve_body(&s), "ntpscope report"));
}

static void a_report_may_be_of_the_last_hour_or_day(void **state)
{
	static const char *const spans[] = { "hour", "day" };
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		char target[64];
		snprintf(target, sizeof(target), "/api/v1/report?format=json&span=%s", spans[i]);
		serve_get(&s, target);
		assert_int_equal(serve_status(&s), 200);
		json_t *root = json_loads(serve_body(&s), JSON_REJECT_DUPLICATES, NULL);
		/* Ten minutes were counted. */
		json_t *span = json_object_get(root, "span");
		assert_true(json_is_true(json_object_get(span, "all_that_was_counted")));
		assert_string_equal(json_string_value(json_object_get(span, "from")),
				    "2026-03-01T00:00:00.001000000Z");
		json_decref(root);
	}
	serve_get(&s, "/api/v1/report?format=json&span=all");
	assert_null(strstr(serve_body(&s), "\"span\""));
	serve_get(&s, "/api/v1/report?span=week");
	assert_int_equal(serve_status(&s), 400);
}

static void those_who_come_together_wait_and_the_last_is_sent_away(void **state)
{
	static const char ask[] = "GET /api/v1/report?format=text HTTP/1.1\r\nHost: localhost\r\nConnection: "
				  "close\r\n\r\n";
	int fds[5], n_good = 0, n_busy = 0;
	(void)state;
	for (int i = 0; i < 5; i++) {
		fds[i] = serve_connect(&s);
		assert_int_equal(write(fds[i], ask, sizeof(ask) - 1), sizeof(ask) - 1);
	}
	for (int i = 0; i < 5; i++) {
		serve_read(&s, fds[i], NULL, 5000);
		n_good += serve_status(&s) == 200;
		n_busy += serve_status(&s) == 503;
		close(fds[i]);
	}
	assert_int_equal(n_good, 4);
	assert_int_equal(n_busy, 1);
}

static void who_leaves_meanwhile_does_no_harm(void **state)
{
	static const char ask[] = "GET /api/v1/report HTTP/1.1\r\nHost: localhost\r\n\r\n";
	(void)state;
	int fd = serve_connect(&s);
	assert_int_equal(write(fd, ask, sizeof(ask) - 1), sizeof(ask) - 1);
	for (int i = 0; i < 3; i++)
		web_run(s.web);
	close(fd);
	serve_get(&s, "/healthz");
	assert_int_equal(serve_status(&s), 200);
	serve_get(&s, "/api/v1/report?format=json");
	assert_int_equal(serve_status(&s), 200);
}

static void the_server_may_end_while_a_report_is_made(void **state)
{
	static const char ask[] = "GET /api/v1/report HTTP/1.1\r\nHost: localhost\r\n\r\n";
	struct web_config c = serve_config();
	(void)state;
	int fd = serve_connect(&s);
	assert_int_equal(write(fd, ask, sizeof(ask) - 1), sizeof(ask) - 1);
	for (int i = 0; i < 3; i++)
		web_run(s.web);
	web_free(s.web);
	close(fd);
	assert_true(serve_web(&s, &c));
}

static int open_web(void **state)
{
	return serve_open(state, &s, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_is_made_in_each_format),
		cmocka_unit_test(a_report_may_be_of_the_last_hour_or_day),
		cmocka_unit_test(those_who_come_together_wait_and_the_last_is_sent_away),
		cmocka_unit_test(who_leaves_meanwhile_does_no_harm),
		cmocka_unit_test(the_server_may_end_while_a_report_is_made),
	};
	return cmocka_run_group_tests(tests, open_web, serve_close);
}
