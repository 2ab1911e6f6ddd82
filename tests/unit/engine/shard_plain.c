/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The short cut through a shard leaves behind what the long way does: the same events go both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/shard.h"
#include "traffic.h"

enum { N_EVENTS = 4000, N_CLIENTS = 300, N_ASKED = 64 };

struct side {
	struct client_arena arena;
	struct shard shard;
	struct worker_sums sums;
};

struct both {
	struct side quick, slow;
	struct plain_batch batch;
	struct plain_event events[N_EVENTS];
	uint16_t order[N_EVENTS];
};

static void side_begin(struct side *s, const struct engine_config *config)
{
	s->sums.tally = tally_new();
	assert_non_null(s->sums.tally);
	assert_int_equal(series_init(&s->sums.series), ERR_OK);
	assert_int_equal(client_arena_init(&s->arena, config->capacity, 1), ERR_OK);
	assert_int_equal(shard_init(&s->shard, config, &s->arena, NULL, 1), ERR_OK);
	match_strict_begin(&s->shard.match, TRAFFIC_START);
}

static void side_end(struct side *s)
{
	shard_release(&s->shard);
	client_arena_release(&s->arena);
	series_release(&s->sums.series);
	server_times_release(&s->sums.times);
	tally_free(s->sums.tally);
}

/* Requests and answers of some clients, in and out of order, repeated, forged, late, interleaved; a clock
 * that goes on by up to `step_ns`, and steps back now and then when it may. */
static void make_events(struct both *b, uint64_t seed, int64_t step_ns, bool steps_back)
{
	struct plain_event asked[N_ASKED];
	int64_t now_ns = TRAFFIC_START;

	memset(asked, 0, sizeof(asked));
	plain_batch_begin(&b->batch, 1000);
	b->batch.n_servers = 3;
	for (unsigned i = 0; i < 3; i++)
		b->batch.servers[i] = traffic_v4(192, 0, 2, 1 + i);
	for (unsigned i = 0; i < N_EVENTS; i++) {
		struct plain_event *e = &b->events[i];
		uint64_t r = traffic_random(&seed);
		struct plain_event *q = &asked[r >> 8 & (N_ASKED - 1)];
		now_ns += (int64_t)(traffic_random(&seed) % (uint64_t)step_ns);
		if (steps_back && r % 97 == 0)
			now_ns -= (int64_t)(traffic_random(&seed) % 200) * NS_PER_S;
		if (!(r & 1) || !q->key) {
			unsigned client = (unsigned)(r >> 20) % N_CLIENTS;
			*q = (struct plain_event){
				.client = client % 3 ? traffic_v4(10, 0, client >> 8, client & 255)
						     : traffic_v6(1, client),
				.client_port = (uint16_t)(r >> 40 & 1 ? 123 : 1024 + (r >> 41 & 3)),
				.server = (uint8_t)(r >> 43 & 15  ? 0
						    : r >> 47 & 1 ? 1
								  : 2),
				.first = (uint8_t)(3 | (1 + (r >> 50 & 3)) << 3),
				.poll_log2s = (int8_t)(r >> 52 & 15),
				.key = r >> 56 == 7 ? 0 : traffic_random(&seed)
			};
			if (r >> 57 & 1)
				memcpy(q->refid, b->batch.servers[q->server].b + 12, 4);
			if (r >> 58 == 9) {
				q->receive = traffic_random(&seed);
				q->transmit = 1;
			}
			*e = *q;
		} else if (r & 6) {
			*e = *q;
			e->first = (uint8_t)((e->first & 0x38) | 4 | (r & 8 ? 0xc0 : 0));
			e->stratum = (uint8_t)(1 + (r >> 4 & 3));
			e->key = r >> 57 == 3 ? q->receive : r >> 57 == 4 ? q->key ^ 1 : q->key;
			e->receive = r >> 57 == 5 ? 0 : traffic_random(&seed) >> 9;
			e->transmit = e->receive + (r >> 40 & 0xffffff);
		} else {
			*e = *q; /* once more */
		}
		e->time_ns = now_ns;
		e->n_behind = i;
		b->order[i] = (uint16_t)i;
	}
}

static void go_both_ways(struct both *b, uint64_t seed)
{
	for (size_t from = 0, n; from < N_EVENTS; from += n) {
		n = 1 + traffic_random(&seed) % 200;
		n = n < N_EVENTS - from ? n : N_EVENTS - from;
		for (size_t i = from; i < from + n; i++) {
			struct event full, *one = &full;
			plain_expand(&b->batch, &b->events[i], &full);
			shard_apply(&b->slow.shard, &b->slow.sums, &one, 1);
		}
		struct plain_run run = { &b->batch, b->events, b->order + from, n };
		shard_apply_plain(&b->quick.shard, &b->quick.sums, &run);
	}
}

