/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/server_times.h"
#include "traffic.h"

enum { N_SERVERS = 300, N = 5000 };

static void merging_parts_equals_booking_in_one(void **state)
{
	(void)state;
	struct server_times one = { 0 }, part[3] = { 0 }, all = { 0 };
	uint64_t seed = 3;
	for (unsigned i = 0; i < N; i++) {
		uint64_t r = traffic_random(&seed);
		struct addr a = traffic_v4(192, 0, (r % N_SERVERS) >> 8, (r % N_SERVERS) & 255);
		struct exchange x = { .request_ns = TRAFFIC_START,
				      .response_ns = TRAFFIC_START + (int64_t)(r >> 40),
				      .turnaround_ns = (int64_t)(r >> 44),
				      .has_turnaround = r >> 20 & 1 };
		server_times_add(&one, &a, &x);
		server_times_add(&part[r >> 30 & 1], &a, &x); /* part 2 stays empty */
	}
	for (unsigned i = 0; i < 3; i++) {
		server_times_merge(&all, &part[i]);
		server_times_release(&part[i]);
	}
	for (unsigned i = 0; i < N_SERVERS; i++) {
		struct addr a = traffic_v4(192, 0, i >> 8, i & 255);
		const struct server_time *x = server_times_find(&one, &a), *y = server_times_find(&all, &a);
		assert_true(x && y);
		assert_memory_equal(&x->delta, &y->delta, sizeof(x->delta));
		assert_memory_equal(&x->turnaround, &y->turnaround, sizeof(x->turnaround));
		assert_memory_equal(&x->outside, &y->outside, sizeof(x->outside));
		assert_true(x->turnaround.n + x->turnaround.n_negative < x->delta.n);
	}
	server_times_release(&one);
	server_times_release(&all);
}

static void a_server_without_answers_is_not_there(void **state)
{
	(void)state;
	struct server_times t = { 0 };
	struct addr a = traffic_v4(192, 0, 2, 1), b = traffic_v4(192, 0, 2, 2);
	assert_null(server_times_find(&t, &a));
	struct exchange x = { .request_ns = 1, .response_ns = 2 };
	server_times_add(&t, &a, &x);
	assert_non_null(server_times_find(&t, &a));
	assert_null(server_times_find(&t, &b));
	server_times_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merging_parts_equals_booking_in_one),
		cmocka_unit_test(a_server_without_answers_is_not_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
