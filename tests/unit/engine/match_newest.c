/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairing as Wireshark does: the newest request of a conversation, whatever the timestamps say. */
#include "match_bench.h"

static void begin_newest(struct bench *b)
{
	struct engine_config c = config_with_rows();
	c.match_newest = true;
	begin_with(b, &c);
}

static void newest_takes_the_first_answer_whatever_its_origin(void **state)
{
	(void)state;
	struct bench b;
	begin_newest(&b);
	give(&b, question(0, 11));
	give(&b, question(MS, 12));
	/* The request that is no longer the newest will not be answered. */
	expect(&b, 0, CLASS_UNANSWERED, 1, 0);
	give(&b, answer(2 * MS, 11));
	const struct exchange *x = expect(&b, 1, CLASS_ANSWERED, 2, 3);
	assert_int_equal(exchange_delta_ns(x), MS);
	assert_int_equal(x->client_port, CLIENT_PORT);
	assert_int_equal(x->client.b[15], 1);
	assert_int_equal(b.told[1].n_packets, 2);
	end_at(&b, START + NS_PER_S);
	assert_int_equal(b.n_told, 2);
	done(&b);
}

static void newest_gives_a_second_answer_nothing(void **state)
{
	(void)state;
	struct bench b;
	begin_newest(&b);
	give(&b, question(0, 11));
	give(&b, answer(MS, 11));
	give(&b, answer(2 * MS, 11));
	expect(&b, 0, CLASS_ANSWERED, 1, 2);
	expect(&b, 1, CLASS_UNSOLICITED, 0, 3);
	end_at(&b, START + NS_PER_S);
	assert_int_equal(b.n_told, 2);
	done(&b);
}

static void newest_gives_an_answer_without_a_request_nothing(void **state)
{
	(void)state;
	struct bench b;
	begin_newest(&b);
	give(&b, answer(0, 11));
	give(&b, question(MS, 11));
	expect(&b, 0, CLASS_UNSOLICITED, 0, 1);
	end_at(&b, START + 2 * MS);
	expect(&b, 1, CLASS_UNANSWERED, 2, 0);
	done(&b);
}

static void newest_has_no_timeout_and_nothing_is_late(void **state)
{
	static const int64_t delta_ns[] = { 6 * NS_PER_S, 65 * NS_PER_S, 30 * 86400 * NS_PER_S };
	(void)state;
	for (unsigned i = 0; i < sizeof(delta_ns) / sizeof(delta_ns[0]); i++) {
		struct bench b;
		begin_newest(&b);
		give(&b, question(0, 11));
		give(&b, answer(delta_ns[i], 99));
		const struct exchange *x = expect(&b, 0, CLASS_ANSWERED, 1, 2);
		assert_true(exchange_delta_ns(x) == delta_ns[i]);
		end_at(&b, START + delta_ns[i] + 1);
		done(&b);
	}
}

static void newest_tells_conversations_apart_by_address_and_port(void **state)
{
	(void)state;
	struct bench b;
	begin_newest(&b);
	struct event other = question(1, 11);
	other.client_port++;
	give(&b, question(0, 11));
	give(&b, other);
	give(&b, answer(MS, 11));
	expect(&b, 0, CLASS_ANSWERED, 1, 3);
	other = answer(2 * MS, 11);
	other.client_port++;
	give(&b, other);
	expect(&b, 1, CLASS_ANSWERED, 2, 4);
	other.server.b[15]++;
	give(&b, other);
	expect(&b, 2, CLASS_UNSOLICITED, 0, 5);
	end_at(&b, START + NS_PER_S);
	done(&b);
}

static void newest_calls_kisses_and_naks_by_their_class(void **state)
{
	(void)state;
	struct bench b;
	begin_newest(&b);
	struct event e = answer(MS, 3);
	e.kiss = KISS_RATE;
	give(&b, question(0, 1));
	give(&b, e);
	assert_int_equal(expect(&b, 0, CLASS_KOD, 1, 2)->kiss, KISS_RATE);
	e = answer(3 * MS, 3);
	e.auth = NTP_AUTH_CRYPTO_NAK;
	give(&b, question(2 * MS, 2));
	give(&b, e);
	expect(&b, 1, CLASS_NAK, 3, 4);
	end_at(&b, START + NS_PER_S);
	done(&b);
}

