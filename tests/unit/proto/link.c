/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every link layer leads to the same NTP packet; tshark 4.0 finds it in each of these frames too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/frame.h"
#include "unit/wire.h"

static struct datagram decoded; /* of the last frame looked at */

/* Decodes the frame and forgets its bytes: only values of `decoded` may be looked at afterwards. */
static void decode(const struct wire *w, uint16_t link, uint32_t caplen)
{
	struct packet p = wire_packet(w, link, caplen);
	frame_decode(&p, &decoded, NULL);
	wire_free(&p);
}

/* An IPv4 packet with 48 bytes for port 123, behind the headers in hex. */
static void begin(struct wire *w, const char *headers)
{
	wire_begin(w, 48);
	wire_udp(w, 40000, 123);
	wire_ip4(w, 17);
	wire_hex(w, headers);
}

static void begin6(struct wire *w, const char *headers)
{
	wire_begin(w, 48);
	wire_udp(w, 40000, 123);
	wire_ip6(w, 17);
	wire_hex(w, headers);
}

static void check_found(void)
{
	assert_int_equal(decoded.kind, DATAGRAM_UDP);
	assert_int_equal(decoded.sport, 40000);
	assert_int_equal(decoded.dport, 123);
	assert_int_equal(decoded.payload_len, 48);
	assert_int_equal(decoded.payload_wire_len, 48);
	assert_int_equal(decoded.findings, 0);
	assert_true(decoded.dst.b[15] == 7);
}

/* The packet is found, and every shorter capture of the frame is merely cut, whatever is missing. */
static void check_link(const struct wire *w, uint16_t link, uint16_t tunnels)
{
	decode(w, link, w->len);
	check_found();
	assert_int_equal(decoded.tunnels, tunnels);
	for (uint32_t n = 0; n < w->len; n++) {
		decode(w, link, n);
		assert_int_equal(decoded.kind, n >= w->len - 48 ? DATAGRAM_UDP : DATAGRAM_CUT);
		assert_true(decoded.findings & FRAME_CUT);
	}
}

static void check4(const char *headers, uint16_t link, uint16_t tunnels)
{
	struct wire w;
	begin(&w, headers);
	check_link(&w, link, tunnels);
}

static void check6(const char *headers, uint16_t link, uint16_t tunnels)
{
	struct wire w;
	begin6(&w, headers);
	check_link(&w, link, tunnels);
}

#define MACS "020000000001 020000000002 "

static void ethernet_carries_both_versions(void **state)
{
	(void)state;
	check4(MACS "0800", LINK_ETHERNET, 0);
	check6(MACS "86dd", LINK_ETHERNET, 0);
	check6(MACS "0800", LINK_ETHERNET, 0); /* announced as IPv4, but 6 says the version */
}

static void vlan_tags_stack(void **state)
{
	(void)state;
	check4(MACS "8100 0007 0800", LINK_ETHERNET, TUNNEL_VLAN);
	check6(MACS "8100 e007 86dd", LINK_ETHERNET, TUNNEL_VLAN);
	check4(MACS "88a8 0001 8100 0002 0800", LINK_ETHERNET, TUNNEL_VLAN);
	check4(MACS "9100 0001 8100 0002 8100 0003 0800", LINK_ETHERNET, TUNNEL_VLAN);
}

static void llc_and_snap_are_followed(void **state)
{
	(void)state;
	check4(MACS "0054 aaaa03 000000 0800", LINK_ETHERNET, 0);
	check4(MACS "0054 aaaa03 0000f8 0800", LINK_ETHERNET, 0);
	check4(MACS "004f 060603", LINK_ETHERNET, 0);
	check4(MACS "8100 0001 0054 aaaa03 000000 0800", LINK_ETHERNET, TUNNEL_VLAN);
}

