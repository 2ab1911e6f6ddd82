/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/nstime.h"
#include "proto/stats_line.h"

static double value_of(const struct stats_line *l, const char *series)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->at[i].series, series) == 0)
			return l->at[i].value;
	fail_msg("no %s", series);
	return 0;
}

static enum stats_kind parse(const char *line, struct stats_line *out)
{
	return stats_line_parse(line, strlen(line), out);
}

static void assert_near(double got, double want)
{
	assert_true(got - want < 1e-12 && want - got < 1e-12);
}

/* 12 is theta: positive when the local clock is slow, as we have it. */
static void a_measurement_of_chrony(void **state)
{
	struct stats_line l;
	(void)state;
	assert_int_equal(parse("2016-11-09 05:40:50 203.0.113.15    N  2 111 111 1111  10 10 1.0 -4.966e-03  "
			       "2.296e-01  "
			       "1.577e-05  1.615e-01  7.446e-03 CB00717B 4B D K",
			       &l),
			 STATS_MEASUREMENTS);
	assert_string_equal(l.name, "203.0.113.15");
	assert_int_equal(l.time_ns, INT64_C(1478670050) * NS_PER_S);
	assert_near(value_of(&l, "offset_s"), -4.966e-03);
	assert_near(value_of(&l, "delay_s"), 2.296e-01);
	assert_near(value_of(&l, "dispersion_s"), 1.577e-05);
	assert_near(value_of(&l, "root_delay_s"), 1.615e-01);
	assert_near(value_of(&l, "root_dispersion_s"), 7.446e-03);
	assert_near(value_of(&l, "stratum"), 2);
}

static void chronys_other_logs_have_the_other_sign(void **state)
{
	struct stats_line l;
	(void)state;
	assert_int_equal(parse("2016-08-10 05:40:50 203.0.113.15     6.261e-03 -3.247e-03 2.220e-03  "
			       "1.874e-06  1.080e-06 "
			       "7.8e-02  16   0   8  0.00",
			       &l),
			 STATS_STATISTICS);
	assert_near(value_of(&l, "estimated_offset_s"), 3.247e-03);
	assert_near(value_of(&l, "jitter_s"), 6.261e-03);
	assert_int_equal(parse("2017-08-22 13:22:36 203.0.113.15     2     -3.541      0.075 -8.621e-06 N  2 "
			       " 2.940e-03 "
			       "-2.084e-04  1.534e-02  3.472e-04  8.304e-03",
			       &l),
			 STATS_TRACKING);
	assert_string_equal(l.name, "");
	assert_near(value_of(&l, "offset_s"), 8.621e-06);
	assert_near(value_of(&l, "frequency_ppm"), -3.541);
	assert_near(value_of(&l, "skew_ppm"), 0.075);
	assert_near(value_of(&l, "root_delay_s"), 1.534e-02);
	assert_near(value_of(&l, "root_dispersion_s"), 3.472e-04);
}

static void a_reference_clock_of_chrony(void **state)
{
	struct stats_line l;
	(void)state;
	assert_int_equal(
		parse("2009-11-30 14:33:27.250000 PPS2    7 N 1  4.900000e-07 -6.741777e-07  1.000e-06", &l),
		STATS_REFCLOCKS);
	assert_string_equal(l.name, "PPS2");
	assert_int_equal(l.time_ns % NS_PER_S, 250000000);
	assert_near(value_of(&l, "offset_s"), -6.741777e-07);
}

static void the_files_of_ntpd(void **state)
{
	struct stats_line l;
	(void)state;
	assert_int_equal(parse("50935 75440.031 0.000006019 13.778190 0.000351733 0.0133806 6", &l),
			 STATS_LOOPSTATS);
	assert_int_equal(l.time_ns / 1000000, INT64_C(894142640031)); /* 1998-05-02T20:57:20.031Z */
	assert_near(value_of(&l, "offset_s"), 0.000006019);
	assert_near(value_of(&l, "frequency_ppm"), -13.778190); /* it has to be sped up: it is slow */
	assert_near(value_of(&l, "jitter_s"), 0.000351733);
	assert_near(value_of(&l, "wander_ppm"), 0.0133806);
	assert_int_equal(
		parse("48773 10847.650 127.127.4.1 9714 -0.001605376 0.000000000 0.001424877 0.000958674",
		      &l),
		STATS_PEERSTATS);
	assert_string_equal(l.name, "127.127.4.1");
	assert_near(value_of(&l, "offset_s"), -0.001605376);
	assert_near(value_of(&l, "jitter_s"), 0.000958674);
}

/* To the nanosecond, which a double of NTP seconds has not. */
static void raw_times_keep_their_digits(void **state)
{
	struct stats_line l;
	(void)state;
	assert_int_equal(parse("60000 100.000 192.0.2.1 192.0.2.2 3886272100.000000001 3886272100.010000002 "
			       "3886272100.010000102 3886272100.020000303 4 4 1 6 -20 0.0 0.0 GPS 1",
			       &l),
			 STATS_RAWSTATS);
	assert_near(value_of(&l, "offset_s"), -100e-9);
	assert_near(value_of(&l, "delay_s"), 0.020000202);
}

