/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>
#include <unistd.h>

#include "web/listen.h"

static void port_zero_finds_one_that_is_free(void **state)
{
	struct addr a;
	uint16_t port = 0, same;
	int fd, second;
	char why[WEB_WHY_MAX];
	(void)state;
	assert_true(addr_parse("127.0.0.1", &a));
	assert_int_equal(listen_open(&a, &port, &fd, why), ERR_OK);
	assert_int_not_equal(port, 0);
	same = port;
	assert_int_equal(listen_open(&a, &same, &second, why), ERR_SYS);
	assert_int_equal(second, -1);
	assert_non_null(strstr(why, "127.0.0.1 port"));
	close(fd);
}

static void unreadable_and_unusable_files_are_named(void **state)
{
	struct tls_files t;
	char why[WEB_WHY_MAX], path[] = "/tmp/ntpscope-listen-XXXXXX";
	(void)state;
	assert_int_equal(tls_files_read("/nonexistent/c.pem", "/nonexistent/k.pem", &t, why), ERR_USAGE);
	assert_string_equal(why, "cannot read '/nonexistent/c.pem': No such file or directory");
	assert_null(t.certificate);
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "nonsense\n", 9), 9);
	close(fd);
	assert_int_equal(tls_files_read(path, path, &t, why), ERR_USAGE);
	assert_non_null(strstr(why, path));
	assert_non_null(strstr(why, "cannot be used: "));
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(port_zero_finds_one_that_is_free),
		cmocka_unit_test(unreadable_and_unusable_files_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
