/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Servers as all shards together saw them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/servers.h"
#include "traffic.h"

#define S NS_PER_S

static struct traffic t;

static struct addr server(unsigned i)
{
	return traffic_v4(192, 0, 2 + (i >> 8), i & 255);
}

static struct addr client(unsigned i)
{
	return traffic_v4(10, i >> 16, i >> 8 & 255, i & 255);
}

/* A question and, when delta_ns is not negative, its answer. */
static void talk(unsigned from, unsigned to, int64_t at_ns, int64_t delta_ns)
{
	struct addr c = client(from), s = server(to);
	uint64_t transmit = (uint64_t)t.n + 1;
	traffic_ask(&t, TRAFFIC_START + at_ns, &c, &s, transmit);
	if (delta_ns >= 0)
		traffic_answer(&t, TRAFFIC_START + at_ns + delta_ns, &c, &s, transmit);
}

static struct census *count(void)
{
	struct engine_config config = traffic_config();
	struct census *c = traffic_census(&t, &config, 0, NULL);
	assert_non_null(c);
	traffic_free(&t);
	return c;
}

static struct client_info info_of(const struct census *c, unsigned i)
{
	struct client_info info;
	struct addr a = client(i);
	for (size_t k = 0; k < census_n_clients(c); k++) {
		census_client(c, k, &info);
		if (addr_equal(&info.addr, &a))
			return info;
	}
	fail();
	return info;
}

static void what_shards_saw_of_a_server_is_added_up(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 300; i++)
		talk(i, 1, i * S, 1000 * (i + 1));
	struct census *c = count();
	const struct server_info *s = census_server(c, 0);

	assert_int_equal(census_n_servers(c), 1);
	assert_int_equal(s->rx, 300);
	assert_int_equal(s->tx, 300);
	assert_int_equal(s->rx_bytes, 300 * 48);
	assert_int_equal(s->n_requests, 300);
	assert_int_equal(s->n_clients, 300);
	assert_int_equal(s->packets[CLASS_ANSWERED], 600);
	assert_int_equal(s->exchanges[CLASS_ANSWERED], 300);
	assert_int_equal(census_tally(c)->class_packets[CLASS_ANSWERED], 600);
	assert_int_equal(s->delta->n, 300);
	assert_int_equal(census_tally(c)->delta.n, 300);
	assert_int_equal(s->delta->max, 300000);
	/* The slowest of all shards, by frame number where they tie. */
	assert_int_equal(s->n_worst, 10);
	for (unsigned i = 0; i < 10; i++) {
		assert_int_equal(s->worst[i].delta_ns, 1000 * (300 - i));
		assert_int_equal(s->worst[i].response_frame, 2 * (300 - i));
	}
	/* As the latest answer said, whatever the shard. */
	assert_int_equal(s->last_answer_frame, 600);
	assert_int_equal(s->stratum, 2);
	assert_memory_equal(s->refid, ((const uint8_t[]){ 203, 0, 113, 9 }), 4);
	census_free(c);
}

static void the_busiest_come_first_and_ties_go_by_address(void **state)
{
	(void)state;
	talk(1, 5, 0, 1000);
	talk(1, 4, S, 1000);
	talk(1, 7, 2 * S, 1000);
	talk(2, 7, 3 * S, -1);
	struct census *c = count();
	static const unsigned want[] = { 7, 4, 5 };
	assert_int_equal(census_n_servers(c), 3);
	for (unsigned i = 0; i < 3; i++) {
		struct addr a = server(want[i]);
		assert_true(addr_equal(&census_server(c, i)->addr, &a));
	}
	census_free(c);
}

static void a_client_knows_which_servers_it_used(void **state)
{
	(void)state;
	for (unsigned s = 0; s < 3; s++)
		for (unsigned i = 0; i <= s; i++) /* server 2 is asked three times and comes first */
			talk(s == 1 ? 50 : 60 + i, s, (s * 10 + i) * S, 1000);
	struct census *c = count();
	assert_int_equal(info_of(c, 50).servers, 1 << 1);
	assert_int_equal(info_of(c, 60).servers, 1 << 0 | 1 << 2);
	assert_int_equal(info_of(c, 61).servers, 1 << 0);
	census_free(c);
}

