/* SPDX-License-Identifier: GPL-3.0-or-later */
/* That the numbers are tshark's on real captures is tests/golden/streams.py's to show; here is each rule, as
 * tshark 4.0.17 answered when it was asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/streams.h"
#include "traffic.h"

enum { SYN = 2, ACK = 16, SYN_ACK = 18, FIN_ACK = 17, RST_ACK = 20 };

struct table {
	struct traffic t;
	struct streams s;
	struct finder finder;
	struct stream_numbers numbers;
};

static struct table *begin(uint32_t capacity)
{
	struct table *t = calloc(1, sizeof(*t));
	assert_non_null(t);
	finder_init(&t->finder, FINDER_STRICT, false, 1);
	assert_int_equal(streams_init(&t->s, capacity, 77), ERR_OK);
	return t;
}

static void end(struct table *t)
{
	finder_release(&t->finder);
	streams_release(&t->s);
	traffic_free(&t->t);
	free(t);
}

static struct addr host(unsigned n)
{
	return n % 2 ? traffic_v4(192, 0, 2, n) : traffic_v4(198, 51, 100, n);
}

static const struct stream_numbers *number(struct table *t, const struct packet *p)
{
	struct found found;
	finder_packet(&t->finder, p, &found);
	streams_number(&t->s, &found, &t->numbers);
	return &t->numbers;
}

static uint32_t udp(struct table *t, unsigned src, uint16_t sport, unsigned dst, uint16_t dport)
{
	struct addr a = host(src), b = host(dst);
	return stream_innermost_udp(
		number(t, traffic_udp(&t->t, 0, &a, sport, &b, dport, (const uint8_t *)"12345678", 8)));
}

/* have: octets of the TCP header that are in the packet. */
static struct packet *tcp_packet(struct table *t, bool back, uint32_t seq, uint32_t ack, uint8_t flags,
				 uint32_t have)
{
	uint8_t room[60] = { 0 };
	uint8_t *h = room + 40;
	struct addr a = host(1), b = host(2);
	traffic_be16(h, back ? 80 : 1000);
	traffic_be16(h + 2, back ? 1000 : 80);
	traffic_be64(h + 4, (uint64_t)seq << 32 | ack);
	h[12] = 0x50;
	h[13] = flags;
	uint8_t *ip = traffic_ip(h, 20, 6, back ? &b : &a, back ? &a : &b);
	return traffic_frame(&t->t, 0, LINK_RAW, ip, 20 + have);
}

static uint32_t tcp(struct table *t, bool back, uint32_t seq, uint32_t ack, uint8_t flags)
{
	return stream_innermost_tcp(number(t, tcp_packet(t, back, seq, ack, flags, 20)));
}

static void numbers_count_pairs_of_ends_in_order_of_appearance(void **state)
{
	(void)state;
	struct table *t = begin(100);
	assert_int_equal(udp(t, 1, 1000, 2, 123), 0);
	assert_int_equal(udp(t, 3, 1000, 2, 123), 1);
	assert_int_equal(udp(t, 2, 123, 1, 1000), 0);
	assert_int_equal(udp(t, 1, 1000, 2, 124), 2);
	assert_int_equal(udp(t, 1, 123, 2, 1000), 3);
	assert_int_equal(udp(t, 5, 7, 5, 8), 4); /* one address with itself */
	assert_int_equal(udp(t, 5, 8, 5, 7), 4);
	assert_int_equal(udp(t, 5, 7, 5, 7), 5);
	assert_true(t->numbers.at[0].at && !t->numbers.at[0].quoted && t->numbers.at[0].len == 16);
	end(t);
}

static void both_families_and_both_protocols_count_apart(void **state)
{
	(void)state;
	struct table *t = begin(100);
	struct addr a = traffic_v6(1, 1), b = traffic_v6(1, 2);
	assert_int_equal(udp(t, 1, 1000, 2, 80), 0);
	assert_int_equal(tcp(t, false, 1, 0, SYN), 0);
	assert_int_equal(stream_innermost_udp(&t->numbers), STREAM_NONE);
	const struct packet *p = traffic_udp(&t->t, 0, &a, 1000, &b, 80, (const uint8_t *)"x", 1);
	assert_int_equal(stream_innermost_udp(number(t, p)), 1);
	end(t);
}

