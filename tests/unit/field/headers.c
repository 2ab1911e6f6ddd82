/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts are what tshark 4.0.17 prints for the same octets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/field/ask.h"

static void ipv4_and_udp_print_as_in_tshark(void **state)
{
	(void)state;
	struct ask a;
	ask_begin(&a, 48)[0] = 0x23;
	wire_udp(&a.w, 123, 1234);
	wire_ip4(&a.w, 17);
	a.w.at[1] = 0xbb;
	a.w.at[6] = 0x40;
	ask_frame(&a, LINK_RAW, 0);
	ask_expect(&a, "ip.version", "4");
	ask_expect(&a, "ip.hdr_len", "20");
	ask_expect(&a, "ip.dsfield", "0xbb");
	ask_expect(&a, "ip.dsfield.dscp", "46");
	ask_expect(&a, "ip.dsfield.ecn", "3");
	ask_expect(&a, "ip.len", "76");
	ask_expect(&a, "ip.id", "0x1234");
	ask_expect(&a, "ip.flags", "0x02");
	ask_expect(&a, "ip.flags.df", "1");
	ask_expect(&a, "ip.frag_offset", "0");
	ask_expect(&a, "ip.ttl", "61");
	ask_expect(&a, "ip.addr", "192.0.2.1,198.51.100.7");
	ask_expect(&a, "ip.host", "192.0.2.1,198.51.100.7");
	ask_expect(&a, "ip", "Internet Protocol Version 4, Src: 192.0.2.1, Dst: 198.51.100.7");
	ask_expect(&a, "udp.port", "123,1234");
	ask_expect(&a, "udp.checksum", "0xbeef");
	ask_expect(&a, "udp.checksum.status", "2");
	ask_expect(&a, "udp", "User Datagram Protocol, Src Port: 123, Dst Port: 1234");
	ask_expect(&a, "frame.protocols", "raw:ip:udp:ntp");
	ask_expect(&a, "frame.encap_type", "7");
	ask_expect(&a, "ipv6", "");
	ask_end(&a);
}

static void ipv6_prints_as_in_tshark(void **state)
{
	(void)state;
	struct ask a;
	ask_begin(&a, 48)[0] = 0x23;
	wire_udp(&a.w, 123, 123);
	wire_ip6(&a.w, 17);
	memcpy(a.w.at, (const uint8_t[]){ 0x6b, 0x8a, 0xbc, 0xde }, 4);
	wire_ether(&a.w, 0x86dd);
	ask_frame(&a, LINK_ETHERNET, 0);
	ask_expect(&a, "ip.version", "6");
	ask_expect(&a, "ipv6.tclass", "0x000000b8");
	ask_expect(&a, "ipv6.tclass.dscp", "46");
	ask_expect(&a, "ipv6.flow", "0x0abcde");
	ask_expect(&a, "ipv6.plen", "56");
	ask_expect(&a, "ipv6.addr", "2001:db8::1,2001:db8::7");
	ask_expect(&a, "ipv6.src_host", "2001:db8::1");
	ask_expect(&a, "ip.src", "");
	ask_expect(&a, "eth.addr", "02:00:00:00:00:01,02:00:00:00:00:02");
	ask_expect(&a, "eth.dst.lg", "1");
	ask_expect(&a, "eth.type", "0x86dd");
	ask_expect(&a, "frame.protocols", "eth:ethertype:ipv6:udp:ntp");
	ask_end(&a);
}

static void service_tags_are_no_vlan_in_tshark(void **state)
{
	(void)state;
	struct ask a;
	ask_begin(&a, 48)[0] = 0x23;
	wire_udp(&a.w, 123, 123);
	wire_ip4(&a.w, 17);
	wire_hex(&a.w, "f001 0800");
	wire_hex(&a.w, "0002 8100");
	wire_ether(&a.w, 0x88a8);
	ask_frame(&a, LINK_ETHERNET, 0);
	ask_expect(&a, "vlan", "802.1Q Virtual LAN, PRI: 7, DEI: 1, ID: 1");
	ask_expect(&a, "vlan.id", "1");
	ask_expect(&a, "vlan.priority", "7");
	ask_expect(&a, "vlan.etype", "0x0800");
	ask_expect(&a, "frame.protocols", "eth:ethertype:ieee8021ad:ethertype:vlan:ethertype:ip:udp:ntp");
	ask_end(&a);
}

static void an_error_and_what_it_quotes_both_have_headers(void **state)
{
	(void)state;
	struct ask a;
	ask_begin(&a, 48)[0] = 0x23;
	wire_udp(&a.w, 50000, 123);
	wire_ip4(&a.w, 17);
	wire_hex(&a.w, "03 04 0000 1222 05dc");
	wire_ip4(&a.w, 1);
	ask_frame(&a, LINK_IPV4, 0);
	ask_expect(&a, "icmp.type", "3");
	ask_expect(&a, "icmp.code", "4");
	ask_expect(&a, "icmp.checksum", "0x0000");
	ask_expect(&a, "icmp.checksum.status", "0");
	ask_expect(&a, "icmp.unused", "12");
	ask_expect(&a, "icmp.length", "34");
	ask_expect(&a, "icmp.length.original_datagram", "136");
	ask_expect(&a, "icmp.mtu", "1500");
	ask_expect(&a, "icmp", "icmp");
	ask_expect(&a, "ip.proto", "1,17");
	ask_expect(&a, "udp.srcport", "50000");
	ask_end(&a);
}

static void a_payload_ends_where_ip_ends(void **state)
{
	(void)state;
	struct ask a;
	ask_begin(&a, 3)[0] = 0x23;
	a.w.at[2] = 0xee; /* a trailer: IP says two octets less */
	wire_udp(&a.w, 123, 123);
	wire_ip4(&a.w, 17);
	a.w.at[3] = 20 + 8 + 1;
	ask_frame(&a, LINK_IPV4, 0);
	ask_expect(&a, "udp.payload", "23");
	ask_end(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_and_udp_print_as_in_tshark),
		cmocka_unit_test(ipv6_prints_as_in_tshark),
		cmocka_unit_test(service_tags_are_no_vlan_in_tshark),
		cmocka_unit_test(an_error_and_what_it_quotes_both_have_headers),
		cmocka_unit_test(a_payload_ends_where_ip_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
