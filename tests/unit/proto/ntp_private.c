/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/ntp_control.h"
#include "unit/hex.h"

#define NIL8  "0000000000000000"
#define NIL32 NIL8 NIL8 NIL8 NIL8

/* Average 64 s, last 5 s, 100 packets from 192.0.2.1 to 192.0.2.2, flags 1, port 51234, mode 3, version 4. */
#define ITEM32 "00000040000000050000000000000064c0000201c000020200000001c8220304"
#define ITEM72 ITEM32 NIL8 NIL32
#define ITEM72_V6                                 \
	ITEM32 "0000000100000000"                 \
	       "20010db8000000000000000000000001" \
	       "20010db8000000000000000000000002"
#define ITEM24 "00000040000000050000000000000064c0000201c8220304"
#define ITEM48_V6                 \
	ITEM24 "0000000100000000" \
	       "20010db8000000000000000000000001"

/* The header's data point into *s, which the caller frees. */
static struct private_header parse(const char *hex, struct sample *s)
{
	struct private_header h;
	*s = sample_of(hex);
	assert_true(private_header_parse(s->p, s->len, &h));
	return h;
}

static void the_shortest_monlist_request_reads(void **state)
{
	(void)state;
	struct sample s;
	struct private_header h = parse("1700032a00000000", &s);
	assert_false(h.response || h.more || h.authenticated);
	assert_int_equal(h.version, 2);
	assert_int_equal(h.sequence, 0);
	assert_int_equal(h.implementation, 3);
	assert_int_equal(h.request_code, 42);
	assert_true(private_is_monlist(h.request_code));
	assert_string_equal(private_request_name(h.request_code), "MON_GETLIST_1");
	assert_int_equal(h.error, 0);
	assert_int_equal(h.n_items, 0);
	assert_int_equal(h.item_len, 0);
	assert_int_equal(h.data_len, 0);
	struct monlist_item item;
	assert_false(monlist_item_parse(&h, 0, &item));
	free(s.p);
}

static void bits_of_the_header_lie_apart(void **state)
{
	(void)state;
	struct sample s;
	struct private_header h = parse("d7e3021041234048", &s);
	assert_true(h.response && h.more && h.authenticated);
	assert_int_equal(h.version, 2);
	assert_int_equal(h.sequence, 99);
	assert_int_equal(h.implementation, 2);
	assert_int_equal(h.request_code, 16);
	assert_int_equal(h.error, 4);
	assert_int_equal(h.n_items, 0x123);
	assert_int_equal(h.item_len, 0x048);
	free(s.p);
	h = parse("9700032a40000000", &s);
	assert_int_equal(h.error, 4);
	assert_int_equal(h.n_items, 0);
	free(s.p);
}

static void every_short_length_is_refused(void **state)
{
	(void)state;
	struct sample whole = sample_of("d7e3032a41230048");
	for (uint32_t len = 0; len < PRIVATE_HEADER_LEN; len++) {
		struct sample s = sample_cut(&whole, len);
		struct private_header h;
		memset(&h, 0xa5, sizeof(h));
		assert_false(private_header_parse(len ? s.p : NULL, len, &h));
		assert_int_equal(h.response, len >= 1);
		assert_int_equal(h.sequence, len >= 2 ? 99 : 0);
		assert_int_equal(h.request_code, len >= 4 ? 42 : 0);
		assert_int_equal(h.n_items, len >= 6 ? 0x123 : 0);
		assert_int_equal(h.item_len, 0);
		assert_int_equal(h.data_len, 0);
		free(s.p);
	}
	free(whole.p);
}

static void assert_common(const struct monlist_item *m)
{
	assert_int_equal(m->average_s, 64);
	assert_int_equal(m->last_s, 5);
	assert_int_equal(m->restrict_bits, 0);
	assert_int_equal(m->count, 100);
	assert_int_equal(m->port, 51234);
	assert_int_equal(m->mode, 3);
	assert_int_equal(m->version, 4);
}

#define MAPPED "\0\0\0\0\0\0\0\0\0\0\xff\xff"

static void six_items_of_72_octets_read(void **state)
{
	(void)state;
	struct sample s;
	struct private_header h = parse("d700032a00060048" ITEM72 ITEM72 ITEM72 ITEM72 ITEM72 ITEM72, &s);
	struct monlist_item m;
	assert_int_equal(s.len, 440);
	for (unsigned i = 0; i < 6; i++) {
		assert_true(monlist_item_parse(&h, i, &m));
		assert_common(&m);
		assert_int_equal(m.flags, 1);
		assert_memory_equal(m.address, MAPPED "\xc0\x00\x02\x01", 16);
		assert_memory_equal(m.local, MAPPED "\xc0\x00\x02\x02", 16);
	}
	assert_false(monlist_item_parse(&h, 6, &m));
	assert_int_equal(m.count, 0);
	assert_false(monlist_item_parse(&h, UINT32_MAX, &m));
	free(s.p);
}

