/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "engine/reading.h"

static void ways_have_names(void **state)
{
	(void)state;
	for (int i = 0; i < N_WATCH_VIA; i++) {
		enum watch_via via = N_WATCH_VIA;
		const char *name = watch_via_name((enum watch_via)i);
		assert_true(watch_via_find(name, strlen(name), &via));
		assert_int_equal(via, i);
		assert_false(watch_via_find(name, strlen(name) - 1, &via));
	}
}

static void a_part_stands_behind_its_target(void **state)
{
	char name[HISTORY_TARGET_MAX], longest[HISTORY_TARGET_MAX + 1];
	(void)state;
	assert_true(reading_name("ntp1", "", name));
	assert_string_equal(name, "ntp1");
	assert_true(reading_name("ntp1", "GPS_NMEA(0)", name));
	assert_string_equal(name, "ntp1/GPS_NMEA(0)");
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_false(reading_name(longest, "", name));
	assert_false(reading_name("", "", name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ways_have_names),
		cmocka_unit_test(a_part_stands_behind_its_target),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
