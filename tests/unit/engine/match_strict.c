/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairing, one situation after the other: what RFC 5905 section 8, RFC 9769 and RFC 8915 say belongs
 * together. */
#include "match_bench.h"

static void an_answer_belongs_to_the_request_whose_transmit_it_names(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give(&b, question(0, 11));
	give(&b, answer(15 * MS, 11));
	assert_int_equal(b.n_told, 1);
	const struct exchange *x = expect(&b, 0, CLASS_ANSWERED, 1, 2);
	assert_int_equal(exchange_delta_ns(x), 15 * MS);
	assert_true(x->has_turnaround);
	assert_int_equal(x->turnaround_ns, 1953125);
	assert_int_equal(x->notes, 0);
	assert_int_equal(x->client_port, CLIENT_PORT);
	assert_int_equal(x->client.b[15], 1);
	assert_int_equal(b.told[0].n_packets, 2);
	assert_int_equal(b.told[0].client_id, 1);
	assert_int_equal(b.told[0].server_id, 2);
	end_at(&b, START + NS_PER_S);
	assert_int_equal(b.n_told, 1);
	done(&b);
}

static void two_in_flight_are_told_apart_in_both_orders(void **state)
{
	(void)state;
	for (unsigned crossed = 0; crossed < 2; crossed++) {
		struct bench b;
		begin(&b);
		give(&b, question(0, 1));
		give(&b, question(10 * MS, 2));
		give(&b, answer(20 * MS, crossed ? 2 : 1));
		give(&b, answer(25 * MS, crossed ? 1 : 2));
		expect(&b, 0, CLASS_ANSWERED, crossed ? 2 : 1, 3);
		expect(&b, 1, CLASS_ANSWERED, crossed ? 1 : 2, 4);
		end_at(&b, START + NS_PER_S);
		done(&b);
	}
}

static void identical_requests_are_answered_oldest_first(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give(&b, question(0, 5));
	give(&b, question(NS_PER_S, 5));
	give(&b, answer(NS_PER_S + 10 * MS, 5));
	expect(&b, 0, CLASS_ANSWERED, 1, 3);
	give(&b, answer(NS_PER_S + 20 * MS, 5));
	expect(&b, 1, CLASS_ANSWERED, 2, 4);
	give(&b, answer(NS_PER_S + 30 * MS, 5));
	end_at(&b, START + 2 * NS_PER_S);
	assert_int_equal(b.class_packets[CLASS_DUPLICATE], 1);
	done(&b);
}

static void a_repeated_request_without_an_answer_of_its_own_is_retransmitted(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give(&b, question(0, 5));
	give(&b, question(NS_PER_S, 5));
	give(&b, answer(NS_PER_S + 10 * MS, 5));
	end_at(&b, START + 100 * NS_PER_S);
	expect(&b, 0, CLASS_ANSWERED, 1, 3);
	expect(&b, 1, CLASS_RETRANSMITTED, 2, 0);
	done(&b);
}

static void requests_with_zero_transmit_are_answered_in_turn_and_are_no_repetitions(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give(&b, question(0, 0));
	give(&b, question(MS, 0));
	give(&b, answer(2 * MS, 0));
	give(&b, question(100 * MS, 0));
	end_at(&b, START + 200 * NS_PER_S);
	expect(&b, 0, CLASS_ANSWERED, 1, 3);
	expect(&b, 1, CLASS_UNANSWERED, 2, 0);
	expect(&b, 2, CLASS_UNANSWERED, 4, 0);
	done(&b);
}

static void a_second_answer_is_a_duplicate(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give(&b, question(0, 5));
	give(&b, answer(MS, 5));
	give(&b, answer(2 * MS, 5));
	const struct exchange *x = expect(&b, 1, CLASS_DUPLICATE, 1, 3);
	assert_int_equal(exchange_delta_ns(x), 2 * MS);
	assert_int_equal(b.told[1].n_packets, 1);
	end_at(&b, START + NS_PER_S);
	done(&b);
}

