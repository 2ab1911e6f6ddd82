/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One shard: events in, and what is then known of clients, servers and exchanges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/shard.h"
#include "proto/ntp.h"

#define MS    INT64_C(1000000)
#define START (INT64_C(1772323200) * NS_PER_S)

enum { EVENTS_MAX = 200 };

struct bench {
	struct client_arena arena;
	struct shard shard;
	struct worker_sums sums;
	struct row_list rows;
	struct event *events[EVENTS_MAX]; /* waiting to be applied, each in a block of its own */
	size_t n;
	uint64_t frame;
};

static struct engine_config small_config(void)
{
	struct engine_config c = engine_config_default();
	c.capacity = 1024;
	c.pending_capacity = 1024;
	c.secret = 77;
	c.want_rows = true;
	return c;
}

static void begin_with(struct bench *b, const struct engine_config *config)
{
	memset(b, 0, sizeof(*b));
	b->sums.tally = tally_new();
	b->sums.rows = &b->rows;
	assert_non_null(b->sums.tally);
	assert_int_equal(series_init(&b->sums.series), ERR_OK);
	assert_int_equal(client_arena_init(&b->arena, config->capacity, 1), ERR_OK);
	assert_int_equal(shard_init(&b->shard, config, &b->arena, NULL, 1), ERR_OK);
	match_strict_begin(&b->shard.match, START - 3600 * NS_PER_S);
}

static void begin(struct bench *b)
{
	struct engine_config c = small_config();
	begin_with(b, &c);
}

/* The events are gone afterwards, as in the pipeline: nobody may look back at them. */
static void apply(struct bench *b)
{
	shard_apply(&b->shard, &b->sums, b->events, b->n);
	for (size_t i = 0; i < b->n; i++)
		free(b->events[i]);
	b->n = 0;
}

static void end_at(struct bench *b, int64_t at_ns)
{
	apply(b);
	shard_end(&b->shard, &b->sums, START + at_ns);
}

static void done(struct bench *b)
{
	shard_release(&b->shard);
	client_arena_release(&b->arena);
	row_list_release(&b->rows);
	series_release(&b->sums.series);
	server_times_release(&b->sums.times);
	tally_free(b->sums.tally);
}

static struct addr client_addr(unsigned i)
{
	return addr_from_v4((const uint8_t[4]){ 10, 0, (uint8_t)(i >> 8), (uint8_t)i });
}

static struct addr server_addr(unsigned i)
{
	return addr_from_v4((const uint8_t[4]){ 192, 0, 2, (uint8_t)i });
}

/* The event waits for apply(); the caller may change it until then. */
static struct event *put(struct bench *b, int64_t at_ns, unsigned client, enum event_role role,
			 bool to_server, uint64_t key)
{
	assert_true(b->n < EVENTS_MAX);
	struct event *e = calloc(1, sizeof(*e));
	assert_non_null(e);
	*e = (struct event){
		.client = client_addr(client),
		.server = server_addr(1),
		.time_ns = START + at_ns,
		.frame = ++b->frame,
		.key = key,
		.client_port = 40000,
		.server_port = 123,
		.payload_len = 48,
		.flags = FLAG_V4 | (to_server ? FLAG_CLIENT : FLAG_SERVER),
		.role = (uint8_t)role,
		.version = 4,
		.mode = to_server ? 3 : 4,
		.stratum = to_server ? 0 : 2,
		.to_server = to_server,
	};
	b->events[b->n++] = e;
	return e;
}

static struct event *ask(struct bench *b, int64_t at_ns, unsigned client, uint64_t transmit)
{
	return put(b, at_ns, client, EVENT_REQUEST, true, transmit);
}

/* T3 - T2 is 2^-9 s. */
static struct event *reply(struct bench *b, int64_t at_ns, unsigned client, uint64_t origin)
{
	struct event *e = put(b, at_ns, client, EVENT_RESPONSE, false, origin);
	e->receive = UINT64_C(0xe000000000000000);
	e->transmit = e->receive + (1 << 23);
	return e;
}

static void icmp(struct bench *b, int64_t at_ns, unsigned client, bool quotes_answer)
{
	struct event *e = put(b, at_ns, client, EVENT_ICMP_ERROR, !quotes_answer, 0);
	e->opcode = quotes_answer;
}

