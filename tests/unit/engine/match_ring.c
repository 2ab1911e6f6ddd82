/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ring of open requests: what is in it is found, in order, whatever its numbers are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "engine/match_ring.h"
#include "unit/address_space.h"

enum { FLOW = 99, RING_FIRST_LEN = 256, CHAIN_MAX = 5000 };

static void begin(struct match_ring *q, size_t n_max, bool with_ends)
{
	assert_true(match_ring_init(q, n_max, 0, with_ends, NULL));
	assert_int_equal(q->cap, RING_FIRST_LEN);
}

/* An empty ring that seems to have seen first - 1 entries. */
static void begin_at(struct match_ring *q, uint64_t first, size_t n_max)
{
	begin(q, n_max, false);
	q->head = q->tail = first;
}

static struct open_request *put(struct match_ring *q, uint64_t key, uint64_t receive, uint64_t frame)
{
	assert_true(match_ring_has_room(q));
	struct open_request *r = match_ring_push(q, (int64_t)frame);
	*r = (struct open_request){ .key = key, .receive = receive, .flow = FLOW, .time_ns = (int64_t)frame };
	r->frame = frame & ((UINT64_C(1) << 44) - 1);
	match_ring_link(q, r);
	return r;
}

/* The frames found under the key, newest first; a chain that does not end fails. */
static size_t frames_by_key(const struct match_ring *q, uint64_t key, uint64_t *out, size_t max)
{
	size_t n = 0, steps = 0;
	for (struct open_request *r = match_ring_by_key(q, FLOW, key); r;
	     r = match_ring_entry(q, r->next_key)) {
		assert_true(++steps < CHAIN_MAX);
		if (r->key == key && n < max)
			out[n++] = r->frame;
	}
	return n;
}

static size_t frames_by_receive(const struct match_ring *q, uint64_t receive, uint64_t *out, size_t max)
{
	size_t n = 0, steps = 0;
	for (struct open_request *r = match_ring_by_receive(q, FLOW, receive); r;
	     r = match_ring_entry(q, r->next_receive)) {
		assert_true(++steps < CHAIN_MAX);
		if (r->receive == receive && n < max)
			out[n++] = r->frame;
	}
	return n;
}

static void expect_frames(const uint64_t *got, size_t n_got, const uint64_t *want, size_t n_want)
{
	assert_int_equal(n_got, n_want);
	assert_memory_equal(got, want, n_want * sizeof(*want));
}

static void expect_key(const struct match_ring *q, uint64_t key, const uint64_t *want, size_t n_want)
{
	uint64_t got[16];
	expect_frames(got, frames_by_key(q, key, got, 16), want, n_want);
}

static void expect_receive(const struct match_ring *q, uint64_t receive, const uint64_t *want, size_t n_want)
{
	uint64_t got[16];
	expect_frames(got, frames_by_receive(q, receive, got, 16), want, n_want);
}

#define FRAMES(...) (const uint64_t[]){ __VA_ARGS__ }, sizeof((const uint64_t[]){ __VA_ARGS__ }) / 8

static void a_fresh_ring_is_empty_and_finds_nothing(void **state)
{
	(void)state;
	struct match_ring q;
	begin(&q, 1000, true);
	assert_true(match_ring_empty(&q));
	assert_int_equal(q.cap_max, 1024);
	for (uint64_t key = 0; key < 1000; key++) {
		assert_null(match_ring_by_key(&q, FLOW, key));
		assert_null(match_ring_by_receive(&q, FLOW, key));
	}
	match_ring_release(&q);
	assert_null(q.at);
}

static void chains_run_from_new_to_old(void **state)
{
	(void)state;
	struct match_ring q;
	begin(&q, 1000, false);
	put(&q, 5, 50, 1);
	put(&q, 6, 50, 2);
	put(&q, 5, 0, 3);
	put(&q, 5, 51, 4);
	expect_key(&q, 5, FRAMES(4, 3, 1));
	expect_key(&q, 6, FRAMES(2));
	expect_receive(&q, 50, FRAMES(2, 1));
	expect_receive(&q, 51, FRAMES(4));
	assert_int_equal(frames_by_key(&q, 7, NULL, 0), 0);
	match_ring_release(&q);
}

