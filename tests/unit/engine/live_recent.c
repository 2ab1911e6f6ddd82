/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "engine/live_recent.h"

static struct addr v4(unsigned host)
{
	return addr_from_v4((const uint8_t[4]){ 10, 0, (uint8_t)(host >> 8), (uint8_t)host });
}

static void add_from(struct live_recent *r, unsigned host, uint16_t port, uint64_t key, bool answer,
		     int64_t time_ns)
{
	struct event e = {
		.client = v4(host),
		.server = v4(9999),
		.time_ns = time_ns,
		.key = key,
		.role = answer ? EVENT_RESPONSE : EVENT_REQUEST,
		.to_server = !answer,
		.version = 4,
		.mode = answer ? 4 : 3,
		.client_port = port,
		.payload_len = 48,
		.poll_log2s = -6,
	};
	live_recent_add(r, &e, 1);
}

static void add(struct live_recent *r, unsigned host, uint64_t key, bool answer, int64_t time_ns)
{
	add_from(r, host, 1000, key, answer, time_ns);
}

static void packets_come_back_as_they_were(void **state)
{
	(void)state;
	struct live_recent r;
	struct live_packet p[4];
	uint64_t from = 1;
	struct event icmp = { .role = EVENT_ICMP_ERROR };
	assert_int_equal(live_recent_init(&r, 1), ERR_OK);
	add(&r, 1, 77, false, 5);
	live_recent_add(&r, &icmp, 1);
	add(&r, 1, 77, true, 9);
	assert_int_equal(live_recent_pair(&r, 100), 2);
	assert_int_equal(live_recent_find(&r, &from, 100, NULL, 0, p, 4), 2);
	assert_int_equal(from, 3);
	assert_int_equal(p[0].number, 1);
	assert_true(p[0].to_server && !p[1].to_server);
	assert_int_equal(p[0].poll_log2s, -6);
	assert_int_equal(p[1].mode, 4);
	assert_int_equal(p[1].version, 4);
	assert_int_equal(p[1].client_port, 1000);
	assert_int_equal(p[0].delta_ns, -1);
	assert_int_equal(p[1].delta_ns, 4);
	live_recent_release(&r);
}

static void only_a_prefix_and_only_so_many(void **state)
{
	(void)state;
	struct live_recent r;
	struct live_packet p[8];
	struct addr net = v4(256);
	uint64_t from = 1;
	assert_int_equal(live_recent_init(&r, 1), ERR_OK);
	for (unsigned i = 0; i < 20; i++)
		add(&r, i % 2 ? 256 + i : i, i, false, i);
	assert_int_equal(live_recent_find(&r, &from, 20, &net, 120, p, 8), 8);
	assert_int_equal(p[0].number, 2);
	assert_int_equal(p[7].number, 16);
	assert_int_equal(from, 17);
	assert_int_equal(live_recent_find(&r, &from, 20, &net, 120, p, 8), 2);
	assert_int_equal(from, 21);
	live_recent_release(&r);
}

static void what_was_overwritten_is_passed_over(void **state)
{
	(void)state;
	struct live_recent r;
	struct live_packet p;
	uint64_t from = 5;
	assert_int_equal(live_recent_init(&r, 1), ERR_OK);
	for (uint64_t i = 1; i <= LIVE_RECENT + 100; i++)
		add(&r, 1, i, false, 1);
	assert_int_equal(live_recent_oldest(&r), 101);
	assert_int_equal(live_recent_find(&r, &from, r.n, NULL, 0, &p, 1), 1);
	assert_int_equal(p.number, 101);
	assert_int_equal(p.key, 101);
	live_recent_release(&r);
}

static void answers_have_the_time_since_their_request(void **state)
{
	(void)state;
	struct live_recent r;
	struct live_packet p[8];
	uint64_t from = 4;
	assert_int_equal(live_recent_init(&r, 1), ERR_OK);
	add(&r, 1, 7, false, 1000);
	add(&r, 1, 7, false, 3000); /* again */
	add(&r, 2, 7, false, 3500); /* somebody else */
	add(&r, 1, 7, true, 5000);  /* number 4 */
	add(&r, 1, 7, false, 6000); /* too late for number 4 */
	add(&r, 2, 8, true, 7000);  /* nobody asked that */
	add(&r, 1, 7, true, 9000);
	assert_int_equal(live_recent_pair(&r, 3), 3);
	assert_int_equal(live_recent_pair(&r, 100), 4);
	assert_int_equal(live_recent_find(&r, &from, r.n, NULL, 0, p, 8), 4);
	assert_int_equal(p[0].delta_ns, 2000);
	assert_int_equal(p[1].delta_ns, -1);
	assert_int_equal(p[2].delta_ns, -1);
	assert_int_equal(p[3].delta_ns, 3000);
	live_recent_release(&r);
}