static void an_ipv6_client_is_told_by_its_flag(void **state)
{
	(void)state;
	static const uint8_t one[16] = { 0x20, 1, 0xd, 0xb8, [15] = 1 },
			     two[16] = { 0x20, 1, 0xd, 0xb8, [15] = 2 };
	struct sample s;
	struct monlist_item m;
	struct private_header h = parse("d700032a00010048" ITEM72_V6, &s);
	assert_true(monlist_item_parse(&h, 0, &m));
	assert_common(&m);
	assert_memory_equal(m.address, one, 16);
	assert_memory_equal(m.local, two, 16);
	free(s.p);
	h = parse("d700031400010030" ITEM48_V6, &s);
	assert_true(monlist_item_parse(&h, 0, &m));
	assert_common(&m);
	assert_memory_equal(m.address, one, 16);
	free(s.p);
}

static void the_forms_before_ipv6_read(void **state)
{
	(void)state;
	static const uint8_t none[16];
	struct sample s;
	struct monlist_item m;
	struct private_header h = parse("9700022a00020020" ITEM32 ITEM32, &s);
	assert_true(monlist_item_parse(&h, 1, &m));
	assert_common(&m);
	assert_memory_equal(m.local, MAPPED "\xc0\x00\x02\x02", 16);
	assert_false(monlist_item_parse(&h, 2, &m));
	free(s.p);
	h = parse("9700021400010018" ITEM24, &s);
	assert_true(monlist_item_parse(&h, 0, &m));
	assert_common(&m);
	assert_int_equal(m.flags, 0);
	assert_memory_equal(m.address, MAPPED "\xc0\x00\x02\x01", 16);
	assert_memory_equal(m.local, none, 16);
	free(s.p);
}

static void an_item_that_is_not_there_is_refused_whatever_is_claimed(void **state)
{
	(void)state;
	struct sample whole = sample_of("d700032a0fff0048" ITEM72 ITEM72);
	for (uint32_t len = 8; len <= whole.len; len++) {
		struct sample s = sample_cut(&whole, len);
		struct private_header h;
		struct monlist_item m;
		assert_true(private_header_parse(s.p, s.len, &h));
		for (unsigned i = 0; i < 5; i++)
			assert_int_equal(monlist_item_parse(&h, i, &m), len >= 8 + (i + 1) * 72);
		assert_false(monlist_item_parse(&h, 0x0fff, &m));
		free(s.p);
	}
	free(whole.p);
}

static void other_sizes_codes_and_requests_have_no_items(void **state)
{
	(void)state;
	static const char *const headers[] = {
		"d700032a00010000", "d700032a00010001", "d700032a00010028", "d700032a00010030",
		"d700032a00010fff", "d700031400010048", "d700031400010020", "d700031400010028",
		"d700030100010048", "1700032a00010048",
	};
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		char hex[512];
		snprintf(hex, sizeof(hex), "%s%s", headers[i], ITEM72 ITEM72);
		struct sample s;
		struct monlist_item m;
		struct private_header h = parse(hex, &s);
		assert_false(monlist_item_parse(&h, 0, &m));
		free(s.p);
	}
}

static void the_request_of_ntpdc_reads(void **state)
{
	(void)state;
	struct sample s;
	struct private_header h = parse("1700030100000000" NIL32 NIL32 NIL32 NIL32 NIL32 NIL8 NIL8 NIL8, &s);
	assert_int_equal(s.len, 192);
	assert_string_equal(private_request_name(h.request_code), "PEER_LIST_SUM");
	assert_false(private_is_monlist(h.request_code));
	assert_int_equal(h.data_len, 184);
	free(s.p);
}

static void every_request_code_has_a_name(void **state)
{
	(void)state;
	for (unsigned code = 0; code < 256; code++)
		assert_non_null(private_request_name((uint8_t)code));
	assert_string_equal(private_request_name(0), "PEER_LIST");
	assert_string_equal(private_request_name(16), "GET_RESTRICT");
	assert_string_equal(private_request_name(20), "MON_GETLIST");
	assert_string_equal(private_request_name(24), "unknown");
	assert_string_equal(private_request_name(45), "IF_RELOAD");
	assert_string_equal(private_request_name(46), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shortest_monlist_request_reads),
		cmocka_unit_test(bits_of_the_header_lie_apart),
		cmocka_unit_test(every_short_length_is_refused),
		cmocka_unit_test(six_items_of_72_octets_read),
		cmocka_unit_test(an_ipv6_client_is_told_by_its_flag),
		cmocka_unit_test(the_forms_before_ipv6_read),
		cmocka_unit_test(an_item_that_is_not_there_is_refused_whatever_is_claimed),
		cmocka_unit_test(other_sizes_codes_and_requests_have_no_items),
		cmocka_unit_test(the_request_of_ntpdc_reads),
		cmocka_unit_test(every_request_code_has_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
