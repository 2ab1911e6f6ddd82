/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/finder.h"
#include "unit/wire.h"

static bool find(enum finder_rule rule, const struct wire *w, struct found *out, struct packet *p)
{
	struct finder f;
	finder_init(&f, rule, true, 1);
	*p = wire_packet(w, LINK_IPV4, w->len);
	bool yes = finder_packet(&f, p, out);
	finder_release(&f);
	return yes;
}

static void expect(enum finder_rule rule, const struct wire *w, bool yes)
{
	struct found out;
	struct packet p;
	assert_int_equal(find(rule, w, &out, &p), yes);
	wire_free(&p);
}

static void the_rules_differ_about_ports_errors_and_empty_payloads(void **state)
{
	(void)state;
	struct wire w;
	wire_begin(&w, 48);
	wire_udp(&w, 53, 123);
	wire_ip4(&w, 17);
	expect(FINDER_STRICT, &w, true);
	expect(FINDER_WIRESHARK, &w, false);

	wire_begin(&w, 0);
	wire_udp(&w, 40000, 123);
	wire_ip4(&w, 17);
	expect(FINDER_STRICT, &w, true);
	expect(FINDER_WIRESHARK, &w, false);

	wire_begin(&w, 48);
	wire_udp(&w, 40000, 123);
	wire_ip4(&w, 17);
	wire_hex(&w, "03 03 00 00 00 00 00 00");
	wire_ip4(&w, 1);
	expect(FINDER_STRICT, &w, false);
	expect(FINDER_WIRESHARK, &w, true);
}

static void every_header_on_the_way_is_listed(void **state)
{
	(void)state;
	struct wire w;
	struct found out;
	struct packet p;
	wire_begin(&w, 48);
	wire_udp(&w, 40000, 123);
	wire_ip4(&w, 17);
	wire_hex(&w, "03 03 00 00 00 00 00 00");
	wire_ip4(&w, 1);
	assert_true(find(FINDER_WIRESHARK, &w, &out, &p));
	unsigned n_ip = 0, n_udp = 0;
	for (unsigned i = 0; i < out.layers.n; i++) {
		n_ip += out.layers.at[i].type == LAYER_IPV4;
		n_udp += out.layers.at[i].type == LAYER_UDP;
	}
	assert_int_equal(n_ip, 2);
	assert_int_equal(n_udp, 1);
	wire_free(&p);
}

/* The bytes from..to of an IPv4 payload in a piece of its own. */
static struct packet piece(const struct wire *whole, uint32_t from, uint32_t to)
{
	struct wire w;
	wire_begin(&w, 0);
	wire_push(&w, whole->at + from, to - from);
	wire_ip4(&w, 17);
	wire_be16(w.at + 6, from / 8 | (to < whole->len ? 0x2000 : 0));
	return wire_packet(&w, LINK_IPV4, w.len);
}

static void fragments_become_a_packet_with_the_last_piece(void **state)
{
	(void)state;
	struct wire w;
	struct found out;
	struct finder f;
	wire_begin(&w, 48);
	wire_udp(&w, 40000, 123);
	struct packet a = piece(&w, 0, 24), b = piece(&w, 24, 56);
	b.frame = 2;
	finder_init(&f, FINDER_WIRESHARK, true, 1);
	assert_false(finder_packet(&f, &b, &out));
	assert_true(finder_packet(&f, &a, &out));
	assert_true(out.reassembled);
	assert_ptr_equal(out.packet, &a);
	assert_int_equal(out.ntp.len, 48);
	assert_int_equal(out.ntp.sport, 40000);
	assert_true(out.datagram.tunnels & TUNNEL_REASSEMBLED);
	finder_release(&f);
	wire_free(&a);
	wire_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rules_differ_about_ports_errors_and_empty_payloads),
		cmocka_unit_test(every_header_on_the_way_is_listed),
		cmocka_unit_test(fragments_become_a_packet_with_the_last_piece),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