/* The columns of selection.log: state, options, reach in octal, score, age, both ends. */
static void a_selection_of_chrony_has_the_reach(void **state)
{
	struct stats_line l;
	(void)state;
	assert_int_equal(
		parse("2022-05-01 02:01:20 203.0.113.15    * -----  377    1.00     4.228e+00 -1.575e-04 "
		      " 1.239e-04",
		      &l),
		STATS_SELECTION);
	assert_string_equal(l.name, "203.0.113.15");
	assert_near(value_of(&l, "reach_polls"), 8);
	assert_int_equal(
		parse("2022-05-01 02:01:20 203.0.113.15 M -----  101 1.00 4.228e+00 -1.575e-04 1.239e-04",
		      &l),
		STATS_SELECTION);
	assert_near(value_of(&l, "reach_polls"), 2);
	assert_int_equal(
		parse("2022-05-01 02:01:20 203.0.113.15 M -----  800 1.00 4.228e+00 -1.575e-04 1.239e-04",
		      &l),
		STATS_BAD);
}

/* "time since reset, received, for us, this version, older, restricted, format, auth, declined, limited,
 * kisses" */
static void counts_of_sysstats_are_rates(void **state)
{
	struct stats_line l;
	(void)state;
	assert_int_equal(parse("50928 2132.543 3600 81965 0 9546 56 512 540 10 4 147 1", &l), STATS_SYSSTATS);
	assert_string_equal(l.name, "");
	assert_near(value_of(&l, "received_per_s"), 81965 / 3600.0);
	assert_near(value_of(&l, "bad_per_s"), 550 / 3600.0);
	assert_near(value_of(&l, "limited_per_s"), 147 / 3600.0);
	assert_near(value_of(&l, "kods_per_s"), 1 / 3600.0);
	assert_int_equal(parse("50928 2132.543 0 81965 0 9546 56 512 540 10 4 147 1", &l), STATS_BAD);
	assert_int_equal(parse("50928 2132.543 3600 81965 0 9546 56 512 540 10 4 147 x", &l), STATS_BAD);
}

static void what_ntpsecs_loggers_write(void **state)
{
	struct stats_line l;
	(void)state;
	assert_int_equal(parse("1763316000.250 /dev/ttyS0 0.72 10", &l), STATS_GPSD);
	assert_int_equal(l.time_ns, INT64_C(1763316000250) * 1000000);
	assert_string_equal(l.name, "/dev/ttyS0");
	assert_true(l.is_part);
	assert_near(value_of(&l, "tdop"), 0.72);
	assert_near(value_of(&l, "satellites_seen"), 10);
	assert_int_equal(parse("1763316000 ZONE0 -41.5", &l), STATS_TEMPS);
	assert_true(l.is_part);
	assert_near(value_of(&l, "temperature_c"), -41.5);
	assert_int_equal(parse("1763316000 ZONE0 n/a", &l), STATS_BAD);
	assert_int_equal(parse("163316000 ZONE0 41", &l), STATS_BAD);
}

static void a_clock_of_ntpd_and_one_of_ntpsec(void **state)
{
	struct stats_line l;
	(void)state;
	assert_int_equal(parse("60600 5.0 GENERIC(0) D:26.11.26;T:4;U:12.00.00; *  ", &l), STATS_CLOCKSTATS);
	assert_string_equal(l.name, "GENERIC(0)");
	assert_near(value_of(&l, "clock_event"), 4);
	assert_int_equal(
		parse("60600 5.0 127.127.20.1 $GPRMC,120000,A,4934.4,N,01101.7,E,0,0,261126,,*1C", &l),
		STATS_CLOCKSTATS);
	assert_string_equal(l.name, "127.127.20.1");
	assert_int_equal(parse("60600 5.0 TRUETIME(0) 123:45:67", &l),
			 STATS_CLOCKSTATS); /* not every code is known */
	assert_int_equal(l.n, 0);
	assert_int_equal(parse("60600 5.0 192.0.2.1 123:45:67", &l), STATS_BAD);
}

static void headings_are_none_and_others_are_bad(void **state)
{
	static const char *const none[] = { "", "   ", "=========", "# comment",
					    "   Date (UTC) Time     IP Address   St" };
	static const char *const bad[] = {
		"hello world",
		"2016-11-09", /* a date and nothing else */
		"6005009350",
		"root:x:0:0:root:/root:/bin/bash",
		"50935 75440.031 0.000006019 x 0.000351733 0.0133806 6",
		"50935 99999.0 0.000006019 13.778190 0.000351733 0.0133806 6",
		"50935 1.0 1e999 13.778190 0.000351733 0.0133806 6",
		"1e300 75440.031 0.000006019 13.778190 0.000351733 0.0133806 6",
		"5.9e5 75440.031 0.000006019 13.778190 0.000351733 0.0133806 6",
		"2016-11-09 05:40:50",
		"2016-13-09 05:40:50 203.0.113.15 6.261e-03 -3.247e-03 2.220e-03 1.874e-06 1.080e-06 7.8e-02 "
		"16 0 8 0",
		"48773 10847.650 127.127.4.1 9714 -0.001605376 0.000000000 0.001424877",
	};
	struct stats_line l;
	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(parse(none[i], &l), STATS_NONE);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(parse(bad[i], &l), STATS_BAD);
		assert_int_equal(l.n, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_measurement_of_chrony),
		cmocka_unit_test(chronys_other_logs_have_the_other_sign),
		cmocka_unit_test(a_reference_clock_of_chrony),
		cmocka_unit_test(the_files_of_ntpd),
		cmocka_unit_test(raw_times_keep_their_digits),
		cmocka_unit_test(a_selection_of_chrony_has_the_reach),
		cmocka_unit_test(counts_of_sysstats_are_rates),
		cmocka_unit_test(what_ntpsecs_loggers_write),
		cmocka_unit_test(a_clock_of_ntpd_and_one_of_ntpsec),
		cmocka_unit_test(headings_are_none_and_others_are_bad),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