static void a_server_that_is_never_heard_is_one_way(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 12; i++) {
		talk(1, 1, i * 100 * S, -1);
		talk(2, 2, i * 100 * S + 1, i ? -1 : 1000);
	}
	struct census *c = count();
	assert_false(census_one_way(c));
	for (unsigned i = 0; i < 2; i++) {
		const struct server_info *s = census_server(c, i);
		struct addr silent = server(1);
		assert_int_equal(s->one_way, addr_equal(&s->addr, &silent));
		assert_true(!s->delta == s->one_way);
	}
	/* Who asked only where no answer could be captured is not to blame. */
	assert_int_equal(info_of(c, 1).alert, ALERT_NONE);
	assert_int_equal(info_of(c, 2).alert, ALERT_YELLOW);
	census_free(c);

	talk(1, 1, 0, -1);
	c = count();
	assert_true(census_one_way(c));
	census_free(c);
}

/* Questions in modes 6 and 7, duplicates and strays are not questions for time. */
static void only_questions_for_time_are_requests(void **state)
{
	uint8_t h[48];
	struct addr c1 = client(1), s1 = server(1);

	(void)state;
	talk(1, 1, 0, 1000);
	traffic_answer(&t, TRAFFIC_START + 2000, &c1, &s1, 1);  /* a duplicate */
	traffic_answer(&t, TRAFFIC_START + 3000, &c1, &s1, 99); /* of nothing */
	traffic_header(h, 0x16, 1, 0, 0, 0);
	traffic_udp(&t, TRAFFIC_START + S, &c1, TRAFFIC_PORT, &s1, TRAFFIC_NTP, h, 12);
	talk(2, 1, 2 * S, -1);
	talk(3, 1, 100 * S, -1); /* the one before had time enough to be answered */
	struct census *c = count();
	const struct server_info *s = census_server(c, 0);
	assert_int_equal(s->n_requests, 3);
	assert_int_equal(s->rx, 4);
	assert_int_equal(s->exchanges[CLASS_UNSOLICITED], 1);
	assert_int_equal(s->exchanges[CLASS_DUPLICATE], 1);
	uint64_t sum = 0;
	for (unsigned i = 0; i < N_CLASSES; i++)
		sum += s->packets[i];
	assert_int_equal(sum, 7);
	census_free(c);
}

/* More servers than a shard keeps: the others are one entry, the last, and nothing is lost. */
static void what_does_not_fit_is_counted_with_the_others(void **state)
{
	enum { N = SHARD_SERVERS_MAX + 40 };
	const struct server_info *last;
	uint64_t sum = 0;

	(void)state;
	for (unsigned i = 0; i < N; i++)
		talk(1, i, i * S, 1000);
	struct census *c = count();
	assert_int_equal(census_n_servers(c), SHARD_SERVERS_MAX);
	for (size_t i = 0; i < census_n_servers(c); i++)
		sum += census_server(c, i)->exchanges[CLASS_ANSWERED];
	assert_int_equal(sum, N);
	last = census_server(c, census_n_servers(c) - 1);
	assert_true(addr_equal(&last->addr, &(struct addr){ 0 }));
	assert_int_equal(last->n_requests, N - (SHARD_SERVERS_MAX - 1));
	assert_true(info_of(c, 1).servers >> 63 & 1);
	census_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_shards_saw_of_a_server_is_added_up),
		cmocka_unit_test(the_busiest_come_first_and_ties_go_by_address),
		cmocka_unit_test(a_client_knows_which_servers_it_used),
		cmocka_unit_test(a_server_that_is_never_heard_is_one_way),
		cmocka_unit_test(only_questions_for_time_are_requests),
		cmocka_unit_test(what_does_not_fit_is_counted_with_the_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
