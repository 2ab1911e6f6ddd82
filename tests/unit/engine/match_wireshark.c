/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each rule was seen in what tshark 4.0.17 printed for ntp.request_in and ntp.delta_time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/match_wireshark.h"

enum { A = 1, B = 2, CLIENT_PORT = 40000 };

struct bench {
	struct match_wireshark m;
	uint64_t frame;
};

static void begin(struct bench *b)
{
	b->frame = 0;
	assert_int_equal(match_wireshark_init(&b->m, 1000, 7), ERR_OK);
}

static void end(struct bench *b)
{
	match_wireshark_release(&b->m);
}

static struct addr host(unsigned n)
{
	return addr_from_v4((const uint8_t[4]){ 192, 0, 2, (uint8_t)n });
}

/* The next frame, `at` microseconds into the capture. */
static struct match_answer give(struct bench *b, const uint8_t *payload, uint32_t len, unsigned from,
				unsigned to, uint16_t sport, uint16_t dport, int64_t at_us)
{
	struct view_ntp v = {
		.src = host(from),
		.dst = host(to),
		.payload = payload,
		.len = len,
		.wire_len = len,
		.sport = sport,
		.dport = dport,
	};
	return match_wireshark_packet(&b->m, &v, ++b->frame, at_us * 1000);
}

static struct match_answer ask(struct bench *b, int64_t at_us)
{
	return give(b, (const uint8_t[]){ 0x23 }, 1, A, B, CLIENT_PORT, 123, at_us);
}

static struct match_answer answer(struct bench *b, int64_t at_us)
{
	return give(b, (const uint8_t[]){ 0x24 }, 1, B, A, 123, CLIENT_PORT, at_us);
}

static struct match_answer control(struct bench *b, bool response, uint16_t sequence, int64_t at_us)
{
	const uint8_t p[8] = { 0x16, response ? 0x82 : 2, (uint8_t)(sequence >> 8), (uint8_t)sequence };
	return response ? give(b, p, sizeof(p), B, A, 123, CLIENT_PORT, at_us)
			: give(b, p, sizeof(p), A, B, CLIENT_PORT, 123, at_us);
}

static struct match_answer private(struct bench *b, bool response, uint8_t implementation, uint8_t code,
				   int64_t at_us)
{
	const uint8_t p[4] = { response ? 0x97 : 0x17, 0, implementation, code };
	return response ? give(b, p, sizeof(p), B, A, 123, CLIENT_PORT, at_us)
			: give(b, p, sizeof(p), A, B, CLIENT_PORT, 123, at_us);
}

static void a_response_belongs_to_the_newest_request(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	ask(&b, 0);
	ask(&b, 10);
	struct match_answer a = answer(&b, 15);
	assert_int_equal(a.request, 2);
	assert_int_equal(a.delta_ns, 5000);
	end(&b);
}

static void only_the_first_response_in_mode_4_counts(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	ask(&b, 0);
	ask(&b, 10);
	assert_int_equal(answer(&b, 15).request, 2);
	assert_int_equal(answer(&b, 20).request, 0);
	end(&b);
}

static void a_retransmission_restarts_the_clock(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	ask(&b, 0);
	answer(&b, 5);
	ask(&b, 100);
	struct match_answer a = answer(&b, 107);
	assert_int_equal(a.request, 3);
	assert_int_equal(a.delta_ns, 7000);
	end(&b);
}

static void a_response_before_any_request_stays_alone(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	assert_int_equal(answer(&b, 0).request, 0);
	ask(&b, 1);
	assert_int_equal(answer(&b, 2).request, 2);
	end(&b);
}

static void there_is_no_timeout(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	ask(&b, 0);
	assert_int_equal(answer(&b, INT64_C(86400) * 30 * 1000000).request, 1);
	end(&b);
}

static void deltas_follow_the_order_of_the_file(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	ask(&b, 50);
	assert_int_equal(answer(&b, 20).delta_ns, -30000);
	end(&b);
}

static void the_ends_must_be_the_same(void **state)
{
	(void)state;
	struct bench b;
	const uint8_t response[] = { 0x24 };
	begin(&b);
	ask(&b, 0);
	assert_int_equal(give(&b, response, 1, B, A, 123, CLIENT_PORT + 1, 1).request, 0);
	assert_int_equal(give(&b, response, 1, 3, A, 123, CLIENT_PORT, 1).request, 0);
	assert_int_equal(give(&b, response, 1, A, B, CLIENT_PORT, 123, 1).request, 1);
	end(&b);
}

static void udp_and_tcp_are_different_conversations(void **state)
{
	(void)state;
	struct bench b;
	struct view_ntp v = { .src = host(A),
			      .dst = host(B),
			      .payload = (const uint8_t[]){ 0x23 },
			      .len = 1,
			      .wire_len = 1,
			      .sport = CLIENT_PORT,
			      .dport = 123,
			      .tcp = true };
	begin(&b);
	match_wireshark_packet(&b.m, &v, 1, 0);
	v.payload = (const uint8_t[]){ 0x24 };
	v.tcp = false;
	assert_int_equal(match_wireshark_packet(&b.m, &v, 2, 0).request, 0);
	v.tcp = true;
	assert_int_equal(match_wireshark_packet(&b.m, &v, 3, 0).request, 1);
	end(&b);
}

