/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/monitor_actions.h"

const struct command *const commands[] = { NULL };

/* One says that it is busy, the other that nobody is there: an administrator does something else about it. */
static void a_helper_that_is_busy_and_one_that_has_ended_are_told_apart(void **state)
{
	const struct alarm_event e = { .target = "a", .rule = ALARM_OFFSET, .to = ALARM_WARN };
	struct actions a = { .fd = -1 };
	enum actions_sent sent = ACTIONS_SENT;
	int fds[2], n = 0;
	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	a.fd = fds[0];
	while (n < 100000 && (sent = actions_send(&a, &e)) == ACTIONS_SENT)
		n++;
	assert_true(n > 0);
	assert_int_equal(sent, ACTIONS_FULL);
	close(fds[1]);
	assert_int_equal(actions_send(&a, &e), ACTIONS_GONE);
	assert_int_equal(actions_send(&a, &e), ACTIONS_GONE);
	assert_int_equal(a.n_lost, 3);
	actions_close(&a);
}

/* Killed by whomever: it is told at once, not at the next alarm, leaves no zombie, and is missed. */
static void a_helper_that_has_ended_is_told_of_once(void **state)
{
	struct monitor_options o = { .alarm_syslog = true };
	char text[512] = "", path[] = "/tmp/ntpscope-actions-XXXXXX";
	struct log log;
	struct actions a = { .fd = -1, .log = &log };
	(void)state;
	int fd = mkstemp(path);
	log_init(&log, fd, LOG_LEVEL_INFO);
	actions_look(&a, &o);
	assert_false(a.is_missed); /* there was none */
	a.fd = dup(fd);
	a.helper = fork();
	if (a.helper == 0)
		_exit(0);
	pid_t helper = a.helper;
	for (int i = 0; i < 500 && a.helper; i++, usleep(10000))
		actions_look(&a, &o);
	assert_int_equal(a.helper, 0);
	assert_true(a.is_missed);
	assert_int_equal(waitpid(helper, NULL, WNOHANG), -1);
	actions_look(&a, &o);
	assert_true(pread(fd, text, sizeof(text) - 1, 0) > 0);
	assert_non_null(strstr(text, "the helper that acts on alarms has ended"));
	assert_ptr_equal(strchr(text, '\n'), strrchr(text, '\n'));
	o.alarm_syslog = false;
	actions_look(&a, &o);
	assert_false(a.is_missed);
	actions_close(&a);
	unlink(path);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_helper_that_is_busy_and_one_that_has_ended_are_told_apart),
		cmocka_unit_test(a_helper_that_has_ended_is_told_of_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