static int by_frame(const void *pa, const void *pb)
{
	const struct worst *a = pa, *b = pb;
	return (a->request_frame > b->request_frame) - (a->request_frame < b->request_frame);
}

/* The slowest ones lie as they came, which is not the same. */
static void put_in_order(struct server_entry *e)
{
	qsort(e->worst, e->n_worst, sizeof(e->worst[0]), by_frame);
}

static void check_same(const struct both *b)
{
	const struct shard *q = &b->quick.shard, *s = &b->slow.shard;
	assert_memory_equal(b->quick.sums.tally, b->slow.sums.tally, sizeof(struct tally));
	assert_int_equal(clients_n_places(&q->clients), clients_n_places(&s->clients));
	for (size_t i = 0; i < clients_n_places(&q->clients); i++) {
		uint32_t a = clients_at(&q->clients, i), c = clients_at(&s->clients, i);
		assert_int_equal(a, c);
		if (a == CLIENT_NONE)
			continue;
		assert_memory_equal(client_hot_of(&q->clients, a), client_hot_of(&s->clients, a),
				    sizeof(struct client_hot));
		assert_memory_equal(client_cold_of(&q->clients, a), client_cold_of(&s->clients, a),
				    sizeof(struct client_cold));
	}
	assert_int_equal(q->servers.n, s->servers.n);
	for (unsigned i = 0; i < q->servers.n; i++) {
		const struct server_time *x = server_times_find(&b->quick.sums.times, &q->servers.at[i].addr);
		const struct server_time *y = server_times_find(&b->slow.sums.times, &s->servers.at[i].addr);
		put_in_order(&q->servers.at[i]);
		put_in_order(&s->servers.at[i]);
		assert_memory_equal(&q->servers.at[i], &s->servers.at[i], sizeof(q->servers.at[i]));
		assert_int_equal(!x, !y);
		if (x)
			assert_memory_equal(x, y, sizeof(*x));
	}
	assert_memory_equal(q->windows.sums, s->windows.sums, sizeof(q->windows.sums));
}

static void check(uint64_t seed, int64_t step_ns, bool steps_back, const struct engine_config *config)
{
	struct both *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	side_begin(&b->quick, config);
	side_begin(&b->slow, config);
	make_events(b, seed, step_ns, steps_back);
	go_both_ways(b, seed);
	shard_end(&b->quick.shard, &b->quick.sums, b->events[N_EVENTS - 1].time_ns);
	shard_end(&b->slow.shard, &b->slow.sums, b->events[N_EVENTS - 1].time_ns);
	check_same(b);
	assert_true(step_ns > 2 * NS_PER_S || b->quick.sums.tally->delta_of[4][1].n > 100);
	side_end(&b->quick);
	side_end(&b->slow);
	free(b);
}

static struct engine_config config_of(uint64_t capacity)
{
	struct engine_config c = engine_config_default();
	c.capacity = capacity;
	c.secret = 77;
	return c;
}

static void both_ways_leave_the_same_behind(void **state)
{
	(void)state;
	struct engine_config config = config_of(1024);
	for (uint64_t seed = 1; seed <= 60; seed++) {
		check(seed, NS_PER_S / 100, false, &config);
		check(seed, 2 * NS_PER_S, false, &config);
		check(seed, NS_PER_S, true, &config);
	}
}

static void also_when_clients_are_turned_away_or_grow_old(void **state)
{
	(void)state;
	struct engine_config config = config_of(100);
	config.age_out_ns = 600 * NS_PER_S;
	config.age_out_min_ns = 60 * NS_PER_S;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		check(seed, NS_PER_S / 10, false, &config);
		check(seed, 4 * NS_PER_S, seed % 2, &config);
	}
	/* Where a hint leads to the record of one who leaves for the newcomer, and where what is from far
	 * ahead is not so far any more a little later. */
	check(174, 4 * NS_PER_S, true, &config);
	check(569, 4 * NS_PER_S, true, &config);
}

static void rows_are_wanted_so_all_go_the_long_way(void **state)
{
	(void)state;
	struct engine_config config = config_of(1024);
	config.want_rows = true;
	struct both *b = calloc(1, sizeof(*b));
	struct row_list rows = { 0 };
	assert_non_null(b);
	side_begin(&b->quick, &config);
	b->quick.sums.rows = &rows;
	make_events(b, 3, NS_PER_S / 100, false);
	struct plain_run run = { &b->batch, b->events, b->order, N_EVENTS };
	shard_apply_plain(&b->quick.shard, &b->quick.sums, &run);
	shard_end(&b->quick.shard, &b->quick.sums, b->events[N_EVENTS - 1].time_ns);
	assert_true(rows.n > N_EVENTS / 3);
	row_list_release(&rows);
	side_end(&b->quick);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways_leave_the_same_behind),
		cmocka_unit_test(also_when_clients_are_turned_away_or_grow_old),
		cmocka_unit_test(rows_are_wanted_so_all_go_the_long_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
