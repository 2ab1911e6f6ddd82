/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask/snmp_file.h"

static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void a_file_of_ones_own_is_read(void **state)
{
	char path[] = "/tmp/ntpscope-snmp-XXXXXX", why[SNMP_FILE_WHY_MAX];
	struct snmp_login l;
	int fd = mkstemp(path);
	(void)state;
	assert_true(fd >= 0);
	close(fd);
	write_file(path, "version 3\nuser watcher\nauth SHA-256 secretsecret\npriv AES secretsecret", 0600);
	assert_int_equal(snmp_file_read(path, &l, why), ERR_OK);
	assert_string_equal(l.user, "watcher");
	assert_string_equal(l.priv_passphrase, "secretsecret");
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(snmp_file_read(path, &l, why), ERR_OK);
	unlink(path);
}

static void a_file_that_others_may_read_or_write_is_refused(void **state)
{
	static const mode_t modes[] = { 0644, 0604, 0660, 0602 };
	char path[] = "/tmp/ntpscope-snmp-XXXXXX", why[SNMP_FILE_WHY_MAX];
	struct snmp_login l;
	int fd = mkstemp(path);
	(void)state;
	assert_true(fd >= 0);
	close(fd);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		write_file(path, "community secret\n", modes[i]);
		assert_int_equal(snmp_file_read(path, &l, why), ERR_FORMAT);
		assert_non_null(strstr(why, path));
		assert_non_null(strstr(why, "chmod 600"));
		assert_string_equal(l.community, "");
	}
	unlink(path);
	assert_int_equal(snmp_file_read(path, &l, why), ERR_SYS);
	assert_int_equal(snmp_file_read("/", &l, why), ERR_FORMAT);
}

static void a_wrong_line_is_named_without_the_secret(void **state)
{
	char path[] = "/tmp/ntpscope-snmp-XXXXXX", why[SNMP_FILE_WHY_MAX];
	struct snmp_login l;
	int fd = mkstemp(path);
	(void)state;
	assert_true(fd >= 0);
	close(fd);
	write_file(path, "version 3\nuser u\nauth SHA-7 secretsecret\n", 0600);
	assert_int_equal(snmp_file_read(path, &l, why), ERR_FORMAT);
	assert_non_null(strstr(why, "line 3"));
	assert_null(strstr(why, "secret"));
	write_file(path, "version 3\nuser u\npriv AES secretsecret\n", 0600);
	assert_int_equal(snmp_file_read(path, &l, why), ERR_FORMAT);
	assert_non_null(strstr(why, "priv needs auth"));
	assert_string_equal(l.priv_passphrase, "");
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_of_ones_own_is_read),
		cmocka_unit_test(a_file_that_others_may_read_or_write_is_refused),
		cmocka_unit_test(a_wrong_line_is_named_without_the_secret),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
