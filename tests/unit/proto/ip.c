/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IPv4, IPv6, their lengths, extension headers and tunnels.  What tshark 4.0 makes of the odd ones was looked
 * up once and is repeated here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/frame.h"
#include "unit/wire.h"

static struct datagram decoded;

static void decode_cut(const struct wire *w, uint16_t link, uint32_t caplen)
{
	struct packet p = wire_packet(w, link, caplen);
	frame_decode(&p, &decoded, NULL);
	wire_free(&p);
}

static void decode(const struct wire *w)
{
	decode_cut(w, LINK_RAW, w->len);
}

static void ntp4(struct wire *w)
{
	wire_begin(w, 48);
	wire_udp(w, 40000, 123);
	wire_ip4(w, 17);
}

static void ntp6(struct wire *w)
{
	wire_begin(w, 48);
	wire_udp(w, 40000, 123);
	wire_ip6(w, 17);
}

static void check_ntp(uint8_t version, uint16_t tunnels)
{
	assert_int_equal(decoded.kind, DATAGRAM_UDP);
	assert_int_equal(decoded.ip_version, version);
	assert_int_equal(decoded.ttl, version == 4 ? 61 : 62);
	assert_int_equal(decoded.ip_proto, 17);
	assert_int_equal(decoded.dport, 123);
	assert_int_equal(decoded.payload_len, 48);
	assert_int_equal(decoded.tunnels, tunnels);
}

static void ipv4_options_are_passed(void **state)
{
	(void)state;
	struct wire w;
	wire_begin(&w, 48);
	wire_udp(&w, 40000, 123);
	wire_hex(&w, "46 00 0060 0000 0000 3d 11 0000 c0000201 c6336407 94040000");
	w.at[3] = (uint8_t)w.len;
	decode(&w);
	check_ntp(4, 0);
}

static void addresses_are_kept_as_they_are(void **state)
{
	(void)state;
	static const uint8_t src[16] = { [10] = 0xff, 0xff, 192, 0, 2, 1 };
	struct wire w;
	ntp4(&w);
	decode(&w);
	assert_memory_equal(decoded.src.b, src, 16);
	assert_true(addr_is_v4(&decoded.dst));
	ntp6(&w);
	decode(&w);
	assert_memory_equal(decoded.src.b, w.at + 8, 16);
	assert_memory_equal(decoded.dst.b, w.at + 24, 16);
}

static void a_total_length_of_zero_means_offload(void **state)
{
	(void)state;
	struct wire w;
	ntp4(&w);
	w.at[2] = w.at[3] = 0;
	decode(&w);
	check_ntp(4, 0);
	assert_int_equal(decoded.findings, FRAME_IP_LENGTH_ZERO);
}

static void an_ipv6_length_of_zero_leaves_nothing(void **state)
{
	(void)state;
	struct wire w;
	ntp6(&w);
	w.at[4] = w.at[5] = 0;
	decode(&w);
	assert_int_equal(decoded.kind, DATAGRAM_MALFORMED);
	assert_int_equal(decoded.payload_len, 0);
}

static void lengths_beyond_the_frame_are_cut_and_noted(void **state)
{
	(void)state;
	struct wire w;
	ntp4(&w);
	wire_be16(w.at + 2, 200);
	decode(&w);
	check_ntp(4, 0);
	assert_int_equal(decoded.findings, FRAME_IP_LENGTH_LIES);
	ntp6(&w);
	wire_be16(w.at + 4, 200);
	decode(&w);
	check_ntp(6, 0);
	assert_int_equal(decoded.findings, FRAME_IP_LENGTH_LIES);
}

static void lengths_below_the_header_are_malformed(void **state)
{
	(void)state;
	struct wire w;
	ntp4(&w);
	wire_be16(w.at + 2, 19);
	decode(&w);
	assert_int_equal(decoded.kind, DATAGRAM_MALFORMED);
	ntp4(&w);
	w.at[0] = 0x44;
	decode(&w);
	assert_int_equal(decoded.kind, DATAGRAM_MALFORMED);
	ntp4(&w);
	w.at[0] = 0x55;
	decode(&w);
	assert_int_equal(decoded.kind, DATAGRAM_MALFORMED);
}

static void a_udp_length_beyond_ip_is_cut_and_noted(void **state)
{
	(void)state;
	struct wire w;
	ntp4(&w);
	wire_be16(w.at + 24, 100);
	decode(&w);
	check_ntp(4, 0);
	assert_int_equal(decoded.payload_wire_len, 48);
	assert_int_equal(decoded.findings, FRAME_UDP_LENGTH_LIES);
}

static void a_udp_length_below_ip_leaves_a_trailer(void **state)
{
	(void)state;
	struct wire w;
	ntp4(&w);
	wire_be16(w.at + 24, 8 + 20);
	decode(&w);
	assert_int_equal(decoded.kind, DATAGRAM_UDP);
	assert_int_equal(decoded.payload_len, 20);
	assert_int_equal(decoded.findings, FRAME_TRAILER);
}

