/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/notify.h"

/* A socket in the abstract namespace, as systemd may have. */
static int listen_as(const char *name)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	memcpy(at.sun_path + 1, name + 1, strlen(name) - 1);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name))),
			 0);
	return fd;
}

static void the_service_manager_hears_it(void **state)
{
	char name[64], text[64] = "";
	struct notify n;
	(void)state;
	snprintf(name, sizeof(name), "@ntpscope-test-%d", getpid());
	int fd = listen_as(name);
	setenv("NOTIFY_SOCKET", name, 1);
	setenv("WATCHDOG_USEC", "30000000", 1);
	notify_init(&n);
	assert_true(n.fd >= 0);
	assert_true(n.watchdog_ns == INT64_C(15000000000));
	notify_say(&n, "READY=1");
	assert_int_equal(recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT), 7);
	assert_string_equal(text, "READY=1");
	notify_release(&n);
	close(fd);
}

static void without_a_manager_nothing_happens(void **state)
{
	struct notify n;
	(void)state;
	unsetenv("NOTIFY_SOCKET");
	notify_init(&n);
	assert_int_equal(n.fd, -1);
	assert_int_equal(n.watchdog_ns, 0);
	notify_say(&n, "READY=1");
	notify_release(&n);
	setenv("NOTIFY_SOCKET", "relative", 1);
	notify_init(&n);
	assert_int_equal(n.fd, -1);
}

static void another_s_watchdog_is_not_ours(void **state)
{
	struct notify n;
	(void)state;
	setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1);
	setenv("WATCHDOG_USEC", "30000000", 1);
	setenv("WATCHDOG_PID", "1", 1);
	notify_init(&n);
	assert_int_equal(n.watchdog_ns, 0);
	notify_say(&n, "WATCHDOG=1"); /* nobody is there: no matter */
	notify_release(&n);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_service_manager_hears_it),
		cmocka_unit_test(without_a_manager_nothing_happens),
		cmocka_unit_test(another_s_watchdog_is_not_ours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
