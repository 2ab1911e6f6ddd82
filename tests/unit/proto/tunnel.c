/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tunnel headers, byte by byte, as their documents draw them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "found.h"

enum { GRE = 47 };

static struct wire made;

/* The NTP packet behind a tunnel's header in hex, in IPv4 of that protocol. */
static void make_ip(bool v6, const char *header, uint8_t proto)
{
	found_begin(&made, v6, header);
	wire_ip4(&made, proto);
}

static void make_udp(bool v6, const char *header, uint16_t port)
{
	found_begin(&made, v6, header);
	wire_udp(&made, 50000, port);
	wire_ip4(&made, 17);
}

static void expect_inner(uint16_t tunnels)
{
	struct datagram d = found_decode(&made, LINK_RAW, made.len);
	found_check(&d, tunnels);
}

static void expect_end(enum datagram_kind kind, uint16_t dport)
{
	struct datagram d = found_decode(&made, LINK_RAW, made.len);
	assert_int_equal(d.kind, kind);
	assert_int_equal(d.dport, dport);
}

/* As soon as one octet of the tunnel's own header is missing, nothing of the inner packet is told. */
static void expect_cut(uint32_t header_end)
{
	for (uint32_t n = 20; n < header_end; n++) {
		struct datagram d = found_decode(&made, LINK_RAW, n);
		assert_true(d.kind == DATAGRAM_CUT || (d.kind == DATAGRAM_UDP && d.dport != 123));
	}
}

/* RFC 2784 section 2.1, with key and sequence of RFC 2890: each flag adds one word. */
static void gre_words_are_counted_by_flags(void **state)
{
	static const struct {
		const char *header;
		bool v6;
	} good[] = {
		{ "0000 0800", false },
		{ "0000 86dd", true },
		{ "8000 0800 b1c60000", false },
		{ "2000 0800 0000002a", false },
		{ "1000 0800 00000001", false },
		{ "3000 86dd 0000002a 00000001", true },
		{ "b000 0800 b1c60000 0000002a 00000001", false },
		{ "0000 6558" MACS "0800", false }, /* RFC 1701: bridged Ethernet */
		{ "0000 8847 00010140", false },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		make_ip(good[i].v6, good[i].header, GRE);
		expect_inner(i == 8 ? TUNNEL_GRE | TUNNEL_MPLS : TUNNEL_GRE);
	}
	make_ip(false, "b000 0800 b1c60000 0000002a 00000001", GRE);
	expect_cut(20 + 16);
}

/* RFC 1701: address family, offset, length; the last one is all zero. */
static void gre_source_routes_are_passed(void **state)
{
	(void)state;
	make_ip(false, "4000 0800 00000000 0800 0004 c0000201 0800 0008 c0000202 c0000203 0000 0000", GRE);
	expect_inner(TUNNEL_GRE);
	make_ip(false, "4000 0800 00000000 0800 00ff c0000201", GRE);
	expect_end(DATAGRAM_MALFORMED, 0);
}

/* RFC 2637 section 4.1: version 1, PPP, key = payload length and call. */
static void pptp_bounds_its_payload(void **state)
{
	(void)state;
	make_ip(false, "3001 880b 00500001 00000001 ff03 0021", GRE);
	expect_inner(TUNNEL_GRE);
	make_ip(false, "3081 880b 004d0001 00000001 00000000 21", GRE);
	expect_inner(TUNNEL_GRE);
	make_ip(false, "3001 880b 00200001 00000001 ff03 0021", GRE); /* ends within IPv4 and UDP */
	struct datagram d = found_decode(&made, LINK_RAW, made.len);
	assert_int_equal(d.kind, DATAGRAM_UDP);
	assert_int_equal(d.payload_len, 0);
	make_ip(false, "2001 880b 00500001 ff03 0021", GRE); /* without sequence: an acknowledgment alone */
	expect_end(DATAGRAM_OTHER, 0);
	make_ip(false, "0002 0800", GRE); /* no such version */
	expect_end(DATAGRAM_OTHER, 0);
}

/* draft-foschiano-erspan: I has no header and no sequence number, II eight octets, III twelve or twenty. */
static void mirrored_frames_are_opened(void **state)
{
	(void)state;
	make_ip(false, "0000 88be" MACS "0800", GRE);
	expect_inner(TUNNEL_GRE);
	make_ip(false, "1000 88be 00000001 10000000 00000000" MACS "0800", GRE);
	expect_inner(TUNNEL_GRE);
	make_ip(true, "1000 22eb 00000001 20000000 00000000 00000000" MACS "86dd", GRE);
	expect_inner(TUNNEL_GRE);
	make_ip(false, "1000 22eb 00000001 20000000 00000000 00000001 0000000000000000" MACS "0800", GRE);
	expect_inner(TUNNEL_GRE);
}

