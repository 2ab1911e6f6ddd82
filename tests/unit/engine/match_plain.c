/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The short cuts: what they take they do as match_strict_event() does, and what is not simple they leave
 * alone. */
#include "match_bench.h"

static void begin_without_rows(struct bench *b)
{
	struct engine_config c = config_with_rows();
	c.want_rows = false;
	begin_with(b, &c);
}

struct place {
	struct plain_event e;
	uint64_t flow, chain;
};

static struct place place_of(struct bench *b, struct event *e)
{
	struct place p = { .e = { .client = e->client,
				  .time_ns = e->time_ns,
				  .key = e->key,
				  .receive = e->receive,
				  .transmit = e->transmit,
				  .client_port = e->client_port,
				  .first = (uint8_t)(e->version << 3 | e->mode) } };
	e->frame = ++b->frame;
	p.flow = match_plain_flow(&p.e, hash_addr(&e->client, 77), hash_addr(&e->server, 77));
	assert_int_equal(p.flow, match_strict_flow(e, hash_addr(&e->client, 77), hash_addr(&e->server, 77)));
	p.chain = match_strict_chain(&b->m, e, p.flow);
	match_strict_advance(&b->m, e->time_ns);
	return p;
}

static bool ask(struct bench *b, struct event e)
{
	struct place p = place_of(b, &e);
	return match_plain_request(&b->m, &p.e, e.frame, p.flow, p.chain, 1, 2);
}

static const struct open_request *reply(struct bench *b, struct event e)
{
	struct place p = place_of(b, &e);
	return match_plain_response(&b->m, &p.e, p.flow, p.chain);
}

static void finish(struct bench *b)
{
	match_strict_release(&b->m);
	done(b);
}

static void a_request_and_its_answer_meet(void **state)
{
	(void)state;
	struct bench b;
	begin_without_rows(&b);
	assert_true(ask(&b, question(0, 11)));
	const struct open_request *r = reply(&b, answer(15 * MS, 11));
	assert_non_null(r);
	assert_int_equal(r->frame, 1);
	assert_int_equal(r->time_ns, START);
	assert_int_equal(r->state, STATE_ANSWERED);
	assert_int_equal(r->client_id, 1);
	assert_int_equal(r->server_id, 2);
	assert_int_equal(b.n_told, 0); /* telling is the caller's */
	match_strict_end(&b.m, START + 100 * NS_PER_S);
	assert_int_equal(b.n_told, 0);
	finish(&b);
}

static void what_the_short_cut_remembered_the_long_way_finds(void **state)
{
	(void)state;
	struct bench b;
	begin_without_rows(&b);
	struct event e = question(0, 11);
	e.transmit = 5;
	e.receive = 50; /* may be interleaved */
	assert_true(ask(&b, e));
	assert_true(ask(&b, question(MS, 12)));
	give(&b, answer(2 * MS, 50));
	expect(&b, 0, CLASS_ANSWERED, 1, 3);
	assert_int_equal(b.told[0].x.notes, NOTE_INTERLEAVED);
	give(&b, answer(3 * MS, 12));
	expect(&b, 1, CLASS_ANSWERED, 2, 4);
	give(&b, answer(4 * MS, 12));
	expect(&b, 2, CLASS_DUPLICATE, 2, 5);
	finish(&b);
}

static void one_that_is_not_answered_is_told_when_it_is_too_old(void **state)
{
	(void)state;
	struct bench b;
	begin_without_rows(&b);
	assert_true(ask(&b, question(0, 11)));
	assert_true(ask(&b, question(65 * NS_PER_S, 12)));
	assert_int_equal(b.n_told, 1);
	expect(&b, 0, CLASS_UNANSWERED, 1, 0);
	finish(&b);
}

static void a_repeated_request_goes_the_long_way(void **state)
{
	(void)state;
	struct bench b;
	begin_without_rows(&b);
	assert_true(ask(&b, question(0, 11)));
	uint64_t tail = b.m.ring.tail;
	assert_false(ask(&b, question(MS, 11)));
	assert_int_equal(b.m.ring.tail, tail);
	finish(&b);
}

static void a_full_ring_goes_the_long_way(void **state)
{
	(void)state;
	struct bench b;
	begin_without_rows(&b);
	size_t n = b.m.ring.cap;
	for (size_t i = 0; i < n; i++)
		assert_true(ask(&b, question(0, i + 1)));
	assert_false(ask(&b, question(0, n + 1)));
	assert_int_equal(b.m.ring.cap, n);
	finish(&b);
}

static void an_answer_that_is_not_simple_is_left_alone(void **state)
{
	(void)state;
	struct bench b;
	begin_without_rows(&b);
	assert_null(reply(&b, answer(0, 11))); /* nobody asked */
	assert_true(ask(&b, question(0, 11)));
	assert_null(reply(&b, answer(MS, 12)));               /* forged */
	assert_null(reply(&b, answer(5 * NS_PER_S + 1, 11))); /* late */
	assert_non_null(reply(&b, answer(5 * NS_PER_S, 11))); /* in time */
	assert_null(reply(&b, answer(5 * NS_PER_S, 11)));     /* a second one */
	struct event nts = question(6 * NS_PER_S, 13);
	nts.uid = 9;
	give(&b, nts);
	assert_null(reply(&b, answer(6 * NS_PER_S, 13))); /* the identifier is missing */
	struct event control = event_of(7 * NS_PER_S, EVENT_CONTROL_REQUEST, true, 14);
	control.mode = 6;
	give(&b, control);
	assert_null(reply(&b, answer(7 * NS_PER_S, 14)));
	finish(&b);
}

static void of_two_with_one_key_neither_is_taken(void **state)
{
	(void)state;
	struct bench b;
	begin_without_rows(&b);
	give(&b, question(0, 11));
	give(&b, question(MS, 11));
	assert_null(reply(&b, answer(2 * MS, 11)));
	finish(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_and_its_answer_meet),
		cmocka_unit_test(what_the_short_cut_remembered_the_long_way_finds),
		cmocka_unit_test(one_that_is_not_answered_is_told_when_it_is_too_old),
		cmocka_unit_test(a_repeated_request_goes_the_long_way),
		cmocka_unit_test(a_full_ring_goes_the_long_way),
		cmocka_unit_test(an_answer_that_is_not_simple_is_left_alone),
		cmocka_unit_test(of_two_with_one_key_neither_is_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