static void the_timeout_is_five_seconds_and_the_end_of_late_64(void **state)
{
	static const struct {
		int64_t delta_ns;
		enum exchange_class class;
	} edge[] = {
		{ 5 * NS_PER_S, CLASS_ANSWERED },        { 5 * NS_PER_S + 1, CLASS_LATE },
		{ 64 * NS_PER_S - 1, CLASS_LATE },       { 64 * NS_PER_S, CLASS_LATE },
		{ 64 * NS_PER_S + 1, CLASS_UNANSWERED },
	};
	(void)state;
	for (unsigned i = 0; i < sizeof(edge) / sizeof(edge[0]); i++) {
		struct bench b;
		begin(&b);
		give(&b, question(0, 5));
		give(&b, answer(edge[i].delta_ns, 5));
		bool paired = edge[i].class != CLASS_UNANSWERED;
		expect(&b, 0, edge[i].class, 1, paired ? 2 : 0);
		end_at(&b, START + 200 * NS_PER_S);
		assert_int_equal(b.n_told, paired ? 1 : 2);
		if (!paired)
			expect(&b, 1, CLASS_UNSOLICITED, 0, 2);
		done(&b);
	}
}

static void an_answer_in_time_goes_to_the_repetition_and_not_to_the_one_timed_out(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give(&b, question(0, 5));
	give(&b, question(10 * NS_PER_S, 5));
	give(&b, answer(10 * NS_PER_S + MS, 5));
	expect(&b, 0, CLASS_ANSWERED, 2, 3);
	end_at(&b, START + 100 * NS_PER_S);
	expect(&b, 1, CLASS_UNANSWERED, 1, 0);
	done(&b);
}

static void a_forged_answer_takes_nothing_from_the_genuine_one(void **state)
{
	(void)state;
	for (unsigned after = 0; after < 2; after++) {
		struct bench b;
		begin(&b);
		give(&b, question(0, 5));
		if (!after)
			give(&b, answer(MS, 999));
		uint64_t genuine = give(&b, answer(2 * MS, 5));
		if (after)
			give(&b, answer(3 * MS, 999));
		expect(&b, 0, CLASS_ANSWERED, 1, genuine);
		end_at(&b, START + NS_PER_S);
		const struct exchange *x = expect(&b, 1, CLASS_UNSOLICITED, 0, after ? 3 : 2);
		assert_int_equal(x->notes, 0);
		assert_true(x->has_turnaround);
		done(&b);
	}
}

static void answers_from_another_address_or_port_do_not_pair(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give(&b, question(0, 5));
	struct event e = answer(MS, 5);
	e.server.b[15] = 2;
	give(&b, e);
	e = answer(MS, 5);
	e.client_port++;
	give(&b, e);
	e = answer(MS, 5);
	e.client.b[15] = 9;
	give(&b, e);
	e = answer(MS, 5);
	e.server_port = 1123;
	give(&b, e);
	assert_int_equal(b.n_told, 0);
	end_at(&b, START + NS_PER_S);
	assert_int_equal(b.class_packets[CLASS_UNSOLICITED], 4);
	assert_int_equal(b.class_packets[CLASS_UNANSWERED], 1);
	done(&b);
}

static void an_answer_with_origin_zero_is_noted(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give(&b, question(0, 5));
	give(&b, answer(MS, 0));
	end_at(&b, START + 10 * NS_PER_S);
	expect(&b, 0, CLASS_UNANSWERED, 1, 0);
	assert_int_equal(expect(&b, 1, CLASS_UNSOLICITED, 0, 2)->notes, NOTE_ZERO_ORIGIN);
	done(&b);
}

static void a_lone_answer_may_be_to_a_request_before_the_capture(void **state)
{
	(void)state;
	for (unsigned in = 0; in < 2; in++) {
		struct bench b;
		begin(&b);
		match_strict_begin(&b.m, START);
		give(&b, answer(5 * NS_PER_S + !in, 5));
		end_at(&b, START + 100 * NS_PER_S);
		assert_int_equal(expect(&b, 0, CLASS_UNSOLICITED, 0, 1)->notes, in ? NOTE_BEFORE_CAPTURE : 0);
		done(&b);
	}
}

static void a_request_near_the_end_may_be_answered_after_the_capture(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give(&b, question(0, 1));
	give(&b, question(1, 2));
	end_at(&b, START + 5 * NS_PER_S + 1);
	assert_int_equal(expect(&b, 0, CLASS_UNANSWERED, 1, 0)->notes, 0);
	assert_int_equal(expect(&b, 1, CLASS_UNANSWERED, 2, 0)->notes, NOTE_CAPTURE_END);
	done(&b);
}

