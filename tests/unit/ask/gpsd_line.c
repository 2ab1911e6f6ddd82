/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ask/gpsd_line.h"
#include "engine/history_series.h"

static const char version[] = "{\"class\":\"VERSION\",\"release\":\"3.22\",\"rev\":\"3.22\",\"proto_major\":"
			      "3,\"proto_minor\":14}";
static const char devices[] =
	"{\"class\":\"DEVICES\",\"devices\":[{\"class\":\"DEVICE\",\"path\":\"/dev/"
	"ttyS0\",\"driver\":\"u-blox\","
	"\"subtype\":\"HW 00080000\",\"activated\":\"2026-11-26T14:00:00.000Z\",\"flags\":1,\"bps\":9600}]}";
static const char
	tpv[] = "{\"class\":\"TPV\",\"device\":\"/dev/"
		"ttyS0\",\"mode\":3,\"status\":2,\"time\":\"2026-11-26T14:00:01.000Z\","
		"\"leapseconds\":18,\"ept\":0.005,\"lat\":49.573333333,\"lon\":11.028000000,\"altHAE\":420.1,"
		"\"altMSL\":373.2,\"ant\":1,\"antPwr\":2,\"jam\":12,\"speed\":0.02}";
static const char
	sky[] = "{\"class\":\"SKY\",\"device\":\"/dev/"
		"ttyS0\",\"xdop\":0.6,\"ydop\":0.7,\"vdop\":1.2,\"tdop\":0.9,\"hdop\":0.8,"
		"\"gdop\":2.1,\"pdop\":1.5,\"nSat\":3,\"uSat\":2,\"satellites\":["
		"{\"PRN\":5,\"el\":40.0,\"az\":120.0,\"ss\":40.0,\"used\":true,\"gnssid\":0,\"svid\":5},"
		"{\"PRN\":66,\"el\":10.0,\"az\":300.0,\"ss\":30.0,\"used\":true,\"gnssid\":6,\"svid\":2},"
		"{\"PRN\":131,\"ss\":22.0,\"used\":false,\"gnssid\":1}]}";
static const char
	pps[] = "{\"class\":\"PPS\",\"device\":\"/dev/ttyS0\",\"real_sec\":1795701600,\"real_nsec\":0,"
		"\"clock_sec\":1795701599,\"clock_nsec\":999998750,\"precision\":-20}";
static const char
	toff[] = "{\"class\":\"TOFF\",\"device\":\"/dev/ttyS0\",\"real_sec\":1795701600,\"real_nsec\":0,"
		 "\"clock_sec\":1795701600,\"clock_nsec\":125000000}";

static struct gpsd_table table;

static bool take(const char *line)
{
	return gpsd_line_take(&table, line, strlen(line));
}

static double point(const struct reading_made *m, const char *name)
{
	for (size_t i = 0; i < m->n_points; i++)
		if (strcmp(m->points[i].name, name) == 0)
			return m->points[i].value;
	return NAN;
}

static const char *fact(const struct reading_made *m, const char *name)
{
	for (size_t i = 0; i < m->n_facts; i++)
		if (strcmp(m->facts[i].name, name) == 0)
			return m->facts[i].text;
	return "";
}

static bool is_near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

static void what_comes_of_a_receiver_is_merged(void **state)
{
	struct reading_made m;
	(void)state;
	gpsd_table_init(&table);
	assert_true(take(version) && take(devices) && take(tpv) && take(sky) && take(pps) && take(toff));
	assert_int_equal(table.n, 1);
	assert_string_equal(table.release, "3.22");
	reading_made_clear(&m);
	gpsd_receiver_points(&table.at[0], &m);
	for (size_t i = 0; i < m.n_points; i++)
		assert_non_null(history_series_find(m.points[i].name));
	assert_true(is_near(point(&m, "gps_mode"), 3) && is_near(point(&m, "satellites_used"), 2));
	assert_true(is_near(point(&m, "satellites_seen"), 3) && is_near(point(&m, "snr_mean_dbhz"), 35));
	assert_true(is_near(point(&m, "hdop"), 0.8) && is_near(point(&m, "tdop"), 0.9));
	/* The system's clock was 1.25 us behind; the serial line brings the time late. */
	assert_true(is_near(point(&m, "pps_offset_s"), 1.25e-6) && is_near(point(&m, "toff_s"), -0.125));
	assert_string_equal(fact(&m, "device"), "/dev/ttyS0");
	assert_string_equal(fact(&m, "driver"), "u-blox");
	assert_string_equal(fact(&m, "fix"), "3D");
	assert_string_equal(fact(&m, "status"), "DGPS");
	assert_string_equal(fact(&m, "antenna"), "ok");
	assert_string_equal(fact(&m, "jamming"), "12");
	assert_string_equal(fact(&m, "position"), "49.573333, 11.028000, 373.2 m");
	const struct gpsd_receiver *r = &table.at[0];
	assert_int_equal(r->n_satellites, 3);
	assert_true(r->satellites[1].gnss == 6 && r->satellites[1].prn == 66 && r->satellites[1].is_used);
	assert_true(isnan(r->satellites[2].azimuth_deg) && !r->satellites[2].is_used);
}

