/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A slice: its events by shard, and all of them in order of frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/slice.h"
#include "traffic.h"

enum { N = 500 };

/* Every packet becomes an event of one kind or the other. */
static void fill(struct slice *s, uint64_t seed, unsigned plain_of_8)
{
	assert_int_equal(slice_init(s, N), ERR_OK);
	plain_batch_begin(&s->batch, 70);
	s->batch.n_servers = 1;
	for (unsigned i = 0; i < N; i++) {
		uint64_t r = traffic_random(&seed);
		if (r % 8 < plain_of_8) {
			s->plain_by.shard_of[s->n_plain] = (uint8_t)(r >> 8 & (N_SHARDS - 1));
			s->plain[s->n_plain] = (struct plain_event){ .n_behind = i, .first = 0x23 };
			s->n_plain++;
		} else {
			s->events_by.shard_of[s->n_events] = (uint8_t)(r >> 8 & (N_SHARDS - 1));
			s->events[s->n_events++] = (struct event){ .frame = 70 + i };
		}
	}
	slice_sort(s);
}

static void check_order(const struct by_shard *b, unsigned n)
{
	assert_int_equal(b->start[0], 0);
	assert_int_equal(b->start[N_SHARDS], n);
	for (unsigned shard = 0; shard < N_SHARDS; shard++)
		for (unsigned k = b->start[shard]; k < b->start[shard + 1]; k++) {
			assert_int_equal(b->shard_of[b->order[k]], shard);
			assert_true(k == b->start[shard] || b->order[k - 1] < b->order[k]);
		}
}

static void each_event_is_with_its_shard_in_order(void **state)
{
	(void)state;
	for (unsigned plain_of_8 = 0; plain_of_8 <= 8; plain_of_8++) {
		struct slice s;
		fill(&s, 3 + plain_of_8, plain_of_8);
		check_order(&s.plain_by, s.n_plain);
		check_order(&s.events_by, s.n_events);
		slice_release(&s);
	}
}

static void see(void *arg, const struct event *events, size_t n)
{
	uint64_t *next = arg;
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(events[i].frame, (*next)++);
}

static void all_are_shown_in_the_order_of_their_frames(void **state)
{
	(void)state;
	for (unsigned plain_of_8 = 0; plain_of_8 <= 8; plain_of_8++) {
		struct slice s;
		uint64_t next = 70;
		fill(&s, 30 + plain_of_8, plain_of_8);
		slice_show(&s, see, &next);
		assert_int_equal(next, 70 + N);
		slice_release(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_event_is_with_its_shard_in_order),
		cmocka_unit_test(all_are_shown_in_the_order_of_their_frames),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