/* An orphan keeps its turnaround where requests keep their receive field. */
static void no_orphan_is_found_by_receive(void **state)
{
	(void)state;
	struct match_ring q;
	begin(&q, 1000, false);
	assert_true(match_ring_has_room(&q));
	struct open_request *r = match_ring_push(&q, 1);
	*r = (struct open_request){
		.key = 5, .receive = 50, .flow = FLOW, .frame = 1, .state = STATE_ORPHAN
	};
	match_ring_link(&q, r);
	expect_key(&q, 5, FRAMES(1));
	assert_null(match_ring_by_receive(&q, FLOW, 50));
	match_ring_unlink(&q, r);
	assert_null(match_ring_by_key(&q, FLOW, 5));
	match_ring_release(&q);
}

static void growth_keeps_order_chains_and_addresses(void **state)
{
	(void)state;
	enum { N = 3000, KEYS = 700 };
	struct match_ring q;
	uint64_t got[16], want[16];
	begin(&q, 4096, true);
	/* The ring is turned first, so that what grows is wrapped around. */
	for (uint64_t i = 0; i < 100; i++) {
		put(&q, 1, 1, 1);
		match_ring_pop(&q);
	}
	for (uint64_t i = 1; i <= N; i++) {
		struct open_request *r = put(&q, i % KEYS, 1 + i % KEYS, i);
		const uint8_t v4[4] = { 10, 0, (uint8_t)(i >> 8), (uint8_t)i };
		match_ring_ends(&q, r)->client = addr_from_v4(v4);
	}
	assert_int_equal(q.cap, 4096);
	assert_int_equal(match_ring_head(&q)->frame, 1);
	for (uint64_t key = 0; key < KEYS; key++) {
		size_t n = 0;
		for (uint64_t i = N; i >= 1; i--)
			if (i % KEYS == key)
				want[n++] = i;
		expect_frames(got, frames_by_key(&q, key, got, 16), want, n);
		expect_frames(got, frames_by_receive(&q, 1 + key, got, 16), want, n);
	}
	for (uint64_t i = 1; i <= N; i++) {
		const struct open_request *r = match_ring_pop(&q);
		const struct open_ends *ends = match_ring_ends(&q, r);
		assert_int_equal(r->frame, i);
		assert_int_equal(ends->client.b[14] << 8 | ends->client.b[15], i);
	}
	assert_true(match_ring_empty(&q));
	match_ring_release(&q);
}

static size_t cap_at_pace(int64_t pace_ns, int64_t keep_ns, size_t n_max)
{
	struct match_ring q;
	assert_true(match_ring_init(&q, n_max, keep_ns, false, NULL));
	size_t cap = q.cap;
	for (uint64_t i = 1; q.cap == cap; i++)
		put(&q, i, 1, i * (uint64_t)pace_ns);
	cap = q.cap;
	for (uint64_t i = 0; i < q.tail - q.head; i++)
		assert_int_equal(q.at[(q.head + i) & (q.cap - 1)].key, i + 1);
	match_ring_release(&q);
	return cap;
}

/* 256 are there when it grows. */
static void room_is_made_at_once_for_all_that_a_pace_will_bring(void **state)
{
	(void)state;
	int64_t ms = NS_PER_S / 1000;
	assert_int_equal(cap_at_pace(10 * ms, 64 * NS_PER_S, 1 << 20), 8192); /* 6400 */
	assert_int_equal(cap_at_pace(15 * ms, 64 * NS_PER_S, 1 << 20), 4096); /* 4267: nearly so */
	assert_int_equal(cap_at_pace(10 * ms, 64 * NS_PER_S, 1000), 1024);    /* no more than it may */
	assert_int_equal(cap_at_pace(ms, 64 * NS_PER_S, 1 << 20), 512);       /* a burst tells nothing */
	assert_int_equal(cap_at_pace(NS_PER_S, 64 * NS_PER_S, 1 << 20), 512);
	assert_int_equal(cap_at_pace(10 * ms, 0, 1 << 20), 512);
}

static void where_there_is_no_memory_for_so_many_it_grows_by_less(void **state)
{
	(void)state;
	struct rlimit old;
	if (!HAS_BOUND_OF_MEMORY)
		skip();
	bound_address_space(64 << 20, &old);
	size_t cap = cap_at_pace(10 * (NS_PER_S / 1000), 1000000 * NS_PER_S, 1 << 24); /* a gigabyte */
	assert_int_equal(setrlimit(RLIMIT_AS, &old), 0);
	assert_in_range(cap, 512, 1 << 20);
}

