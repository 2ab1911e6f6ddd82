/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Points over time and the latest packets of a live engine, and a reader beside one that counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <pthread.h>
#include <stdatomic.h>

#include <cmocka.h>

#include "live_traffic.h"

static const int64_t S = NS_PER_S;

/* i exchanges in second i, answered after i µs; a request without answer in each. */
static struct traffic staircase(unsigned n_seconds)
{
	struct traffic t = { 0 };
	struct addr server = traffic_v4(192, 0, 2, 1), silent = traffic_v4(10, 9, 9, 9);
	for (unsigned s = 0; s < n_seconds; s++) {
		for (unsigned i = 0; i < s; i++) {
			struct addr a = traffic_v4(10, 0, 0, i);
			int64_t at_ns = TRAFFIC_START + s * S + i * 1000000;
			traffic_ask(&t, at_ns, &a, &server, 1000 * s + i + 1);
			traffic_answer(&t, at_ns + s * 1000, &a, &server, 1000 * s + i + 1);
		}
		traffic_ask(&t, TRAFFIC_START + s * S + S - 1, &silent, &server, 1000 * s + 999);
	}
	return t;
}

static void each_second_and_minute_is_a_point(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 3; seed++) {
		struct traffic t = staircase(90);
		struct engine_config config = traffic_config();
		struct live_point p[200];
		struct live *l = live_of(&t, &config, seed, false);
		assert_int_equal(live_points(l, 1, 0, p, 200), 89);
		uint64_t unanswered = 0;
		for (unsigned s = 0; s < 89; s++) {
			assert_int_equal(p[s].start_ns, TRAFFIC_START + s * S);
			assert_int_equal(p[s].requests, s + 1);
			assert_int_equal(p[s].answers, s);
			assert_int_equal(p[s].new_clients, 1);
			assert_int_equal(p[s].unique_5min, s + 1);
			assert_int_equal(p[s].n_deltas, s);
			assert_true(llabs(p[s].delta_p50_ns - s * 1000) <= s * 10);
			assert_true(llabs(p[s].delta_max_ns - s * 1000) <= s * 10);
			unanswered += p[s].unanswered;
		}
		/* Those of the first 25 seconds were given up after 64. */
		assert_true(unanswered >= 23 && unanswered <= 26);
		assert_int_equal(live_points(l, 60, 0, p, 200), 1);
		assert_int_equal(p[0].requests, 60 * 61 / 2);
		assert_int_equal(p[0].n_deltas, 59 * 60 / 2);
		assert_int_equal(live_points(l, 1, TRAFFIC_START + 80 * S, p, 5), 5);
		assert_int_equal(p[0].start_ns, TRAFFIC_START + 80 * S);
		assert_int_equal(live_points(l, 7, 0, p, 200), 0);
		live_free(l);
		traffic_free(&t);
	}
}

static void a_false_date_makes_no_points(void **state)
{
	(void)state;
	struct traffic t = staircase(20);
	struct engine_config config = traffic_config();
	struct live_point p[200];
	t.at[40].time_ns += 86400 * S * 400;
	t.at[80].time_ns -= 86400 * S * 400;
	struct live *l = live_of(&t, &config, 0, false);
	size_t n = live_points(l, 1, INT64_MIN, p, 200);
	assert_int_equal(n, 19);
	for (unsigned s = 0; s < n; s++) {
		assert_int_equal(p[s].start_ns, TRAFFIC_START + s * S);
		assert_int_equal(p[s].requests, s + 1);
	}
	live_free(l);
	traffic_free(&t);
}

