/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "proto/snmp_login.h"

/* Lines apart by '|'.  False: *why says why. */
static bool read_lines(struct snmp_login *l, const char *text, const char **why)
{
	*l = snmp_login_default();
	while (*text) {
		size_t len = strcspn(text, "|");
		if (!snmp_login_line(l, text, len, why))
			return false;
		text += len + (text[len] == '|');
	}
	return snmp_login_check(l, why);
}

static void nothing_said_is_the_public_community(void **state)
{
	struct snmp_login l;
	const char *why;
	(void)state;
	assert_true(read_lines(&l, "# comment||  ", &why));
	assert_int_equal(l.version, LOGIN_V2C);
	assert_string_equal(l.community, "public");
	assert_int_equal(l.port, 0);
}

static void a_user_with_passphrases(void **state)
{
	struct snmp_login l;
	const char *why;
	(void)state;
	assert_true(
		read_lines(&l,
			   "version 3|user watcher|auth sha256  with blanks in it \t|PRIV aes128 12345678|"
			   "port 1161|context lan",
			   &why));
	assert_int_equal(l.version, LOGIN_V3);
	assert_string_equal(l.user, "watcher");
	assert_int_equal(l.auth, LOGIN_SHA_256);
	assert_string_equal(l.auth_passphrase, "with blanks in it");
	assert_int_equal(l.priv, LOGIN_AES);
	assert_string_equal(l.priv_passphrase, "12345678");
	assert_int_equal(l.port, 1161);
	assert_string_equal(l.context, "lan");
	assert_true(read_lines(&l, "version 1|community a b", &why));
	assert_int_equal(l.version, LOGIN_V1);
	assert_string_equal(l.community, "a b");
	assert_true(read_lines(&l, "version 3|user u|auth SHA-512 longenough|priv AES-256 longenough", &why));
	assert_int_equal(l.auth, LOGIN_SHA_512);
	assert_int_equal(l.priv, LOGIN_AES_256);
}

static void what_is_wrong_has_a_reason(void **state)
{
	static const char *const bad[] = {
		"version 4",
		"version",
		"community",
		"communities public",
		"user",
		"version 3|user a123456789b123456789c123456789d123", /* 32 are the most, RFC 3411 */
		"version 3",
		"version 3|user u|auth SHA-256 short",
		"version 3|user u|auth SHA-3 longenough",
		"version 3|user u|auth SHA-256",
		"version 3|user u|priv AES longenough",
		"version 3|user u|auth MD5 longenough|priv 3DES longenough",
		"user u",
		"auth MD5 longenough",
		"port 0",
		"port 65536",
		"port 1x",
		"port",
		"port 99999999999999999999",
	};
	struct snmp_login l;
	const char *why = "";
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (read_lines(&l, bad[i], &why))
			fail_msg("'%s' is taken", bad[i]);
		assert_true(why[0]);
	}
	l = snmp_login_default();
	assert_false(snmp_login_line(&l, "community a\0b", 13, &why));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_said_is_the_public_community),
		cmocka_unit_test(a_user_with_passphrases),
		cmocka_unit_test(what_is_wrong_has_a_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
