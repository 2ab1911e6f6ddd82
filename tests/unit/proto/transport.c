/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UDP (RFC 768), TCP (RFC 9293) and ICMP (RFC 792, RFC 4443) headers, byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "found.h"

static struct datagram decode(const char *header, uint32_t n_behind, uint8_t proto, bool v6, uint32_t n_cut)
{
	struct wire w;
	wire_begin(&w, n_behind);
	wire_hex(&w, header);
	v6 ? wire_ip6(&w, proto) : wire_ip4(&w, proto);
	return found_decode(&w, LINK_RAW, w.len - n_cut);
}

/*  9c40 = 40000, 007b = 123, length 0038 = 56 */
static void udp_gives_ports_and_payload(void **state)
{
	(void)state;
	for (int v6 = 0; v6 < 2; v6++) {
		struct datagram d = decode("9c40 007b 0038 1234", 48, 17, v6, 0);
		found_check(&d, 0);
	}
}

static void udp_of_eight_octets_is_empty(void **state)
{
	(void)state;
	struct datagram d = decode("9c40 007b 0008 1234", 0, 17, false, 0);
	assert_int_equal(d.kind, DATAGRAM_UDP);
	assert_int_equal(d.payload_len, 0);
	assert_int_equal(d.findings, 0);
}

static void each_udp_length_is_taken_at_its_word_within_the_packet(void **state)
{
	(void)state;
	for (uint32_t len = 0; len < 80; len++) {
		char header[32];
		snprintf(header, sizeof(header), "9c40 007b %04x 1234", len);
		struct datagram d = decode(header, 48, 17, false, 0);
		assert_int_equal(d.kind, len < 8 ? DATAGRAM_MALFORMED : DATAGRAM_UDP);
		assert_int_equal(d.dport, 123); /* known in any case */
		if (len < 8 || len > 56)
			assert_int_equal(d.findings, FRAME_UDP_LENGTH_LIES);
		else
			assert_int_equal(d.findings, len < 56 ? FRAME_TRAILER : 0);
		if (len >= 8)
			assert_int_equal(d.payload_len, len < 56 ? len - 8 : 48);
	}
}

/* Ports are the first four octets: a capture that ends behind them still knows them. */
static void ports_outlive_a_cut_header(void **state)
{
	(void)state;
	for (uint32_t n_left = 0; n_left < 8; n_left++) {
		struct datagram d = decode("9c40 007b 0038 1234", 48, 17, false, 56 - n_left);
		assert_int_equal(d.kind, DATAGRAM_CUT);
		assert_int_equal(d.dport, n_left < 4 ? 0 : 123);
	}
	for (uint32_t n_left = 0; n_left < 20; n_left++) {
		struct datagram d = decode("9c40 116c 00000001 00000002 5018 2000 0000 0000", 16, 6, false,
					   36 - n_left);
		assert_int_equal(d.kind, DATAGRAM_CUT);
		assert_int_equal(d.dport, n_left < 4 ? 0 : 4460);
	}
}

/*  116c = 4460; data offset in the first nibble of the 13th octet, flags in the 14th */
static void tcp_gives_sequence_flags_and_payload(void **state)
{
	(void)state;
	struct datagram d = decode("9c40 116c 01020304 00000002 5018 2000 0000 0000", 16, 6, true, 0);
	assert_int_equal(d.kind, DATAGRAM_TCP);
	assert_int_equal(d.dport, 4460);
	assert_int_equal(d.tcp_seq, 0x01020304);
	assert_int_equal(d.tcp_flags, 0x18);
	assert_int_equal(d.payload_len, 16);
	/* RFC 9293 section 3.2: a maximum segment size, 4 octets of options. */
	d = decode("9c40 116c 01020304 00000002 6002 2000 0000 0000 020405b4", 16, 6, true, 0);
	assert_int_equal(d.kind, DATAGRAM_TCP);
	assert_int_equal(d.tcp_flags, 0x02);
	assert_int_equal(d.payload_len, 16);
	d = decode("9c40 116c 01020304 00000002 4018 2000 0000 0000", 16, 6, true, 0);
	assert_int_equal(d.kind, DATAGRAM_MALFORMED); /* 16 octets are no header */
	d = decode("9c40 116c 01020304 00000002 f018 2000 0000 0000", 16, 6, true, 0);
	assert_int_equal(d.kind, DATAGRAM_MALFORMED); /* 60 are more than there is */
}

/* RFC 792: 3, 1 is host unreachable; RFC 4443 section 3.1: 1, 4 is port unreachable. */
static void icmp_gives_type_and_code(void **state)
{
	(void)state;
	struct datagram d = decode("0301 0000 00000000", 28, 1, false, 0);
	assert_int_equal(d.kind, DATAGRAM_ICMP);
	assert_int_equal(d.icmp_type, 3);
	assert_int_equal(d.icmp_code, 1);
	assert_int_equal(d.payload_len, 28);
	d = decode("0104 0000 00000000", 48, 58, true, 0);
	assert_int_equal(d.kind, DATAGRAM_ICMPV6);
	assert_int_equal(d.icmp_type, 1);
	assert_int_equal(d.icmp_code, 4);
	assert_int_equal(d.payload_len, 48);
	d = decode("0301 0000", 0, 1, false, 0); /* the shortest */
	assert_int_equal(d.kind, DATAGRAM_ICMP);
	assert_int_equal(d.payload_len, 0);
	assert_int_equal(decode("0301 00", 0, 1, false, 0).kind, DATAGRAM_MALFORMED);
	assert_int_equal(decode("0301 0000", 0, 1, false, 1).kind, DATAGRAM_CUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(udp_gives_ports_and_payload),
		cmocka_unit_test(udp_of_eight_octets_is_empty),
		cmocka_unit_test(each_udp_length_is_taken_at_its_word_within_the_packet),
		cmocka_unit_test(ports_outlive_a_cut_header),
		cmocka_unit_test(tcp_gives_sequence_flags_and_payload),
		cmocka_unit_test(icmp_gives_type_and_code),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
