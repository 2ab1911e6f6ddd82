/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/ntske.h"
#include "unit/hex.h"

struct row {
	const char *name, *hex;
	unsigned n;
	struct ntske_record records[8];
};

static void records_read_in_order(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "minimal request",
		  "80010002000080040002000f80000000",
		  3,
		  { { true, 1, NULL, 2 }, { true, 4, NULL, 2 }, { true, 0, NULL, 0 } } },
		{ "request as sent by chrony >= 4.6 with AES-128-GCM-SIV support",
		  "80010002000080040004001e000f0400000080000000",
		  4,
		  { { true, 1, NULL, 2 },
		    { true, 4, NULL, 4 },
		    { false, 1024, NULL, 0 },
		    { true, 0, NULL, 0 } } },
		{ "response, 2 cookies, port and server",
		  "80010002000080040002000f800700022b738006000f6e74702e6578616d706c652e6e6574000500"
		  "64030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ced5dce3eaf1f8ff060d"
		  "141b222930373e454c535a61686f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910171e25"
		  "2c333a41484f565d646b727980878e959ca3aab1b800050064b8b1aaa39c958e878079726b645d56"
		  "4f48413a332c251e17100902fbf4ede6dfd8d1cac3bcb5aea7a099928b847d766f68615a534c453e"
		  "373029221b140d06fff8f1eae3dcd5cec7c0b9b2aba49d968f88817a736c655e575049423b342d26"
		  "1f18110a0380000000",
		  7,
		  { { true, 1, NULL, 2 },
		    { true, 4, NULL, 2 },
		    { true, 7, NULL, 2 },
		    { true, 6, NULL, 15 },
		    { false, 5, NULL, 100 },
		    { false, 5, NULL, 100 },
		    { true, 0, NULL, 0 } } },
		{ "error response: bad request",
		  "80020002000180000000",
		  2,
		  { { true, 2, NULL, 2 }, { true, 0, NULL, 0 } } },
		{ "error response: unrecognized critical record",
		  "80020002000080000000",
		  2,
		  { { true, 2, NULL, 2 }, { true, 0, NULL, 0 } } },
		{ "no common protocol",
		  "8001000080000000",
		  2,
		  { { true, 1, NULL, 0 }, { true, 0, NULL, 0 } } },
		{ "no common AEAD",
		  "8001000200008004000080000000",
		  3,
		  { { true, 1, NULL, 2 }, { true, 4, NULL, 0 }, { true, 0, NULL, 0 } } },
		{ "unknown non-critical record is skipped",
		  "8001000200004abc00037a7a7a80040002000f80000000",
		  4,
		  { { true, 1, NULL, 2 },
		    { false, 19132, NULL, 3 },
		    { true, 4, NULL, 2 },
		    { true, 0, NULL, 0 } } },
		{ "unknown critical record",
		  "800100020000cabc00037a7a7a80040002000f80000000",
		  4,
		  { { true, 1, NULL, 2 },
		    { true, 19132, NULL, 3 },
		    { true, 4, NULL, 2 },
		    { true, 0, NULL, 0 } } },
		{ "missing next protocol",
		  "80040002000f80000000",
		  2,
		  { { true, 4, NULL, 2 }, { true, 0, NULL, 0 } } },
		{ "missing AEAD", "80010002000080000000", 2, { { true, 1, NULL, 2 }, { true, 0, NULL, 0 } } },
		{ "two next protocol records",
		  "80010002000080010002000080040002000f80000000",
		  4,
		  { { true, 1, NULL, 2 },
		    { true, 1, NULL, 2 },
		    { true, 4, NULL, 2 },
		    { true, 0, NULL, 0 } } },
		{ "two AEAD records",
		  "80010002000080040002000f80040002000f80000000",
		  4,
		  { { true, 1, NULL, 2 },
		    { true, 4, NULL, 2 },
		    { true, 4, NULL, 2 },
		    { true, 0, NULL, 0 } } },
		{ "odd length AEAD body",
		  "80010002000080040003000f0080000000",
		  3,
		  { { true, 1, NULL, 2 }, { true, 4, NULL, 3 }, { true, 0, NULL, 0 } } },
		{ "client sends a cookie record",
		  "80010002000080040002000f000500046162636480000000",
		  4,
		  { { true, 1, NULL, 2 },
		    { true, 4, NULL, 2 },
		    { false, 5, NULL, 4 },
		    { true, 0, NULL, 0 } } },
		{ "client sends an error record",
		  "80010002000080040002000f80020002000080000000",
		  4,
		  { { true, 1, NULL, 2 },
		    { true, 4, NULL, 2 },
		    { true, 2, NULL, 2 },
		    { true, 0, NULL, 0 } } },
		{ "truncated: no end of message",
		  "80010002000080040002000f",
		  2,
		  { { true, 1, NULL, 2 }, { true, 4, NULL, 2 } } },
		{ "NTPv5 draft negotiation",
		  "800100048001000080040002000f4001001764726166742d696574662d6e74702d6e747076352d30"
		  "3980000000",
		  4,
		  { { true, 1, NULL, 4 },
		    { true, 4, NULL, 2 },
		    { false, 16385, NULL, 23 },
		    { true, 0, NULL, 0 } } },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample s = sample_of(rows[i].hex);
		struct bytes b = bytes_of(s.p, s.len);
		struct ntske_record r;
		uint32_t at = 0;
		print_message("  %s\n", rows[i].name);
		for (unsigned k = 0; k < rows[i].n; k++) {
			assert_true(ntske_record_next(&b, &r));
			assert_int_equal(r.critical, rows[i].records[k].critical);
			assert_int_equal(r.type, rows[i].records[k].type);
			assert_int_equal(r.body_len, rows[i].records[k].body_len);
			assert_ptr_equal(r.body, s.p + at + 4);
			at += 4u + r.body_len;
		}
		assert_false(ntske_record_next(&b, &r));
		assert_false(b.bad);
		assert_int_equal(at, s.len);
		free(s.p);
	}
}

