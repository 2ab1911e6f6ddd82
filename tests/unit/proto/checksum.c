/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sums were worked out apart from the program, by the rules of RFC 768 and RFC 8200 section 8.1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "found.h"

enum { SUM_AT = 6 };

static enum checksum_state state_of(const struct wire *w, uint32_t caplen)
{
	struct datagram d;
	struct packet p = wire_packet(w, LINK_RAW, caplen);
	frame_decode(&p, &d, NULL);
	enum checksum_state s = udp_checksum_state(&d);
	wire_free(&p);
	return s;
}

static void push_ip(struct wire *w, bool v6)
{
	v6 ? wire_ip6(w, 17) : wire_ip4(w, 17);
}

/* A datagram from port 40000 to 123 with that sum. */
static void make(struct wire *w, bool v6, const uint8_t *payload, uint32_t len, uint16_t sum)
{
	wire_begin(w, 0);
	wire_push(w, payload, len);
	wire_udp(w, 40000, 123);
	wire_be16(w->at + SUM_AT, sum);
	push_ip(w, v6);
}

static void make_counted(struct wire *w, bool v6, uint32_t len, uint16_t sum)
{
	uint8_t payload[48] = { 0x23 };
	for (uint8_t i = 1; i < 48; i++)
		payload[i] = i;
	make(w, v6, payload, len, sum);
}

/* The words 0001 f203 f4f5 f6f7 are the example of RFC 1071 section 3; their sum is ddf2. */
static void right_sums_are_good(void **state)
{
	static const uint8_t example[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };
	struct wire w;

	(void)state;
	make(&w, false, example, sizeof(example), 0x98e3);
	assert_int_equal(state_of(&w, w.len), CHECKSUM_GOOD);
	make(&w, true, example, sizeof(example), 0x29a6);
	assert_int_equal(state_of(&w, w.len), CHECKSUM_GOOD);
	make_counted(&w, false, 48, 0x2944);
	assert_int_equal(state_of(&w, w.len), CHECKSUM_GOOD);
	make_counted(&w, true, 48, 0xba06);
	assert_int_equal(state_of(&w, w.len), CHECKSUM_GOOD);
	make_counted(&w, false, 0, 0x76e6);
	assert_int_equal(state_of(&w, w.len), CHECKSUM_GOOD);
	make_counted(&w, true, 0, 0x07a9);
	assert_int_equal(state_of(&w, w.len), CHECKSUM_GOOD);
}

static void an_odd_last_octet_is_the_high_half_of_a_word(void **state)
{
	struct wire w;

	(void)state;
	make_counted(&w, false, 47, 0x2975);
	assert_int_equal(state_of(&w, w.len), CHECKSUM_GOOD);
	make_counted(&w, true, 47, 0xba37);
	assert_int_equal(state_of(&w, w.len), CHECKSUM_GOOD);
}

/* Ports, sum, payload and both addresses; not the UDP length, with which the payload changes. */
static void every_wrong_bit_is_bad(void **state)
{
	(void)state;
	for (int v6 = 0; v6 < 2; v6++) {
		struct wire w;
		make_counted(&w, v6, 48, v6 ? 0xba06 : 0x2944);
		uint32_t addresses = v6 ? 8 : 12, udp = v6 ? 40 : 20;
		for (uint32_t bit = addresses * 8; bit < w.len * 8; bit++) {
			uint32_t at = bit / 8;
			if (at == udp + 4 || at == udp + 5)
				continue;
			w.at[at] ^= (uint8_t)(1 << bit % 8);
			assert_int_equal(state_of(&w, w.len), CHECKSUM_BAD);
			w.at[at] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

/* "If the computed checksum is zero, it is transmitted as all ones": RFC 768. */
static void a_sum_of_zero_is_sent_as_all_ones_and_zero_is_no_sum(void **state)
{
	struct wire w;

	(void)state;
	make(&w, false, (const uint8_t[]){ 0x76, 0xe2 }, 2, 0xffff);
	assert_int_equal(state_of(&w, w.len), CHECKSUM_GOOD);
	make(&w, true, (const uint8_t[]){ 0x07, 0xa5 }, 2, 0xffff);
	assert_int_equal(state_of(&w, w.len), CHECKSUM_GOOD);
	make(&w, false, (const uint8_t[]){ 0x76, 0xe2 }, 2, 0);
	assert_int_equal(state_of(&w, w.len), CHECKSUM_ABSENT);
}

static void of_what_is_cut_or_lies_nothing_is_known(void **state)
{
	struct wire w;

	(void)state;
	make_counted(&w, false, 48, 0x2944);
	for (uint32_t n = 0; n < w.len; n++)
		assert_int_equal(state_of(&w, n), CHECKSUM_UNKNOWN);
	wire_be16(w.at + 20 + 4, 57); /* one more than there is */
	assert_int_equal(state_of(&w, w.len), CHECKSUM_UNKNOWN);
}

static void only_udp_has_this_sum(void **state)
{
	struct wire w;

	(void)state;
	make_counted(&w, false, 48, 0x2944);
	w.at[9] = 6;
	assert_int_equal(state_of(&w, w.len), CHECKSUM_UNKNOWN);
}

/* The pseudo header has the last stop's address; while stops are left, the IPv6 header has another. */
static void a_packet_under_way_by_source_route_is_not_judged(void **state)
{
	(void)state;
	for (uint8_t left = 0; left < 2; left++) {
		uint8_t routing[24] = { 17, 2, 0, left };
		struct wire w;
		make_counted(&w, true, 48, 0xba06);
		uint8_t ip[40];
		memcpy(ip, w.at, 40);
		w.at += 40;
		w.len -= 40;
		wire_push(&w, routing, sizeof(routing));
		ip[6] = 43;
		wire_be16(ip + 4, w.len);
		wire_push(&w, ip, 40);
		assert_int_equal(state_of(&w, w.len), left ? CHECKSUM_UNKNOWN : CHECKSUM_GOOD);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_sums_are_good),
		cmocka_unit_test(an_odd_last_octet_is_the_high_half_of_a_word),
		cmocka_unit_test(every_wrong_bit_is_bad),
		cmocka_unit_test(a_sum_of_zero_is_sent_as_all_ones_and_zero_is_no_sum),
		cmocka_unit_test(of_what_is_cut_or_lies_nothing_is_known),
		cmocka_unit_test(only_udp_has_this_sum),
		cmocka_unit_test(a_packet_under_way_by_source_route_is_not_judged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
