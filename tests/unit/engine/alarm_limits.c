/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "engine/alarm_limits.h"
#include "engine/alarm_own.h"

static void limits_are_given_in_the_unit_of_the_rule(void **state)
{
	struct alarm_limits l = alarm_limits_default();
	char why[ALARM_WHY_MAX];
	(void)state;
	assert_true(alarm_limits_take(&l, "offset 250us 1.5ms", why));
	assert_float_equal(l.of[ALARM_OFFSET].warn, 250e-6, 1e-15);
	assert_float_equal(l.of[ALARM_OFFSET].critical, 1.5e-3, 1e-15);
	assert_true(alarm_limits_take(&l, "root_distance 1d 2d", why));
	assert_float_equal(l.of[ALARM_ROOT_DISTANCE].warn, 86400, 1e-6);
	assert_true(alarm_limits_take(&l, "loss 2.5% 10%", why));
	assert_float_equal(l.of[ALARM_LOSS].warn, 2.5, 1e-12);
	assert_true(alarm_limits_take(&l, "satellites 6 4", why));
	assert_float_equal(l.of[ALARM_SATELLITES].critical, 4, 1e-12);
}

static void one_limit_is_for_warnings_and_a_dash_is_none(void **state)
{
	struct alarm_limits l = alarm_limits_default();
	char why[ALARM_WHY_MAX];
	(void)state;
	assert_true(alarm_limits_take(&l, "offset 1ms", why));
	assert_true(isnan(l.of[ALARM_OFFSET].critical));
	assert_true(alarm_limits_take(&l, "offset - 2s", why));
	assert_true(isnan(l.of[ALARM_OFFSET].warn));
	assert_float_equal(l.of[ALARM_OFFSET].critical, 2, 1e-12);
}

static void how_long_is_readings_or_a_time(void **state)
{
	struct alarm_limits l = alarm_limits_default();
	char why[ALARM_WHY_MAX];
	(void)state;
	assert_true(alarm_limits_take(&l, "offset 1ms 2ms for 7", why));
	assert_int_equal(l.of[ALARM_OFFSET].readings, 7);
	assert_true(alarm_limits_take(&l, "offset 1ms 2ms for 5min", why));
	assert_int_equal(l.of[ALARM_OFFSET].readings, 1);
	assert_int_equal(l.of[ALARM_OFFSET].hold_ns, 300 * NS_PER_S);
	assert_true(alarm_limits_take(&l, "refclock for 4", why));
	assert_int_equal(l.of[ALARM_REFCLOCK].readings, 4);
	assert_true(alarm_limits_take(&l, "offset for 3", why));
	assert_float_equal(l.of[ALARM_OFFSET].warn, 1e-3, 1e-15); /* what is not said stays */
}

static void a_rule_can_be_switched_off_and_on(void **state)
{
	struct alarm_limits l = alarm_limits_default();
	char why[ALARM_WHY_MAX];
	(void)state;
	assert_true(alarm_limits_take(&l, "sources off", why));
	assert_false(l.of[ALARM_SOURCES].is_on);
	assert_true(alarm_limits_take(&l, "sources on", why));
	assert_true(l.of[ALARM_SOURCES].is_on);
	assert_float_equal(l.of[ALARM_SOURCES].warn, 4, 1e-12);
}

static void what_makes_no_sense_is_refused_with_a_reason(void **state)
{
	static const char *const bad[] = {
		"",
		"   ",
		"nonsense 1 2",
		"offset",
		"offset 10",
		"offset 10 ms",
		"offset 50ms 10ms",
		"reach 50 75",
		"offset 1ms 2ms 3ms",
		"offset 1ms for",
		"offset 1ms for 0",
		"offset 1ms for 2.5",
		"offset 1ms for ever",
		"offset off 3",
		"offset 1ms for 3 4",
		"refclock 1",
		"satellites 4x",
		"satellites .",
		"offset 1e5s",
		"offset 99999999999999d",
		"loss -1",
		"tdop 51511111111",
		"satellites 12345678901234567890",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"offset 1ms aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"offset 1ms for 3 0000000000000000000000000000000000000000000000000000000000000000000000000",
		"offset 1ms at",
		"offset at gps1",
		"refclock at gps1",
		"refclock",
		"offset 1ms at gps1 2ms",
		"offset 1ms at gps1 at gps2",
		"offset 1ms for 2 at gps1 for 3",
		"offset 50ms 10ms at gps1",
		"nonsense 1 2 at gps1",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct alarm_limits l = alarm_limits_default();
		const struct alarm_limits before = l;
		char why[ALARM_WHY_MAX];
		if (alarm_limits_take(&l, bad[i], why))
			fail_msg("taken: '%s'", bad[i]);
		assert_true(strlen(why) > 5);
		assert_memory_equal(&l, &before, sizeof(l));
	}
}

