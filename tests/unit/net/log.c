/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/log.h"

static void read_all(int fd, char *out, size_t room)
{
	ssize_t n = read(fd, out, room - 1);
	out[n > 0 ? n : 0] = '\0';
}

static void a_line_has_its_time_and_its_level(void **state)
{
	int fds[2];
	char text[256];
	struct log l;
	(void)state;
	assert_int_equal(pipe(fds), 0);
	log_init(&l, fds[1], LOG_LEVEL_WARNING);
	log_say(&l, LOG_LEVEL_INFO, "not heard");
	log_say(&l, LOG_LEVEL_WARNING, "%d of %s", 3, "them");
	close(fds[1]);
	read_all(fds[0], text, sizeof(text));
	assert_int_equal(text[4], '-');
	assert_int_equal(text[10], 'T');
	assert_string_equal(text + 20, " warning: 3 of them\n");
	close(fds[0]);
}

static void strangers_cannot_act_on_the_terminal(void **state)
{
	int fds[2];
	char text[256];
	struct log l;
	(void)state;
	assert_int_equal(pipe(fds), 0);
	log_init(&l, fds[1], LOG_LEVEL_DEBUG);
	log_say(&l, LOG_LEVEL_INFO, "a\033[2J\nb\xc3\xa4 \xe2\x80\xae\xc2");
	close(fds[1]);
	read_all(fds[0], text, sizeof(text));
	assert_string_equal(text + 20, " a\\x1b[2J\\x0ab\xc3\xa4 \\xe2\\x80\\xae\\xc2\n");
	close(fds[0]);
}

static void endless_text_is_cut(void **state)
{
	int fds[2];
	static char text[3 * LOG_LINE_MAX], read_text[8 * LOG_LINE_MAX];
	struct log l;
	(void)state;
	assert_int_equal(pipe(fds), 0);
	memset(text, 1, sizeof(text) - 1);
	log_init(&l, fds[1], LOG_LEVEL_INFO);
	log_say(&l, LOG_LEVEL_INFO, "%s", text);
	close(fds[1]);
	read_all(fds[0], read_text, sizeof(read_text));
	size_t len = strlen(read_text);
	assert_true(len > LOG_LINE_MAX && len <= 4 * LOG_LINE_MAX);
	assert_int_equal(read_text[len - 1], '\n');
	close(fds[0]);
}

static void the_journal_gets_priorities(void **state)
{
	char path[] = "/tmp/ntpscope-log-XXXXXX", stream[64], text[64];
	int fd = mkstemp(path);
	struct stat st;
	struct log l;
	(void)state;
	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(fstat(fd, &st), 0);
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_init(&l, fd, LOG_LEVEL_INFO);
	unsetenv("JOURNAL_STREAM");
	log_say(&l, LOG_LEVEL_ERROR, "so");
	lseek(fd, 0, SEEK_SET);
	read_all(fd, text, sizeof(text));
	assert_string_equal(text, "<3>so\n");
	close(fd);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_its_time_and_its_level),
		cmocka_unit_test(strangers_cannot_act_on_the_terminal),
		cmocka_unit_test(endless_text_is_cut),
		cmocka_unit_test(the_journal_gets_priorities),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
