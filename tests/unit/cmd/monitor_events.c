/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "cmd/monitor_events.h"

const struct command *const commands[] = { NULL };

static char folder[64], path[96], old[96];

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/ntpscope-events-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/events.log", folder);
	snprintf(old, sizeof(old), "%s/events.log.1", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	unlink(old);
	return rmdir(folder);
}

static struct alarm_event event(const char *target, enum alarm_level from, enum alarm_level to)
{
	struct alarm_event e = { .time_ns = INT64_C(1800000000123456789),
				 .via = WATCH_VIA_CHRONY,
				 .rule = ALARM_OFFSET,
				 .from = from,
				 .to = to,
				 .value = 0.0123,
				 .limit = 0.01 };
	snprintf(e.target, sizeof(e.target), "%s", target);
	snprintf(e.part, sizeof(e.part), "eth0");
	snprintf(e.text, sizeof(e.text), "Offset \"12.3\" ms\\");
	return e;
}

static struct alarms *fresh(void)
{
	const struct alarm_limits l = alarm_limits_default();
	struct alarms *a;
	assert_int_equal(alarms_new(&l, &a), ERR_OK);
	return a;
}

static size_t standing(struct alarms *a)
{
	struct alarm_state s;
	size_t n = 0;
	for (size_t cursor = 0; alarms_next(a, &cursor, ALARM_WARN, &s); n++)
		continue;
	return n;
}

static void a_line_comes_back_as_it_was(void **state)
{
	const struct alarm_event e = event("ntp.example.net", ALARM_OK, ALARM_WARN);
	struct alarm_event got;
	struct buf b;
	(void)state;
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	event_line(&e, &b);
	assert_int_equal(b.data[b.len - 1], '\n');
	assert_null(memchr(b.data, '\n', b.len - 1));
	assert_true(event_parse(b.data, b.len, &got));
	assert_int_equal(got.time_ns, e.time_ns);
	assert_string_equal(got.target, e.target);
	assert_string_equal(got.part, e.part);
	assert_string_equal(got.text, e.text);
	assert_int_equal(got.via, e.via);
	assert_int_equal(got.rule, e.rule);
	assert_int_equal(got.from, e.from);
	assert_int_equal(got.to, e.to);
	assert_float_equal(got.value, e.value, 1e-9);
	assert_float_equal(got.limit, e.limit, 1e-9);
	buf_release(&b);
}

static void the_longest_event_is_a_line_that_is_read(void **state)
{
	struct alarm_event e = event("", ALARM_OK, ALARM_WARN), got;
	struct buf b;
	(void)state;
	memset(e.target, '\x01', sizeof(e.target) - 1); /* each of them six characters */
	memset(e.part, '\x01', sizeof(e.part) - 1);
	memset(e.text, '\x01', sizeof(e.text) - 1);
	e.value = (double)NAN;
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	event_line(&e, &b);
	assert_true(b.len < EVENT_LINE_MAX);
	assert_true(event_parse(b.data, b.len, &got));
	assert_true(isnan(got.value));
	assert_int_equal(got.target[0], '?');
	buf_release(&b);
}

static void what_is_no_event_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"{}",
		"[]",
		"{\"time\":\"2026-03-01T00:00:00Z\",\"target\":\"a\",\"part\":\"\",\"via\":\"ntp\",\"rule\":"
		"\"offset\","
		"\"from\":\"ok\",\"to\":\"worse\",\"value\":1,\"text\":\"\"}",
		"{\"time\":\"2026-03-01T00:00:00Z\",\"target\":\"\",\"part\":\"\",\"via\":\"ntp\",\"rule\":"
		"\"offset\","
		"\"from\":\"ok\",\"to\":\"warn\",\"value\":1,\"text\":\"\"}",
		"{\"time\":\"2026-03-01T00:00:00Z\",\"target\":\"a\",\"part\":\"\",\"via\":\"ntp\",\"rule\":"
		"\"off",
	};
	struct alarm_event e;
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(event_parse(bad[i], strlen(bad[i]), &e));
}