/* RFC 7348 section 5: 08, three octets, network identifier, one octet. */
static void vxlan_carries_ethernet(void **state)
{
	(void)state;
	make_udp(false, "08000000 00007b00" MACS "0800", 4789);
	expect_inner(TUNNEL_VXLAN);
	expect_cut(28 + 8 + 14);
	make_udp(true, "08000000 00007b00" MACS "8100 0005 86dd", 4789);
	expect_inner(TUNNEL_VXLAN | TUNNEL_VLAN);
	/* The generic extension names what comes: 1 IPv4, 2 IPv6, 3 Ethernet; 4 is a service header. */
	make_udp(false, "0c000001 00007b00", 4790);
	expect_inner(TUNNEL_VXLAN);
	make_udp(true, "0c000002 00007b00", 4790);
	expect_inner(TUNNEL_VXLAN);
	make_udp(false, "0c000003 00007b00" MACS "0800", 4790);
	expect_inner(TUNNEL_VXLAN);
	make_udp(false, "0c000004 00007b00", 4790);
	expect_end(DATAGRAM_OTHER, 0);
	make_udp(false, "04000001 00007b00", 4790); /* its identifier is not valid */
	expect_end(DATAGRAM_UDP, 4790);
}

/* RFC 8926 section 3.4: version and words of options, flags, type, identifier; 6558 is Ethernet. */
static void geneve_options_are_passed(void **state)
{
	(void)state;
	make_udp(false, "0000 6558 00007b00" MACS "0800", 6081);
	expect_inner(TUNNEL_GENEVE);
	make_udp(true, "0300 86dd 00007b00 0102 80 02 00000001 00000002", 6081);
	expect_inner(TUNNEL_GENEVE);
	expect_cut(28 + 20);
	make_udp(false, "4000 6558 00007b00" MACS "0800", 6081); /* no such version */
	expect_end(DATAGRAM_UDP, 6081);
	make_udp(false, "0000 0040 00007b00", 6081);
	expect_end(DATAGRAM_OTHER, 0);
}

/* RFC 4380 section 5.1.1: authentication 0001, lengths of id and value, both, nonce, confirmation; origin
 * 0000, port and address with all bits turned. */
static void teredo_indications_are_passed(void **state)
{
	(void)state;
	make_udp(true, "", 3544);
	expect_inner(TUNNEL_TEREDO);
	make_udp(true, "0000 63bf 3ffffdfe", 3544);
	expect_inner(TUNNEL_TEREDO);
	make_udp(true, "0001 00 00 0123456789abcdef 00", 3544);
	expect_inner(TUNNEL_TEREDO);
	make_udp(true, "0001 04 02 61626364 0102 0123456789abcdef 00 0000 63bf 3ffffdfe", 3544);
	expect_inner(TUNNEL_TEREDO);
	make_udp(true, "0001 ff ff 0123456789abcdef 00", 3544); /* its lengths leave the datagram */
	expect_end(DATAGRAM_UDP, 3544);
	make_udp(false, "", 3544); /* what it carries is IPv6 */
	expect_end(DATAGRAM_UDP, 3544);
}

/* 3GPP TS 29.281 section 5.1: 30 and, with E, S or PN, four octets more; ff is a subscriber's packet. */
static void gtp_extensions_are_passed(void **state)
{
	(void)state;
	make_udp(false, "30ff 004c 0000002a", 2152);
	expect_inner(TUNNEL_GTP);
	make_udp(true, "32ff 0064 0000002a 0001 00 00", 2152);
	expect_inner(TUNNEL_GTP);
	make_udp(false, "34ff 0054 0000002a 0000 00 85 01 1009 00", 2152);
	expect_inner(TUNNEL_GTP);
	make_udp(false, "34ff 0054 0000002a 0000 00 85 00 1009 00", 2152); /* an extension of no length */
	expect_end(DATAGRAM_MALFORMED, 0);
	make_udp(false, "3001 004c 0000002a", 2152); /* an echo request */
	expect_end(DATAGRAM_UDP, 2152);
	make_udp(false, "50ff 004c 0000002a", 2152); /* version 2 is for control */
	expect_end(DATAGRAM_UDP, 2152);
}

/* RFC 7510 section 3. */
static void mpls_in_udp_is_opened(void **state)
{
	(void)state;
	make_udp(false, "00010040 00020140", 6635);
	expect_inner(TUNNEL_MPLS);
}

static void tunnels_within_tunnels_are_all_noted(void **state)
{
	(void)state;
	found_begin(&made, true, "0000 86dd");
	wire_ip4(&made, GRE);
	wire_hex(&made, "08000000 00007b00" MACS "0800");
	wire_udp(&made, 50000, 4789);
	wire_ip6(&made, 17);
	expect_inner(TUNNEL_VXLAN | TUNNEL_GRE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gre_words_are_counted_by_flags),
		cmocka_unit_test(gre_source_routes_are_passed),
		cmocka_unit_test(pptp_bounds_its_payload),
		cmocka_unit_test(mirrored_frames_are_opened),
		cmocka_unit_test(vxlan_carries_ethernet),
		cmocka_unit_test(geneve_options_are_passed),
		cmocka_unit_test(teredo_indications_are_passed),
		cmocka_unit_test(gtp_extensions_are_passed),
		cmocka_unit_test(mpls_in_udp_is_opened),
		cmocka_unit_test(tunnels_within_tunnels_are_all_noted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