static void kisses_and_naks_are_classes_of_their_own(void **state)
{
	static const struct {
		uint8_t kiss, auth;
		enum exchange_class class;
	} row[] = {
		{ KISS_RATE, NTP_AUTH_NONE, CLASS_KOD },       { KISS_INIT, NTP_AUTH_NONE, CLASS_KOD },
		{ KISS_NTSN, NTP_AUTH_NTS_NAK, CLASS_NAK },    { KISS_NTSN, NTP_AUTH_NONE, CLASS_NAK },
		{ KISS_NONE, NTP_AUTH_CRYPTO_NAK, CLASS_NAK }, { KISS_NONE, NTP_AUTH_MAC, CLASS_ANSWERED },
	};
	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct bench b;
		begin(&b);
		give(&b, question(0, 5));
		struct event e = answer(MS, 5);
		e.kiss = row[i].kiss;
		e.auth = row[i].auth;
		give(&b, e);
		const struct exchange *x = expect(&b, 0, row[i].class, 1, 2);
		assert_int_equal(x->kiss, row[i].kiss);
		assert_int_equal(x->has_turnaround, row[i].kiss == KISS_NONE);
		end_at(&b, START + NS_PER_S);
		done(&b);
	}
}

/* RFC 9769: the client's receive field comes back as origin. */
static void an_interleaved_answer_names_the_receive_field(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	struct event e = question(0, 5);
	e.receive = 50;
	e.transmit = 40; /* its origin field: it asks for interleaved mode */
	give(&b, e);
	give(&b, answer(MS, 50));
	const struct exchange *x = expect(&b, 0, CLASS_ANSWERED, 1, 2);
	assert_int_equal(x->notes, NOTE_INTERLEAVED);
	assert_false(x->has_turnaround); /* T3 is that of the answer before */
	give(&b, answer(2 * MS, 50));
	expect(&b, 1, CLASS_DUPLICATE, 1, 3);
	/* The same request is answered in basic mode as well. */
	e.time_ns += NS_PER_S;
	e.key = 6;
	e.receive = 60;
	give(&b, e);
	give(&b, answer(NS_PER_S + MS, 6));
	assert_int_equal(expect(&b, 2, CLASS_ANSWERED, 4, 5)->notes, 0);
	end_at(&b, START + 2 * NS_PER_S);
	done(&b);
}

static void a_request_without_origin_asks_for_basic_mode_only(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	struct event e = question(0, 5);
	e.receive = 50;
	e.transmit = 0;
	give(&b, e);
	give(&b, answer(MS, 50));
	end_at(&b, START + NS_PER_S);
	assert_int_equal(b.class_packets[CLASS_UNSOLICITED], 1);
	done(&b);
}

static void the_unique_identifier_of_nts_must_match(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	struct event q = question(0, 5), a = answer(MS, 5);
	q.uid = 1001;
	give(&b, q);
	give(&b, a); /* none */
	a.uid = 1003;
	give(&b, a); /* another */
	assert_int_equal(b.n_told, 0);
	a.uid = 1001;
	give(&b, a);
	expect(&b, 0, CLASS_ANSWERED, 1, 4);
	end_at(&b, START + NS_PER_S);
	assert_int_equal(b.class_packets[CLASS_UNSOLICITED], 2);
	done(&b);
}

static void an_answer_captured_before_its_request_pairs_up_to_a_second(void **state)
{
	static const struct {
		int64_t request_ns; /* beside the answer's time: the clock may say either */
		bool pairs;
	} row[] = {
		{ 1000, true }, { NS_PER_S, true }, { NS_PER_S + 1, false }, { -1000, true }, { 0, true }
	};
	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct bench b;
		begin(&b);
		give(&b, answer(0, 5));
		give(&b, question(row[i].request_ns, 5));
		if (row[i].pairs) {
			const struct exchange *x = expect(&b, 0, CLASS_ANSWERED, 2, 1);
			assert_int_equal(x->notes, NOTE_REORDERED);
			assert_int_equal(exchange_delta_ns(x), -row[i].request_ns);
			assert_true(x->has_turnaround && x->turnaround_ns == 1953125);
			give(&b, answer(row[i].request_ns + MS, 5));
			expect(&b, 1, CLASS_DUPLICATE, 2, 3);
		}
		end_at(&b, START + 10 * NS_PER_S);
		assert_int_equal(b.n_told, 2);
		done(&b);
	}
}

