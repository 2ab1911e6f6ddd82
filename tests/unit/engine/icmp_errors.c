/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/icmp_errors.h"
#include "traffic.h"

static void add(struct icmp_errors *s, unsigned source, unsigned client, uint8_t type, uint8_t code,
		bool answer)
{
	bool v6 = client % 2;
	struct datagram d = { .src = v6 ? traffic_v6(1, source)
					: traffic_v4(172, 16, source >> 8, source & 255),
			      .ip_version = v6 ? 6 : 4,
			      .icmp_type = type,
			      .icmp_code = code };
	struct event e = { .client = v6 ? traffic_v6(2, client)
					: traffic_v4(10, 0, client >> 8, client & 255),
			   .opcode = answer };
	icmp_errors_add(s, &d, &e);
}

static void packets_sources_and_clients_are_counted_by_type_and_code(void **state)
{
	(void)state;
	for (uint64_t secret = 0; secret < 3; secret++) {
		struct icmp_errors s;
		struct icmp_info info;
		icmp_errors_init(&s, secret * 77);
		for (unsigned i = 0; i < 1000; i++)
			add(&s, i % 7, 2 * (i % 50), 3, 3, true);
		for (unsigned i = 0; i < 100; i++)
			add(&s, i % 7, 2 * (i % 60), 3, 1, false);
		for (unsigned i = 0; i < 10; i++)
			add(&s, i % 3, 1 + 2 * (i % 5), 1, 4, false);
		assert_int_equal(icmp_errors_info(&s, &info), ERR_OK);
		assert_int_equal(info.n_packets, 1110);
		assert_int_equal(info.n_answer_quoted, 1000);
		assert_int_equal(info.n_sources, 10);
		assert_int_equal(info.n_clients, 65);
		assert_int_equal(info.n_v6_clients, 5);
		assert_int_equal(info.n_rows, 3);
		assert_int_equal(info.rows[0].n_packets, 1000);
		assert_int_equal(info.rows[0].n_sources, 7);
		assert_int_equal(info.rows[0].n_clients, 50);
		assert_int_equal(info.rows[1].code, 1);
		assert_int_equal(info.rows[1].n_clients, 60);
		assert_int_equal(info.rows[2].ip_version, 6);
		assert_false(info.rows[0].bounded);
		free(info.rows);
		icmp_errors_release(&s);
	}
}

static void types_and_codes_beyond_the_table_share_its_last_row(void **state)
{
	(void)state;
	struct icmp_errors s;
	struct icmp_info info;
	uint64_t sum = 0;
	icmp_errors_init(&s, 1);
	for (unsigned i = 0; i < 1024; i++)
		add(&s, 1, 2, (uint8_t)(i >> 8), (uint8_t)i, false);
	assert_int_equal(icmp_errors_info(&s, &info), ERR_OK);
	assert_int_equal(info.n_rows, ICMP_ROWS_MAX);
	for (size_t i = 0; i < info.n_rows; i++)
		sum += info.rows[i].n_packets;
	assert_int_equal(sum, 1024);
	free(info.rows);
	icmp_errors_release(&s);
}

static void no_errors_need_no_rows(void **state)
{
	(void)state;
	struct icmp_errors s;
	struct icmp_info info;
	icmp_errors_init(&s, 1);
	assert_int_equal(icmp_errors_info(&s, &info), ERR_OK);
	assert_null(info.rows);
	icmp_errors_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_sources_and_clients_are_counted_by_type_and_code),
		cmocka_unit_test(types_and_codes_beyond_the_table_share_its_last_row),
		cmocka_unit_test(no_errors_need_no_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
