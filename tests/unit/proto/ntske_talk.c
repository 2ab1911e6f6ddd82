/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/ntske_talk.h"
#include "unit/hex.h"

static const uint16_t offered[] = { 15, 17 };

/* Protocol 0 and algorithm 15, as every answer that is good begins. */
#define GOOD   "8001 0002 0000 8004 0002 000f "
#define COOKIE "0005 0004 61626364 "
#define END    "8000 0000"

/* In a block of exactly its size, so that a sanitizer sees the first octet read behind it. */
static enum ntske_verdict parse(const char *hex, struct ntske_answer *a)
{
	uint8_t room[2048];
	size_t len = hex_octets(hex, room);
	uint8_t *p = malloc(len ? len : 1);

	memcpy(p, room, len);
	memset(a, 0xee, sizeof(*a));
	enum ntske_verdict v = ntske_answer_parse(p, len, offered, 2, a);
	free(p);
	return v;
}

static void a_request_is_the_shortest_there_is(void **state)
{
	(void)state;
	uint8_t wanted[32], p[32];
	size_t len = hex_octets("80010002000080040002000f80000000", wanted);

	assert_int_equal(ntske_request_write(offered, 1, p, sizeof(p)), len);
	assert_memory_equal(p, wanted, len);
	len = hex_octets("80010002000080040004000f001180000000", wanted);
	assert_int_equal(ntske_request_write(offered, 2, p, sizeof(p)), len);
	assert_memory_equal(p, wanted, len);
	for (size_t room = 0; room < len; room++)
		assert_int_equal(ntske_request_write(offered, 2, p, room), 0);
	assert_int_equal(ntske_request_write(offered, 2, p, len), len);
}

/* Two cookies, another server, another port. */
static const char whole[] = "80010002000080040002000f800700022b738006000f6e74702e6578616d706c652e6e65740005"
			    "0064030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ced5dce3eaf1f8ff06"
			    "0d141b222930373e454c535a"
			    "61686f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910171e252c333a41484f565d646b72"
			    "7980878e959ca3aab1b80005"
			    "0064b8b1aaa39c958e878079726b645d564f48413a332c251e17100902fbf4ede6dfd8d1cac3bcb5"
			    "aea7a099928b847d766f6861"
			    "5a534c453e373029221b140d06fff8f1eae3dcd5cec7c0b9b2aba49d968f88817a736c655e575049"
			    "423b342d261f18110a038000"
			    "0000";