static uint32_t id_of(const struct bench *b, unsigned client)
{
	struct addr a = client_addr(client);
	return clients_find(&b->shard.clients, &a, clients_hash(&b->shard.clients, &a));
}

static struct client_hot *hot(const struct bench *b, unsigned client)
{
	assert_true(id_of(b, client) != CLIENT_NONE);
	return client_hot_of(&b->shard.clients, id_of(b, client));
}

static struct client_cold *cold(const struct bench *b, unsigned client)
{
	assert_true(id_of(b, client) != CLIENT_NONE);
	return client_cold_of(&b->shard.clients, id_of(b, client));
}

static struct server_entry *server(struct bench *b, unsigned i)
{
	struct addr a = server_addr(i);
	return &b->shard.servers.at[servers_enter(&b->shard.servers, &a)];
}

static void an_exchange_is_booked_everywhere_once(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	ask(&b, 0, 1, 11);
	reply(&b, 5 * MS, 1, 11);
	end_at(&b, NS_PER_S);
	assert_int_equal(hot(&b, 1)->rx, 1);
	assert_int_equal(hot(&b, 1)->tx, 1);
	assert_int_equal(hot(&b, 1)->n_deltas, 1);
	assert_int_equal(cold(&b, 1)->owed, 0);
	assert_int_equal(hot(&b, 1)->servers, 1);
	assert_int_equal(server(&b, 1)->rx, 1);
	assert_int_equal(server(&b, 1)->tx, 1);
	assert_int_equal(server(&b, 1)->n_clients, 1);
	assert_int_equal(server(&b, 1)->exchanges[CLASS_ANSWERED], 1);
	assert_int_equal(server(&b, 1)->packets[CLASS_ANSWERED], 2);
	assert_int_equal(server(&b, 1)->n_worst, 1);
	assert_int_equal(server(&b, 1)->worst[0].delta_ns, 5 * MS);
	struct addr a = server_addr(1);
	const struct server_time *time = server_times_find(&b.sums.times, &a);
	assert_non_null(time);
	assert_int_equal(time->delta.n, 1);
	assert_int_equal(time->turnaround.n, 1);
	const struct bucket *at = series_bucket(&b.sums.series, START);
	assert_int_equal(at->requests, 1);
	assert_int_equal(at->answers, 1);
	assert_int_equal(at->new_clients, 1);
	assert_int_equal(at->n_deltas, 1);
	assert_int_equal(at->delta_max_ns, 5 * MS);
	assert_int_equal(at->delta_sum_ns, 5 * MS);
	assert_int_equal(b.rows.n, 1);
	assert_true(addr_equal(&b.rows.at[0].client, &hot(&b, 1)->addr));
	done(&b);
}

static void what_is_asked_in_vain_is_owed(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	for (unsigned i = 0; i < 3; i++)
		ask(&b, i * 100 * NS_PER_S, 1, 11 + i);
	reply(&b, 200 * NS_PER_S + MS, 1, 13);
	ask(&b, 200 * NS_PER_S, 2, 99);
	apply(&b);
	assert_int_equal(cold(&b, 1)->owed, 2);
	assert_int_equal(cold(&b, 2)->owed, 0);
	end_at(&b, 300 * NS_PER_S);
	assert_int_equal(cold(&b, 1)->owed, 2);
	assert_int_equal(cold(&b, 2)->owed, 1);
	assert_int_equal(series_bucket(&b.sums.series, START)->unanswered, 1);
	assert_int_equal(series_bucket(&b.sums.series, START + 100 * NS_PER_S)->unanswered, 1);
	assert_int_equal(server(&b, 1)->exchanges[CLASS_UNANSWERED], 3);
	done(&b);
}

static void repeating_a_question_owes_one_answer(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	ask(&b, 0, 1, 11);
	ask(&b, NS_PER_S, 1, 11);
	end_at(&b, 300 * NS_PER_S);
	assert_int_equal(cold(&b, 1)->owed, 1);
	done(&b);
}