static void readers_look_at_each_packet_once(void **state)
{
	(void)state;
	struct live_recent r;
	struct live_packet p;
	assert_int_equal(live_recent_init(&r, 1), ERR_OK);
	for (uint64_t i = 1; i <= LIVE_RECENT + 10; i++)
		add(&r, 1, i, false, (int64_t)i);
	/* the first one finds all of what is there, the next one nothing that is new */
	assert_int_equal(live_recent_pair(&r, SIZE_MAX), LIVE_RECENT);
	assert_int_equal(live_recent_pair(&r, SIZE_MAX), 0);
	add(&r, 1, LIVE_RECENT, true, 2 * LIVE_RECENT);
	uint64_t number = r.n, from = number;
	assert_int_equal(live_recent_find(&r, &from, number, NULL, 0, &p, 1), 1);
	assert_int_equal(p.delta_ns, -1); /* nobody looked for its request yet */
	assert_int_equal(live_recent_pair(&r, SIZE_MAX), 1);
	from = number;
	assert_int_equal(live_recent_find(&r, &from, number, NULL, 0, &p, 1), 1);
	assert_int_equal(p.delta_ns, LIVE_RECENT);
	live_recent_release(&r);
}

static void a_request_that_was_overwritten_is_not_found(void **state)
{
	(void)state;
	struct live_recent r;
	struct live_packet p;
	assert_int_equal(live_recent_init(&r, 1), ERR_OK);
	add(&r, 1, 7, false, 10);
	add(&r, 1, 7, true, 15);
	assert_int_equal(live_recent_pair(&r, SIZE_MAX), 2);
	for (uint64_t i = 0; i < LIVE_RECENT - 1; i++)
		add(&r, 2, 100 + i, false, 20);
	uint64_t from = 2;
	assert_int_equal(live_recent_find(&r, &from, 2, NULL, 0, &p, 1), 1);
	assert_int_equal(p.delta_ns, -1); /* its request lay where the latest one does now */
	add(&r, 2, 1, false, 20);
	add(&r, 1, 7, true, 30);
	assert_int_equal(live_recent_pair(&r, SIZE_MAX), LIVE_RECENT);
	from = r.n;
	assert_int_equal(live_recent_find(&r, &from, r.n, NULL, 0, &p, 1), 1);
	assert_int_equal(p.delta_ns, -1);
	live_recent_release(&r);
}

static double cpu_s(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_utime.tv_sec + (double)u.ru_utime.tv_usec * 1e-6;
}

/* A stranger may give all requests one key, and each a port of its own. */
static void one_key_from_every_port_costs_no_more_than_others(void **state)
{
	enum { N = 60000 };
	(void)state;
	struct live_recent r;
	struct live_packet *p = malloc(N * sizeof(*p));
	uint64_t from = 1;
	assert_non_null(p);
	assert_int_equal(live_recent_init(&r, 1), ERR_OK);
	for (unsigned i = 0; i < N; i++)
		add_from(&r, 1, (uint16_t)i, 7, false, i);
	for (unsigned i = 0; i < N; i++)
		add_from(&r, 1, (uint16_t)i, 7, true, N + 2 * i);
	double before_s = cpu_s();
	from = N + 1;
	assert_int_equal(live_recent_pair(&r, SIZE_MAX), 2 * N);
	assert_int_equal(live_recent_find(&r, &from, r.n, NULL, 0, p, N), N);
	assert_true(cpu_s() - before_s < 1); /* some 10 ms; 10 s when all share a place */
	for (unsigned i = 0; i < N; i++)
		assert_int_equal(p[i].delta_ns, N + i);
	live_recent_release(&r);
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_come_back_as_they_were),
		cmocka_unit_test(only_a_prefix_and_only_so_many),
		cmocka_unit_test(what_was_overwritten_is_passed_over),
		cmocka_unit_test(answers_have_the_time_since_their_request),
		cmocka_unit_test(readers_look_at_each_packet_once),
		cmocka_unit_test(a_request_that_was_overwritten_is_not_found),
		cmocka_unit_test(one_key_from_every_port_costs_no_more_than_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