static void what_is_old_is_no_part_of_the_next_reading(void **state)
{
	struct reading_made m;
	(void)state;
	gpsd_table_init(&table);
	take(tpv);
	take(sky);
	gpsd_receiver_begin(&table.at[0]);
	reading_made_clear(&m);
	gpsd_receiver_points(&table.at[0], &m);
	assert_int_equal(m.n_points, 0);
	assert_false(table.at[0].was_heard);
	/* A report with but the dilutions does not say that there are no satellites. */
	assert_true(take("{\"class\":\"SKY\",\"device\":\"/dev/ttyS0\",\"hdop\":1.5}"));
	gpsd_receiver_points(&table.at[0], &m);
	assert_true(isnan(point(&m, "satellites_used")) && is_near(point(&m, "hdop"), 1.5));
}

static void each_device_is_a_receiver(void **state)
{
	char line[200];
	(void)state;
	gpsd_table_init(&table);
	for (int i = 0; i < GPSD_DEVICES_MAX + 2; i++) {
		snprintf(line, sizeof(line), "{\"class\":\"TPV\",\"device\":\"/dev/ttyUSB%d\",\"mode\":1}",
			 i);
		assert_true(take(line));
	}
	assert_int_equal(table.n, GPSD_DEVICES_MAX);
	assert_int_equal(table.n_refused, 2);
	assert_true(take("{\"class\":\"DEVICE\",\"path\":\"/dev/ttyUSB0\",\"activated\":0}"));
	assert_false(table.at[0].is_active);
}

static void old_and_broken_lines_are_borne(void **state)
{
	static const char *const bad[] = {
		"",
		"{",
		"[1,2]",
		"null",
		"{\"class\":3}",
		"{\"class\":\"NEW\"}",
		"{\"class\":\"SKY\",\"satellites\":[{\"PRN\":",
		"{\"class\":\"TPV\",nan}",
		"\xff\xfe",
	};
	static char longest[GPSD_LINE_MAX + 2];
	struct reading_made m;
	(void)state;
	gpsd_table_init(&table);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(take(bad[i]));
	memset(longest, ' ', sizeof(longest) - 1);
	assert_false(take(longest));
	assert_int_equal(table.n_bad, table.n_lines);
	assert_int_equal(table.n, 0);
	/* A number that is none is not known; what stands in a string stays there. */
	assert_true(take("{\"class\":\"TPV\",\"device\":\"/dev/"
			 "nan\",\"mode\":2,\"ept\":nan,\"lat\":-nan,\"lon\":inf}\r"));
	assert_string_equal(table.at[0].path, "/dev/nan");
	reading_made_clear(&m);
	gpsd_receiver_points(&table.at[0], &m);
	assert_true(is_near(point(&m, "gps_mode"), 2));
	assert_string_equal(fact(&m, "position"), "");
	assert_true(take("{\"class\":\"ERROR\",\"message\":\"Unrecognized request\"}"));
	assert_string_equal(table.error, "Unrecognized request");
}

static void values_of_another_kind_are_not_known(void **state)
{
	struct reading_made m;
	(void)state;
	gpsd_table_init(&table);
	assert_true(take("{\"class\":\"TPV\",\"device\":7,\"mode\":\"3\",\"lat\":[],\"jam\":1e99}"));
	assert_true(take("{\"class\":\"PPS\",\"real_sec\":5}"));
	assert_true(take("{\"class\":\"SKY\",\"satellites\":[7,\"x\",{}],\"uSat\":-4}"));
	assert_true(take("{\"class\":\"DEVICES\",\"devices\":{}}"));
	assert_int_equal(table.n, 1);
	reading_made_clear(&m);
	gpsd_receiver_points(&table.at[0], &m);
	assert_true(isnan(point(&m, "gps_mode")) && isnan(point(&m, "pps_offset_s")));
	assert_true(is_near(point(&m, "satellites_seen"), 3) && is_near(point(&m, "satellites_used"), 0));
}

/* Among others it has to be told from gpsd itself, which is "". */
static void one_without_a_path_has_a_name_among_others(void **state)
{
	struct gpsd_receiver r = { .path = "" };
	char part[READING_PART_MAX];
	(void)state;
	gpsd_receiver_part(&r, part, sizeof(part));
	assert_string_equal(part, "receiver");
	(void)snprintf(r.path, sizeof(r.path), "/dev/");
	gpsd_receiver_part(&r, part, sizeof(part));
	assert_string_equal(part, "receiver");
	(void)snprintf(r.path, sizeof(r.path), "/dev/ttyS0");
	gpsd_receiver_part(&r, part, sizeof(part));
	assert_string_equal(part, "ttyS0");
	(void)snprintf(r.path, sizeof(r.path), "gpsd://host/x");
	gpsd_receiver_part(&r, part, sizeof(part));
	assert_string_equal(part, "gpsd:__host_x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_of_a_receiver_is_merged),
		cmocka_unit_test(what_is_old_is_no_part_of_the_next_reading),
		cmocka_unit_test(each_device_is_a_receiver),
		cmocka_unit_test(old_and_broken_lines_are_borne),
		cmocka_unit_test(values_of_another_kind_are_not_known),
		cmocka_unit_test(one_without_a_path_has_a_name_among_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