static void icmp_about_a_stranger_makes_no_entry(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	icmp(&b, 0, 1, true);
	icmp(&b, 1, 1, false);
	end_at(&b, NS_PER_S);
	assert_int_equal(id_of(&b, 1), CLIENT_NONE);
	assert_int_equal(b.shard.clients.n, 0);
	assert_int_equal(b.shard.servers.n, 1);
	assert_int_equal(b.sums.tally->icmp_after_answer.n, 0);
	assert_int_equal(b.rows.n, 0);
	done(&b);
}

static void icmp_about_a_client_is_its_error_and_no_packet_of_its(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	ask(&b, 0, 1, 11);
	icmp(&b, 1 * MS, 1, true); /* no answer was sent yet: no time to measure */
	reply(&b, 5 * MS, 1, 11);
	icmp(&b, 8 * MS, 1, true);
	icmp(&b, 9 * MS, 1, false);
	end_at(&b, NS_PER_S);
	assert_int_equal(cold(&b, 1)->icmp_errors, 3);
	assert_int_equal(hot(&b, 1)->rx, 1);
	assert_int_equal(hot(&b, 1)->tx, 1);
	assert_int_equal(b.sums.tally->icmp_after_answer.n, 1);
	assert_int_equal(b.sums.tally->icmp_after_answer.max, 3 * MS);
	assert_int_equal(b.rows.n, 1);
	done(&b);
}

static void interleaved_exchanges_flag_their_client_on_both_sides(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	struct event *e = ask(&b, 0, 1, 11);
	e->receive = 50;
	e->transmit = 40;
	reply(&b, MS, 1, 50);
	e = ask(&b, 0, 2, 11);
	e->receive = 50;
	e->transmit = 40;
	reply(&b, MS, 2, 11); /* asked for, but answered in basic mode */
	end_at(&b, NS_PER_S);
	assert_true(hot(&b, 1)->rx_flags & FLAG_INTERLEAVED);
	assert_true(hot(&b, 1)->tx_flags & FLAG_INTERLEAVED);
	assert_false(hot(&b, 2)->rx_flags & FLAG_INTERLEAVED);
	assert_false(hot(&b, 2)->tx_flags & FLAG_INTERLEAVED);
	assert_int_equal(b.sums.tally->n_interleaved, 1);
	assert_int_equal(server(&b, 1)->n_interleaved, 1);
	done(&b);
}

static void modes_6_and_7_are_in_no_delta(void **state)
{
	static const enum event_role role[2][2] = {
		{ EVENT_CONTROL_REQUEST, EVENT_CONTROL_RESPONSE },
		{ EVENT_PRIVATE_REQUEST, EVENT_PRIVATE_RESPONSE },
	};
	(void)state;
	struct bench b;
	begin(&b);
	for (unsigned i = 0; i < 2; i++) {
		uint64_t key = (uint64_t)(6 + i) << 60 | 9;
		put(&b, 0, 1, role[i][0], true, key)->mode = (uint8_t)(6 + i);
		put(&b, 7 * MS, 1, role[i][1], false, key)->mode = (uint8_t)(6 + i);
	}
	end_at(&b, NS_PER_S);
	assert_int_equal(hot(&b, 1)->n_deltas, 0);
	assert_int_equal(hot(&b, 1)->delta_max_bin, 0);
	assert_int_equal(server(&b, 1)->exchanges[CLASS_ANSWERED], 2);
	assert_int_equal(server(&b, 1)->n_worst, 0);
	assert_int_equal(series_bucket(&b.sums.series, START)->n_deltas, 0);
	assert_int_equal(b.sums.tally->control.n_answered, 1);
	assert_int_equal(b.sums.tally->private_.n_answered, 1);
	struct addr a = server_addr(1);
	assert_null(server_times_find(&b.sums.times, &a));
	assert_int_equal(b.rows.n, 2);
	ask(&b, 20 * MS, 1, 11);
	reply(&b, 22 * MS, 1, 11);
	end_at(&b, NS_PER_S);
	assert_int_equal(hot(&b, 1)->n_deltas, 1);
	assert_true(hot(&b, 1)->delta_mean_s > 0.0019f && hot(&b, 1)->delta_mean_s < 0.0021f);
	done(&b);
}

