/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/ntp.h"
#include "unit/hex.h"

/* Every field differs from its neighbours. */
#define DISTINCT                           \
	"e4f5c6d708090a0b0c0d0e0f10111213" \
	"1415161718191a1b1c1d1e1f20212223" \
	"2425262728292a2b2c2d2e2f30313233"

static void parse(const char *hex, struct ntp_header *h)
{
	struct sample s = sample_of(hex);
	assert_true(ntp_header_parse(s.p, s.len, h));
	free(s.p);
}

static void every_field_lies_where_rfc_5905_draws_it(void **state)
{
	(void)state;
	struct ntp_header h;
	parse(DISTINCT, &h);
	assert_int_equal(h.leap, 3);
	assert_int_equal(h.version, 4);
	assert_int_equal(h.mode, NTP_MODE_SERVER);
	assert_int_equal(h.stratum, 0xf5);
	assert_int_equal(h.poll_log2s, -58);
	assert_int_equal(h.precision_log2s, -41);
	assert_int_equal(h.root_delay, 0x08090a0b);
	assert_int_equal(h.root_dispersion, 0x0c0d0e0f);
	assert_memory_equal(h.refid, "\x10\x11\x12\x13", 4);
	assert_true(h.reference == 0x1415161718191a1b);
	assert_true(h.origin == 0x1c1d1e1f20212223);
	assert_true(h.receive == 0x2425262728292a2b);
	assert_true(h.transmit == 0x2c2d2e2f30313233);
}

static void the_first_octet_gives_leap_version_and_mode(void **state)
{
	(void)state;
	for (unsigned first = 0; first < 256; first++) {
		uint8_t p[NTP_HEADER_LEN] = { (uint8_t)first };
		struct ntp_header h;
		assert_true(ntp_header_parse(p, sizeof(p), &h));
		assert_int_equal(h.leap, first / 64);
		assert_int_equal(h.version, first / 8 % 8);
		assert_int_equal(h.mode, first % 8);
	}
}

static void known_packets_read_as_written(void **state)
{
	(void)state;
	static const struct {
		const char *hex;
		uint8_t leap, version, mode, stratum;
		int8_t poll, precision;
		uint32_t root_delay, root_dispersion, refid;
		uint64_t reference, origin, receive, transmit;
		enum ntp_kiss kiss;
	} rows[] = {
		{ "2300062000000000000000000000000000000000000000000000000000000000"
		  "00000000000000000123456789abcdef",
		  0, 4, 3, 0, 6, 32, 0, 0, 0, 0, 0, 0, 0x0123456789abcdef, KISS_NONE },
		{ "240206e900000a3d0000051fc0000201eeacbc00800000000123456789abcdef"
		  "eeacbcd840000000eeacbcd840010000",
		  0, 4, 4, 2, 6, -23, 0xa3d, 0x51f, 0xc0000201, 0xeeacbc0080000000, 0x0123456789abcdef,
		  0xeeacbcd840000000, 0xeeacbcd840010000, KISS_NONE },
		{ "e4000aec00000000000000005241544500000000000000000123456789abcdef"
		  "0123456789abcdef0123456789abcdef",
		  3, 4, 4, 0, 10, -20, 0, 0, 0x52415445, 0, 0x0123456789abcdef, 0x0123456789abcdef,
		  0x0123456789abcdef, KISS_RATE },
		{ "1c0104ee000000000000001047505300eeacbc00800000001122334455667788"
		  "eeacbcd840000000eeacbcd840010000",
		  0, 3, 4, 1, 4, -18, 0, 0x10, 0x47505300, 0xeeacbc0080000000, 0x1122334455667788,
		  0xeeacbcd840000000, 0xeeacbcd840010000, KISS_NONE },
		{ "650206ec00000100000002007f7f0101eeacbc00800000000000000000000000"
		  "0000000000000000eeacbcd840000000",
		  1, 4, 5, 2, 6, -20, 0x100, 0x200, 0x7f7f0101, 0xeeacbc0080000000, 0, 0, 0xeeacbcd840000000,
		  KISS_NONE },
		{ "0800000000000000000000000000000000000000000000000000000000000000"
		  "0000000000000000eeacbcd840000000",
		  0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xeeacbcd840000000, KISS_NONE },
		{ "0300062000000000000000000000000000000000000000000000000000000000"
		  "00000000000000000123456789abcdef",
		  0, 0, 3, 0, 6, 32, 0, 0, 0, 0, 0, 0, 0x0123456789abcdef, KISS_NONE },
		{ "2300fa20000000000000000000000000000000000000000000000000"
		  "0000000000000000000000000123456789abcdef",
		  0, 4, 3, 0, -6, 32, 0, 0, 0, 0, 0, 0, 0x0123456789abcdef, KISS_NONE },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ntp_header h;
		parse(rows[i].hex, &h);
		assert_int_equal(h.leap, rows[i].leap);
		assert_int_equal(h.version, rows[i].version);
		assert_int_equal(h.mode, rows[i].mode);
		assert_int_equal(h.stratum, rows[i].stratum);
		assert_int_equal(h.poll_log2s, rows[i].poll);
		assert_int_equal(h.precision_log2s, rows[i].precision);
		assert_int_equal(h.root_delay, rows[i].root_delay);
		assert_int_equal(h.root_dispersion, rows[i].root_dispersion);
		assert_int_equal(load_be32(h.refid), rows[i].refid);
		assert_true(h.reference == rows[i].reference);
		assert_true(h.origin == rows[i].origin);
		assert_true(h.receive == rows[i].receive);
		assert_true(h.transmit == rows[i].transmit);
		assert_int_equal(ntp_kiss_of(&h), rows[i].kiss);
	}
}