static void peers_that_hear_each_other_are_symmetric(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give(&b, peer(0, true, 1, 101, 0, 0));
	give(&b, peer(20 * NS_PER_S, false, 1, 201, 101, 9));
	give(&b, peer(40 * NS_PER_S, true, 1, 102, 201, 9));
	give(&b, peer(60 * NS_PER_S, false, 1, 202, 102, 9));
	end_at(&b, START + 300 * NS_PER_S);
	assert_int_equal(b.n_told, 4);
	for (unsigned i = 0; i < 4; i++)
		expect(&b, i, CLASS_SYMMETRIC, i + 1, 0);
	done(&b);
}

static void a_peer_that_is_never_heard_is_unanswered(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give(&b, peer(0, true, 1, 101, 0, 0));
	give(&b, peer(64 * NS_PER_S, true, 1, 102, 0, 0));
	end_at(&b, START + 300 * NS_PER_S);
	expect(&b, 0, CLASS_UNANSWERED, 1, 0);
	expect(&b, 1, CLASS_UNANSWERED, 2, 0);
	done(&b);
}

static void a_passive_peer_that_replies_at_once_has_answered(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give(&b, peer(0, true, 1, 101, 0, 0));
	give(&b, peer(MS, false, 2, 201, 101, 9));
	expect(&b, 0, CLASS_ANSWERED, 1, 2);
	give(&b, peer(10 * NS_PER_S, true, 1, 102, 201, 9));
	give(&b, peer(20 * NS_PER_S, false, 2, 202, 102, 9)); /* at its own pace */
	end_at(&b, START + 300 * NS_PER_S);
	assert_int_equal(b.class_packets[CLASS_ANSWERED], 2);
	assert_int_equal(b.class_packets[CLASS_SYMMETRIC], 2);
	done(&b);
}

static void fragments_of_a_control_answer_are_one_exchange(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	uint64_t key = UINT64_C(6) << 60 | 17;
	struct event q = event_of(0, EVENT_CONTROL_REQUEST, true, key);
	q.mode = 6;
	give(&b, q);
	for (unsigned i = 1; i <= 3; i++) {
		struct event a = event_of(i * MS, EVENT_CONTROL_RESPONSE, false, key);
		a.mode = 6;
		give(&b, a);
	}
	assert_int_equal(b.n_told, 3);
	assert_false(b.told[0].continuation);
	assert_int_equal(b.told[0].n_packets, 2);
	assert_true(b.told[1].continuation && b.told[2].continuation);
	assert_int_equal(b.class_packets[CLASS_ANSWERED], 4);
	end_at(&b, START + NS_PER_S);
	assert_int_equal(b.class_packets[CLASS_DUPLICATE], 0);
	done(&b);
}

static void private_answers_go_to_the_request_of_their_code(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	uint64_t monlist = UINT64_C(7) << 60 | 42, peers = UINT64_C(7) << 60 | 1;
	give(&b, event_of(0, EVENT_PRIVATE_REQUEST, true, monlist));
	give(&b, event_of(1, EVENT_PRIVATE_REQUEST, true, peers));
	give(&b, event_of(MS, EVENT_PRIVATE_RESPONSE, false, peers));
	expect(&b, 0, CLASS_ANSWERED, 2, 3);
	for (unsigned i = 0; i < 100; i++)
		give(&b, event_of(2 * MS, EVENT_PRIVATE_RESPONSE, false, monlist));
	expect(&b, 1, CLASS_ANSWERED, 1, 4);
	end_at(&b, START + NS_PER_S);
	assert_int_equal(b.class_packets[CLASS_ANSWERED], 103);
	done(&b);
}

static void what_is_neither_question_nor_answer_is_told_at_once(void **state)
{
	static const struct {
		enum event_role role;
		enum exchange_class class;
	} row[] = {
		{ EVENT_BROADCAST, CLASS_BROADCAST },
		{ EVENT_MALFORMED, CLASS_MALFORMED },
		{ EVENT_STRANGE, CLASS_OTHER },
		{ EVENT_OUTSIDE, CLASS_OTHER },
	};
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		for (unsigned up = 0; up < 2; up++) {
			struct bench b;
			begin(&b);
			give(&b, event_of(0, row[i].role, up, 5));
			expect(&b, 0, row[i].class, up ? 1 : 0, up ? 0 : 1);
			end_at(&b, START);
			done(&b);
		}
	}
}

