/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/query_keys.h"

static const struct command self = { .name = "query" };

/* Reads key `id` of a file with this text; *said is what was told, to be freed. */
static int read_key(const char *text, size_t len, uint32_t id, struct ntp_key *out, char **said)
{
	char path[] = "/tmp/ntpscope-keys-XXXXXX";
	int fd = mkstemp(path), kept = dup(STDERR_FILENO);
	FILE *errors = tmpfile();
	char told[1024];

	assert_true(fd >= 0 && kept >= 0 && errors);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	close(fd);
	fflush(stderr);
	dup2(fileno(errors), STDERR_FILENO);
	int status = query_key_read(&self, path, id, NTP_KEYS_AUTO, out);
	fflush(stderr);
	dup2(kept, STDERR_FILENO);
	close(kept);
	unlink(path);
	rewind(errors);
	told[fread(told, 1, sizeof(told) - 1, errors)] = '\0';
	fclose(errors);
	*said = strdup(told);
	return status;
}

static void finds(const char *text, uint32_t id, enum ntp_key_type type, const char *key)
{
	struct ntp_key k;
	char *said;

	assert_int_equal(read_key(text, strlen(text), id, &k, &said), STATUS_OK);
	assert_string_equal(said, "");
	assert_int_equal(k.id, id);
	assert_int_equal(k.type, type);
	assert_int_equal(k.len, strlen(key));
	assert_memory_equal(k.octets, key, k.len);
	free(said);
}

static void fails(const char *text, uint32_t id, const char *wanted)
{
	struct ntp_key k;
	char *said;

	assert_int_equal(read_key(text, strlen(text), id, &k, &said), STATUS_FAILED);
	if (!strstr(said, wanted))
		fail_msg("no '%s' in: %s", wanted, said);
	/* one line */
	assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
	free(said);
}

static const char file[] = "# of the north\n"
			   "\n"
			   "1 MD5 observat\n"
			   "2 SHA1 HEX:6f6273 # of the south\n"
			   "3 SHA256 another";

static void each_key_of_a_file_is_found(void **state)
{
	(void)state;
	finds(file, 1, NTP_KEY_MD5, "observat");
	finds(file, 2, NTP_KEY_SHA1, "obs");
	finds(file, 3, NTP_KEY_SHA256, "another");
}

static void a_key_that_is_not_there_is_told(void **state)
{
	(void)state;
	fails(file, 4, "has no key 4");
	fails("", 1, "has no key 1");
	fails(file, UINT32_MAX, "has no key 4294967295");
}

static void a_wrong_line_of_the_key_is_told_with_its_number(void **state)
{
	(void)state;
	fails("1 MD5 x\n\n7 SHA7 y\n", 7, "', line 3: unknown type of key");
	fails("7 AES128 HEX:00\n", 7, "', line 1: an AES128 key has 16 octets");
	fails("7 MD5 HEX:zz\n", 7, "', line 1: the key is missing");
	fails("x MD5 y\n7 MD5 x\n", 7, "', line 1: the key's number");
}

/* ntpd knows types by the dozen: one key of them does not lock us out from the others. */
static void a_key_that_we_cannot_use_does_not_hide_the_others(void **state)
{
	(void)state;
	finds("1 RIPEMD160 x\n2 SHA3-256 y\n3 AES128 HEX:00\n7 MD5 z\n", 7, NTP_KEY_MD5, "z");
	fails("1 RIPEMD160 x\n", 7, "has no key 7");
}

static void a_line_too_long_is_told(void **state)
{
	(void)state;
	char *text = malloc(9000), *said;
	struct ntp_key k;

	memset(text, 'x', 9000);
	memcpy(text, "7 MD5 ", 6);
	assert_int_equal(read_key(text, 9000, 7, &k, &said), STATUS_FAILED);
	assert_non_null(strstr(said, "line 1: the line is too long"));
	free(said);
	free(text);
}

/* Not cut short in silence, and no key file without an end. */
static void a_file_that_is_no_text_is_told(void **state)
{
	(void)state;
	static const char cut[] = "1 MD5 x\n7 MD5 ab\0c\n";
	struct ntp_key k;
	char *said;

	assert_int_equal(read_key(cut, sizeof(cut) - 1, 7, &k, &said), STATUS_FAILED);
	assert_non_null(strstr(said, "line 2: this is no text"));
	free(said);
	assert_int_equal(query_key_read(&self, "/dev/zero", 7, NTP_KEYS_AUTO, &k), STATUS_FAILED);
}

static void a_file_that_cannot_be_read_is_told(void **state)
{
	(void)state;
	struct ntp_key k;

	assert_int_equal(query_key_read(&self, "/nonexistent/keys", 1, NTP_KEYS_AUTO, &k), STATUS_FAILED);
	assert_int_equal(query_key_read(&self, "/tmp", 1, NTP_KEYS_AUTO, &k), STATUS_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_key_of_a_file_is_found),
		cmocka_unit_test(a_key_that_is_not_there_is_told),
		cmocka_unit_test(a_wrong_line_of_the_key_is_told_with_its_number),
		cmocka_unit_test(a_key_that_we_cannot_use_does_not_hide_the_others),
		cmocka_unit_test(a_line_too_long_is_told),
		cmocka_unit_test(a_file_that_is_no_text_is_told),
		cmocka_unit_test(a_file_that_cannot_be_read_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
