/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is worked out of a record: here the parts that a census cannot show, the rest in census.c and
 * clients.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "engine/client_info.h"

static const int64_t NOW = 5000 * NS_PER_S;

static struct client_hot hot(uint32_t rx, uint32_t tx)
{
	return (struct client_hot){
		.addr = addr_from_v4((const uint8_t[4]){ 10, 0, 0, 1 }),
		.first_rx_ns = NOW - 900 * NS_PER_S,
		.last_rx_ns = NOW,
		.rx = rx,
		.tx = tx,
	};
}

static void the_same_record_changes_with_time_and_servers(void **state)
{
	(void)state;
	struct engine_config config = engine_config_default();
	struct client_context x = { .config = &config, .now_ns = NOW };
	struct client_hot h = hot(10, 0);
	struct client_cold k = { .first_ns = h.first_rx_ns, .servers = 1, .valid_seen = 1 };
	struct client_info info;
	unsigned shard = addr_shard(&h.addr);

	x.server_bits[shard][0] = 1 << 4;
	client_info_make(&x, &h, &k, &info);
	assert_int_equal(info.servers, 1 << 4);
	assert_int_equal(info.alert, ALERT_RED);
	x.one_way_bits = 1 << 4; /* nothing was seen from that server */
	client_info_make(&x, &h, &k, &info);
	assert_int_equal(info.alert, ALERT_NONE);
	assert_true(info.rx_every_s > 99.99 && info.rx_every_s < 100.01);
	x.now_ns = NOW + 200 * NS_PER_S;
	client_info_make(&x, &h, &k, &info);
	assert_int_equal(info.alert, ALERT_NONE);
	x.now_ns = NOW + 201 * NS_PER_S;
	client_info_make(&x, &h, &k, &info);
	assert_int_equal(info.alert, ALERT_SLEEP);
}

static void keys_rise_as_the_figures_do(void **state)
{
	(void)state;
	struct client_hot few = hot(3, 1), many = hot(4, 2);
	struct client_cold small = { .first_ns = -5, .owed = 1, .peak_1s = 1, .delta_mean_s = 1e-6f },
			   large = { .first_ns = 5,
				     .owed = 2,
				     .peak_1s = 2,
				     .n_deltas = 1,
				     .delta_mean_s = 1e-9f,
				     .rx_bytes = 9,
				     .tx_bytes = 9,
				     .icmp_errors = 1 };
	many.last_tx_ns = NOW + 1;
	many.first_rx_ns -= 2000 * NS_PER_S;
	for (unsigned by = 0; by < N_CLIENT_SORTS; by++) {
		uint64_t a = client_sort_key(by, &few, &small), b = client_sort_key(by, &many, &large);
		if (by == SORT_IP || by == SORT_NAME || by == SORT_ALERT)
			assert_true(a == 0 && b == 0);
		else
			assert_true(a < b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_record_changes_with_time_and_servers),
		cmocka_unit_test(keys_rise_as_the_figures_do),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