static void the_latest_packets_can_be_followed(void **state)
{
	(void)state;
	struct traffic t = staircase(40);
	struct engine_config config = traffic_config();
	struct live *l = live_of(&t, &config, 0, false);
	struct live_packet p[100];
	struct addr net = traffic_v4(10, 0, 0, 0);
	uint64_t last = 0;
	assert_int_equal(live_recent_newest(l), t.n);
	size_t n = live_recent(l, 0, NULL, 0, p, 100, &last);
	assert_int_equal(n, 100);
	assert_int_equal(last, p[99].number);
	assert_int_equal(p[0].number, 1);
	for (size_t i = 1; i < n; i++) {
		assert_int_equal(p[i].number, i + 1);
		if (!p[i].to_server)
			assert_int_equal(p[i].delta_ns, (p[i].time_ns - TRAFFIC_START) / S * 1000);
		else
			assert_int_equal(p[i].delta_ns, -1);
	}
	n = live_recent(l, last, &net, 120, p, 100, &last);
	assert_int_equal(n, 100);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(p[i].client.b[13], 0);
	/* An answer whose request came before the page. */
	n = live_recent(l, 1540, NULL, 0, p, 1, &last);
	if (p[0].to_server)
		n = live_recent(l, last, NULL, 0, p, 1, &last);
	assert_int_equal(n, 1);
	assert_true(!p[0].to_server && p[0].delta_ns > 0);
	n = live_recent(l, t.n, NULL, 0, p, 100, &last);
	assert_int_equal(n, 0);
	assert_int_equal(last, t.n);
	live_free(l);
	traffic_free(&t);
}

/* ---- a reader beside ----------------------------------------------------------------------------- */

struct beside {
	struct live *l;
	_Atomic bool done;
	uint64_t n_views, n_rows;
};

static void read_all_once(struct beside *b)
{
	static const enum client_sort orders[] = { SORT_IP, SORT_RX, SORT_LAST, SORT_ALERT, SORT_DELTA };
	struct client_info info[64];
	struct live_packet packets[64];
	struct live_point points[64];
	struct addr servers[LIVE_SERVER_BITS];
	struct server_info *list;
	struct live_totals o;
	struct live_view v;
	uint64_t cursor = 0, last, sum = 0;
	size_t next, n;
	live_totals(b->l, &o);
	assert_int_equal(live_view_make(b->l, orders[b->n_views % 5], b->n_views & 1, NULL, &v), ERR_OK);
	assert_true(v.n_total >= o.n_clients);
	n = live_view_page(b->l, &v, v.n / 2, info, 64, &next);
	for (size_t i = 0; i < n; i++)
		assert_true(live_client(b->l, &info[i].addr, &info[0]));
	live_view_release(&v);
	do
		sum += live_walk(b->l, &cursor, info, 64);
	while (cursor);
	assert_true(sum >= o.n_clients);
	live_recent(b->l, o.n_ntp > 50 ? o.n_ntp - 50 : 0, NULL, 0, packets, 64, &last);
	live_points(b->l, 1, 0, points, 64);
	assert_int_equal(live_servers(b->l, &list, &n), ERR_OK);
	free(list);
	live_server_bits(b->l, servers);
	b->n_views++;
	b->n_rows += sum;
}

static void *read_beside(void *arg)
{
	struct beside *b = arg;
	while (!atomic_load(&b->done))
		read_all_once(b);
	return NULL;
}

static void a_reader_disturbs_nothing(void **state)
{
	(void)state;
	struct traffic t = random_traffic(2, 12000, RT_ORDERLY);
	struct engine_config config = traffic_config();
	struct live_feed feed = { .t = &t, .seed = 5 };
	struct live_io io = { .next = live_feed_next, .source = &feed };
	struct beside b = { 0 };
	struct live_totals o;
	pthread_t thread;
	assert_int_equal(live_new(&config, &b.l), ERR_OK);
	assert_int_equal(pthread_create(&thread, NULL, read_beside, &b), 0);
	assert_int_equal(live_run(b.l, &io), ERR_OK);
	atomic_store(&b.done, true);
	pthread_join(thread, NULL);
	read_all_once(&b);
	live_totals(b.l, &o);
	struct census *c = traffic_census(&t, &config, 0, NULL);
	assert_int_equal(o.n_clients, census_n_clients(c));
	assert_int_equal(o.requests, census_tally(c)->packets[0]);
	assert_int_equal(o.n_ntp, census_tally(c)->fates[FATE_NTP]);
	census_free(c);
	live_free(b.l);
	traffic_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_second_and_minute_is_a_point),
		cmocka_unit_test(a_false_date_makes_no_points),
		cmocka_unit_test(the_latest_packets_can_be_followed),
		cmocka_unit_test(a_reader_disturbs_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
