/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "proto/stats_clock.h"

static size_t values(const char *code, struct stats_value out[STATS_VALUES_MAX])
{
	return stats_clock_values(code, strlen(code), out);
}

static double value(const char *code, const char *series)
{
	struct stats_value v[STATS_VALUES_MAX];
	size_t n = values(code, v);

	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].series, series) == 0)
			return v[i].value;
	return -1;
}

static void a_receiver_with_a_fix_is_nominal_and_one_without_is_not(void **state)
{
	static const char fix[] = "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47";
	(void)state;
	assert_true(value(fix, "clock_event") == 0);
	assert_true(value(fix, "satellites_used") == 8);
	assert_true(value(fix, "hdop") == 0.9);
	assert_true(value(fix, "gps_mode") == -1); /* 2D or 3D: it does not say */
	assert_true(value("$GNGGA,123519,,,,,0,00,,,M,,M,,", "clock_event") == 2);
	assert_true(value("$GNGGA,123519,,,,,0,00,,,M,,M,,", "gps_mode") == 1);
	assert_true(value("$GNGGA,123519,,,,,0,00,,,M,,M,,", "hdop") == -1);
	assert_true(value("$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A 5 4 0 1 0 0",
			  "clock_event") == 0);
	assert_true(value("$GPRMC,123519,V,,,,,,,230394,,", "clock_event") == 2);
	assert_true(value("$GPGLL,4916.45,N,12311.12,W,225444,A", "clock_event") == 0);
	assert_true(value("$GPZDA,160012.71,11,03,2004,-1,00", "clock_event") == 0);
}

static void a_wrong_sum_is_a_bad_format(void **state)
{
	struct stats_value v[STATS_VALUES_MAX];
	(void)state;
	assert_int_equal(values("$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*48", v), 1);
	assert_true(v[0].value == 2);
}

static void a_radio_clock_says_how_sure_it_is(void **state)
{
	(void)state;
	assert_true(value("D:26.11.26;T:4;U:12.00.00;  U ", "clock_event") == 0);
	assert_true(value("D:26.11.26;T:4;U:12.00.00;#*U ", "clock_event") == 3);
	assert_true(value("D:26.11.26;T:4;U:12.00.00; *  ", "clock_event") == 4);
	assert_true(value("D:26.13.26;T:4;U:12.00.00;    ", "clock_event") == 6);
	/* Nothing but zeros: neither zone nor time bit. */
	assert_true(value("--------------------s-------p------p----------------------p", "clock_event") == 2);
}

static void other_codes_say_nothing(void **state)
{
	static const char *const none[] = { "",
					    "$",
					    "$GPXXX,1,2",
					    "$GPRMC",
					    "$GPRMC,1",
					    "$GPGGA,1,2,3,4,5,6,7",
					    "12:34:56",
					    "{\"class\":\"TPV\"}",
					    "$$$$$$$$$$,,,,,,,,,,,,,,,,,,,,,,,,,,,,," };
	struct stats_value v[STATS_VALUES_MAX];
	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(values(none[i], v), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_receiver_with_a_fix_is_nominal_and_one_without_is_not),
		cmocka_unit_test(a_wrong_sum_is_a_bad_format),
		cmocka_unit_test(a_radio_clock_says_how_sure_it_is),
		cmocka_unit_test(other_codes_say_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