static void every_short_length_is_refused_and_keeps_whole_fields(void **state)
{
	(void)state;
	struct sample whole = sample_of(DISTINCT);
	struct ntp_header full;
	assert_true(ntp_header_parse(whole.p, whole.len, &full));
	for (uint32_t len = 0; len < NTP_HEADER_LEN; len++) {
		struct sample s = sample_cut(&whole, len);
		struct ntp_header h;
		memset(&h, 0xa5, sizeof(h));
		assert_false(ntp_header_parse(len ? s.p : NULL, len, &h));
		assert_int_equal(h.version, len >= 1 ? 4 : 0);
		assert_int_equal(h.leap, len >= 1 ? 3 : 0);
		assert_int_equal(h.mode, len >= 1 ? 4 : 0);
		assert_int_equal(h.stratum, len >= 2 ? full.stratum : 0);
		assert_int_equal(h.poll_log2s, len >= 3 ? full.poll_log2s : 0);
		assert_int_equal(h.precision_log2s, len >= 4 ? full.precision_log2s : 0);
		assert_int_equal(h.root_delay, len >= 8 ? full.root_delay : 0);
		assert_int_equal(h.root_dispersion, len >= 12 ? full.root_dispersion : 0);
		assert_int_equal(load_be32(h.refid), len >= 16 ? load_be32(full.refid) : 0);
		assert_true(h.reference == (len >= 24 ? full.reference : 0));
		assert_true(h.origin == (len >= 32 ? full.origin : 0));
		assert_true(h.receive == (len >= 40 ? full.receive : 0));
		assert_true(h.transmit == 0);
		free(s.p);
	}
	free(whole.p);
}

static void version_5_reads_as_the_draft_draws_it(void **state)
{
	(void)state;
	struct sample s = sample_of("2c0106e70004189300020c49020300011111222233334444c0ffee00c0ffee01"
				    "eeacbcd840000000eeacbcd840010000");
	struct ntp5_header h;
	assert_true(ntp5_header_parse(s.p, s.len, &h));
	assert_int_equal(h.leap, 0);
	assert_int_equal(h.mode, 4);
	assert_int_equal(h.stratum, 1);
	assert_int_equal(h.poll_log2s, 6);
	assert_int_equal(h.precision_log2s, -25);
	assert_int_equal(h.root_delay, 0x00041893);
	assert_int_equal(h.root_dispersion, 0x00020c49);
	assert_int_equal(h.timescale, 2);
	assert_int_equal(h.era, 3);
	assert_int_equal(h.flags, 1);
	assert_true(h.server_cookie == 0x1111222233334444);
	assert_true(h.client_cookie == 0xc0ffee00c0ffee01);
	assert_true(h.receive == 0xeeacbcd840000000);
	assert_true(h.transmit == 0xeeacbcd840010000);
	free(s.p);
}

