/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "engine/alarm_own.h"

static void give(struct alarm_limits *l, const char *name, enum alarm_rule rule, double warn)
{
	struct alarm_own own = { .rule = rule,
				 .limit = { .is_on = true, .warn = warn, .critical = 2 * warn } };
	snprintf(own.name, sizeof(own.name), "%s", name);
	assert_int_equal(alarm_own_add(l, &own), ERR_OK);
}

static double warn_of(const struct alarm_limits *l, const char *name)
{
	return alarm_own_find(l, ALARM_OFFSET, name)->warn;
}

static void a_target_without_one_of_its_own_has_that_for_all(void **state)
{
	struct alarm_limits l = alarm_limits_default();
	(void)state;
	assert_float_equal(warn_of(&l, "pool"), 0.01, 0);
	give(&l, "gps1", ALARM_OFFSET, 1e-5);
	give(&l, "pool", ALARM_LOSS, 50);
	assert_float_equal(warn_of(&l, "gps1"), 1e-5, 0);
	assert_float_equal(warn_of(&l, "pool"), 0.01, 0);
	assert_float_equal(warn_of(&l, ""), 0.01, 0);
	alarm_limits_release(&l);
}

static void a_part_has_that_of_its_target_unless_it_is_named(void **state)
{
	struct alarm_limits l = alarm_limits_default();
	(void)state;
	give(&l, "ntpd/NMEA(0)", ALARM_OFFSET, 3e-5); /* which of them comes first does not matter */
	give(&l, "ntpd", ALARM_OFFSET, 1e-5);
	give(&l, "ntpd/PPS(0)", ALARM_OFFSET, 2e-5);
	assert_float_equal(warn_of(&l, "ntpd/NMEA(0)"), 3e-5, 0);
	assert_float_equal(warn_of(&l, "ntpd/PPS(0)"), 2e-5, 0);
	assert_float_equal(warn_of(&l, "ntpd/NMEA(1)"), 1e-5, 0);
	assert_float_equal(warn_of(&l, "ntpd"), 1e-5, 0);
	alarm_limits_release(&l);
}

static void a_name_that_begins_alike_is_somebody_else(void **state)
{
	struct alarm_limits l = alarm_limits_default();
	(void)state;
	give(&l, "gps1", ALARM_OFFSET, 1e-5);
	assert_float_equal(warn_of(&l, "gps10"), 0.01, 0);
	assert_float_equal(warn_of(&l, "gps"), 0.01, 0);
	assert_float_equal(warn_of(&l, "gps1."), 0.01, 0);
	assert_true(alarm_own_is_of("gps1/eth0", "gps1"));
	assert_false(alarm_own_is_of("gps1", "gps1/eth0"));
	alarm_limits_release(&l);
}

static void two_of_one_rule_at_one_target_are_refused(void **state)
{
	const struct alarm_own again = { .name = "gps1", .rule = ALARM_OFFSET };
	struct alarm_limits l = alarm_limits_default();
	(void)state;
	give(&l, "gps1", ALARM_OFFSET, 1e-5);
	assert_int_equal(alarm_own_add(&l, &again), ERR_USAGE);
	assert_int_equal(l.n_own, 1);
	assert_float_equal(warn_of(&l, "gps1"), 1e-5, 0);
	give(&l, "gps1", ALARM_LOSS, 50);
	assert_int_equal(l.n_own, 2);
	alarm_limits_release(&l);
}

static void a_copy_lasts_longer_than_what_it_was_made_of(void **state)
{
	struct alarm_limits l = alarm_limits_default(), copy;
	(void)state;
	assert_int_equal(alarm_limits_copy(&copy, &l), ERR_OK);
	assert_null(copy.own);
	give(&l, "gps1", ALARM_OFFSET, 1e-5);
	assert_int_equal(alarm_limits_copy(&copy, &l), ERR_OK);
	alarm_limits_release(&l);
	assert_float_equal(warn_of(&l, "gps1"), 0.01, 0);
	assert_float_equal(warn_of(&copy, "gps1"), 1e-5, 0);
	alarm_limits_release(&copy);
	alarm_limits_release(&copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_target_without_one_of_its_own_has_that_for_all),
		cmocka_unit_test(a_part_has_that_of_its_target_unless_it_is_named),
		cmocka_unit_test(a_name_that_begins_alike_is_somebody_else),
		cmocka_unit_test(two_of_one_rule_at_one_target_are_refused),
		cmocka_unit_test(a_copy_lasts_longer_than_what_it_was_made_of),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