static void a_cut_record_is_told_from_the_end(void **state)
{
	(void)state;
	struct sample whole = sample_of("80010002000080040002000f0005000401020304");
	for (uint32_t len = 0; len <= whole.len; len++) {
		struct sample s = sample_cut(&whole, len);
		struct bytes b = bytes_of(s.p, s.len);
		struct ntske_record r;
		unsigned n = 0;
		while (ntske_record_next(&b, &r))
			n++;
		assert_int_equal(n, len < 6 ? 0 : len < 12 ? 1 : len < 20 ? 2 : 3);
		assert_int_equal(b.bad, len != 0 && len != 6 && len != 12 && len != 20);
		free(s.p);
	}
	free(whole.p);
}

/* What OpenSSL 3 sends for time.cloudflare.com with ALPN ntske/1. */
static const char
	client_hello[] = "1603010200010001fc0303322baca8bfdec2b96bb8c4ea638dcf362c28d0342c9a2d2a6f6981d777"
			 "64d05220db198cf8d20eb1ccbed4a78046d187b2a68094c0a94c3f2f96eaafffebe6841300241302"
			 "13031301c02cc030c02bc02fcca9cca8c024c028c023c027009f009e006b006700ff0100018f0000"
			 "0018001600001374696d652e636c6f7564666c6172652e636f6d000b000403000102000a00160014"
			 "001d0017001e0019001801000101010201030104002300000010000a0008076e74736b652f310016"
			 "000000170000000d002a0028040305030603080708080809080a080b080408050806040105010601"
			 "030303010302040205020602002b00050403040303002d00020101003300260024001d002001b12e"
			 "1dc41999c00aa815a77a20eadb9a89dd43d0650ea9b05c4edc5078844d001500cc00000000000000"
			 "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
			 "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
			 "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
			 "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
			 "00000000000000000000000000000000000000000000000000000000000000000000000000";

/* A hello made by hand: record and handshake headers are put around what follows the compression methods. */
static struct sample hello_with(uint8_t type, const char *extensions)
{
	static const char client[] = "0303"
				     "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
				     "00"
				     "0002"
				     "1301"
				     "0100";
	static const char server[] = "0303"
				     "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
				     "00"
				     "1301"
				     "00";
	const char *head = type == 1 ? client : server;
	size_t body = (strlen(head) + strlen(extensions)) / 2;
	char hex[4096];
	snprintf(hex, sizeof(hex), "160301%04zx%02x%06zx%s%s", body + 4, type, body, head, extensions);
	return sample_of(hex);
}

