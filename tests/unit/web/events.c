/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "serve.h"
#include "web/events.h"

static struct serve s;

static int begin(const char *target)
{
	char request[200];
	int fd = serve_connect(&s);
	snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", target);
	assert_true(fd >= 0);
	assert_true(write(fd, request, strlen(request)) > 0);
	return fd;
}

static void a_summary_comes_at_once_and_then_each_second(void **state)
{
	int fd = begin("/api/v1/events");
	(void)state;
	serve_read(&s, fd, "event: summary", 2000);
	assert_int_equal(serve_status(&s), 200);
	assert_non_null(strstr(s.answer, "Content-Type: text/event-stream"));
	assert_non_null(strstr(s.answer, "retry: "));
	serve_read(&s, fd, "event: summary", 3000);
	assert_non_null(strstr(s.answer, "data: {\"schema\": \"ntpscope-pulse-1\""));
	close(fd);
}

/* Nothing counts on in this test: the packets of a second round are read by another live_run(). */
static void packets_of_a_prefix_come_as_they_come(void **state)
{
	struct live_io io = { .next = serve_next, .source = &s.talk };
	int fd = begin("/api/v1/events?prefix=198.51.100.1&rate=1000");
	(void)state;
	serve_read(&s, fd, "event: summary", 2000);
	talk_ask(&s.talk, 1, serve_start_ns + 700 * NS_PER_S, true);
	talk_ask(&s.talk, 2, serve_start_ns + 701 * NS_PER_S, true);
	assert_int_equal(live_run(s.live, &io), ERR_OK);
	serve_read(&s, fd, "event: packets", 2000);
	char *at = strstr(s.answer, "event: packets");
	assert_non_null(at);
	assert_non_null(strstr(at, "\"left_out\": 0"));
	assert_non_null(strstr(at, "\"client\": \"198.51.100.1\", \"name\": \"<script>alert(1)</script>\""));
	assert_non_null(strstr(at, "\"delta_s\": 0.000050000"));
	assert_null(strstr(at, "198.51.100.2"));
	close(fd);
}

static void what_exceeds_the_rate_is_counted(void **state)
{
	struct live_io io = { .next = serve_next, .source = &s.talk };
	int fd = begin("/api/v1/events?prefix=all&rate=4");
	(void)state;
	serve_read(&s, fd, "event: summary", 2000);
	for (unsigned i = 0; i < 5; i++)
		talk_ask(&s.talk, 5, serve_start_ns + (800 + i) * NS_PER_S, true);
	assert_int_equal(live_run(s.live, &io), ERR_OK);
	serve_read(&s, fd, "event: packets", 2000);
	assert_non_null(strstr(s.answer, "\"left_out\": 9, \"packets\": [{\"number\": "));
	close(fd);
}

static void their_number_is_bounded(void **state)
{
	int fds[3];
	(void)state;
	for (int i = 0; i < 3; i++) {
		fds[i] = begin("/api/v1/events");
		serve_read(&s, fds[i], "\r\n\r\n", 1000);
		assert_int_equal(serve_status(&s), i < 2 ? 200 : 503);
	}
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	serve_read(&s, serve_connect(&s), NULL, 1600);
	close(fds[0] = begin("/api/v1/events"));
}

static int open_web(void **state)
{
	struct web_config c = serve_config();
	*state = &s;
	c.max_readers = 2;
	return serve_live(&s, 4) && serve_web(&s, &c) ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_summary_comes_at_once_and_then_each_second, open_web,
						serve_close),
		cmocka_unit_test_setup_teardown(packets_of_a_prefix_come_as_they_come, open_web, serve_close),
		cmocka_unit_test_setup_teardown(what_exceeds_the_rate_is_counted, open_web, serve_close),
		cmocka_unit_test_setup_teardown(their_number_is_bounded, open_web, serve_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
