/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_helper_that_is_busy_and_one_that_has_ended_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