static void every_short_version_5_header_keeps_whole_fields(void **state)
{
	(void)state;
	struct sample whole = sample_of(DISTINCT);
	struct ntp5_header full;
	assert_true(ntp5_header_parse(whole.p, whole.len, &full));
	for (uint32_t len = 0; len < NTP_HEADER_LEN; len++) {
		struct sample s = sample_cut(&whole, len);
		struct ntp5_header h;
		memset(&h, 0xa5, sizeof(h));
		assert_false(ntp5_header_parse(len ? s.p : NULL, len, &h));
		assert_int_equal(h.leap, len >= 1 ? 3 : 0);
		assert_int_equal(h.timescale, len >= 13 ? full.timescale : 0);
		assert_int_equal(h.era, len >= 14 ? full.era : 0);
		assert_int_equal(h.flags, len >= 16 ? full.flags : 0);
		assert_true(h.server_cookie == (len >= 24 ? full.server_cookie : 0));
		assert_true(h.client_cookie == (len >= 32 ? full.client_cookie : 0));
		assert_true(h.receive == (len >= 40 ? full.receive : 0));
		assert_true(h.transmit == 0);
		free(s.p);
	}
	free(whole.p);
}

static enum ntp_kiss kiss(uint8_t version, uint8_t mode, uint8_t stratum, const char *code)
{
	struct ntp_header h = { .version = version, .mode = mode, .stratum = stratum };
	memcpy(h.refid, code, 4);
	return ntp_kiss_of(&h);
}

static void every_kiss_code_is_known_by_its_name(void **state)
{
	(void)state;
	for (enum ntp_kiss k = KISS_RATE; k < KISS_OTHER; k++) {
		assert_int_equal(strlen(ntp_kiss_name(k)), 4);
		assert_int_equal(kiss(4, NTP_MODE_SERVER, 0, ntp_kiss_name(k)), k);
		assert_int_equal(kiss(3, NTP_MODE_BROADCAST, 0, ntp_kiss_name(k)), k);
		assert_int_equal(kiss(4, NTP_MODE_PASSIVE, 0, ntp_kiss_name(k)), k);
	}
	assert_string_equal(ntp_kiss_name(KISS_OTHER), "other");
	assert_string_equal(ntp_kiss_name(KISS_NONE), "");
}

static void another_printable_code_is_another_kiss(void **state)
{
	(void)state;
	static const char *const codes[] = { "ACST", "AUTO", "BCST", "DROP", "MCST",
					     "NKEY", "RMOT", "Xabc", "rate" };
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		assert_int_equal(kiss(4, NTP_MODE_SERVER, 0, codes[i]), KISS_OTHER);
}

static void unspecified_and_unprintable_codes_are_no_kiss(void **state)
{
	(void)state;
	assert_int_equal(kiss(4, NTP_MODE_SERVER, 0, "\0\0\0\0"), KISS_NONE);
	assert_int_equal(kiss(4, NTP_MODE_SERVER, 0, "RAT\0"), KISS_NONE);
	assert_int_equal(kiss(4, NTP_MODE_SERVER, 0, "RA\x7fT"), KISS_NONE);
	assert_int_equal(kiss(4, NTP_MODE_SERVER, 0, "\xc0\x00\x02\x01"), KISS_NONE);
	assert_int_equal(kiss(4, NTP_MODE_SERVER, 0, "    "), KISS_NONE);
}

static void only_answers_of_stratum_0_kiss(void **state)
{
	(void)state;
	for (unsigned mode = 0; mode < 8; mode++) {
		bool answer = mode == 2 || mode == 4 || mode == 5;
		assert_int_equal(kiss(4, (uint8_t)mode, 0, "RATE"), answer ? KISS_RATE : KISS_NONE);
	}
	for (unsigned stratum = 1; stratum < 256; stratum++)
		assert_int_equal(kiss(4, NTP_MODE_SERVER, (uint8_t)stratum, "RATE"), KISS_NONE);
	assert_int_equal(kiss(5, NTP_MODE_SERVER, 0, "RATE"), KISS_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_lies_where_rfc_5905_draws_it),
		cmocka_unit_test(the_first_octet_gives_leap_version_and_mode),
		cmocka_unit_test(known_packets_read_as_written),
		cmocka_unit_test(every_short_length_is_refused_and_keeps_whole_fields),
		cmocka_unit_test(version_5_reads_as_the_draft_draws_it),
		cmocka_unit_test(every_short_version_5_header_keeps_whole_fields),
		cmocka_unit_test(every_kiss_code_is_known_by_its_name),
		cmocka_unit_test(another_printable_code_is_another_kiss),
		cmocka_unit_test(unspecified_and_unprintable_codes_are_no_kiss),
		cmocka_unit_test(only_answers_of_stratum_0_kiss),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