static struct tls_hello parse(struct sample s)
{
	struct tls_hello h;
	memset(&h, 0xa5, sizeof(h));
	tls_hello_parse(s.p, s.len, &h);
	free(s.p);
	return h;
}

static void a_client_hello_names_server_and_protocol(void **state)
{
	(void)state;
	struct tls_hello h = parse(sample_of(client_hello));
	assert_int_equal(h.seen, TLS_CLIENT_HELLO);
	assert_string_equal(h.sni, "time.cloudflare.com");
	assert_string_equal(h.alpn, "ntske/1");
	assert_true(h.alpn_ntske);
	assert_false(h.cut);
}

static void a_hello_cut_anywhere_is_cut_and_keeps_what_was_reached(void **state)
{
	(void)state;
	struct sample whole = sample_of(client_hello);
	bool had_sni = false, had_alpn = false;
	for (uint32_t len = 0; len < whole.len; len++) {
		struct tls_hello h = parse(sample_cut(&whole, len));
		assert_int_equal(h.seen, len < 2 ? TLS_NONE : len < 6 ? TLS_OTHER : TLS_CLIENT_HELLO);
		assert_int_equal(h.cut, len >= 2);
		assert_true(!h.sni[0] || strcmp(h.sni, "time.cloudflare.com") == 0);
		assert_true(!h.alpn[0] || strcmp(h.alpn, "ntske/1") == 0);
		assert_true(had_sni <= (h.sni[0] != 0) && had_alpn <= h.alpn_ntske);
		had_sni = h.sni[0];
		had_alpn = h.alpn_ntske;
	}
	assert_true(had_sni && had_alpn);
	free(whole.p);
}

static void a_hello_split_over_records_is_cut(void **state)
{
	(void)state;
	struct sample s = sample_of(client_hello);
	struct sample split = { .p = malloc(s.len + 5), .len = s.len + 5 };
	const uint32_t first = 300;
	memcpy(split.p, s.p, 5 + first);
	memcpy(split.p + 5 + first, s.p, 5);
	memcpy(split.p + 10 + first, s.p + 5 + first, s.len - 5 - first);
	split.p[3] = first >> 8;
	split.p[4] = first & 0xff;
	free(s.p);
	struct tls_hello h = parse(split);
	assert_int_equal(h.seen, TLS_CLIENT_HELLO);
	assert_true(h.cut);
}

static void the_protocol_is_found_behind_others(void **state)
{
	(void)state;
	struct tls_hello h = parse(hello_with(1, "0011"
						 "0010000d"
						 "000b"
						 "026832"
						 "076e74736b652f31"));
	assert_string_equal(h.alpn, "h2");
	assert_true(h.alpn_ntske);
	h = parse(hello_with(1, "0011"
				"0010000d"
				"000b"
				"026832"
				"076e74736b652f32"));
	assert_string_equal(h.alpn, "h2");
	assert_false(h.alpn_ntske);
}

static void a_hello_without_extensions_is_whole(void **state)
{
	(void)state;
	struct tls_hello h = parse(hello_with(1, ""));
	assert_int_equal(h.seen, TLS_CLIENT_HELLO);
	assert_false(h.cut);
	assert_string_equal(h.sni, "");
	assert_string_equal(h.alpn, "");
}

static void a_server_hello_is_told_apart(void **state)
{
	(void)state;
	struct tls_hello h = parse(hello_with(2, "0006"
						 "002b00020304"));
	assert_int_equal(h.seen, TLS_SERVER_HELLO);
	assert_false(h.cut);
	assert_false(h.alpn_ntske);
	h = parse(hello_with(2, "000e"
				"0010000a"
				"0008"
				"076e74736b652f31"));
	assert_true(h.alpn_ntske); /* TLS 1.2 shows the server's choice */
}

