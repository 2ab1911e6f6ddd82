/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/stream_list.h"

static struct stream_header header(uint32_t number, bool tcp, bool from_high)
{
	static const uint8_t bytes[20] = { [12] = 0x50, [13] = 2 };
	struct stream_header h = {
		.number = number, .tcp = tcp, .from_high = from_high, .at = bytes, .len = 20
	};
	h.ends.low_port = 1;
	h.ends.high_port = 2;
	h.ends.high.b[15] = 9;
	return h;
}

static void packets_and_octets_are_counted_each_way_from_the_first_sender(void **state)
{
	(void)state;
	struct stream_list l = { 0 };
	struct stream_header there = header(0, false, true), back = header(0, false, false);
	struct addr addr;
	uint16_t port;
	stream_list_packet(&l, &there, 7, 1000, 90);
	stream_list_packet(&l, &back, 8, 900, 100); /* the clock went back */
	const struct stream_info *s = stream_list_packet(&l, &there, 9, 1500, 10);
	assert_int_equal(s->packets[0], 2);
	assert_int_equal(s->bytes[0], 100);
	assert_int_equal(s->packets[1], 1);
	assert_int_equal(s->bytes[1], 100);
	assert_int_equal(s->first_frame, 7);
	assert_int_equal(s->first_ns, 900);
	assert_int_equal(s->last_ns, 1500);
	stream_info_a(s, &addr, &port);
	assert_int_equal(port, 2);
	stream_info_b(s, &addr, &port);
	assert_int_equal(port, 1);
	stream_list_release(&l);
}

static void a_quoted_packet_is_none_but_its_stream_is_there(void **state)
{
	(void)state;
	struct stream_list l = { 0 };
	struct stream_header h = header(3, false, true);
	h.quoted = true;
	stream_list_packet(&l, &h, 5, 50, 100);
	h = header(3, false, false);
	const struct stream_info *s = stream_list_packet(&l, &h, 6, 60, 40);
	assert_int_equal(l.n[0], 4);
	assert_int_equal(l.at[0][0].first_frame, 0); /* numbers that a filter left out */
	assert_int_equal(s->quoted, 1);
	assert_int_equal(s->packets[0], 1);
	assert_int_equal(s->first_ns, 60);
	assert_false(s->high_first);
	stream_list_release(&l);
}

static void tcp_and_udp_lie_apart_and_flags_add_up(void **state)
{
	(void)state;
	struct stream_list l = { 0 };
	struct stream_header t = header(0, true, false), u = header(0, false, false);
	stream_list_packet(&l, &u, 1, 0, 1);
	const struct stream_info *s = stream_list_packet(&l, &t, 2, 0, 1);
	assert_int_equal(s->tcp_flags, 2);
	assert_true(s->tcp);
	assert_int_equal(l.n[0], 1);
	assert_int_equal(l.n[1], 1);
	assert_int_equal(l.at[0][0].tcp_flags, 0);
	stream_list_release(&l);
}

static void percentiles_are_exact(void **state)
{
	(void)state;
	struct stream_list l = { 0 };
	for (uint32_t i = 0; i < 3; i++) {
		struct stream_header h = header(i, false, false);
		stream_list_packet(&l, &h, i + 1, 0, 1);
	}
	for (int64_t i = 0; i < 100; i++) /* 1 to 100, in some order */
		stream_list_delta(&l, &l.at[0][1], i * 37 % 100 + 1);
	stream_list_delta(&l, &l.at[0][2], -5);
	assert_int_equal(stream_list_seal(&l), ERR_OK);
	assert_int_equal(l.at[0][0].n_deltas, 0);
	assert_int_equal(l.at[0][1].n_deltas, 100);
	assert_int_equal(l.at[0][1].p50_ns, 50);
	assert_int_equal(l.at[0][1].p99_ns, 99);
	assert_int_equal(l.at[0][1].max_ns, 100);
	assert_int_equal(l.at[0][2].p50_ns, -5);
	assert_int_equal(l.at[0][2].max_ns, -5);
	stream_list_release(&l);
}

static void an_empty_list_seals(void **state)
{
	(void)state;
	struct stream_list l = { 0 };
	assert_int_equal(stream_list_seal(&l), ERR_OK);
	stream_list_release(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_and_octets_are_counted_each_way_from_the_first_sender),
		cmocka_unit_test(a_quoted_packet_is_none_but_its_stream_is_there),
		cmocka_unit_test(tcp_and_udp_lie_apart_and_flags_add_up),
		cmocka_unit_test(percentiles_are_exact),
		cmocka_unit_test(an_empty_list_seals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
