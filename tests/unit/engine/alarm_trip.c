/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "engine/alarm_trip.h"

#define S    NS_PER_S
#define HOUR (3600 * NS_PER_S)

static void one_reading_less_than_needed_changes_nothing(void **state)
{
	struct alarm_trip t = { 0 };
	const struct alarm_need need = { .readings = 3 };
	(void)state;
	assert_false(alarm_trip_step(&t, true, &need, 1 * S));
	assert_false(alarm_trip_step(&t, true, &need, 2 * S));
	assert_false(alarm_trip_step(&t, false, &need, 3 * S)); /* from the beginning again */
	assert_false(alarm_trip_step(&t, true, &need, 4 * S));
	assert_false(alarm_trip_step(&t, true, &need, 5 * S));
	assert_true(alarm_trip_step(&t, true, &need, 6 * S));
	assert_true(t.is_set);
	assert_false(alarm_trip_step(&t, false, &need, 7 * S));
	assert_false(alarm_trip_step(&t, false, &need, 8 * S));
	assert_true(alarm_trip_step(&t, false, &need, 9 * S));
	assert_false(t.is_set);
}

static void it_has_to_hold_for_so_long_on_both_ways(void **state)
{
	struct alarm_trip t = { 0 };
	const struct alarm_need need = { .readings = 1, .set_ns = 60 * S, .clear_ns = 300 * S };
	(void)state;
	assert_false(alarm_trip_step(&t, true, &need, 1000 * S));
	assert_false(alarm_trip_step(&t, true, &need, 1060 * S - 1));
	assert_true(alarm_trip_step(&t, true, &need, 1060 * S));
	assert_false(alarm_trip_step(&t, false, &need, 2000 * S));
	assert_false(alarm_trip_step(&t, false, &need, 2300 * S - 1));
	assert_true(alarm_trip_step(&t, false, &need, 2300 * S));
}

static void a_clock_that_went_back_begins_anew(void **state)
{
	struct alarm_trip t = { 0 };
	const struct alarm_need need = { .readings = 1, .set_ns = 60 * S };
	(void)state;
	assert_false(alarm_trip_step(&t, true, &need, 5000 * S));
	assert_false(alarm_trip_step(&t, true, &need, 1000 * S));
	assert_true(alarm_trip_step(&t, true, &need, 1060 * S));
}

static void what_flaps_is_held_longer_and_longer(void **state)
{
	struct alarm_flaps f = { 0 };
	const int64_t calm_s[] = { 0, 0, 300, 600, 1200, 2400, 3600, 3600, 3600 };
	int64_t now_ns = 1000 * S;
	(void)state;
	for (size_t i = 0; i < sizeof(calm_s) / sizeof(calm_s[0]); i++) {
		alarm_flaps_raised(&f, now_ns);
		assert_int_equal(alarm_flaps_calm_ns(&f), calm_s[i] * S);
		now_ns += calm_s[i] * S + 600 * S;
	}
}

static void an_hour_of_quiet_forgives(void **state)
{
	struct alarm_flaps f = { 0 };
	(void)state;
	for (int i = 0; i < 4; i++)
		alarm_flaps_raised(&f, i * 60 * S);
	assert_int_equal(alarm_flaps_calm_ns(&f), 600 * S);
	alarm_flaps_raised(&f, 180 * S + 600 * S + HOUR + 1);
	assert_int_equal(alarm_flaps_calm_ns(&f), 0);
}

static void a_median_is_known_after_three_complete_hours(void **state)
{
	struct alarm_median m = { 0 };
	(void)state;
	for (int minute = 0; minute < 180; minute++) {
		alarm_median_add(&m, minute < 60 ? 10 : minute < 120 ? 20 : 90, minute * 60 * S);
		assert_true(isnan(alarm_median_get(&m)));
	}
	alarm_median_add(&m, 5, 180 * 60 * S);
	assert_float_equal(alarm_median_get(&m), 20, 1e-6);
	alarm_median_add(&m, 5, 240 * 60 * S);
	assert_float_equal(alarm_median_get(&m), 15, 1e-6);
}

static void a_median_forgets_what_is_older_than_a_week(void **state)
{
	struct alarm_median m = { 0 };
	(void)state;
	for (int h = 0; h < 1000; h++)
		alarm_median_add(&m, 80, h * HOUR);
	for (int h = 1000; h < 1000 + ALARM_SLOTS / 2 - 2; h++)
		alarm_median_add(&m, 40, h * HOUR);
	assert_float_equal(alarm_median_get(&m), 80, 1e-6);
	for (int h = 2000; h < 2000 + ALARM_SLOTS + 1; h++)
		alarm_median_add(&m, 40, h * HOUR);
	assert_float_equal(alarm_median_get(&m), 40, 1e-6);
	assert_int_equal(m.n_slots, ALARM_SLOTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_reading_less_than_needed_changes_nothing),
		cmocka_unit_test(it_has_to_hold_for_so_long_on_both_ways),
		cmocka_unit_test(a_clock_that_went_back_begins_anew),
		cmocka_unit_test(what_flaps_is_held_longer_and_longer),
		cmocka_unit_test(an_hour_of_quiet_forgives),
		cmocka_unit_test(a_median_is_known_after_three_complete_hours),
		cmocka_unit_test(a_median_forgets_what_is_older_than_a_week),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