static struct event control(int64_t at_ns, bool request, unsigned sequence)
{
	struct event e = event_of(at_ns, request ? EVENT_CONTROL_REQUEST : EVENT_CONTROL_RESPONSE, request,
				  UINT64_C(6) << 60 | sequence);
	e.mode = 6;
	return e;
}

/* Wireshark tells modes 6 by sequence; all fragments belong to the request. */
static void newest_keeps_the_fragments_of_a_control_answer_together(void **state)
{
	(void)state;
	struct bench b;
	begin_newest(&b);
	give(&b, control(0, true, 1));
	give(&b, control(1, true, 2));
	for (unsigned i = 0; i < 3; i++)
		give(&b, control((1 + i) * MS, false, 1));
	expect(&b, 0, CLASS_ANSWERED, 1, 3);
	assert_false(b.told[0].continuation);
	assert_true(b.told[1].continuation && b.told[2].continuation);
	assert_int_equal(b.told[1].x.request_frame, 1);
	give(&b, control(9 * MS, false, 2));
	expect(&b, 3, CLASS_ANSWERED, 2, 6);
	give(&b, control(10 * MS, false, 3));
	expect(&b, 4, CLASS_UNSOLICITED, 0, 7);
	end_at(&b, START + NS_PER_S);
	assert_int_equal(b.n_told, 5);
	assert_int_equal(b.class_packets[CLASS_ANSWERED], 6);
	done(&b);
}

/* Mode 7 is told by its implementation number, not by its request code. */
static void newest_pairs_mode_7_by_implementation(void **state)
{
	(void)state;
	struct bench b;
	begin_newest(&b);
	struct event q = event_of(0, EVENT_PRIVATE_REQUEST, true, UINT64_C(7) << 60 | 42);
	struct event a = event_of(MS, EVENT_PRIVATE_RESPONSE, false, UINT64_C(7) << 60 | 1);
	q.mode = a.mode = 7;
	q.receive = 3;
	a.receive = 2;
	give(&b, q);
	give(&b, a);
	expect(&b, 0, CLASS_UNSOLICITED, 0, 2);
	a.receive = 3;
	give(&b, a);
	give(&b, a);
	expect(&b, 1, CLASS_ANSWERED, 1, 3);
	assert_true(b.told[2].continuation);
	end_at(&b, START + NS_PER_S);
	done(&b);
}

/* Mode 3 questions in between are another matter. */
static void newest_keeps_modes_apart(void **state)
{
	(void)state;
	struct bench b;
	begin_newest(&b);
	give(&b, question(0, 5));
	give(&b, control(1, true, 1));
	give(&b, answer(MS, 5));
	give(&b, control(2 * MS, false, 1));
	expect(&b, 0, CLASS_ANSWERED, 1, 3);
	expect(&b, 1, CLASS_ANSWERED, 2, 4);
	end_at(&b, START + NS_PER_S);
	done(&b);
}

static void newest_knows_no_repetition_and_no_interleaving(void **state)
{
	(void)state;
	struct bench b;
	begin_newest(&b);
	give(&b, question(0, 5));
	give(&b, question(MS, 5));
	expect(&b, 0, CLASS_UNANSWERED, 1, 0);
	struct event e = question(2 * MS, 6);
	e.receive = 50;
	e.transmit = 40;
	give(&b, e);
	give(&b, answer(3 * MS, 50));
	const struct exchange *x = expect(&b, 2, CLASS_ANSWERED, 3, 4);
	assert_int_equal(x->notes & NOTE_INTERLEAVED, 0);
	end_at(&b, START + NS_PER_S);
	done(&b);
}