static void a_limit_may_be_of_one_target_alone(void **state)
{
	struct alarm_limits l = alarm_limits_default();
	char why[ALARM_WHY_MAX];
	(void)state;
	assert_true(alarm_limits_take(&l, "offset 10us 50us for 5 at gps1", why));
	assert_true(alarm_limits_take(&l, "reach 90%  at\tgps1 for 10min", why));
	assert_true(alarm_limits_take(&l, "sources off at gps1", why));
	assert_true(alarm_limits_take(&l, "refclock for 4 at ntpd/NMEA(0)", why));
	assert_int_equal(l.n_own, 4);
	const struct alarm_limit *offset = alarm_own_find(&l, ALARM_OFFSET, "gps1");
	assert_float_equal(offset->warn, 10e-6, 1e-15);
	assert_float_equal(offset->critical, 50e-6, 1e-15);
	assert_int_equal(offset->readings, 5);
	assert_int_equal(alarm_own_find(&l, ALARM_REACH, "gps1")->hold_ns, 600 * NS_PER_S);
	assert_false(alarm_own_find(&l, ALARM_SOURCES, "gps1")->is_on);
	assert_int_equal(alarm_own_find(&l, ALARM_REFCLOCK, "ntpd/NMEA(0)")->readings, 4);
	const struct alarm_limits others = alarm_limits_default();
	assert_memory_equal(l.of, others.of, sizeof(l.of));
	alarm_limits_release(&l);
}

/* Names end where blanks begin, and are no longer than a target's. */
static void names_of_targets_are_bounded(void **state)
{
	struct alarm_limits l = alarm_limits_default();
	char why[ALARM_WHY_MAX], text[HISTORY_TARGET_MAX + 32];
	(void)state;
	int n = snprintf(text, sizeof(text), "offset off at ");
	memset(text + n, 'x', HISTORY_TARGET_MAX);
	text[n + HISTORY_TARGET_MAX] = '\0';
	assert_false(alarm_limits_take(&l, text, why));
	assert_true(strlen(why) > 5);
	text[n + HISTORY_TARGET_MAX - 1] = '\0';
	assert_true(alarm_limits_take(&l, text, why));
	assert_false(alarm_own_find(&l, ALARM_OFFSET, text + n)->is_on);
	assert_true(alarm_limits_take(&l, "offset off at a\x01z", why)); /* called so where it is judged */
	assert_string_equal(l.own[1].name, "a?z");
	alarm_limits_release(&l);
}

static void what_is_not_said_at_a_target_is_as_elsewhere_wherever_that_stands(void **state)
{
	static const char *const texts[] = { "offset 20us at ntpd/NMEA(0)",
					     "offset 10us 50us for 7 at ntpd",
					     "reach for 9 at ntpd",
					     "reach off",
					     "offset 1s for 4",
					     "offset for 5",
					     "offset on at pool" };
	enum { N = sizeof(texts) / sizeof(texts[0]) };
	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		struct alarm_limits l = alarm_limits_default();
		char why[ALARM_WHY_MAX];
		size_t wrong;
		const char *some[N];
		/* Those for all keep their order: the later one is added to the earlier. */
		for (size_t i = 0; i < N; i++)
			some[i] = texts[turn ? (i + 3) % N : i];
		assert_true(alarm_limits_take_all(&l, some, N, &wrong, why));
		assert_float_equal(l.of[ALARM_OFFSET].warn, 1, 1e-12);
		assert_int_equal(l.of[ALARM_OFFSET].readings, 5);
		assert_false(l.of[ALARM_REACH].is_on);
		const struct alarm_limit *part = alarm_own_find(&l, ALARM_OFFSET, "ntpd/NMEA(0)");
		assert_float_equal(part->warn, 20e-6, 1e-15);
		assert_true(isnan(part->critical));
		assert_int_equal(part->readings, 7);
		const struct alarm_limit *reach = alarm_own_find(&l, ALARM_REACH, "ntpd");
		assert_true(reach->is_on);
		assert_float_equal(reach->warn, 75, 1e-12);
		assert_int_equal(reach->readings, 9);
		assert_int_equal(alarm_own_find(&l, ALARM_OFFSET, "pool")->readings, 5);
		alarm_limits_release(&l);
	}
}

