/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "serve.h"
#include "web/connections.h"

enum { STALLED = 80 };

static struct serve s;

static struct connection of(uint8_t host, int64_t moved_ns)
{
	return (struct connection){ .fd = -1,
				    .from = addr_from_v4((const uint8_t[4]){ 192, 0, 2, host }),
				    .moved_ns = moved_ns };
}

static void the_slowest_of_the_address_makes_room(void **state)
{
	struct connections all = { 0 };
	struct connection c[6] = { of(1, 30), of(1, 10), of(2, 1), of(1, 20), of(1, 40), of(3, 50) };
	(void)state;
	for (unsigned i = 0; i < 5; i++)
		connections_add(&all, &c[i], 5, 3);
	/* the fourth one of .1 */
	assert_true(c[1].dropped);
	assert_false(c[0].dropped || c[2].dropped || c[3].dropped || c[4].dropped);
	assert_int_equal(all.n, 4);
	connections_add(&all, &c[5], 4, 3);
	assert_true(c[2].dropped); /* of all */
	for (unsigned i = 0; i < 6; i++)
		connections_remove(&all, &c[i]);
	assert_int_equal(all.n, 0);
	assert_null(all.first);
}

static void one_that_belongs_to_another_address_makes_room_there(void **state)
{
	struct connections all = { 0 };
	struct connection c[4] = { of(1, 30), of(1, 10), of(9, 5), of(9, 1) };
	(void)state;
	for (unsigned i = 0; i < 4; i++)
		connections_add(&all, &c[i], 9, 9);
	connections_belong(&all, &c[2], &c[2].from, 1);
	assert_int_equal(all.n, 4);
	connections_belong(&all, &c[2], &c[0].from, 2);
	assert_true(c[1].dropped && !c[0].dropped && !c[2].dropped && !c[3].dropped);
	assert_true(addr_equal(&c[2].from, &c[0].from));
	connections_drop_all(&all);
	assert_true(c[0].dropped && c[2].dropped && c[3].dropped);
	assert_int_equal(all.n, 0);
}

static void who_takes_too_long_to_ask_is_dropped(void **state)
{
	struct connections all = { 0 };
	struct connection asks = of(1, 0), reads = of(1, 0);
	(void)state;
	asks.waits_since_ns = 5;
	connections_add(&all, &asks, 5, 5);
	connections_add(&all, &reads, 5, 5);
	connections_drop_dribblers(&all, 15, 10);
	assert_false(asks.dropped);
	connections_drop_dribblers(&all, 16, 10);
	assert_true(asks.dropped);
	assert_false(reads.dropped);
}

/* Lists whose readers read nothing, more than there may be connections: the next one gets its answer. */
static void readers_who_stop_reading_keep_nobody_waiting(void **state)
{
	static const char ask[] = "GET /api/v1/clients.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
	int fd[STALLED];
	(void)state;
	for (unsigned i = 0; i < STALLED; i++) {
		fd[i] = serve_connect_buffer(&s, 4096);
		assert_true(fd[i] >= 0);
		assert_int_equal(write(fd[i], ask, sizeof(ask) - 1), sizeof(ask) - 1);
		for (unsigned k = 0; k < 20; k++)
			web_run(s.web);
	}
	serve_get(&s, "/healthz");
	assert_int_equal(serve_status(&s), 200);
	serve_get(&s, "/api/v1/clients?sort=tx");
	assert_int_equal(serve_status(&s), 200);
	for (unsigned i = 0; i < STALLED; i++)
		close(fd[i]);
}

/* The same with orders: those who hold one and do not read lose it. */
static void readers_of_sorted_lists_who_stop_reading_give_way(void **state)
{
	int fd[8];
	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		static const char *const sorts[] = { "rx", "tx",   "last",  "first",
						     "ip", "owed", "alert", "port" };
		char ask[120];
		fd[i] = serve_connect_buffer(&s, 4096);
		assert_true(fd[i] >= 0);
		int len = snprintf(ask, sizeof(ask),
				   "GET /api/v1/clients.json?sort=%s HTTP/1.1\r\nHost: localhost\r\n\r\n",
				   sorts[i]);
		assert_int_equal(write(fd[i], ask, (size_t)len), len);
		for (unsigned k = 0; k < 20; k++)
			web_run(s.web);
	}
	serve_get(&s, "/api/v1/clients?sort=delta");
	assert_int_equal(serve_status(&s), 200);
	for (int waited = 0; waited < 3100; waited += 100) {
		poll(NULL, 0, 100);
		web_run(s.web);
	}
	serve_get(&s, "/api/v1/clients.csv?sort=peak&limit=3");
	assert_int_equal(serve_status(&s), 200);
	for (unsigned i = 0; i < 8; i++)
		close(fd[i]);
}

static int open_web(void **state)
{
	struct web_config c = serve_config();
	*state = &s;
	return serve_crowd(&s, 4000) && serve_web(&s, &c) ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_slowest_of_the_address_makes_room),
		cmocka_unit_test(one_that_belongs_to_another_address_makes_room_there),
		cmocka_unit_test(who_takes_too_long_to_ask_is_dropped),
		cmocka_unit_test(readers_who_stop_reading_keep_nobody_waiting),
		cmocka_unit_test(readers_of_sorted_lists_who_stop_reading_give_way),
	};
	return cmocka_run_group_tests(tests, open_web, serve_close);
}