static void a_syn_with_another_sequence_number_begins_anew(void **state)
{
	(void)state;
	struct table *t = begin(100);
	assert_int_equal(tcp(t, false, 100, 0, SYN), 0);
	assert_int_equal(tcp(t, true, 500, 101, SYN_ACK), 0);
	assert_int_equal(tcp(t, false, 100, 0, SYN), 0); /* sent again */
	assert_int_equal(tcp(t, false, 150, 501, FIN_ACK), 0);
	assert_int_equal(tcp(t, true, 501, 151, RST_ACK), 0);
	assert_int_equal(tcp(t, false, 100, 0, SYN), 0); /* even after the end */
	assert_int_equal(tcp(t, false, 200, 0, SYN), 1);
	assert_int_equal(tcp(t, true, 501, 151, ACK), 1); /* a straggler of the first */
	assert_int_equal(tcp(t, true, 900, 201, SYN_ACK), 1);
	assert_int_equal(tcp(t, true, 901, 0, SYN), 2);
	end(t);
}

static void where_a_side_began_is_known_from_what_was_seen_first(void **state)
{
	(void)state;
	struct table *t = begin(100);
	assert_int_equal(tcp(t, false, 100, 500, ACK), 0); /* so a began at 99 and b at 499 */
	assert_int_equal(tcp(t, false, 99, 0, SYN), 0);
	assert_int_equal(tcp(t, true, 499, 0, SYN), 0);
	assert_int_equal(tcp(t, true, 600, 0, SYN_ACK), 0); /* b begins here now */
	assert_int_equal(tcp(t, true, 600, 0, SYN), 0);
	assert_int_equal(tcp(t, true, 499, 0, SYN), 1);
	end(t);
}

static void a_cut_header_counts_from_its_sixteenth_octet_on(void **state)
{
	(void)state;
	struct table *t = begin(100);
	assert_int_equal(number(t, tcp_packet(t, false, 1, 0, SYN, 15))->n, 0);
	assert_int_equal(number(t, tcp_packet(t, false, 1, 0, SYN, 16))->n, 1);
	assert_int_equal(t->numbers.at[0].number, 0);
	assert_int_equal(t->numbers.at[0].len, 16);
	end(t);
}

static void a_udp_length_that_cannot_be_is_looked_at_no_further(void **state)
{
	(void)state;
	struct table *t = begin(100);
	uint8_t room[48 + 8] = { 0 };
	struct addr a = host(1), b = host(2);
	for (unsigned len = 0; len < 10; len++) {
		uint8_t *h = traffic_udp_ip(room + 48, 8, &a, 1000, &b, 123) + 20;
		traffic_be16(h + 4, len);
		const struct packet *p = traffic_frame(&t->t, 0, LINK_RAW, h - 20, 36);
		assert_int_equal(number(t, p)->n, len >= 8);
	}
	end(t);
}

/* An ICMP error of this type, that quotes `have` octets of the transport header of p. */
static struct packet *error_about(struct table *t, uint8_t type, const struct packet *p, uint32_t have)
{
	uint8_t room[128] = { 0 };
	uint8_t *icmp = room + 40;
	struct addr a = host(9), b = host(1);
	icmp[0] = type;
	icmp[1] = 3;
	memcpy(icmp + 8, p->data, 20 + have);
	uint8_t *ip = traffic_ip(icmp, 28 + have, 1, &a, &b);
	return traffic_frame(&t->t, 0, LINK_RAW, ip, 48 + have);
}

static void what_an_error_quotes_belongs_to_the_quoted_stream(void **state)
{
	(void)state;
	struct table *t = begin(100);
	assert_int_equal(udp(t, 1, 1000, 2, 123), 0);
	assert_int_equal(number(t, error_about(t, 3, &t->t.at[0], 8))->n, 1);
	assert_int_equal(t->numbers.at[0].number, 0);
	assert_true(t->numbers.at[0].quoted);
	assert_int_equal(number(t, error_about(t, 3, &t->t.at[0], 7))->n, 0);
	assert_int_equal(number(t, error_about(t, 5, &t->t.at[0], 8))->n, 1); /* a redirect */
	assert_int_equal(number(t, error_about(t, 8, &t->t.at[0], 8))->n, 0); /* a ping */
	const struct packet *p = tcp_packet(t, false, 1, 0, SYN, 20);
	assert_int_equal(number(t, error_about(t, 3, p, 20))->n, 1);
	assert_int_equal(number(t, error_about(t, 5, p, 20))->n, 0); /* TCP in a redirect: not looked at */
	end(t);
}