static void the_802_3_length_bounds_the_packet(void **state)
{
	(void)state;
	struct wire w;
	begin(&w, MACS "0040 aaaa03 000000 0800"); /* 20 bytes too few */
	decode(&w, LINK_ETHERNET, w.len);
	assert_int_equal(decoded.kind, DATAGRAM_UDP);
	assert_int_equal(decoded.payload_len, 28);
	assert_int_equal(decoded.findings, FRAME_IP_LENGTH_LIES | FRAME_UDP_LENGTH_LIES);
}

static void mpls_is_guessed_by_its_first_nibble(void **state)
{
	(void)state;
	check4(MACS "8847 00010140", LINK_ETHERNET, TUNNEL_MPLS);
	check4(MACS "8848 00010040 00020040 00030140", LINK_ETHERNET, TUNNEL_MPLS);
	check6(MACS "8847 00002140", LINK_ETHERNET, TUNNEL_MPLS);
}

static void mpls_carries_ethernet_with_and_without_control_word(void **state)
{
	(void)state;
	struct wire w;
	begin(&w, MACS "8847 00010140 00000000" MACS "0800");
	decode(&w, LINK_ETHERNET, w.len);
	check_found();
	begin(&w, MACS "8847 00010140" MACS "0800");
	decode(&w, LINK_ETHERNET, w.len);
	check_found();
}

static void pppoe_and_ppp_are_followed(void **state)
{
	(void)state;
	check4(MACS "8864 11 00 0001 004e 0021", LINK_ETHERNET, TUNNEL_PPPOE);
	check4("11 00 0001 004e 0021", LINK_PPP_ETHER, TUNNEL_PPPOE);
	check6("11 00 0001 0062 0057", LINK_PPP_ETHER, TUNNEL_PPPOE);
	check4("0021", LINK_PPP, 0);
	check4("21", LINK_PPP, 0); /* compressed protocol field */
	check4("ff03 0021", LINK_PPP, 0);
	check4("ff03 0021", LINK_PPP_HDLC, 0);
	check6("ff03 0057", LINK_PPP, 0);
}

static void pppoe_discovery_is_something_else(void **state)
{
	(void)state;
	struct wire w;
	begin(&w, MACS "8864 11 a7 0001 004e 0021");
	decode(&w, LINK_ETHERNET, w.len);
	assert_int_equal(decoded.kind, DATAGRAM_OTHER);
}

static void serial_and_loopback_links_are_known(void **state)
{
	(void)state;
	check4("0f00 0800", LINK_CHDLC, 0);
	check6("8f00 86dd", LINK_CHDLC, 0);
	check4("0f00 0800", LINK_PPP_HDLC, 0);
	check4("02000000", LINK_NULL, 0);
	check4("00000002", LINK_NULL, 0);
	check4("00000002", LINK_LOOP, 0);
	check6("0a000000", LINK_NULL, 0);
	check6("18000000", LINK_NULL, 0);
	check6("1c000000", LINK_NULL, 0);
	check6("0000001e", LINK_NULL, 0);
	check4("", LINK_RAW, 0);
	check6("", LINK_RAW, 0);
	check4("", 12, 0);
	check6("", 14, 0);
	check4("", LINK_IPV4, 0);
	check6("", LINK_IPV6, 0);
}

static void linux_cooked_captures_are_known(void **state)
{
	(void)state;
	check4("0000 0001 0006 0200000000010000 0800", LINK_LINUX_SLL, 0);
	check6("0004 0304 0006 0000000000000000 86dd", LINK_LINUX_SLL, 0);
	check4("0800 0000 00000003 0001 00 06 0200000000010000", LINK_LINUX_SLL2, 0);
	check6("86dd 0000 00000003 0001 00 06 0200000000010000", LINK_LINUX_SLL2, 0);
	check4("0000 0001 0006 0200000000010000 8100 0005 0800", LINK_LINUX_SLL, TUNNEL_VLAN);
}