/* A clock that steps back leaves entries from far ahead, and it is known when all of these have left. */
static void what_is_dated_later_is_known_until_it_has_left(void **state)
{
	(void)state;
	struct match_ring q;
	begin(&q, 1000, false);
	assert_true(match_ring_is_before(&q, 0));
	put(&q, 1, 1, 100);
	put(&q, 2, 1, 99);
	put(&q, 3, 1, 100);
	assert_true(match_ring_is_before(&q, 100));
	assert_false(match_ring_is_before(&q, 98));
	put(&q, 4, 1, 50);
	assert_false(match_ring_is_before(&q, 98));
	for (unsigned i = 0; i < 2; i++) {
		match_ring_pop(&q);
		assert_false(match_ring_is_before(&q, 98));
	}
	match_ring_pop(&q);
	assert_true(match_ring_is_before(&q, 98));
	assert_false(match_ring_is_before(&q, 49));
	match_ring_pop(&q);
	assert_true(match_ring_is_before(&q, 49));
	match_ring_release(&q);
}

static void what_was_unlinked_stays_so_when_the_ring_grows(void **state)
{
	(void)state;
	struct match_ring q;
	begin(&q, 1000, false);
	put(&q, 5, 50, 1);
	match_ring_unlink(&q, put(&q, 5, 50, 2));
	put(&q, 5, 50, 3);
	for (uint64_t i = 4; i <= RING_FIRST_LEN + 1; i++)
		put(&q, 1000 + i, 0, i);
	assert_int_equal(q.cap, 2 * RING_FIRST_LEN);
	expect_key(&q, 5, FRAMES(3, 1));
	expect_receive(&q, 50, FRAMES(3, 1));
	match_ring_release(&q);
}

static void at_its_bound_the_ring_has_no_room_until_the_head_leaves(void **state)
{
	(void)state;
	struct match_ring q;
	begin(&q, 300, false);
	for (uint64_t i = 1; i <= 512; i++)
		put(&q, i, 0, i);
	assert_false(match_ring_has_room(&q));
	assert_int_equal(match_ring_pop(&q)->frame, 1);
	assert_int_equal(q.head_ns, 2);
	put(&q, 513, 0, 513);
	assert_false(match_ring_has_room(&q));
	assert_int_equal(frames_by_key(&q, 1, NULL, 0), 0);
	expect_key(&q, 2, FRAMES(2));
	expect_key(&q, 513, FRAMES(513));
	match_ring_release(&q);
}

static void a_link_to_what_has_left_ends_the_chain(void **state)
{
	(void)state;
	struct match_ring q;
	begin(&q, 256, false);
	for (uint64_t i = 1; i <= 4; i++)
		put(&q, 5, 50, i);
	match_ring_pop(&q);
	match_ring_pop(&q);
	expect_key(&q, 5, FRAMES(4, 3));
	expect_receive(&q, 50, FRAMES(4, 3));
	match_ring_pop(&q);
	match_ring_pop(&q);
	assert_null(match_ring_by_key(&q, FLOW, 5));
	/* Their places are taken by others: still nothing. */
	for (uint64_t i = 5; i <= 4 + RING_FIRST_LEN; i++)
		put(&q, 1000 + i, 0, i);
	assert_int_equal(frames_by_key(&q, 5, NULL, 0), 0);
	assert_int_equal(frames_by_receive(&q, 50, NULL, 0), 0);
	match_ring_release(&q);
}

static void each_of_a_chain_can_be_taken_out(void **state)
{
	static const uint64_t rest[4][3] = { { 4, 3, 2 }, { 4, 3, 1 }, { 4, 2, 1 }, { 3, 2, 1 } };
	(void)state;
	for (unsigned out = 0; out < 4; out++) {
		struct match_ring q;
		struct open_request *r[4];
		begin(&q, 256, false);
		for (unsigned i = 0; i < 4; i++)
			r[i] = put(&q, 5, 50, i + 1);
		match_ring_unlink(&q, r[out]);
		assert_true(r[out]->unlinked);
		expect_key(&q, 5, rest[out], 3);
		expect_receive(&q, 50, rest[out], 3);
		put(&q, 5, 50, 9);
		expect_key(&q, 5, FRAMES(9, rest[out][0], rest[out][1], rest[out][2]));
		match_ring_release(&q);
	}
}