static void what_stood_is_known_after_a_restart(void **state)
{
	const struct alarm_event raised = event("a", ALARM_OK, ALARM_WARN),
				 other = event("b", ALARM_OK, ALARM_CRITICAL),
				 ended = event("a", ALARM_WARN, ALARM_OK);
	struct alarms *a = fresh();
	struct event_log l;
	struct alarm_event e;
	(void)state;
	assert_int_equal(event_log_open(&l, folder, a), ERR_OK);
	assert_int_equal(event_log_add(&l, a, &raised), ERR_OK);
	assert_int_equal(event_log_add(&l, a, &other), ERR_OK);
	assert_int_equal(event_log_add(&l, a, &ended), ERR_OK);
	event_log_close(&l);
	assert_int_equal(event_log_open(&l, folder, a), ERR_OK);
	assert_int_equal(standing(a), 1);
	assert_true(alarms_event_at(a, 0, &e));
	assert_string_equal(e.target, "a");
	assert_int_equal(e.to, ALARM_OK);
	assert_true(alarms_event_at(a, 2, &e));
	assert_false(alarms_event_at(a, 3, &e));
	event_log_close(&l);
	alarms_free(a);
}

static void a_line_that_a_kill_cut_off_does_no_harm(void **state)
{
	const struct alarm_event raised = event("a", ALARM_OK, ALARM_WARN);
	struct alarms *a = fresh();
	struct event_log l;
	(void)state;
	assert_int_equal(event_log_open(&l, folder, a), ERR_OK);
	assert_int_equal(event_log_add(&l, a, &raised), ERR_OK);
	assert_int_equal(write(l.fd, "{\"time\":\"20", 11), 11);
	event_log_close(&l);
	alarms_free(a);
	a = fresh();
	assert_int_equal(event_log_open(&l, folder, a), ERR_OK);
	const struct alarm_event second = event("b", ALARM_OK, ALARM_WARN);
	assert_int_equal(event_log_add(&l, a, &second), ERR_OK);
	event_log_close(&l);
	alarms_free(a);
	a = fresh();
	assert_int_equal(event_log_open(&l, folder, a), ERR_OK);
	assert_int_equal(standing(a), 2);
	event_log_close(&l);
	alarms_free(a);
}

/* However often it is turned over: two files, and nothing that stands is forgotten. */
static void a_file_is_turned_over_and_what_stands_goes_along(void **state)
{
	const struct alarm_event stands = event("stands", ALARM_OK, ALARM_CRITICAL);
	struct alarms *a = fresh();
	struct event_log l;
	(void)state;
	assert_int_equal(event_log_open(&l, folder, a), ERR_OK);
	l.most_bytes = 2000;
	alarms_replay(a, &stands);
	assert_int_equal(event_log_add(&l, a, &stands), ERR_OK);
	for (int i = 0; i < 200; i++) {
		const struct alarm_event e = event("b", i % 2 ? ALARM_WARN : ALARM_OK,
						   i % 2 ? ALARM_OK : ALARM_WARN);
		assert_int_equal(event_log_add(&l, a, &e), ERR_OK);
		assert_true(l.bytes < 2600);
	}
	event_log_close(&l);
	alarms_free(a);
	assert_int_equal(access(old, F_OK), 0);
	a = fresh();
	assert_int_equal(event_log_open(&l, folder, a), ERR_OK);
	assert_int_equal(standing(a), 1);
	struct alarm_event e;
	for (size_t i = 0; alarms_event_at(a, i, &e); i++)
		assert_int_not_equal(e.from, e.to); /* what stands is no event */
	event_log_close(&l);
	alarms_free(a);
}