static void the_ring_grows_and_keeps_all(void **state)
{
	(void)state;
	enum { N = 20000 };
	struct bench b;
	begin(&b);
	for (uint64_t i = 0; i < N; i++) {
		struct event e = question((int64_t)i * 1000, i + 1);
		e.client.b[14] = (uint8_t)(i % 7);
		give(&b, e);
	}
	assert_int_equal(b.n_told, 0);
	for (uint64_t i = 0; i < N; i++) {
		uint64_t k = (i * 7919) % N;
		struct event e = answer(NS_PER_S + (int64_t)i * 1000, k + 1);
		e.client.b[14] = (uint8_t)(k % 7);
		give(&b, e);
	}
	assert_int_equal(b.class_packets[CLASS_ANSWERED], 2 * N);
	assert_int_equal(b.m.n_forgotten, 0);
	end_at(&b, START + 2 * NS_PER_S);
	done(&b);
}

static void at_its_bound_the_ring_forgets_the_oldest_and_says_so(void **state)
{
	(void)state;
	struct engine_config config = config_with_rows();
	struct bench b;
	config.pending_capacity = 256;
	begin_with(&b, &config);
	for (uint64_t i = 1; i <= 300; i++)
		give(&b, question((int64_t)i, i));
	assert_int_equal(b.m.n_forgotten, 44);
	assert_int_equal(b.n_told, 44);
	for (unsigned i = 0; i < 44; i++)
		assert_int_equal(expect(&b, i, CLASS_UNANSWERED, i + 1, 0)->notes, NOTE_FORGOTTEN);
	give(&b, answer(MS, 45));
	expect(&b, 44, CLASS_ANSWERED, 45, 301);
	give(&b, answer(MS, 44)); /* forgotten: an answer nobody asked for */
	end_at(&b, START + NS_PER_S);
	assert_int_equal(b.class_packets[CLASS_UNSOLICITED], 1);
	done(&b);
}

static void nothing_is_lost_when_the_clock_steps(void **state)
{
	static const int64_t steps[] = { 3600 * NS_PER_S,      -3600 * NS_PER_S, 31536000 * NS_PER_S,
					 -31536000 * NS_PER_S, -10 * NS_PER_S,   65 * NS_PER_S };
	(void)state;
	for (unsigned i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct bench b;
		begin(&b);
		for (unsigned k = 0; k < 500; k++)
			give(&b, question(k * MS, k + 1));
		for (unsigned k = 0; k < 500; k++) {
			give(&b, question(steps[i] + k * MS, k + 1001));
			give(&b, answer(steps[i] + k * MS + 1000, k + 1001));
		}
		/* And back again. */
		for (unsigned k = 0; k < 500; k++) {
			give(&b, question(k * MS + NS_PER_S, k + 2001));
			give(&b, answer(k * MS + NS_PER_S + 1000, k + 2001));
		}
		assert_int_equal(b.class_packets[CLASS_ANSWERED], 2000);
		end_at(&b, START + steps[i]); /* adds up */
		assert_int_equal(b.class_packets[CLASS_UNANSWERED], 500);
		done(&b);
	}
}

/* A flood of one kind of packet from one address must not cost more a packet the longer it lasts.  No clock
 * decides: if it did, a million of them would take hours. */
enum { FLOOD = 1000000 };

static void flood(struct event e, bool with_answers)
{
	struct bench b;
	begin(&b);
	for (unsigned i = 0; i < FLOOD; i++) {
		e.time_ns = START + i * 1000;
		if (e.role == EVENT_REQUEST && with_answers) {
			e.key = i + 1;
			give(&b, e);
			give(&b, answer(i * 1000, e.receive));
		} else {
			give(&b, e);
		}
	}
	end_at(&b, START + NS_PER_S);
	done(&b);
}

static void a_flood_of_identical_requests_stays_fast(void **state)
{
	(void)state;
	flood(question(0, 5), false);
	flood(question(0, 0), false);
	struct event e = question(0, 5);
	e.receive = 50;
	e.transmit = 40;
	flood(e, false);
	flood(peer(0, true, 1, 101, 0, 0), false);
	flood(peer(0, true, 1, 101, 77, 78), false);
	flood(event_of(0, EVENT_CONTROL_REQUEST, true, UINT64_C(6) << 60), false);
}

