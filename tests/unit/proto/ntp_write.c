/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/ntp_write.h"
#include "unit/hex.h"

static void what_is_read_from_a_packet_is_written_back_octet_by_octet(void **state)
{
	(void)state;
	static const char *const packets[] = {
		/* a request and an answer of chronyd, an answer with all fields in use, a kiss */
		"23000620000000000000000000000000000000000000000000000000000000000000000000000000b857c66789b1"
		"0675",
		"240306e300000000000000007f7f0101eeacbc535b755ae4b857c66789b10675eeacbc6feb632619eeacbc6fec32"
		"1ad4",
		"240206e900000a3d0000051fc0000201eeacbc00800000000123456789abcdefeeacbcd840000000eeacbcd84001"
		"0000",
		"e40006e900000000000000004e54534e00000000000000000123456789abcdef0123456789abcdef0123456789ab"
		"cdef",
	};
	for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++) {
		uint8_t p[NTP_HEADER_LEN], again[NTP_HEADER_LEN];
		struct ntp_header h;
		assert_int_equal(hex_octets(packets[i], p), sizeof(p));
		assert_true(ntp_header_parse(p, sizeof(p), &h));
		memset(again, 0xee, sizeof(again));
		ntp_header_write(&h, again);
		assert_memory_equal(again, p, sizeof(p));
	}
}

static void fields_of_a_header_do_not_spill_into_each_other(void **state)
{
	(void)state;
	const struct ntp_header h = { .leap = 0xff, .version = 0xff, .mode = 0xff };
	uint8_t p[NTP_HEADER_LEN];

	ntp_header_write(&h, p);
	assert_int_equal(p[0], 0xff);
	for (size_t i = 1; i < sizeof(p); i++)
		assert_int_equal(p[i], 0);
}

static void a_question_of_version_5_is_the_drafts(void **state)
{
	(void)state;
	static const char draft[] = "draft-ietf-ntp-ntpv5-09";
	const struct ntp5_header h = { .mode = 3, .client_cookie = 0xc0ffee00c0ffee01 };
	uint8_t wanted[76], p[76];

	assert_int_equal(hex_octets("2b0000000000000000000000000000000000000000000000c0ffee00c0ffee01"
				    "00000000000000000000000000000000f5ff001b64726166742d696574662d6e"
				    "74702d6e747076352d303900",
				    wanted),
			 sizeof(wanted));
	memset(p, 0xee, sizeof(p));
	ntp5_header_write(&h, p);
	assert_int_equal(ntp5_ext_write(p + NTP_HEADER_LEN, sizeof(p) - NTP_HEADER_LEN, NTP5_EXT_DRAFT_ID,
					(const uint8_t *)draft, strlen(draft)),
			 28);
	assert_memory_equal(p, wanted, sizeof(p));
}

static void an_answer_of_version_5_is_written_back(void **state)
{
	(void)state;
	uint8_t p[NTP_HEADER_LEN], again[NTP_HEADER_LEN];
	struct ntp5_header h;

	hex_octets("2c0106e70004189300020c490000000111112222333344"
		   "44c0ffee00c0ffee01eeacbcd840000000eeacbcd840010000",
		   p);
	assert_true(ntp5_header_parse(p, sizeof(p), &h));
	ntp5_header_write(&h, again);
	assert_memory_equal(again, p, sizeof(p));
}

static void a_field_is_padded_with_zeros(void **state)
{
	(void)state;
	uint8_t p[24];

	memset(p, 0xee, sizeof(p));
	assert_int_equal(ntp_ext_write(p, sizeof(p), 0x0204, (const uint8_t *)"abcdefghijklm", 13), 20);
	assert_memory_equal(p,
			    "\x02\x04\x00\x14"
			    "abcdefghijklm\0\0\0\xee",
			    21);
	assert_int_equal(ntp_ext_write(p, sizeof(p), 0x0304, NULL, 16), 20);
	assert_memory_equal(p, "\x03\x04\x00\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xee", 21);
}

/* RFC 7822 section 3: a server would take a shorter one for the end of the packet. */
static void no_field_of_version_4_is_shorter_than_16_octets(void **state)
{
	(void)state;
	uint8_t p[20];

	memset(p, 0xee, sizeof(p));
	for (size_t len = 0; len <= 12; len++) {
		assert_int_equal(ntp_ext_write(p, sizeof(p), 0x0204, (const uint8_t *)"abcdefghijkl", len),
				 16);
		assert_memory_equal(p, "\x02\x04\x00\x10", 4);
		assert_memory_equal(p + 4, "abcdefghijkl", len);
	}
	assert_int_equal(ntp5_ext_write(p, sizeof(p), 0xf501, NULL, 0), 4);
	assert_memory_equal(p, "\xf5\x01\x00\x04", 4);
}

static void what_has_no_room_is_not_written(void **state)
{
	(void)state;
	static uint8_t big[65540];
	uint8_t *p = calloc(1, 19);

	for (size_t room = 0; room < 20; room++)
		assert_int_equal(ntp_ext_write(p, room, 0x0204, (const uint8_t *)"abcdefghijklm", 13), 0);
	for (int i = 0; i < 19; i++)
		assert_int_equal(p[i], 0);
	free(p);
	assert_int_equal(ntp_ext_write(big, sizeof(big), 0x0204, NULL, 65528), 65532);
	assert_int_equal(ntp_ext_write(big, sizeof(big), 0x0204, NULL, 65529), 0);
	assert_int_equal(ntp_ext_write(big, sizeof(big), 0x0204, NULL, SIZE_MAX), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_read_from_a_packet_is_written_back_octet_by_octet),
		cmocka_unit_test(fields_of_a_header_do_not_spill_into_each_other),
		cmocka_unit_test(a_question_of_version_5_is_the_drafts),
		cmocka_unit_test(an_answer_of_version_5_is_written_back),
		cmocka_unit_test(a_field_is_padded_with_zeros),
		cmocka_unit_test(no_field_of_version_4_is_shorter_than_16_octets),
		cmocka_unit_test(what_has_no_room_is_not_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
