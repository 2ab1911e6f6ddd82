/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/lately.h"
#include "traffic.h"

enum { N = 5000 };

static void each_client_has_its_packets_of_both_directions(void **state)
{
	static uint32_t rx[N], tx[N];
	struct lately l = { .secret = 7 };
	uint64_t random = 1;
	(void)state;
	for (unsigned i = 0; i < 20 * N; i++) {
		unsigned k = (unsigned)(traffic_random(&random) % (N - 1)),
			 to_server = traffic_random(&random) % 3 != 0;
		struct addr a = traffic_v4(10, 0, k >> 8, k & 255);
		assert_int_equal(lately_add(&l, &a, to_server), ERR_OK);
		rx[k] += to_server;
		tx[k] += !to_server;
	}
	for (unsigned k = 0; k < N; k++) {
		struct addr a = traffic_v4(10, 0, k >> 8, k & 255);
		const struct lately_client *c = lately_of(&l, &a);
		assert_int_equal(c ? c->rx : 0, rx[k]);
		assert_int_equal(c ? c->tx : 0, tx[k]);
	}
	lately_release(&l);
}

static void nobody_has_any_at_first(void **state)
{
	struct lately l = { .secret = 7 };
	struct addr a = traffic_v4(10, 0, 0, 1);
	(void)state;
	assert_null(lately_of(&l, &a));
	lately_release(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_client_has_its_packets_of_both_directions),
		cmocka_unit_test(nobody_has_any_at_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