static void fragments_of_one_answer_are_one_row(void **state)
{
	(void)state;
	struct bench b;
	uint64_t key = UINT64_C(6) << 60 | 9;
	begin(&b);
	put(&b, 0, 1, EVENT_CONTROL_REQUEST, true, key)->mode = 6;
	for (unsigned i = 0; i < 3; i++)
		put(&b, MS, 1, EVENT_CONTROL_RESPONSE, false, key)->mode = 6;
	end_at(&b, NS_PER_S);
	assert_int_equal(b.rows.n, 1);
	assert_int_equal(server(&b, 1)->exchanges[CLASS_ANSWERED], 1);
	assert_int_equal(server(&b, 1)->packets[CLASS_ANSWERED], 4);
	assert_int_equal(b.sums.tally->control.n_answered, 1);
	done(&b);
}

static void a_second_answer_is_no_second_delta(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	ask(&b, 0, 1, 11);
	reply(&b, MS, 1, 11);
	reply(&b, 900 * MS, 1, 11);
	end_at(&b, NS_PER_S);
	assert_int_equal(hot(&b, 1)->n_deltas, 1);
	assert_int_equal(series_bucket(&b.sums.series, START)->delta_max_ns, MS);
	assert_int_equal(server(&b, 1)->exchanges[CLASS_DUPLICATE], 1);
	assert_int_equal(b.rows.n, 2);
	done(&b);
}

/* A broadcast is to all, and who is outside is not ours. */
static void broadcasts_and_outsiders_are_no_clients(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	put(&b, 0, 1, EVENT_BROADCAST, false, 0)->mode = 5;
	put(&b, 0, 2, EVENT_OUTSIDE, true, 0);
	end_at(&b, NS_PER_S);
	assert_int_equal(b.shard.clients.n, 0);
	assert_int_equal(server(&b, 1)->tx, 1);
	assert_int_equal(server(&b, 1)->packets[CLASS_BROADCAST], 1);
	assert_int_equal(b.shard.servers.at[SERVER_OTHERS].packets[CLASS_OTHER], 1);
	done(&b);
}

static void a_client_is_counted_once_by_each_of_its_servers(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 1; i <= 12; i++)
			ask(&b, 0, 1, i)->server = server_addr(i);
		ask(&b, 0, 2, 99)->server = server_addr(9);
		apply(&b);
	}
	end_at(&b, NS_PER_S);
	for (unsigned i = 1; i <= 12; i++)
		assert_int_equal(server(&b, i)->n_clients, i == 9 ? 2 : 1);
	assert_int_equal(hot(&b, 1)->servers, 0xff);
	assert_int_equal(hot(&b, 2)->servers, 0x80);
	done(&b);
}

/* RFC 5905 section 7.3: over IPv4 the reference id is the address of the server that one follows. */
static void a_request_that_names_its_server_as_reference_is_a_loop(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	struct event *e = ask(&b, 0, 1, 11);
	memcpy(e->refid, (const uint8_t[4]){ 192, 0, 2, 1 }, 4);
	e = ask(&b, 0, 2, 11);
	memcpy(e->refid, (const uint8_t[4]){ 192, 0, 2, 2 }, 4);
	e = reply(&b, MS, 2, 11);
	memcpy(e->refid, (const uint8_t[4]){ 192, 0, 2, 1 }, 4);
	end_at(&b, NS_PER_S);
	assert_true(hot(&b, 1)->rx_flags & FLAG_REFID_LOOP);
	assert_false(hot(&b, 2)->rx_flags & FLAG_REFID_LOOP);
	assert_false(hot(&b, 2)->tx_flags & FLAG_REFID_LOOP);
	done(&b);
}

/* Exchanges go on where there is no room for the client. */
static void a_client_refused_a_place_still_has_its_exchange(void **state)
{
	(void)state;
	struct bench b;
	struct engine_config c = small_config();
	c.capacity = 4;
	begin_with(&b, &c);
	for (unsigned i = 1; i <= 6; i++) {
		ask(&b, i * MS, i, 11);
		reply(&b, (2 * i) * MS, i, 11);
	}
	end_at(&b, NS_PER_S);
	assert_int_equal(b.shard.clients.n, 4);
	assert_int_equal(id_of(&b, 6), CLIENT_NONE);
	assert_int_equal(b.shard.clients.n_refused_packets, 4);
	assert_int_equal(server(&b, 1)->exchanges[CLASS_ANSWERED], 6);
	struct addr a = server_addr(1), refused = client_addr(6);
	assert_int_equal(server_times_find(&b.sums.times, &a)->delta.n, 6);
	assert_int_equal(b.rows.n, 6);
	bool seen = false;
	for (unsigned i = 0; i < server(&b, 1)->n_worst; i++)
		seen |= addr_equal(&server(&b, 1)->worst[i].client, &refused);
	assert_true(seen);
	done(&b);
}

