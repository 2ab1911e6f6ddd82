/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/servers.h"
#include "traffic.h"

static void each_server_is_found_again_and_those_beyond_the_table_are_the_others(void **state)
{
	(void)state;
	for (uint64_t secret = 0; secret < 4; secret++) {
		struct servers s;
		struct engine_config config = engine_config_default();
		config.secret = secret * UINT64_C(0x123456789abcdef);
		assert_int_equal(servers_init(&s, &config), ERR_OK);
		for (unsigned round = 0; round < 3; round++) {
			for (unsigned i = 1; i < 400; i++) {
				struct addr a = traffic_v4(192, 0, i >> 8, i & 255);
				assert_int_equal(servers_enter(&s, &a),
						 i < SHARD_SERVERS_MAX ? i : SERVER_OTHERS);
			}
		}
		servers_release(&s);
	}
}

static void the_slowest_are_kept_ties_to_the_earlier_frame(void **state)
{
	(void)state;
	enum { N = 2000, KEEP = 10 };
	static struct worst all[N];
	for (uint64_t seed = 0; seed < 20; seed++) {
		struct worst kept[KEEP];
		unsigned n = 0;
		uint64_t random = seed;
		for (unsigned i = 0; i < N; i++) {
			all[i] = (struct worst){ .delta_ns = (int64_t)(traffic_random(&random) % 300) - 50,
						 .response_frame = N - i };
			worst_keep(kept, &n, KEEP, &all[i]);
		}
		assert_int_equal(n, KEEP);
		for (unsigned k = 0; k < KEEP; k++) {
			unsigned slower = 0;
			for (unsigned i = 0; i < N; i++)
				slower += all[i].delta_ns > kept[k].delta_ns ||
					  (all[i].delta_ns == kept[k].delta_ns &&
					   all[i].response_frame < kept[k].response_frame);
			assert_true(slower < KEEP);
		}
		n = 0;
		worst_keep(kept, &n, 0, &all[0]);
		assert_int_equal(n, 0);
	}
}

/* RFC 5905 section 7.3; the digest is that of md5sum over the 16 octets. */
static void the_reference_id_of_a_server(void **state)
{
	(void)state;
	uint8_t refid[4];
	struct addr v4 = traffic_v4(192, 0, 2, 7), v6 = traffic_v6(0xff, 7);
	server_refid(&v4, refid);
	assert_memory_equal(refid, ((const uint8_t[4]){ 192, 0, 2, 7 }), 4);
	server_refid(&v6, refid);
	assert_memory_equal(refid, ((const uint8_t[4]){ 0xe2, 0xfe, 0x00, 0x48 }), 4);
}

static void a_client_counts_once_a_server(void **state)
{
	(void)state;
	struct servers s;
	struct engine_config config = engine_config_default();
	assert_int_equal(servers_init(&s, &config), ERR_OK);
	struct addr a = traffic_v4(192, 0, 2, 7);
	unsigned id = servers_enter(&s, &a);
	for (unsigned i = 0; i < 100; i++) {
		struct addr client = traffic_v4(10, 0, 0, i % 10);
		server_count_client(&s, id, &client, true);
	}
	assert_int_equal(s.at[id].n_clients, 10);
	server_count_client(&s, id, &a, false); /* its mask lacked the server */
	assert_int_equal(s.at[id].n_clients, 11);
	servers_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_server_is_found_again_and_those_beyond_the_table_are_the_others),
		cmocka_unit_test(the_slowest_are_kept_ties_to_the_earlier_frame),
		cmocka_unit_test(the_reference_id_of_a_server),
		cmocka_unit_test(a_client_counts_once_a_server),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
