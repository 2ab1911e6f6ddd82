/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list as it lies, and one client of it, against the census of the same packets. */

#include "live_bench.h"

static void a_walk_meets_each_client_once(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	for (size_t step = 1; step < 700; step += 333) {
		struct client_info page[700];
		uint64_t cursor = 0;
		size_t n = 0, calls = 0;
		uint64_t rx = 0;
		do {
			size_t got = live_walk(b.l, &cursor, page, step);
			assert_true(got <= step);
			for (size_t i = 0; i < got; i++)
				rx += page[i].rx;
			n += got;
		} while (cursor && ++calls < 10000);
		assert_int_equal(n, b.n);
		assert_int_equal(rx, census_summary(b.c)->rx);
	}
	end(&b);
}

static void a_client_is_found_by_its_address(void **state)
{
	(void)state;
	struct bench b;
	struct client_info want, have;
	struct addr nobody = traffic_v4(240, 0, 0, 1);
	begin(&b);
	for (size_t i = 0; i < b.n; i += 17) {
		census_client(b.c, i, &want);
		assert_true(live_client(b.l, &want.addr, &have));
		assert_memory_equal(&have.addr, &want.addr, sizeof(want.addr));
		assert_int_equal(have.rx, want.rx);
		assert_int_equal(have.last_ns, want.last_ns);
	}
	assert_false(live_client(b.l, &nobody, &have));
	assert_int_equal(have.rx, 0);
	end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_walk_meets_each_client_once),
		cmocka_unit_test(a_client_is_found_by_its_address),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
