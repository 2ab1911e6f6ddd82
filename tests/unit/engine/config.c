/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The defaults that the manual and the header promise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/config.h"

#define S NS_PER_S

static void the_times_of_pairing_are_5_64_and_1_seconds(void **state)
{
	(void)state;
	struct engine_config c = engine_config_default();
	assert_true(c.timeout_ns == 5 * S);
	assert_true(c.late_ns == 64 * S);
	assert_true(c.reorder_ns == S);
}

static void entries_age_out_after_7_days_and_under_pressure_after_20_minutes(void **state)
{
	(void)state;
	struct engine_config c = engine_config_default();
	assert_true(c.age_out_ns == 7 * 24 * 3600 * S);
	assert_true(c.age_out_min_ns == 20 * 60 * S);
}

static void there_is_room_for_16_mi_clients_and_8_mi_open_requests(void **state)
{
	(void)state;
	struct engine_config c = engine_config_default();
	assert_int_equal(c.capacity, 16 << 20);
	assert_int_equal(c.pending_capacity, 8 << 20);
}

static void alerts_begin_at_10_packets_8_seconds_and_sleep_from_64_seconds_to_36_hours(void **state)
{
	(void)state;
	struct engine_config c = engine_config_default();
	assert_int_equal(c.alert_min_rx, 10);
	assert_true(c.alert_fast_ns == 8 * S);
	assert_int_equal(c.alert_sleep_min_rx, 3);
	assert_true(c.alert_sleep_least_ns == 64 * S);
	assert_true(c.alert_sleep_most_ns == 36 * 3600 * S);
}

static void ten_slowest_are_kept_and_a_peak_is_thrice_the_median(void **state)
{
	(void)state;
	struct engine_config c = engine_config_default();
	assert_int_equal(c.n_worst, 10);
	assert_true(c.n_worst <= ENGINE_WORST_MAX);
	assert_true(c.peak_factor == 3.0);
}

static void one_thread_no_server_named_strict_pairing_and_no_rows(void **state)
{
	(void)state;
	static const struct addr none;
	struct engine_config c = engine_config_default();
	assert_int_equal(c.n_threads, 1);
	assert_int_equal(c.n_servers, 0);
	assert_true(addr_equal(&c.servers[0], &none));
	assert_int_equal(c.secret, 0);
	assert_false(c.match_newest);
	assert_false(c.want_rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_times_of_pairing_are_5_64_and_1_seconds),
		cmocka_unit_test(entries_age_out_after_7_days_and_under_pressure_after_20_minutes),
		cmocka_unit_test(there_is_room_for_16_mi_clients_and_8_mi_open_requests),
		cmocka_unit_test(alerts_begin_at_10_packets_8_seconds_and_sleep_from_64_seconds_to_36_hours),
		cmocka_unit_test(ten_slowest_are_kept_and_a_peak_is_thrice_the_median),
		cmocka_unit_test(one_thread_no_server_named_strict_pairing_and_no_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
