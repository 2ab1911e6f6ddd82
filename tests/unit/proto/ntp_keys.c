/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/ntp_keys.h"
#include "unit/hex.h"

/* In a block of exactly its size, without a NUL. */
static int parse(const char *line, enum ntp_key_dialect dialect, struct ntp_key *k, const char **why)
{
	size_t len = strlen(line);
	char *copy = malloc(len ? len : 1);

	memcpy(copy, line, len);
	memset(k, 0xee, sizeof(*k));
	*why = NULL;
	int kind = ntp_key_parse(copy, len, dialect, k, why);
	free(copy);
	return kind;
}

static void is_key(const char *line, enum ntp_key_dialect dialect, uint32_t id, enum ntp_key_type type,
		   const char *hex)
{
	struct ntp_key k;
	const char *why;
	uint8_t octets[NTP_KEY_MAX];
	size_t len = hex_octets(hex, octets);

	assert_int_equal(parse(line, dialect, &k, &why), 1);
	assert_int_equal(k.id, id);
	assert_int_equal(k.type, type);
	assert_int_equal(k.len, len);
	assert_memory_equal(k.octets, octets, len);
}

static void is_bad(const char *line, enum ntp_key_dialect dialect, const char *wanted)
{
	struct ntp_key k;
	const char *why;

	assert_int_equal(parse(line, dialect, &k, &why), -1);
	assert_non_null(strstr(why, wanted));
}

static const char observat[] = "6f62736572766174";

static void lines_of_both_kinds_of_files_are_read(void **state)
{
	(void)state;
	static const char aes[] = "000102030405060708090a0b0c0d0e0f";

	for (int d = NTP_KEYS_AUTO; d <= NTP_KEYS_CHRONY; d++)
		is_key("1 MD5 observat", (enum ntp_key_dialect)d, 1, NTP_KEY_MD5, observat);
	is_key("2 SHA1 HEX:6f6273657276617431323334353637383930", NTP_KEYS_CHRONY, 2, NTP_KEY_SHA1,
	       "6f6273657276617431323334353637383930");
	is_key("3 AES128 HEX:000102030405060708090a0b0c0d0e0f", NTP_KEYS_CHRONY, 3, NTP_KEY_AES128, aes);
	is_key("3 AES128 HEX:000102030405060708090a0b0c0d0e0f", NTP_KEYS_AUTO, 3, NTP_KEY_AES128, aes);
	is_key("3 AES-128 000102030405060708090a0b0c0d0e0f", NTP_KEYS_NTP, 3, NTP_KEY_AES128, aes);
	is_key("3 AES-128 000102030405060708090a0b0c0d0e0f", NTP_KEYS_AUTO, 3, NTP_KEY_AES128, aes);
	is_key("4 M observat", NTP_KEYS_NTP, 4, NTP_KEY_MD5, observat);
}

static void the_type_may_be_missing_as_in_chronys(void **state)
{
	(void)state;
	is_key("7 observat", NTP_KEYS_AUTO, 7, NTP_KEY_MD5, observat);
	is_key("7 ASCII:observat", NTP_KEYS_CHRONY, 7, NTP_KEY_MD5, observat);
	is_key("7 HEX:6F62736572766174 # the first", NTP_KEYS_CHRONY, 7, NTP_KEY_MD5, observat);
}

static void blanks_and_what_follows_the_key_do_not_matter(void **state)
{
	(void)state;
	is_key(" \t5\tsha1 \tobservat\r\n", NTP_KEYS_AUTO, 5, NTP_KEY_SHA1, observat);
	is_key("5 SHA1 observat # of the north", NTP_KEYS_AUTO, 5, NTP_KEY_SHA1, observat);
	is_key("5 SHA1 observat 192.0.2.0/24", NTP_KEYS_NTP, 5, NTP_KEY_SHA1, observat);
}

static void a_word_of_more_than_20_characters_is_hex_where_ntpd_says_so(void **state)
{
	(void)state;
	static const char twenty[] = "1 SHA1 00112233445566778899";
	static const char more[] = "1 SHA1 0011223344556677889900";
	static const char text[] = "3030313132323333343435353636373738383939";

	is_key(twenty, NTP_KEYS_AUTO, 1, NTP_KEY_SHA1, text);
	is_key(twenty, NTP_KEYS_NTP, 1, NTP_KEY_SHA1, text);
	is_key(more, NTP_KEYS_AUTO, 1, NTP_KEY_SHA1, "0011223344556677889900");
	is_key(more, NTP_KEYS_NTP, 1, NTP_KEY_SHA1, "0011223344556677889900");
	is_key(more, NTP_KEYS_CHRONY, 1, NTP_KEY_SHA1, "30303131323233333434353536363737383839393030");
	/* 21 hex digits, and 22 characters that are none */
	is_key("1 SHA1 001122334455667788990", NTP_KEYS_AUTO, 1, NTP_KEY_SHA1,
	       "303031313232333334343535363637373838393930");
	is_bad("1 SHA1 001122334455667788990", NTP_KEYS_NTP, "no hex digits");
	is_key("1 SHA1 zz11223344556677889900", NTP_KEYS_AUTO, 1, NTP_KEY_SHA1,
	       "7a7a3131323233333434353536363737383839393030");
	is_bad("1 SHA1 zz11223344556677889900", NTP_KEYS_NTP, "no hex digits");
}

