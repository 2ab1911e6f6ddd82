/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 3032 section 2.1:  label (20 bits) | traffic class (3) | bottom of stack (1) | TTL (8) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "found.h"

static void the_stack_ends_with_the_bottom_bit_alone(void **state)
{
	(void)state;
	found_expect(false, MACS "8847 00010140", LINK_ETHERNET, TUNNEL_MPLS);
	/* Labels, classes and TTLs of all ones do not matter where the bit is 0. */
	found_expect(false, MACS "8847 fffffeff fffffe00 00000100", LINK_ETHERNET, TUNNEL_MPLS);
	found_expect(false, MACS "8848 00010040 00020040 00030140", LINK_ETHERNET, TUNNEL_MPLS);
}

/* RFC 3032 section 2.1: 0 is the IPv4 explicit null label, 2 that of IPv6. */
static void explicit_nulls_are_labels_like_others(void **state)
{
	(void)state;
	found_expect(false, MACS "8847 00000140", LINK_ETHERNET, TUNNEL_MPLS);
	found_expect(true, MACS "8847 00002140", LINK_ETHERNET, TUNNEL_MPLS);
}

static void what_lies_under_the_stack_is_told_by_its_first_nibble(void **state)
{
	(void)state;
	found_expect(true, MACS "8847 00010140", LINK_ETHERNET, TUNNEL_MPLS);
	/* RFC 4448 section 4.6: a control word of 0 before the frame of a pseudowire. */
	found_expect(false, MACS "8847 00010140 00000000" MACS "0800", LINK_ETHERNET, TUNNEL_MPLS);
	found_expect(true, MACS "8847 00010140 00000017" MACS "86dd", LINK_ETHERNET, TUNNEL_MPLS);
	found_expect(false, MACS "8847 00010140" MACS "0800", LINK_ETHERNET, TUNNEL_MPLS);
	found_expect(false, MACS "8847 00010140 00000000" MACS "8100 0007 0800", LINK_ETHERNET,
		     TUNNEL_MPLS | TUNNEL_VLAN);
	/* RFC 4385 section 5: an associated channel, whose nibble is 1. */
	found_nothing(MACS "8847 00010140 10000021", LINK_ETHERNET, DATAGRAM_OTHER);
}

static void stacks_of_other_links_are_opened_too(void **state)
{
	(void)state;
	found_expect(false, "0281 00010140", LINK_PPP, TUNNEL_MPLS);
	found_expect(false, "0283 00010140", LINK_PPP, TUNNEL_MPLS);
	found_expect(false, "0f00 8847 00010140", LINK_CHDLC, TUNNEL_MPLS);
}

static void a_stack_without_bottom_ends(void **state)
{
	struct wire w;

	(void)state;
	wire_begin(&w, 0);
	for (unsigned i = 0; i < 200; i++)
		wire_hex(&w, "00010040");
	wire_hex(&w, MACS "8847");
	struct datagram d = found_decode(&w, LINK_ETHERNET, w.len);
	assert_int_equal(d.kind, DATAGRAM_MALFORMED);
}

static void cut_stacks_are_cut(void **state)
{
	(void)state;
	found_when_cut(MACS "8847 00010040 00020140", LINK_ETHERNET);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_stack_ends_with_the_bottom_bit_alone),
		cmocka_unit_test(explicit_nulls_are_labels_like_others),
		cmocka_unit_test(what_lies_under_the_stack_is_told_by_its_first_nibble),
		cmocka_unit_test(stacks_of_other_links_are_opened_too),
		cmocka_unit_test(a_stack_without_bottom_ends),
		cmocka_unit_test(cut_stacks_are_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