static void mode_6_goes_by_sequence_and_every_fragment_counts(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	control(&b, false, 1, 0);
	control(&b, false, 2, 10);
	assert_int_equal(control(&b, true, 1, 20).request, 1);
	assert_int_equal(control(&b, true, 1, 30).request, 1);
	assert_int_equal(control(&b, true, 2, 40).request, 2);
	assert_int_equal(control(&b, true, 3, 50).request, 0);
	end(&b);
}

static void mode_7_goes_by_implementation_alone(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	private(&b, false, 3, 42, 0);
	assert_int_equal(private(&b, true, 3, 1, 1).request, 1);
	assert_int_equal(private(&b, true, 3, 42, 2).request, 1);
	assert_int_equal(private(&b, true, 2, 42, 3).request, 0);
	end(&b);
}

static void modes_0_1_2_and_5_never_pair(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	for (uint8_t mode = 0; mode < 6; mode++) {
		const uint8_t p = (uint8_t)(0x20 | mode);
		if (mode == 3 || mode == 4)
			continue;
		give(&b, &p, 1, A, B, CLIENT_PORT, 123, 0);
		assert_int_equal(give(&b, &p, 1, B, A, 123, CLIENT_PORT, 1).request, 0);
		assert_int_equal(answer(&b, 2).request, 0);
	}
	assert_int_equal(b.m.n_requests, 0);
	end(&b);
}

static void cut_packets_pair_once_their_key_is_there(void **state)
{
	(void)state;
	struct bench b;
	const uint8_t six[8] = { 0x16, 2 }, seven[4] = { 0x17, 0, 3, 42 };
	begin(&b);
	give(&b, six, 7, A, B, CLIENT_PORT, 123, 0);
	give(&b, seven, 3, A, B, CLIENT_PORT, 123, 0);
	assert_int_equal(b.m.n_requests, 0);
	give(&b, six, 8, A, B, CLIENT_PORT, 123, 0);
	give(&b, seven, 4, A, B, CLIENT_PORT, 123, 0);
	assert_int_equal(b.m.n_requests, 2);
	end(&b);
}

static void a_full_table_counts_what_it_turns_away(void **state)
{
	(void)state;
	struct bench b;
	const uint8_t request[] = { 0x23 };
	const unsigned n = 3000;
	begin(&b);
	for (unsigned i = 0; i < n; i++)
		give(&b, request, 1, A, B, (uint16_t)(1000 + i), 123, 0);
	assert_int_equal(b.m.n, 1000);
	assert_int_equal(b.m.n_turned_away, n - 1000);
	/* Those that are in are still found, and may ask again. */
	assert_int_equal(give(&b, (const uint8_t[]){ 0x24 }, 1, B, A, 123, 1000, 1).request, 1);
	give(&b, request, 1, A, B, 1001, 123, 2);
	assert_int_equal(b.m.n_turned_away, n - 1000);
	end(&b);
}

static void a_table_that_grows_forgets_nothing(void **state)
{
	(void)state;
	struct match_wireshark m;
	enum { N = 20000 };
	assert_int_equal(match_wireshark_init(&m, N, 99), ERR_OK);
	for (unsigned pass = 0; pass < 2; pass++) {
		const uint8_t first = pass ? 0x24 : 0x23;
		for (unsigned i = 0; i < N; i++) {
			struct view_ntp v = { .src = host(i & 255),
					      .dst = host(A),
					      .payload = &first,
					      .len = 1,
					      .sport = (uint16_t)(i >> 8),
					      .dport = 123 };
			struct match_answer a = match_wireshark_packet(&m, &v, pass * N + i + 1, 0);
			assert_int_equal(a.request, pass ? i + 1 : 0);
		}
	}
	match_wireshark_release(&m);
}

static void the_secret_changes_nothing(void **state)
{
	(void)state;
	for (uint64_t secret = 0; secret < 50; secret++) {
		struct bench b = { .frame = 0 };
		assert_int_equal(match_wireshark_init(&b.m, 10, secret), ERR_OK);
		ask(&b, 0);
		assert_int_equal(answer(&b, 4).delta_ns, 4000);
		end(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_response_belongs_to_the_newest_request),
		cmocka_unit_test(only_the_first_response_in_mode_4_counts),
		cmocka_unit_test(a_retransmission_restarts_the_clock),
		cmocka_unit_test(a_response_before_any_request_stays_alone),
		cmocka_unit_test(there_is_no_timeout),
		cmocka_unit_test(deltas_follow_the_order_of_the_file),
		cmocka_unit_test(the_ends_must_be_the_same),
		cmocka_unit_test(udp_and_tcp_are_different_conversations),
		cmocka_unit_test(mode_6_goes_by_sequence_and_every_fragment_counts),
		cmocka_unit_test(mode_7_goes_by_implementation_alone),
		cmocka_unit_test(modes_0_1_2_and_5_never_pair),
		cmocka_unit_test(cut_packets_pair_once_their_key_is_there),
		cmocka_unit_test(a_full_table_counts_what_it_turns_away),
		cmocka_unit_test(a_table_that_grows_forgets_nothing),
		cmocka_unit_test(the_secret_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