static void the_same_at_one_target_twice_is_refused_and_named(void **state)
{
	static const char *const texts[] = { "loss off at a", "offset 1ms at a", "offset 2ms at b",
					     "offset for 3 at a" };
	struct alarm_limits l = alarm_limits_default();
	char why[ALARM_WHY_MAX];
	size_t wrong;
	(void)state;
	assert_false(alarm_limits_take_all(&l, texts, 4, &wrong, why));
	assert_int_equal(wrong, 3);
	assert_string_equal(why, "the same rule is given twice at 'a'");
	alarm_limits_release(&l);
	assert_true(alarm_limit_is_again("offset 1ms at a", " offset  off at a", why));
	assert_string_equal(why, "the same rule is given twice at 'a'");
	assert_false(alarm_limit_is_again("offset 1ms at a", "offset 1ms at a/b", why));
	assert_false(alarm_limit_is_again("offset 1ms at a", "loss off at a", why));
	assert_false(alarm_limit_is_again("offset 1ms at a", "offset 1ms", why));
	assert_false(
		alarm_limit_is_again("offset 1ms", "offset for 3", why)); /* as ever: one adds to the other */
}

static void each_default_is_written_as_it_is_read(void **state)
{
	(void)state;
	for (int i = 0; i < N_ALARM_RULES; i++) {
		struct alarm_limits l = alarm_limits_default();
		const struct alarm_limit was = l.of[i];
		char text[ALARM_SETTING_MAX], again[ALARM_SETTING_MAX], why[ALARM_WHY_MAX];
		alarm_limit_text((enum alarm_rule)i, &was, text);
		l.of[i] = (struct alarm_limit){ .is_on = true, .warn = was.warn, .critical = was.critical };
		if (!alarm_limits_take(&l, text, why))
			fail_msg("'%s': %s", text, why);
		alarm_limit_text((enum alarm_rule)i, &l.of[i], again);
		assert_string_equal(text, again);
		assert_int_equal(l.of[i].readings, was.readings);
	}
	struct alarm_limits l = alarm_limits_default();
	char text[ALARM_SETTING_MAX], why[ALARM_WHY_MAX];
	alarm_limit_text(ALARM_OFFSET, &l.of[ALARM_OFFSET], text);
	assert_string_equal(text, "offset 10ms 50ms for 2");
	alarm_limits_take(&l, "root_distance 3d 14d for 1", why);
	alarm_limit_text(ALARM_ROOT_DISTANCE, &l.of[ALARM_ROOT_DISTANCE], text);
	assert_string_equal(text, "root_distance 3d 14d for 1");
	alarm_limit_text(ALARM_REFCLOCK, &l.of[ALARM_REFCLOCK], text);
	assert_string_equal(text, "refclock on for 1");
	assert_true(alarm_limits_take(&l, "tdop 0.00001 1000000.5", why));
	alarm_limit_text(ALARM_TDOP, &l.of[ALARM_TDOP], text);
	assert_string_equal(text, "tdop 0.00001 1000000.5 for 3");
}

static void the_manual_has_the_defaults(void **state)
{
	const struct alarm_limits l = alarm_limits_default();
	static char page[1 << 16];
	FILE *f = fopen("packaging/man/ntpscope.conf.5.scd.in", "r");
	(void)state;
	assert_non_null(f);
	assert_true(fread(page, 1, sizeof(page) - 1, f) > 1000);
	fclose(f);
	for (int i = 0; i < N_ALARM_RULES; i++) {
		char text[ALARM_SETTING_MAX + 3] = "\n";
		alarm_limit_text((enum alarm_rule)i, &l.of[i], text + 1);
		size_t n = strlen(text);
		text[n] = ' ';
		text[n + 1] = '\0';
		if (!strstr(page, text))
			fail_msg("not in ntpscope.conf(5):%s", text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_are_given_in_the_unit_of_the_rule),
		cmocka_unit_test(one_limit_is_for_warnings_and_a_dash_is_none),
		cmocka_unit_test(how_long_is_readings_or_a_time),
		cmocka_unit_test(a_rule_can_be_switched_off_and_on),
		cmocka_unit_test(what_makes_no_sense_is_refused_with_a_reason),
		cmocka_unit_test(a_limit_may_be_of_one_target_alone),
		cmocka_unit_test(names_of_targets_are_bounded),
		cmocka_unit_test(what_is_not_said_at_a_target_is_as_elsewhere_wherever_that_stands),
		cmocka_unit_test(the_same_at_one_target_twice_is_refused_and_named),
		cmocka_unit_test(each_default_is_written_as_it_is_read),
		cmocka_unit_test(the_manual_has_the_defaults),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