/* VXLAN (RFC 7348): UDP to port 4789, 8 octets, an Ethernet frame. */
static void a_tunnel_counts_as_itself_and_then_what_is_inside(void **state)
{
	(void)state;
	struct table *t = begin(100);
	uint8_t room[256] = { 0 };
	struct addr a = host(1), b = host(2), c = host(11), d = host(12);
	uint8_t *inner = traffic_udp_ip(room + 200, 8, &c, 1000, &d, 123);
	uint8_t *ether = inner - 14;
	ether[12] = 8;
	uint8_t *outer = traffic_udp_ip(ether - 8, (uint32_t)(room + 208 - ether + 8), &a, 5555, &b, 4789);
	const struct packet *p = traffic_frame(&t->t, 0, LINK_RAW, outer, (uint32_t)(room + 208 - outer));
	assert_int_equal(number(t, p)->n, 2);
	assert_int_equal(t->numbers.at[0].number, 0);
	assert_int_equal(t->numbers.at[1].number, 1);
	assert_ptr_equal(t->numbers.at[1].at, p->data + (inner + 20 - outer));
	assert_int_equal(t->numbers.at[1].len, 16);
	assert_int_equal(udp(t, 12, 123, 11, 1000), 1);
	assert_int_equal(udp(t, 2, 4789, 1, 5555), 0);
	end(t);
}

static void a_fragmented_packet_counts_when_it_is_whole(void **state)
{
	(void)state;
	struct table *t = begin(100);
	uint8_t room[60 + 40];
	uint8_t bytes[48] = { 0 };
	struct addr a = host(1), b = host(2);
	memset(room, 7, sizeof(room));
	uint8_t *h = traffic_udp_ip(room + 60, 40, &a, 1000, &b, 123);
	memcpy(bytes, h + 20, 48);
	for (unsigned i = 0; i < 2; i++) {
		memcpy(room + 60, bytes + 24 * i, 24);
		h = traffic_ip(room + 60, 24, 17, &a, &b);
		traffic_be16(h + 4, 0x4242);
		traffic_be16(h + 6, i ? 3 : 0x2000);
		assert_int_equal(number(t, traffic_frame(&t->t, 0, LINK_RAW, h, 44))->n, i);
	}
	assert_int_equal(t->numbers.at[0].number, 0);
	assert_int_equal(t->numbers.at[0].len, 48);
	end(t);
}

static void what_finds_no_room_is_counted_and_the_old_ones_stay(void **state)
{
	(void)state;
	struct table *t = begin(3);
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(udp(t, 1, (uint16_t)(1000 + i), 2, 123), i < 3 ? i : STREAM_NONE);
	assert_int_equal(t->s.n_refused, 7);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(udp(t, 2, 123, 1, (uint16_t)(1000 + i)), i);
	end(t);
}

static void numbers_hold_while_the_table_grows(void **state)
{
	(void)state;
	struct table *t = begin(1 << 20);
	for (unsigned i = 0; i < 30000; i++) {
		assert_int_equal(udp(t, 1, (uint16_t)(2000 + i), 2, 123), i);
		assert_int_equal(udp(t, 2, 123, 1, (uint16_t)(2000 + i / 2)), i / 2);
	}
	end(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_count_pairs_of_ends_in_order_of_appearance),
		cmocka_unit_test(both_families_and_both_protocols_count_apart),
		cmocka_unit_test(a_syn_with_another_sequence_number_begins_anew),
		cmocka_unit_test(where_a_side_began_is_known_from_what_was_seen_first),
		cmocka_unit_test(a_cut_header_counts_from_its_sixteenth_octet_on),
		cmocka_unit_test(a_udp_length_that_cannot_be_is_looked_at_no_further),
		cmocka_unit_test(what_an_error_quotes_belongs_to_the_quoted_stream),
		cmocka_unit_test(a_tunnel_counts_as_itself_and_then_what_is_inside),
		cmocka_unit_test(a_fragmented_packet_counts_when_it_is_whole),
		cmocka_unit_test(what_finds_no_room_is_counted_and_the_old_ones_stay),
		cmocka_unit_test(numbers_hold_while_the_table_grows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
