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
	struct client_cold k = { .first_ns = NOW - 900 * NS_PER_S, .first_rx_ns = NOW - 900 * NS_PER_S };
	struct client_info info;
	unsigned shard = addr_shard(&h.addr);

	h.servers = 1;
	h.valid_seen = 1;
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

static void keys_rise_as_the_figures_do_or_fall(void **state)
{
	(void)state;
	struct client_hot few = hot(3, 1), many = hot(4, 2);
	struct client_cold small = { .first_ns = -5,
				     .first_rx_ns = NOW - 900 * NS_PER_S,
				     .owed = 1,
				     .peak_1s = 1 },
			   large = { .first_ns = 5,
				     .first_rx_ns = NOW - 2900 * NS_PER_S,
				     .owed = 2,
				     .peak_1s = 2,
				     .peak_10s = 1,
				     .kod_rate = 1,
				     .kod_deny = 1,
				     .kod_rstr = 1,
				     .rx_more = 9,
				     .tx_more = 9,
				     .icmp_errors = 1 };
	struct client_info calm = { .alert = ALERT_NONE },
			   bad = { .alert = ALERT_RED, .classes = CLIENT_ACTIVE, .servers = 1 };

	few.n_deltas = 1;
	few.delta_mean_s = 1e-9F;
	few.recent_s = 1;
	many.last_tx_ns = NOW + 1;
	many.n_deltas = 2;
	many.delta_mean_s = 1e-6F;
	many.delta_max_bin = 1;
	many.recent_s = 2;
	many.poll_bias = 129;
	many.last_port = 123;
	many.rx_flags = many.tx_flags = 1;
	for (unsigned by = 0; by < N_CLIENT_SORTS; by++) {
		uint64_t a = client_sort_key(by, false, &few, &small, &calm);
		uint64_t b = client_sort_key(by, false, &many, &large, &bad);
		if (by == SORT_IP || by == SORT_NAME)
			continue;
		assert_true(a < b);
		assert_true(client_sort_key(by, true, &few, &small, &calm) >
			    client_sort_key(by, true, &many, &large, &bad));
	}
}

static void what_is_undefined_is_last_either_way(void **state)
{
	(void)state;
	static const enum client_sort may_be_undefined[] = { SORT_RX_EVERY,  SORT_RECENT_EVERY, SORT_DELTA,
							     SORT_DELTA_MAX, SORT_POLL,         SORT_PORT };
	struct client_hot h = hot(0, 1);
	struct client_cold k = { .first_ns = NOW };
	struct client_info info = { 0 };

	for (size_t i = 0; i < sizeof(may_be_undefined) / sizeof(*may_be_undefined); i++)
		for (unsigned descending = 0; descending < 2; descending++)
			assert_true(client_sort_key(may_be_undefined[i], descending, &h, &k, &info) ==
				    UINT64_MAX);
	for (unsigned descending = 0; descending < 2; descending++)
		assert_true(client_sort_key(SORT_OWED, descending, &h, &k, &info) < UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_record_changes_with_time_and_servers),
		cmocka_unit_test(keys_rise_as_the_figures_do_or_fall),
		cmocka_unit_test(what_is_undefined_is_last_either_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