static void an_idle_shard_tells_what_is_open_when_time_goes_on(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	ask(&b, 0, 1, 11);
	apply(&b);
	shard_tick(&b.shard, &b.sums, START + 64 * NS_PER_S);
	assert_int_equal(b.rows.n, 0);
	shard_tick(&b.shard, &b.sums, START + 3600 * NS_PER_S);
	assert_int_equal(b.rows.n, 1);
	assert_int_equal(b.rows.at[0].class, CLASS_UNANSWERED);
	assert_int_equal(cold(&b, 1)->owed, 1);
	end_at(&b, 3600 * NS_PER_S);
	assert_int_equal(b.rows.n, 1);
	done(&b);
}

/* As Wireshark pairs there is no timeout, for an idle shard neither. */
static void as_wireshark_pairs_time_ends_nothing(void **state)
{
	(void)state;
	struct bench b;
	struct engine_config c = small_config();
	c.match_newest = true;
	begin_with(&b, &c);
	ask(&b, 0, 1, 11);
	apply(&b);
	shard_tick(&b.shard, &b.sums, START + 86400 * NS_PER_S);
	assert_int_equal(b.rows.n, 0);
	reply(&b, 86400 * NS_PER_S, 1, 12);
	end_at(&b, 86400 * NS_PER_S);
	assert_int_equal(b.rows.n, 1);
	assert_int_equal(b.rows.at[0].class, CLASS_ANSWERED);
	assert_int_equal(cold(&b, 1)->owed, 0);
	done(&b);
}

/* The stages run some events ahead of each other: where a batch ends must not matter. */
static void how_events_come_in_batches_changes_nothing(void **state)
{
	static const size_t batch[] = { 1, 2, 11, 12, 13, 24, 25, 120 };
	(void)state;
	for (unsigned k = 0; k < sizeof(batch) / sizeof(batch[0]); k++) {
		struct bench b;
		begin(&b);
		for (unsigned i = 0; i < 60; i++) {
			ask(&b, i * MS, i % 7, 100 + i);
			if (b.n >= batch[k])
				apply(&b);
			reply(&b, i * MS + MS / 2, i % 7, 100 + i);
			if (b.n >= batch[k])
				apply(&b);
		}
		end_at(&b, NS_PER_S);
		assert_int_equal(b.shard.clients.n, 7);
		assert_int_equal(server(&b, 1)->exchanges[CLASS_ANSWERED], 60);
		assert_int_equal(b.rows.n, 60);
		for (unsigned i = 0; i < 7; i++)
			assert_int_equal(hot(&b, i)->rx, i < 60 % 7 ? 9 : 8);
		done(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_exchange_is_booked_everywhere_once),
		cmocka_unit_test(what_is_asked_in_vain_is_owed),
		cmocka_unit_test(repeating_a_question_owes_one_answer),
		cmocka_unit_test(icmp_about_a_stranger_makes_no_entry),
		cmocka_unit_test(icmp_about_a_client_is_its_error_and_no_packet_of_its),
		cmocka_unit_test(interleaved_exchanges_flag_their_client_on_both_sides),
		cmocka_unit_test(modes_6_and_7_are_in_no_delta),
		cmocka_unit_test(fragments_of_one_answer_are_one_row),
		cmocka_unit_test(a_second_answer_is_no_second_delta),
		cmocka_unit_test(broadcasts_and_outsiders_are_no_clients),
		cmocka_unit_test(a_client_is_counted_once_by_each_of_its_servers),
		cmocka_unit_test(a_request_that_names_its_server_as_reference_is_a_loop),
		cmocka_unit_test(a_client_refused_a_place_still_has_its_exchange),
		cmocka_unit_test(an_idle_shard_tells_what_is_open_when_time_goes_on),
		cmocka_unit_test(as_wireshark_pairs_time_ends_nothing),
		cmocka_unit_test(how_events_come_in_batches_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