static void a_full_disk_is_told(void **state)
{
	const struct alarm_event e = event("a", ALARM_OK, ALARM_WARN);
	struct alarms *a = fresh();
	struct event_log l = { .fd = open("/dev/full", O_WRONLY), .most_bytes = EVENT_LOG_BYTES };
	(void)state;
	assert_true(l.fd >= 0);
	snprintf(l.path, sizeof(l.path), "%s", path);
	assert_int_equal(event_log_add(&l, a, &e), ERR_SYS);
	event_log_close(&l);
	alarms_free(a);
}

/* A file of that size at the most, as where the disk is full. */
static void let_grow_to(rlim_t bytes)
{
	struct rlimit l;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
	l.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

static void what_a_full_disk_cut_off_does_not_spoil_what_comes_when_there_is_room(void **state)
{
	const struct alarm_event first = event("a", ALARM_OK, ALARM_WARN),
				 lost = event("b", ALARM_OK, ALARM_WARN),
				 last = event("c", ALARM_OK, ALARM_WARN);
	struct alarms *a = fresh();
	struct event_log l;
	struct rlimit before;
	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(event_log_open(&l, folder, a), ERR_OK);
	assert_int_equal(event_log_add(&l, a, &first), ERR_OK);
	let_grow_to((rlim_t)l.bytes + 20);
	assert_int_equal(event_log_add(&l, a, &lost), ERR_SYS);
	assert_int_equal(event_log_add(&l, a, &lost), ERR_SYS);
	/* That is no reason not to begin again. */
	event_log_close(&l);
	alarms_free(a);
	a = fresh();
	assert_int_equal(event_log_open(&l, folder, a), ERR_OK);
	assert_int_equal(event_log_add(&l, a, &lost), ERR_SYS);
	let_grow_to(before.rlim_cur);
	assert_int_equal(event_log_add(&l, a, &last), ERR_OK);
	event_log_close(&l);
	alarms_free(a);
	a = fresh();
	assert_int_equal(event_log_open(&l, folder, a), ERR_OK);
	assert_int_equal(standing(a), 2);
	event_log_close(&l);
	alarms_free(a);
}

/* The folder is the user's: it must not make the monitor, while it is root, give away what is another's. */
static void what_is_no_file_of_our_own_is_not_written(void **state)
{
	struct alarms *a = fresh();
	struct event_log l;
	(void)state;
	assert_int_equal(symlink("elsewhere", path), 0);
	assert_int_equal(event_log_open(&l, folder, a), ERR_SYS);
	assert_int_equal(unlink(path), 0);
	int fd = open(old, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(link(old, path), 0);
	assert_int_equal(event_log_open(&l, folder, a), ERR_SYS);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(event_log_open(&l, folder, a), ERR_SYS);
	event_log_close(&l);
	alarms_free(a);
}

static void a_file_that_cannot_be_turned_over_is_written_on(void **state)
{
	const struct alarm_event e = event("a", ALARM_OK, ALARM_WARN);
	struct alarms *a = fresh();
	struct event_log l;
	(void)state;
	assert_int_equal(event_log_open(&l, folder, a), ERR_OK);
	assert_int_equal(mkdir(old, 0700), 0);
	l.most_bytes = 1;
	assert_int_equal(event_log_add(&l, a, &e), ERR_OK);
	int64_t bytes = l.bytes;
	assert_int_equal(event_log_add(&l, a, &e), ERR_OK);
	assert_int_equal(l.bytes, 2 * bytes);
	event_log_close(&l);
	alarms_free(a);
	assert_int_equal(rmdir(old), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_line_comes_back_as_it_was),
		TEST(the_longest_event_is_a_line_that_is_read),
		TEST(what_is_no_event_is_refused),
		TEST(what_stood_is_known_after_a_restart),
		TEST(a_line_that_a_kill_cut_off_does_no_harm),
		TEST(a_file_is_turned_over_and_what_stands_goes_along),
		TEST(what_is_no_file_of_our_own_is_not_written),
		TEST(a_file_that_cannot_be_turned_over_is_written_on),
		TEST(a_full_disk_is_told),
		TEST(what_a_full_disk_cut_off_does_not_spoil_what_comes_when_there_is_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
