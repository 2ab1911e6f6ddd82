/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PPP (RFC 1661, RFC 1662), PPPoE (RFC 2516) and Cisco's HDLC, byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "found.h"

/* RFC 1661 section 6.5: one octet when the first of the two is 0. */
static void the_protocol_has_one_octet_or_two(void **state)
{
	(void)state;
	found_expect(false, "0021", LINK_PPP, 0);
	found_expect(false, "21", LINK_PPP, 0);
	found_expect(true, "0057", LINK_PPP, 0);
	found_expect(true, "57", LINK_PPP, 0);
}

/* RFC 1662 section 3.1: ff and 03; RFC 1661 section 6.6 lets both go. */
static void address_and_control_may_be_left_out(void **state)
{
	(void)state;
	found_expect(false, "ff03 0021", LINK_PPP, 0);
	found_expect(false, "ff03 21", LINK_PPP, 0);
	found_expect(false, "ff03 0021", LINK_PPP_HDLC, 0);
	found_expect(true, "57", LINK_PPP_HDLC, 0);
}

/* c021 LCP, 8021 IPCP, c223 CHAP, 002d compressed TCP. */
static void other_protocols_are_other(void **state)
{
	static const char *const headers[] = { "c021", "ff03 c021", "8021", "c223", "002d", "2d" };

	(void)state;
	for (unsigned i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		found_nothing(headers[i], LINK_PPP, DATAGRAM_OTHER);
}

/* 0f is Cisco's unicast address, 8f its broadcast; 8035 is the keepalive protocol. */
static void ciscos_framing_carries_ethernet_types(void **state)
{
	(void)state;
	found_expect(false, "0f00 0800", LINK_CHDLC, 0);
	found_expect(true, "8f00 86dd", LINK_CHDLC, 0);
	found_expect(true, "0f00 86dd", LINK_PPP_HDLC, 0);
	found_nothing("8f00 8035", LINK_CHDLC, DATAGRAM_OTHER);
	found_nothing("0f00 0040", LINK_CHDLC, DATAGRAM_OTHER); /* a length is no type */
}

/* RFC 2516 section 4: 11, code 00 for a session, session id, length of what follows. */
static void a_session_carries_ppp(void **state)
{
	(void)state;
	found_expect(false, MACS "8864 1100 0001 004e 0021", LINK_ETHERNET, TUNNEL_PPPOE);
	found_expect(true, MACS "8864 1100 0001 0062 0057", LINK_ETHERNET, TUNNEL_PPPOE);
	found_expect(false, "1100 ffff 004e 0021", LINK_PPP_ETHER, TUNNEL_PPPOE);
	found_expect(false, MACS "8100 0007 8864 1100 0001 004e 0021", LINK_ETHERNET,
		     TUNNEL_PPPOE | TUNNEL_VLAN);
}

/* PADI 09, PADO 07, PADR 19, PADS 65, PADT a7. */
static void discovery_is_other(void **state)
{
	static const char *const headers[] = { "1109 0000 0004 ", "1107 0000 0004 ", "1119 0000 0004 ",
					       "1165 0001 0004 ", "11a7 0001 0000 " };

	(void)state;
	for (unsigned i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		found_nothing(headers[i], LINK_PPP_ETHER, DATAGRAM_OTHER);
}

/* 2 octets of protocol and 76 of IPv4 are 78: with less the packet ends where PPPoE says. */
static void the_length_bounds_the_packet(void **state)
{
	struct wire w;

	(void)state;
	found_begin(&w, false, MACS "8864 1100 0001 0044 0021");
	struct datagram d = found_decode(&w, LINK_ETHERNET, w.len);
	assert_int_equal(d.kind, DATAGRAM_UDP);
	assert_int_equal(d.payload_len, 38);
	assert_true(d.findings & FRAME_IP_LENGTH_LIES);
	found_begin(&w, false, MACS "8864 1100 0001 0001 0021");
	assert_int_equal(found_decode(&w, LINK_ETHERNET, w.len).kind, DATAGRAM_MALFORMED);
}

static void cut_headers_are_cut(void **state)
{
	(void)state;
	found_when_cut("ff03 0021", LINK_PPP);
	found_when_cut("0f00 0800", LINK_CHDLC);
	found_when_cut(MACS "8864 1100 0001 004e 0021", LINK_ETHERNET);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_protocol_has_one_octet_or_two),
		cmocka_unit_test(address_and_control_may_be_left_out),
		cmocka_unit_test(other_protocols_are_other),
		cmocka_unit_test(ciscos_framing_carries_ethernet_types),
		cmocka_unit_test(a_session_carries_ppp),
		cmocka_unit_test(discovery_is_other),
		cmocka_unit_test(the_length_bounds_the_packet),
		cmocka_unit_test(cut_headers_are_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
