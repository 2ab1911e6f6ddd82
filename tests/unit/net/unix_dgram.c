/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/unix_dgram.h"

struct server {
	char dir[64], path[96];
	int fd;
};

static void begin(struct server *s)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	snprintf(s->dir, sizeof(s->dir), "/tmp/ntpscope-test-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	snprintf(s->path, sizeof(s->path), "%s/server", s->dir);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", s->path);
	s->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&a, sizeof(a)), 0);
}

static void end(struct server *s)
{
	close(s->fd);
	unlink(s->path);
	assert_int_equal(rmdir(s->dir), 0); /* nothing stays behind */
}

static void it_goes_and_comes(void **state)
{
	(void)state;
	struct server s;
	struct unix_dgram u;
	struct sockaddr_un from;
	socklen_t len = sizeof(from);
	uint8_t buffer[16];
	begin(&s);
	assert_int_equal(unix_dgram_open(&u, s.path), ERR_OK);
	assert_int_equal(unix_dgram_next(&u, buffer, sizeof(buffer)), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(unix_dgram_send(&u, (const uint8_t *)"ask", 3), ERR_OK);
	assert_int_equal(recvfrom(s.fd, buffer, sizeof(buffer), 0, (struct sockaddr *)&from, &len), 3);
	assert_int_equal(strncmp(from.sun_path, s.dir, strlen(s.dir)), 0);
	assert_int_equal(sendto(s.fd, "answer", 6, 0, (struct sockaddr *)&from, len), 6);
	assert_int_equal(unix_dgram_next(&u, buffer, sizeof(buffer)), 6);
	assert_memory_equal(buffer, "answer", 6);
	unix_dgram_close(&u);
	unix_dgram_close(&u);
	end(&s);
}

static void what_is_not_there_is_told(void **state)
{
	(void)state;
	struct unix_dgram u;
	char path[300];
	assert_int_equal(unix_dgram_open(&u, "/nonexistent/server"), ERR_SYS);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(u.fd, -1);
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(unix_dgram_open(&u, path), ERR_LIMIT);
}

static void a_server_that_went_away_is_told(void **state)
{
	(void)state;
	struct server s;
	struct unix_dgram u;
	begin(&s);
	close(s.fd);
	assert_int_equal(unix_dgram_open(&u, s.path), ERR_SYS);
	assert_int_equal(errno, ECONNREFUSED);
	end(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_goes_and_comes),
		cmocka_unit_test(what_is_not_there_is_told),
		cmocka_unit_test(a_server_that_went_away_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
