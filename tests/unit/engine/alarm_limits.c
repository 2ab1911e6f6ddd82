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
		cmocka_unit_test(each_default_is_written_as_it_is_read),
		cmocka_unit_test(the_manual_has_the_defaults),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