static void a_udp_length_below_eight_is_malformed(void **state)
{
	(void)state;
	for (uint32_t len = 0; len < 8; len++) {
		struct wire w;
		ntp4(&w);
		wire_be16(w.at + 24, len);
		decode(&w);
		assert_int_equal(decoded.kind, DATAGRAM_MALFORMED);
		assert_int_equal(decoded.findings, FRAME_UDP_LENGTH_LIES);
		assert_int_equal(decoded.dport, 123);
	}
}

static void a_udp_length_of_zero_is_everything_in_ipv6(void **state)
{
	(void)state;
	struct wire w;
	ntp6(&w);
	wire_be16(w.at + 44, 0);
	decode(&w);
	check_ntp(6, 0);
	assert_int_equal(decoded.findings, FRAME_UDP_LENGTH_LIES);
}

static void no_checksum_is_noted(void **state)
{
	(void)state;
	struct wire w;
	ntp4(&w);
	wire_be16(w.at + 26, 0);
	decode(&w);
	check_ntp(4, 0);
	assert_int_equal(decoded.findings, FRAME_UDP_SUM_ZERO);
}

static void extension_headers_are_passed(void **state)
{
	(void)state;
	static const struct {
		const char *headers;
		uint8_t first;
	} chains[] = {
		{ "1100 0104 00000000", 60 },
		{ "1100 0104 00000000", 0 },
		{ "1102 0001 00000000 20010db8000000000000000000000009", 43 },
		{ "3c00 0104 00000000 1100 0104 00000000", 0 },
		{ "1104 0000 00000001 00000002 0123456789abcdef01234567", 51 },
		{ "1100 0000 12345678", 44 },                   /* an atomic fragment */
		{ "2c00 0104 00000000 1100 0000 12345678", 0 }, /* and behind another header */
	};
	for (unsigned i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
		struct wire w;
		wire_begin(&w, 48);
		wire_udp(&w, 40000, 123);
		wire_hex(&w, chains[i].headers);
		uint32_t headers = w.len - 56;
		wire_ip6(&w, chains[i].first);
		decode(&w);
		check_ntp(6, 0);
		for (uint32_t n = 40; n < 40 + headers + 8; n++) {
			decode_cut(&w, LINK_RAW, n);
			assert_int_equal(decoded.kind, DATAGRAM_CUT);
		}
	}
}

static void jumbograms_are_followed(void **state)
{
	(void)state;
	struct wire w;
	wire_begin(&w, 3000);
	wire_udp(&w, 40000, 123);
	wire_be16(w.at + 4, 0);
	wire_hex(&w, "1100 c204 00011178"); /* 70008 */
	wire_ip6(&w, 0);
	w.at[4] = w.at[5] = 0;
	struct packet p = wire_packet(&w, LINK_RAW, w.len);
	p.len = 40 + 70008;
	frame_decode(&p, &decoded, NULL);
	wire_free(&p);
	assert_int_equal(decoded.kind, DATAGRAM_UDP);
	assert_int_equal(decoded.payload_len, 3000);
	assert_int_equal(decoded.payload_wire_len, 70008 - 16);
	assert_int_equal(decoded.findings, FRAME_CUT);
}

static void fragments_are_reported(void **state)
{
	(void)state;
	struct wire w;
	ntp4(&w);
	wire_be16(w.at + 6, 0x2000 | 185);
	decode(&w);
	assert_int_equal(decoded.kind, DATAGRAM_FRAGMENT);
	assert_int_equal(decoded.fragment_id, 0x1234);
	assert_int_equal(decoded.fragment_offset, 1480);
	assert_true(decoded.fragment_more);
	assert_int_equal(decoded.payload_len, 56);
	assert_int_equal(decoded.ip_proto, 17);
	assert_int_equal(decoded.sport, 0);

	wire_begin(&w, 48);
	wire_udp(&w, 40000, 123);
	wire_hex(&w, "1100 05a8 12345678");
	wire_ip6(&w, 44);
	decode(&w);
	assert_int_equal(decoded.kind, DATAGRAM_FRAGMENT);
	assert_int_equal(decoded.fragment_id, 0x12345678);
	assert_int_equal(decoded.fragment_offset, 1448);
	assert_false(decoded.fragment_more);
	assert_int_equal(decoded.ip_proto, 17);
}

static void dont_fragment_is_not_a_fragment(void **state)
{
	(void)state;
	struct wire w;
	ntp4(&w);
	wire_be16(w.at + 6, 0x4000);
	decode(&w);
	check_ntp(4, 0);
}

static void ip_in_ip_gives_the_inner_addresses(void **state)
{
	(void)state;
	struct wire w;
	ntp4(&w), wire_ip4(&w, 4), decode(&w), check_ntp(4, TUNNEL_IPIP);
	ntp6(&w), wire_ip4(&w, 41), decode(&w), check_ntp(6, TUNNEL_6IN4);
	ntp4(&w), wire_ip6(&w, 4), decode(&w), check_ntp(4, TUNNEL_4IN6);
	ntp6(&w), wire_ip6(&w, 41), decode(&w), check_ntp(6, TUNNEL_6IN6);
}