static void unprintable_octets_of_a_name_are_hidden(void **state)
{
	(void)state;
	struct tls_hello h = parse(hello_with(1, "000f"
						 "0000000b"
						 "0009"
						 "000006"
						 "6101200a7f62"));
	assert_string_equal(h.sni, "a????b");
}

static void a_name_too_long_is_kept_as_far_as_it_fits(void **state)
{
	(void)state;
	char extensions[2048];
	int at = snprintf(extensions, sizeof(extensions),
			  "%04x"
			  "0000%04x"
			  "%04x"
			  "00%04x",
			  609, 605, 603, 600);
	for (unsigned i = 0; i < 600; i++)
		at += snprintf(extensions + at, sizeof(extensions) - (size_t)at, "61");
	struct tls_hello h = parse(hello_with(1, extensions));
	assert_int_equal(strlen(h.sni), TLS_SNI_MAX - 1);
	assert_false(h.cut);
}

static void lengths_that_lie_inside_a_hello_end_it(void **state)
{
	(void)state;
	static const char *const bad[] = { "ffff",
					   "0004"
					   "0000ffff",
					   "0006"
					   "0000ffff"
					   "ffff",
					   "0008"
					   "00100004"
					   "ffffff00",
					   "000d"
					   "00000009"
					   "0007"
					   "00ffff"
					   "61626364",
					   "0005"
					   "0010000100",
					   "0006"
					   "001000020000",
					   "0007"
					   "00100003000100" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct tls_hello h = parse(hello_with(1, bad[i]));
		assert_int_equal(h.seen, TLS_CLIENT_HELLO);
		assert_false(h.cut);
		assert_string_equal(h.sni, "");
		assert_string_equal(h.alpn, "");
	}
}

static void alerts_tell_level_and_description(void **state)
{
	(void)state;
	struct tls_hello h = parse(sample_of("15030300020278"));
	assert_int_equal(h.seen, TLS_ALERT);
	assert_int_equal(h.alert_level, 2);
	assert_int_equal(h.alert_description, 120); /* no_application_protocol, RFC 7301 */
	h = parse(sample_of("1503030002"));
	assert_int_equal(h.seen, TLS_ALERT);
	assert_true(h.cut);
	h = parse(sample_of("150303001a0102030405060708090a0b0c0d0e0f101112131415161718191a"));
	assert_int_equal(h.seen, TLS_OTHER);
}

static void other_records_are_other(void **state)
{
	(void)state;
	assert_int_equal(parse(sample_of("140303000101")).seen, TLS_OTHER);
	assert_int_equal(parse(sample_of("17030300050102030405")).seen, TLS_OTHER);
	assert_int_equal(parse(sample_of("16030300040e000000")).seen, TLS_OTHER);
}

static void what_is_no_tls_is_nothing(void **state)
{
	(void)state;
	static const char *const bad[] = { "",
					   "16",
					   "474554202f20485454502f312e310d0a",
					   "1602030004",
					   "0000000000",
					   "ff0303000101",
					   "160303ffff01",
					   "80460103010030" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct tls_hello h = parse(sample_of(bad[i]));
		assert_int_equal(h.seen, TLS_NONE);
		assert_false(h.cut);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_read_in_order),
		cmocka_unit_test(a_cut_record_is_told_from_the_end),
		cmocka_unit_test(a_client_hello_names_server_and_protocol),
		cmocka_unit_test(a_hello_cut_anywhere_is_cut_and_keeps_what_was_reached),
		cmocka_unit_test(a_hello_split_over_records_is_cut),
		cmocka_unit_test(the_protocol_is_found_behind_others),
		cmocka_unit_test(a_hello_without_extensions_is_whole),
		cmocka_unit_test(a_server_hello_is_told_apart),
		cmocka_unit_test(unprintable_octets_of_a_name_are_hidden),
		cmocka_unit_test(a_name_too_long_is_kept_as_far_as_it_fits),
		cmocka_unit_test(lengths_that_lie_inside_a_hello_end_it),
		cmocka_unit_test(alerts_tell_level_and_description),
		cmocka_unit_test(other_records_are_other),
		cmocka_unit_test(what_is_no_tls_is_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