static void newest_calls_peers_symmetric_and_broadcasts_what_they_are(void **state)
{
	(void)state;
	struct bench b;
	begin_newest(&b);
	give(&b, peer(0, true, 1, 101, 0, 0));
	give(&b, event_of(MS, EVENT_BROADCAST, false, 0));
	give(&b, event_of(MS, EVENT_MALFORMED, true, 0));
	expect(&b, 0, CLASS_SYMMETRIC, 1, 0);
	expect(&b, 1, CLASS_BROADCAST, 0, 2);
	expect(&b, 2, CLASS_MALFORMED, 3, 0);
	end_at(&b, START + NS_PER_S);
	assert_int_equal(b.n_told, 3);
	done(&b);
}

/* Requests that nobody answers stay open for ever: at the bound the oldest goes, and says so. */
static void newest_forgets_the_oldest_when_the_ring_is_full(void **state)
{
	(void)state;
	struct bench b;
	struct engine_config c = config_with_rows();
	c.match_newest = true;
	c.pending_capacity = 256;
	begin_with(&b, &c);
	for (unsigned i = 0; i < 300; i++) {
		struct event e = question(i, 5);
		e.client_port = (uint16_t)(1000 + i);
		give(&b, e);
	}
	assert_int_equal(b.n_told, 44);
	assert_int_equal(b.m.n_forgotten, 44);
	assert_int_equal(expect(&b, 0, CLASS_UNANSWERED, 1, 0)->notes, NOTE_FORGOTTEN);
	struct event e = answer(MS, 5);
	e.client_port = 1044;
	give(&b, e);
	expect(&b, 44, CLASS_ANSWERED, 45, 301);
	end_at(&b, START + NS_PER_S);
	assert_int_equal(b.n_told, 300);
	done(&b);
}

/* What was answered leaves, also behind the head: a long capture needs no more room. */
static void newest_needs_room_for_open_requests_only(void **state)
{
	(void)state;
	struct bench b;
	begin_newest(&b);
	for (unsigned i = 0; i < 20000; i++) {
		give(&b, question(i * NS_PER_S, i));
		give(&b, answer(i * NS_PER_S + MS, i));
	}
	assert_true(b.m.ring.cap <= 256);
	assert_int_equal(match_strict_oldest_frame(&b.m), UINT64_MAX);
	end_at(&b, START + 20000 * NS_PER_S);
	assert_int_equal(b.class_packets[CLASS_ANSWERED], 40000);
	done(&b);
}

/* No clock decides: work that grows with the flood would take hours. */
static void newest_stays_fast_in_a_flood(void **state)
{
	(void)state;
	struct bench b;
	begin_newest(&b);
	for (unsigned i = 0; i < 1000000; i++)
		give(&b, question(i * 1000, 5));
	for (unsigned i = 0; i < 1000000; i++)
		give(&b, answer(i * 1000, 5));
	end_at(&b, START + NS_PER_S);
	assert_int_equal(b.class_packets[CLASS_UNANSWERED], 999999);
	assert_int_equal(b.class_packets[CLASS_ANSWERED], 2);
	assert_int_equal(b.class_packets[CLASS_UNSOLICITED], 999999);
	done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(newest_takes_the_first_answer_whatever_its_origin),
		cmocka_unit_test(newest_gives_a_second_answer_nothing),
		cmocka_unit_test(newest_gives_an_answer_without_a_request_nothing),
		cmocka_unit_test(newest_has_no_timeout_and_nothing_is_late),
		cmocka_unit_test(newest_tells_conversations_apart_by_address_and_port),
		cmocka_unit_test(newest_calls_kisses_and_naks_by_their_class),
		cmocka_unit_test(newest_keeps_the_fragments_of_a_control_answer_together),
		cmocka_unit_test(newest_pairs_mode_7_by_implementation),
		cmocka_unit_test(newest_keeps_modes_apart),
		cmocka_unit_test(newest_knows_no_repetition_and_no_interleaving),
		cmocka_unit_test(newest_calls_peers_symmetric_and_broadcasts_what_they_are),
		cmocka_unit_test(newest_forgets_the_oldest_when_the_ring_is_full),
		cmocka_unit_test(newest_needs_room_for_open_requests_only),
		cmocka_unit_test(newest_stays_fast_in_a_flood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
