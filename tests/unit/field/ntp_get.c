/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Modes 6 and 7 as tshark 4.0.17 prints them; the data header is tested with -T fields, in present. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/field/ask.h"

static void put(uint8_t *p, const void *octets, size_t n)
{
	memcpy(p, octets, n);
}

static void a_system_status_is_taken_apart(void **state)
{
	(void)state;
	struct ask a;
	put(ask_begin(&a, 12), "\x16\x82\x00\x01\xc6\x55\x00\x00\x00\x00\x00\x00", 12);
	ask_udp(&a, 0);
	ask_expect(&a, "ntp.ctrl.flags2", "0x82");
	ask_expect(&a, "ntp.ctrl.flags2.r", "1");
	ask_expect(&a, "ntp.ctrl.flags2.opcode", "2");
	ask_expect(&a, "ntp.ctrl.status", "0xc655");
	ask_expect(&a, "ntp.ctrl.sys_status.li", "3");
	ask_expect(&a, "ntp.ctrl.sys_status.clksrc", "6");
	ask_expect(&a, "ntp.ctrl.sys_status.count", "5");
	ask_expect(&a, "ntp.ctrl.sys_status.code", "5");
	ask_expect(&a, "ntp.ctrl.peer_status.reach", "");
	ask_expect(&a, "ntp.ctrl.err_status", "");
	ask_end(&a);
}

static void associations_are_listed_with_their_status(void **state)
{
	(void)state;
	struct ask a;
	put(ask_begin(&a, 20),
	    "\x16\x81\x00\x01\x06\x15\x00\x00\x00\x00\x00\x08\x4a\xcf\xf8\xda\x4a\xd0\x80\x11", 20);
	ask_udp(&a, 0);
	ask_expect(&a, "ntp.ctrl.item", "1,1");
	ask_expect(&a, "ntp.ctrl.associd", "0,19151,19152");
	ask_expect(&a, "ntp.ctrl.status", "0x0615,0xf8da,0x8011");
	ask_expect(&a, "ntp.ctrl.peer_status.config", "1,1");
	ask_expect(&a, "ntp.ctrl.peer_status.reach", "1,0");
	ask_expect(&a, "ntp.ctrl.peer_status.bcast", "1,0");
	ask_expect(&a, "ntp.ctrl.peer_status.selection", "0,0");
	ask_expect(&a, "ntp.ctrl.peer_status.code", "10,1");
	ask_end(&a);
}

static void a_signed_request_has_padding_and_key(void **state)
{
	(void)state;
	struct ask a;
	uint8_t *p = ask_begin(&a, 12 + 3 + 1 + 20);
	put(p,
	    "\x16\x08\x00\x01\x00\x00\x00\x00\x00\x00\x00\x03"
	    "a\nb\xee\x00\x00\x00\x05",
	    20);
	ask_udp(&a, 0);
	ask_expect(&a, "ntp.ctrl.configuration", "a\nb");
	ask_expect(&a, "ntp.ctrl.data", "1");
	ask_expect(&a, "ntp.padding", "ee");
	ask_expect(&a, "ntp.key_type", "0");
	ask_expect(&a, "ntp.key_index", "0x00000005");
	ask_expect(&a, "ntp.key_signature", "00000000000000000000000000000000");
	ask_end(&a);
}

static void text_that_is_cut_is_not_shown(void **state)
{
	(void)state;
	struct ask a;
	put(ask_begin(&a, 15), "\x16\x8a\x00\x01\x00\x00\x00\x00\x00\x00\x00\x03xyz", 15);
	ask_udp(&a, 1);
	ask_expect(&a, "ntp.ctrl.count", "3");
	ask_expect(&a, "ntp.ctrl.data", "1");
	ask_expect(&a, "ntp.ctrl.mru", "");
	ask_end(&a);
}

static void the_client_list_is_typed(void **state)
{
	(void)state;
	struct ask a;
	uint8_t *p = ask_begin(&a, 8 + 72);
	put(p, "\x97\x05\x03\x2a\x00\x01\x00\x48", 8);
	wire_be16(p + 8 + 2, 64); /* mean interval */
	put(p + 8 + 16, "\xc0\x00\x02\x09", 4);
	wire_be16(p + 8 + 28, 40123);
	p[8 + 30] = 3;
	p[8 + 31] = 4;
	p[8 + 35] = 1;
	p[8 + 40] = 0x20;
	ask_udp(&a, 0);
	ask_expect(&a, "ntp.priv.flags.r", "1");
	ask_expect(&a, "ntp.priv.seq", "5");
	ask_expect(&a, "ntp.priv.reqcode", "42");
	ask_expect(&a, "ntp.priv.numitems", "1");
	ask_expect(&a, "ntp.priv.itemsize", "72");
	ask_expect(&a, "ntp.priv.mode7.item", "Monlist Item");
	ask_expect(&a, "ntp.priv.monlist.avgint", "64");
	ask_expect(&a, "ntp.priv.monlist.remote_address", "192.0.2.9");
	ask_expect(&a, "ntp.priv.monlist.port", "40123");
	ask_expect(&a, "ntp.priv.monlist.mode", "3");
	ask_expect(&a, "ntp.priv.monlist.ipv6", "0x00000001");
	ask_expect(&a, "ntp.priv.monlist.addr6", "2000::");
	ask_expect(&a, "ntp.priv.mode7.address", "");
	ask_end(&a);
}

static void other_implementations_have_no_items(void **state)
{
	(void)state;
	struct ask a;
	put(ask_begin(&a, 8 + 72), "\x97\x05\x02\x2a\x00\x01\x00\x48", 8);
	ask_udp(&a, 0);
	ask_expect(&a, "ntp.priv.impl", "2");
	ask_expect(&a, "ntp.priv.numitems", "");
	ask_expect(&a, "ntp.priv.monlist.avgint", "");
	ask_end(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_system_status_is_taken_apart),
		cmocka_unit_test(associations_are_listed_with_their_status),
		cmocka_unit_test(a_signed_request_has_padding_and_key),
		cmocka_unit_test(text_that_is_cut_is_not_shown),
		cmocka_unit_test(the_client_list_is_typed),
		cmocka_unit_test(other_implementations_have_no_items),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
