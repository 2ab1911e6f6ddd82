/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is NTP to tshark 4.0.17, as it was asked frame by frame. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/wireshark_view.h"
#include "unit/wire.h"

static bool view(const struct wire *w, uint16_t link, uint32_t caplen, struct view_ntp *out)
{
	struct packet p = wire_packet(w, link, caplen);
	struct datagram d;
	frame_decode(&p, &d, NULL);
	bool found = wireshark_view(&p, &d, NULL, out);
	wire_free(&p);
	return found;
}

static void put_icmp(struct wire *w, uint8_t type, uint8_t code)
{
	const uint8_t h[8] = { type, code };
	wire_push(w, h, sizeof(h));
}

static void ports_that_beat_123_are_those_of_tshark(void **state)
{
	(void)state;
	static const uint16_t udp[] = { 7, 13, 19, 37, 49, 53, 67, 68, 69, 111 };
	unsigned n = 0;
	for (uint16_t port = 1; port < 123; port++)
		n += !wireshark_ports_are_ntp(false, port, 123);
	assert_int_equal(n, 10);
	for (unsigned i = 0; i < 10; i++) {
		assert_false(wireshark_ports_are_ntp(false, udp[i], 123));
		assert_false(wireshark_ports_are_ntp(false, 123, udp[i]));
	}
	n = 0;
	for (uint16_t port = 1; port < 123; port++)
		n += !wireshark_ports_are_ntp(true, port, 123);
	assert_int_equal(n, 21);
	assert_true(wireshark_ports_are_ntp(false, 123, 123));
	assert_true(wireshark_ports_are_ntp(false, 4789, 123));
	assert_false(wireshark_ports_are_ntp(false, 1023, 124));
}

static void tcp_port_123_is_ntp_too(void **state)
{
	(void)state;
	struct wire w;
	struct view_ntp v;
	uint8_t tcp[20] = { 0x9c, 0x40, 0, 123, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18 };
	wire_begin(&w, 48);
	wire_push(&w, tcp, sizeof(tcp));
	wire_ip4(&w, 6);
	assert_true(view(&w, LINK_IPV4, w.len, &v));
	assert_true(v.tcp);
	assert_int_equal(v.len, 48);
	wire_begin(&w, 0);
	wire_push(&w, tcp, sizeof(tcp));
	wire_ip4(&w, 6);
	assert_false(view(&w, LINK_IPV4, w.len, &v));
}

static void an_empty_payload_is_not_ntp(void **state)
{
	(void)state;
	struct wire w;
	struct view_ntp v;
	wire_begin(&w, 0);
	wire_udp(&w, 40000, 123);
	wire_ip4(&w, 17);
	assert_false(view(&w, LINK_IPV4, w.len, &v));
	/* Nor is one of which nothing was captured; one octet is enough. */
	wire_begin(&w, 48);
	wire_udp(&w, 40000, 123);
	wire_ip4(&w, 17);
	assert_false(view(&w, LINK_IPV4, 28, &v));
	assert_true(view(&w, LINK_IPV4, 29, &v));
	assert_int_equal(v.len, 1);
	assert_int_equal(v.wire_len, 48);
}

static void a_udp_length_beyond_the_ip_payload_is_read_on_one_below_8_is_not(void **state)
{
	(void)state;
	struct wire w;
	struct view_ntp v;
	wire_begin(&w, 48);
	wire_udp(&w, 40000, 123);
	wire_be16(w.at + 4, 600);
	wire_ip4(&w, 17);
	assert_true(view(&w, LINK_IPV4, w.len, &v));
	assert_int_equal(v.len, 48);
	wire_be16(w.at + 24, 7);
	assert_false(view(&w, LINK_IPV4, w.len, &v));
}

static void a_total_length_of_0_means_offload(void **state)
{
	(void)state;
	struct wire w;
	struct view_ntp v;
	wire_begin(&w, 48);
	wire_udp(&w, 40000, 123);
	wire_ip4(&w, 17);
	wire_be16(w.at + 2, 0);
	assert_true(view(&w, LINK_IPV4, w.len, &v));
	assert_int_equal(v.len, 48);
}

static void an_error_that_quotes_a_request_shows_it(void **state)
{
	(void)state;
	struct wire w;
	struct view_ntp v;
	for (unsigned type = 3; type <= 12; type++) {
		bool error = type == 3 || type == 4 || type == 11 || type == 12;
		wire_begin(&w, 48);
		wire_udp(&w, 40000, 123);
		wire_ip4(&w, 17);
		put_icmp(&w, (uint8_t)type, type == 3 ? 3 : 0);
		wire_ip4(&w, 1);
		assert_int_equal(view(&w, LINK_IPV4, w.len, &v), error);
		if (error)
			assert_int_equal(v.sport, 40000);
	}
}

static void an_error_that_quotes_eight_octets_shows_nothing(void **state)
{
	(void)state;
	struct wire w;
	struct view_ntp v;
	wire_begin(&w, 0);
	wire_udp(&w, 40000, 123);
	wire_be16(w.at + 4, 56);
	wire_ip4(&w, 17);
	wire_be16(w.at + 2, 76);
	put_icmp(&w, 3, 3);
	wire_ip4(&w, 1);
	assert_false(view(&w, LINK_IPV4, w.len, &v));
}

static void a_quote_ends_where_the_error_ends(void **state)
{
	(void)state;
	struct wire w;
	struct view_ntp v;
	wire_begin(&w, 20);
	wire_udp(&w, 40000, 123);
	wire_be16(w.at + 4, 56);
	wire_ip4(&w, 17);
	wire_be16(w.at + 2, 76);
	put_icmp(&w, 11, 0);
	wire_ip4(&w, 1);
	assert_true(view(&w, LINK_IPV4, w.len, &v));
	assert_int_equal(v.len, 20);
	assert_int_equal(v.wire_len, 20);
}

static void icmpv6_errors_are_types_1_to_4(void **state)
{
	(void)state;
	struct wire w;
	struct view_ntp v;
	for (uint8_t type = 1; type < 7; type++) {
		wire_begin(&w, 48);
		wire_udp(&w, 40000, 123);
		wire_ip6(&w, 17);
		put_icmp(&w, type, 0);
		wire_ip6(&w, 58);
		assert_int_equal(view(&w, LINK_IPV6, w.len, &v), type < 5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_that_beat_123_are_those_of_tshark),
		cmocka_unit_test(tcp_port_123_is_ntp_too),
		cmocka_unit_test(an_empty_payload_is_not_ntp),
		cmocka_unit_test(a_udp_length_beyond_the_ip_payload_is_read_on_one_below_8_is_not),
		cmocka_unit_test(a_total_length_of_0_means_offload),
		cmocka_unit_test(an_error_that_quotes_a_request_shows_it),
		cmocka_unit_test(an_error_that_quotes_eight_octets_shows_nothing),
		cmocka_unit_test(a_quote_ends_where_the_error_ends),
		cmocka_unit_test(icmpv6_errors_are_types_1_to_4),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