static void nesting_is_limited(void **state)
{
	(void)state;
	for (unsigned depth = 1; depth <= 9; depth++) {
		struct wire w;
		ntp4(&w);
		for (unsigned i = 1; i < depth; i++)
			wire_ip4(&w, 4);
		decode(&w);
		assert_int_equal(decoded.kind, depth <= 8 ? DATAGRAM_UDP : DATAGRAM_MALFORMED);
	}
}

static void check_gre(const char *header, bool v6)
{
	struct wire w;
	v6 ? ntp6(&w) : ntp4(&w);
	wire_hex(&w, header);
	wire_ip4(&w, 47);
	decode(&w);
	check_ntp(v6 ? 6 : 4, TUNNEL_GRE);
}

static void gre_is_opened_with_all_its_options(void **state)
{
	(void)state;
	check_gre("0000 0800", false);
	check_gre("0000 86dd", true);
	check_gre("8000 0800 12340000", false);
	check_gre("2000 0800 00000007", false);
	check_gre("b000 0800 12340000 00000007 00000001", false);
	check_gre("4000 0800 00000000 0800 0004 c0000201 0000 0000", false);
	check_gre("0000 6558 020000000001 020000000002 0800", false);
	check_gre("2000 6558 00000100 020000000001 020000000002 86dd", true);
	check_gre("3001 880b 00500001 00000001 ff03 0021", false);
	check_gre("3081 880b 00500001 00000001 00000001 ff03 0021", false);
	check_gre("1000 88be 00000001 1000000000000000 020000000001 020000000002 0800", false);
}

static void check_udp_tunnel(const char *header, bool v6, uint16_t port, uint16_t bit)
{
	struct wire w;
	v6 ? ntp6(&w) : ntp4(&w);
	wire_hex(&w, header);
	wire_udp(&w, 50000, port);
	wire_ip4(&w, 17);
	wire_be16(w.at + 26, 0); /* tunnels send no checksum: not a finding about the inner packet */
	decode(&w);
	check_ntp(v6 ? 6 : 4, bit);
	assert_int_equal(decoded.findings, 0);
}

static void tunnels_in_udp_are_opened(void **state)
{
	(void)state;
	check_udp_tunnel("08000000 00000100 020000000001 020000000002 0800", false, 4789, TUNNEL_VXLAN);
	check_udp_tunnel("0c000001 00000100", false, 4790, TUNNEL_VXLAN);
	check_udp_tunnel("0000 6558 00000100 020000000001 020000000002 0800", false, 6081, TUNNEL_GENEVE);
	check_udp_tunnel("0100 86dd 00000100 01020300", true, 6081, TUNNEL_GENEVE);
	check_udp_tunnel("", true, 3544, TUNNEL_TEREDO);
	check_udp_tunnel("0000 1234 c0000201", true, 3544, TUNNEL_TEREDO);
	check_udp_tunnel("00010000 0123456789abcdef 00 0000 1234 c0000201", true, 3544, TUNNEL_TEREDO);
	check_udp_tunnel("00010140", false, 6635, TUNNEL_MPLS);
	check_udp_tunnel("30ff 004c 00000007", false, 2152, TUNNEL_GTP);
	check_udp_tunnel("34ff 0054 00000007 000000 85 01000900", false, 2152, TUNNEL_GTP);
}

static void ntp_on_a_tunnels_port_is_ntp(void **state)
{
	(void)state;
	struct wire w;
	wire_begin(&w, 48);
	wire_udp(&w, 123, 4789);
	wire_ip4(&w, 17);
	decode(&w);
	assert_int_equal(decoded.kind, DATAGRAM_UDP);
	assert_int_equal(decoded.sport, 123);
	assert_int_equal(decoded.tunnels, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_options_are_passed),
		cmocka_unit_test(addresses_are_kept_as_they_are),
		cmocka_unit_test(a_total_length_of_zero_means_offload),
		cmocka_unit_test(an_ipv6_length_of_zero_leaves_nothing),
		cmocka_unit_test(lengths_beyond_the_frame_are_cut_and_noted),
		cmocka_unit_test(lengths_below_the_header_are_malformed),
		cmocka_unit_test(a_udp_length_beyond_ip_is_cut_and_noted),
		cmocka_unit_test(a_udp_length_below_ip_leaves_a_trailer),
		cmocka_unit_test(a_udp_length_below_eight_is_malformed),
		cmocka_unit_test(a_udp_length_of_zero_is_everything_in_ipv6),
		cmocka_unit_test(no_checksum_is_noted),
		cmocka_unit_test(extension_headers_are_passed),
		cmocka_unit_test(jumbograms_are_followed),
		cmocka_unit_test(fragments_are_reported),
		cmocka_unit_test(dont_fragment_is_not_a_fragment),
		cmocka_unit_test(ip_in_ip_gives_the_inner_addresses),
		cmocka_unit_test(nesting_is_limited),
		cmocka_unit_test(gre_is_opened_with_all_its_options),
		cmocka_unit_test(tunnels_in_udp_are_opened),
		cmocka_unit_test(ntp_on_a_tunnels_port_is_ntp),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