static void all_of_a_chain_can_be_taken_out(void **state)
{
	(void)state;
	struct match_ring q;
	struct open_request *r[3];
	begin(&q, 256, false);
	for (unsigned i = 0; i < 3; i++)
		r[i] = put(&q, 5, 50, i + 1);
	match_ring_unlink(&q, r[1]);
	match_ring_unlink(&q, r[0]);
	match_ring_unlink(&q, r[2]);
	assert_int_equal(frames_by_key(&q, 5, NULL, 0), 0);
	assert_int_equal(frames_by_receive(&q, 50, NULL, 0), 0);
	match_ring_release(&q);
}

/* Links hold the low half of the numbers only. */
static void numbers_beyond_32_bits_change_nothing(void **state)
{
	static const uint64_t first[] = {
		(UINT64_C(1) << 32) - 700, (UINT64_C(1) << 32) - 300, (UINT64_C(1) << 32) - 1,
		UINT64_C(1) << 32,         (UINT64_C(1) << 32) + 1,   (UINT64_C(5) << 32) - 255,
		UINT64_C(1) << 43,
	};
	enum { N = 1500, KEYS = 400 };
	(void)state;
	for (unsigned f = 0; f < sizeof(first) / sizeof(first[0]); f++) {
		struct match_ring q;
		uint64_t got[16], want[16];
		begin_at(&q, first[f], 2048);
		for (uint64_t i = 1; i <= N; i++)
			put(&q, i % KEYS, 1 + i % KEYS, i);
		for (unsigned i = 0; i < 100; i++)
			match_ring_pop(&q);
		for (uint64_t key = 0; key < KEYS; key++) {
			size_t n = 0;
			for (uint64_t i = N; i > 100; i--)
				if (i % KEYS == key)
					want[n++] = i;
			expect_frames(got, frames_by_key(&q, key, got, 16), want, n);
			expect_frames(got, frames_by_receive(&q, 1 + key, got, 16), want, n);
		}
		match_ring_release(&q);
	}
}

/* Chains that were never used hold 0, which is the link of that entry. */
static void the_entry_whose_number_ends_in_32_zero_bits_is_not_its_own_successor(void **state)
{
	(void)state;
	struct match_ring q;
	begin_at(&q, UINT64_C(1) << 32, 256);
	struct open_request *r = put(&q, 5, 50, 1);
	expect_key(&q, 5, FRAMES(1));
	expect_receive(&q, 50, FRAMES(1));
	put(&q, 5, 50, 2);
	expect_key(&q, 5, FRAMES(2, 1));
	match_ring_unlink(&q, r);
	expect_key(&q, 5, FRAMES(2));
	match_ring_release(&q);
}

/* A chain may have last been touched any number of entries ago. */
static void a_link_from_2_to_the_32_entries_ago_makes_no_circle(void **state)
{
	(void)state;
	struct match_ring q;
	begin_at(&q, 7, 256);
	put(&q, 5, 50, 1);
	match_ring_pop(&q);
	q.head = q.tail = (UINT64_C(1) << 32) + 7;
	put(&q, 5, 50, 2);
	expect_key(&q, 5, FRAMES(2));
	expect_receive(&q, 50, FRAMES(2));
	match_ring_release(&q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fresh_ring_is_empty_and_finds_nothing),
		cmocka_unit_test(chains_run_from_new_to_old),
		cmocka_unit_test(no_orphan_is_found_by_receive),
		cmocka_unit_test(growth_keeps_order_chains_and_addresses),
		cmocka_unit_test(room_is_made_at_once_for_all_that_a_pace_will_bring),
		cmocka_unit_test(where_there_is_no_memory_for_so_many_it_grows_by_less),
		cmocka_unit_test(what_is_dated_later_is_known_until_it_has_left),
		cmocka_unit_test(what_was_unlinked_stays_so_when_the_ring_grows),
		cmocka_unit_test(at_its_bound_the_ring_has_no_room_until_the_head_leaves),
		cmocka_unit_test(a_link_to_what_has_left_ends_the_chain),
		cmocka_unit_test(each_of_a_chain_can_be_taken_out),
		cmocka_unit_test(all_of_a_chain_can_be_taken_out),
		cmocka_unit_test(numbers_beyond_32_bits_change_nothing),
		cmocka_unit_test(the_entry_whose_number_ends_in_32_zero_bits_is_not_its_own_successor),
		cmocka_unit_test(a_link_from_2_to_the_32_entries_ago_makes_no_circle),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