static void prefixes_are_part_of_the_key_for_ntpd(void **state)
{
	(void)state;
	is_key("1 MD5 HEX:00", NTP_KEYS_NTP, 1, NTP_KEY_MD5, "4845583a3030");
	is_key("1 MD5 hex:00", NTP_KEYS_CHRONY, 1, NTP_KEY_MD5, "00");
}

static void empty_lines_and_comments_hold_nothing(void **state)
{
	(void)state;
	static const char *const lines[] = { "", " \t\r\n", "# 1 MD5 x", "  #", "! x", "% x" };
	struct ntp_key k;
	const char *why;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_int_equal(parse(lines[i], NTP_KEYS_AUTO, &k, &why), 0);
}

static void a_line_that_is_wrong_says_what(void **state)
{
	(void)state;
	static const struct {
		const char *line, *why;
	} all[] = {
		{ "x MD5 y", "the key's number" },
		{ "0 MD5 y", "the key's number" },
		{ "-1 MD5 y", "the key's number" },
		{ "4294967296 MD5 y", "the key's number" },
		{ "99999999999999999999999999 MD5 y", "the key's number" },
		{ "1 SHA7 y", "unknown type" },
		{ "1", "the key is missing" },
		{ "1 MD5 HEX:", "the key is missing" },
		{ "1 MD5 HEX:0", "no hex digits" },
		{ "1 MD5 HEX:0g", "no hex digits" },
		{ "1 MD5 ASCII:", "the key is missing" },
		{ "1 AES128 HEX:00", "16 octets" },
		{ "1 AES128 HEX:000102030405060708090a0b0c0d0e0f10", "16 octets" },
		{ "1 AES256 HEX:000102030405060708090a0b0c0d0e0f", "32" },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		is_bad(all[i].line, NTP_KEYS_AUTO, all[i].why);
}

/* Who looks for another key can go on. */
static void a_wrong_line_still_tells_its_number(void **state)
{
	(void)state;
	struct ntp_key k;
	const char *why;

	assert_int_equal(parse("17 RIPEMD y", NTP_KEYS_AUTO, &k, &why), -1);
	assert_int_equal(k.id, 17);
	assert_int_equal(parse("x MD5 y", NTP_KEYS_AUTO, &k, &why), -1);
	assert_int_equal(k.id, 0);
}

static void the_largest_number_and_the_longest_key_fit(void **state)
{
	(void)state;
	char line[1024];
	struct ntp_key k;
	const char *why;

	is_key("4294967295 MD5 observat", NTP_KEYS_AUTO, UINT32_MAX, NTP_KEY_MD5, observat);
	for (int extra = 0; extra < 2; extra++) {
		int n = snprintf(line, sizeof(line), "1 SHA512 ASCII:");
		memset(line + n, 'z', NTP_KEY_MAX + (size_t)extra);
		line[n + NTP_KEY_MAX + extra] = '\0';
		assert_int_equal(parse(line, NTP_KEYS_AUTO, &k, &why), extra ? -1 : 1);
		n = snprintf(line, sizeof(line), "1 SHA512 HEX:");
		memset(line + n, 'a', 2 * (NTP_KEY_MAX + (size_t)extra));
		line[n + 2 * (NTP_KEY_MAX + extra)] = '\0';
		assert_int_equal(parse(line, NTP_KEYS_AUTO, &k, &why), extra ? -1 : 1);
	}
}

static void types_have_their_daemons_names(void **state)
{
	(void)state;
	static const char *const names[] = {
		"MD5", "SHA1", "SHA256", "SHA384", "SHA512", "AES128", "AES256"
	};
	char line[128];

	for (int i = 0; i < N_NTP_KEY_TYPES; i++) {
		assert_string_equal(ntp_key_type_name((enum ntp_key_type)i), names[i]);
		snprintf(line, sizeof(line), "9 %s HEX:000102030405060708090a0b0c0d0e0f%s", names[i],
			 i == NTP_KEY_AES256 ? "000102030405060708090a0b0c0d0e0f" : "");
		is_key(line, NTP_KEYS_AUTO, 9, (enum ntp_key_type)i,
		       i == NTP_KEY_AES256
			       ? "000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f"
			       : "000102030405060708090a0b0c0d0e0f");
	}
	assert_string_equal(ntp_key_type_name(N_NTP_KEY_TYPES), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_both_kinds_of_files_are_read),
		cmocka_unit_test(the_type_may_be_missing_as_in_chronys),
		cmocka_unit_test(blanks_and_what_follows_the_key_do_not_matter),
		cmocka_unit_test(a_word_of_more_than_20_characters_is_hex_where_ntpd_says_so),
		cmocka_unit_test(prefixes_are_part_of_the_key_for_ntpd),
		cmocka_unit_test(empty_lines_and_comments_hold_nothing),
		cmocka_unit_test(a_line_that_is_wrong_says_what),
		cmocka_unit_test(a_wrong_line_still_tells_its_number),
		cmocka_unit_test(the_largest_number_and_the_longest_key_fit),
		cmocka_unit_test(types_have_their_daemons_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