/* What the victim of a reflection sees. */
static void a_flood_of_identical_answers_stays_fast(void **state)
{
	(void)state;
	flood(answer(0, 5), false);
	flood(answer(0, 0), false);
	flood(event_of(0, EVENT_PRIVATE_RESPONSE, false, UINT64_C(7) << 60 | 42), false);
}

static void a_flood_of_interleaved_requests_with_one_receive_field_stays_fast(void **state)
{
	(void)state;
	struct event e = question(0, 5);
	e.receive = 50;
	e.transmit = 40;
	flood(e, true);
	/* All questions first: each answer finds those that are answered already. */
	struct bench b;
	begin(&b);
	for (unsigned i = 0; i < 2 * FLOOD; i++) {
		e.key = i + 1;
		give(&b, i < FLOOD ? e : answer(0, 50));
	}
	end_at(&b, START + NS_PER_S);
	done(&b);
}

static void the_oldest_frame_is_that_of_what_is_still_open(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	assert_true(match_strict_oldest_frame(&b.m) == UINT64_MAX);
	give(&b, question(0, 1));
	give(&b, question(1, 2));
	assert_int_equal(match_strict_oldest_frame(&b.m), 1);
	match_strict_tick(&b.m, START + 1);
	assert_int_equal(match_strict_oldest_frame(&b.m), 2);
	expect(&b, 0, CLASS_UNANSWERED, 1, 0);
	end_at(&b, START + NS_PER_S);
	done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_belongs_to_the_request_whose_transmit_it_names),
		cmocka_unit_test(two_in_flight_are_told_apart_in_both_orders),
		cmocka_unit_test(identical_requests_are_answered_oldest_first),
		cmocka_unit_test(a_repeated_request_without_an_answer_of_its_own_is_retransmitted),
		cmocka_unit_test(requests_with_zero_transmit_are_answered_in_turn_and_are_no_repetitions),
		cmocka_unit_test(a_second_answer_is_a_duplicate),
		cmocka_unit_test(the_timeout_is_five_seconds_and_the_end_of_late_64),
		cmocka_unit_test(an_answer_in_time_goes_to_the_repetition_and_not_to_the_one_timed_out),
		cmocka_unit_test(a_forged_answer_takes_nothing_from_the_genuine_one),
		cmocka_unit_test(answers_from_another_address_or_port_do_not_pair),
		cmocka_unit_test(an_answer_with_origin_zero_is_noted),
		cmocka_unit_test(a_lone_answer_may_be_to_a_request_before_the_capture),
		cmocka_unit_test(a_request_near_the_end_may_be_answered_after_the_capture),
		cmocka_unit_test(kisses_and_naks_are_classes_of_their_own),
		cmocka_unit_test(an_interleaved_answer_names_the_receive_field),
		cmocka_unit_test(a_request_without_origin_asks_for_basic_mode_only),
		cmocka_unit_test(the_unique_identifier_of_nts_must_match),
		cmocka_unit_test(an_answer_captured_before_its_request_pairs_up_to_a_second),
		cmocka_unit_test(peers_that_hear_each_other_are_symmetric),
		cmocka_unit_test(a_peer_that_is_never_heard_is_unanswered),
		cmocka_unit_test(a_passive_peer_that_replies_at_once_has_answered),
		cmocka_unit_test(fragments_of_a_control_answer_are_one_exchange),
		cmocka_unit_test(private_answers_go_to_the_request_of_their_code),
		cmocka_unit_test(what_is_neither_question_nor_answer_is_told_at_once),
		cmocka_unit_test(the_ring_grows_and_keeps_all),
		cmocka_unit_test(at_its_bound_the_ring_forgets_the_oldest_and_says_so),
		cmocka_unit_test(nothing_is_lost_when_the_clock_steps),
		cmocka_unit_test(a_flood_of_identical_requests_stays_fast),
		cmocka_unit_test(a_flood_of_identical_answers_stays_fast),
		cmocka_unit_test(a_flood_of_interleaved_requests_with_one_receive_field_stays_fast),
		cmocka_unit_test(the_oldest_frame_is_that_of_what_is_still_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