static void wireless_data_frames_are_known(void **state)
{
	(void)state;
#define WLAN_ADDRESSES "0000 020000000001 020000000002 020000000003 1000 "
	struct wire w;
	begin(&w, "0801" WLAN_ADDRESSES "aaaa03 000000 0800");
	decode(&w, LINK_IEEE802_11, w.len);
	check_found();
	begin(&w, "8801" WLAN_ADDRESSES "0000 aaaa03 000000 0800"); /* QoS */
	decode(&w, LINK_IEEE802_11, w.len);
	check_found();
	begin(&w, "0000 0900 02000000 00 0801" WLAN_ADDRESSES "aaaa03 000000 0800");
	decode(&w, LINK_IEEE802_11_RADIOTAP, w.len);
	check_found();
	begin(&w, "0841" WLAN_ADDRESSES "aaaa03 000000 0800"); /* encrypted */
	decode(&w, LINK_IEEE802_11, w.len);
	assert_int_equal(decoded.kind, DATAGRAM_OTHER);
}

static void logged_packets_are_known(void **state)
{
	(void)state;
	check4("02000014 0800 0100 00000100 0500 0a00 00000000 5000 0900", 239, 0);
	check4("00000800 01000000" MACS "0800", 192, 0);
}

static void padding_is_never_payload(void **state)
{
	(void)state;
	struct wire w;
	wire_begin(&w, 20); /* becomes padding */
	memset(w.at, 0xee, 20);
	uint8_t small[] = { 0x45, 0,    0,    38, 0,   0, 0,  0, 1, 17,   0, 0, 192, 0, 2, 1, 198, 51, 100,
			    7,    0x9c, 0x40, 0,  123, 0, 18, 0, 1, 0x23, 1, 2, 3,   4, 5, 6, 7,   8,  9 };
	wire_push(&w, small, sizeof(small));
	wire_ether(&w, 0x0800);
	decode(&w, LINK_ETHERNET, w.len);
	assert_int_equal(decoded.kind, DATAGRAM_UDP);
	assert_int_equal(decoded.payload_len, 10);
	assert_int_equal(decoded.findings, 0);
}

static void what_is_not_ip_is_other(void **state)
{
	(void)state;
	static const char *const frames[] = { MACS "0806", MACS "88cc", MACS "05dd", MACS "0030 e0e003" };
	for (unsigned i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		struct wire w;
		begin(&w, frames[i]);
		decode(&w, LINK_ETHERNET, w.len);
		assert_int_equal(decoded.kind, DATAGRAM_OTHER);
		assert_int_equal(decoded.ip_version, 0);
		assert_null(decoded.ip);
	}
}

static void links_that_nobody_knows_are_named_so(void **state)
{
	(void)state;
	struct wire w;
	begin(&w, "");
	decode(&w, 147, w.len);
	assert_int_equal(decoded.kind, DATAGRAM_UNKNOWN_LINK);
	assert_int_equal(decoded.payload_len, w.len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ethernet_carries_both_versions),
		cmocka_unit_test(vlan_tags_stack),
		cmocka_unit_test(llc_and_snap_are_followed),
		cmocka_unit_test(the_802_3_length_bounds_the_packet),
		cmocka_unit_test(mpls_is_guessed_by_its_first_nibble),
		cmocka_unit_test(mpls_carries_ethernet_with_and_without_control_word),
		cmocka_unit_test(pppoe_and_ppp_are_followed),
		cmocka_unit_test(pppoe_discovery_is_something_else),
		cmocka_unit_test(serial_and_loopback_links_are_known),
		cmocka_unit_test(linux_cooked_captures_are_known),
		cmocka_unit_test(wireless_data_frames_are_known),
		cmocka_unit_test(logged_packets_are_known),
		cmocka_unit_test(padding_is_never_payload),
		cmocka_unit_test(what_is_not_ip_is_other),
		cmocka_unit_test(links_that_nobody_knows_are_named_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