static void an_answer_says_all_that_is_in_it(void **state)
{
	(void)state;
	struct ntske_answer a;

	assert_int_equal(parse(whole, &a), NTSKE_OK);
	assert_int_equal(a.aead, 15);
	assert_int_equal(a.port, 11123);
	assert_string_equal(a.server, "ntp.example.net");
	assert_int_equal(a.n_cookies, 2);
	assert_int_equal(a.n_cookies_more, 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(a.cookies[i].len, 100);
	assert_int_equal(a.cookies[0].octets[0], 0x03);
	assert_int_equal(a.cookies[0].octets[99], 0xb8);
	assert_int_equal(a.cookies[1].octets[0], 0xb8);
	assert_int_equal(a.cookies[1].octets[99], 0x03);
}

static void an_answer_without_its_end_is_incomplete_wherever_it_is_cut(void **state)
{
	(void)state;
	uint8_t room[512];
	size_t len = hex_octets(whole, room);

	for (size_t n = 0; n < len; n++) {
		struct ntske_answer a;
		uint8_t *p = malloc(n ? n : 1);
		memcpy(p, room, n);
		assert_int_equal(ntske_answer_parse(p, n, offered, 2, &a), NTSKE_INCOMPLETE);
		free(p);
	}
}

static void what_comes_behind_the_end_is_not_read(void **state)
{
	(void)state;
	struct ntske_answer a;
	assert_int_equal(parse(GOOD COOKIE END "8002 0002 0001", &a), NTSKE_OK);
}

struct one {
	const char *hex;
	enum ntske_verdict verdict;
	uint16_t number; /* code or type */
};

static void each_way_to_refuse_has_its_verdict(void **state)
{
	(void)state;
	static const struct one all[] = {
		{ "80020002000080000000", NTSKE_SAID_ERROR, 0 },
		{ "80020002000180000000", NTSKE_SAID_ERROR, 1 },
		{ "8002000200028000 0000", NTSKE_SAID_ERROR, 2 },
		{ "80020002ffff80000000", NTSKE_SAID_ERROR, 0xffff },
		{ GOOD COOKIE "8002 0002 0002" END, NTSKE_SAID_ERROR, 2 },
		{ GOOD COOKIE "8003 0002 0007" END, NTSKE_SAID_WARNING, 7 },
		{ "8001000080000000", NTSKE_NO_PROTOCOL, 0 },
		{ "80040002000f" COOKIE END, NTSKE_NO_PROTOCOL, 0 },
		{ "8001 0002 8001 8004 0002 000f " COOKIE END, NTSKE_NO_PROTOCOL, 0 },
		{ END, NTSKE_NO_PROTOCOL, 0 },
		{ "8001000200008004000080000000", NTSKE_NO_AEAD, 0 },
		{ "8001 0002 0000" COOKIE END, NTSKE_NO_AEAD, 0 },
		{ "8001 0002 0000 8004 0002 001e" COOKIE END, NTSKE_NO_AEAD, 0 }, /* not offered */
		{ GOOD END, NTSKE_NO_COOKIES, 0 },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct ntske_answer a;
		assert_int_equal(parse(all[i].hex, &a), all[i].verdict);
		if (all[i].number)
			assert_int_equal(a.code, all[i].number);
	}
}

static void a_record_that_is_not_as_it_must_be_is_named(void **state)
{
	(void)state;
	static const struct one all[] = {
		{ GOOD "8001 0002 0000" COOKIE END, NTSKE_BAD_RECORD, NTSKE_NEXT_PROTOCOL },
		{ "8001 0003 000000", NTSKE_BAD_RECORD, NTSKE_NEXT_PROTOCOL },
		{ GOOD "8004 0002 000f" COOKIE END, NTSKE_BAD_RECORD, NTSKE_AEAD },
		{ "8001 0002 0000 8004 0003 000f00" COOKIE END, NTSKE_BAD_RECORD, NTSKE_AEAD },
		{ "8001 0002 0000 8004 0004 000f0011" COOKIE END, NTSKE_BAD_RECORD, NTSKE_AEAD },
		{ "8001 0002 0000 8004 0001 0f" COOKIE END, NTSKE_BAD_RECORD, NTSKE_AEAD },
		{ "8002 0000 " END, NTSKE_BAD_RECORD, NTSKE_ERROR },
		{ "8002 0001 00" END, NTSKE_BAD_RECORD, NTSKE_ERROR },
		{ "8003 0004 00000000" END, NTSKE_BAD_RECORD, NTSKE_WARNING },
		{ GOOD "0005 0000" END, NTSKE_BAD_RECORD, NTSKE_COOKIE },
		{ GOOD COOKIE "8006 0000" END, NTSKE_BAD_RECORD, NTSKE_SERVER },
		{ GOOD COOKIE "8006 0001 61 8006 0001 62" END, NTSKE_BAD_RECORD, NTSKE_SERVER },
		{ GOOD COOKIE "8007 0001 7b" END, NTSKE_BAD_RECORD, NTSKE_PORT },
		{ GOOD COOKIE "8007 0002 0000" END, NTSKE_BAD_RECORD, NTSKE_PORT },
		{ GOOD COOKIE "8007 0002 007b 8007 0002 007b" END, NTSKE_BAD_RECORD, NTSKE_PORT },
		{ GOOD COOKIE "8000 0001 00", NTSKE_BAD_RECORD, NTSKE_END },
		{ GOOD COOKIE "0000 0000", NTSKE_BAD_RECORD, NTSKE_END },
		{ "8001 0002 0000 cabc 0003 7a7a7a", NTSKE_UNKNOWN, 0x4abc },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct ntske_answer a;
		assert_int_equal(parse(all[i].hex, &a), all[i].verdict);
		assert_int_equal(a.bad_type, all[i].number);
	}
}

static void unknown_records_that_are_not_critical_are_skipped(void **state)
{
	(void)state;
	struct ntske_answer a;
	assert_int_equal(parse("8001000200004abc00037a7a7a80040002000f" COOKIE END, &a), NTSKE_OK);
	assert_int_equal(parse(GOOD "0400 0000" COOKIE END, &a), NTSKE_OK);
}

/* It is printed, looked up and written into messages. */
static void a_server_that_is_no_name_is_refused(void **state)
{
	(void)state;
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:_";
	for (unsigned c = 0; c < 256; c++) {
		struct ntske_answer a;
		char hex[128];
		snprintf(hex, sizeof(hex), GOOD COOKIE "8006 0003 61%02x62" END, c);
		bool is_good = c && strchr(allowed, (int)c);
		assert_int_equal(parse(hex, &a), is_good ? NTSKE_OK : NTSKE_BAD_RECORD);
		const char wanted[] = { 'a', (char)c, 'b', '\0' };
		assert_string_equal(a.server, is_good ? wanted : "");
	}
}

static void the_longest_server_name_fits_and_no_longer_one(void **state)
{
	(void)state;
	for (unsigned len = NTSKE_SERVER_MAX - 1; len <= NTSKE_SERVER_MAX; len++) {
		struct ntske_answer a;
		char hex[2048];
		int at = snprintf(hex, sizeof(hex), GOOD COOKIE "8006 %04x ", len);
		for (unsigned i = 0; i < len; i++)
			at += snprintf(hex + at, sizeof(hex) - (size_t)at, "61");
		snprintf(hex + at, sizeof(hex) - (size_t)at, END);
		assert_int_equal(parse(hex, &a), len < NTSKE_SERVER_MAX ? NTSKE_OK : NTSKE_BAD_RECORD);
		assert_int_equal(strlen(a.server), len < NTSKE_SERVER_MAX ? len : 0);
	}
}

static void cookies_beyond_the_stock_or_too_long_are_counted_only(void **state)
{
	(void)state;
	struct ntske_answer a;
	uint8_t p[2048];
	size_t len = hex_octets(GOOD, p);

	for (int i = 0; i < 11; i++)
		len += hex_octets(COOKIE, p + len);
	len += hex_octets("0005 0201", p + len);
	memset(p + len, 0x61, 0x201);
	len += 0x201;
	len += hex_octets(END, p + len);
	assert_int_equal(ntske_answer_parse(p, len, offered, 2, &a), NTSKE_OK);
	assert_int_equal(a.n_cookies, NTSKE_COOKIES_MAX);
	assert_int_equal(a.n_cookies_more, 4);
}

static void errors_have_the_names_of_the_rfc(void **state)
{
	(void)state;
	assert_string_equal(ntske_error_name(0), "unrecognized critical record");
	assert_string_equal(ntske_error_name(1), "bad request");
	assert_string_equal(ntske_error_name(2), "internal server error");
	assert_null(ntske_error_name(3));
	assert_null(ntske_error_name(0xffff));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_the_shortest_there_is),
		cmocka_unit_test(an_answer_says_all_that_is_in_it),
		cmocka_unit_test(an_answer_without_its_end_is_incomplete_wherever_it_is_cut),
		cmocka_unit_test(what_comes_behind_the_end_is_not_read),
		cmocka_unit_test(each_way_to_refuse_has_its_verdict),
		cmocka_unit_test(a_record_that_is_not_as_it_must_be_is_named),
		cmocka_unit_test(unknown_records_that_are_not_critical_are_skipped),
		cmocka_unit_test(a_server_that_is_no_name_is_refused),
		cmocka_unit_test(the_longest_server_name_fits_and_no_longer_one),
		cmocka_unit_test(cookies_beyond_the_stock_or_too_long_are_counted_only),
		cmocka_unit_test(errors_have_the_names_of_the_rfc),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
