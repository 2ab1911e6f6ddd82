/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lantime_made.h"

#define LTNG LANTIME_MADE_LTNG

static struct machine *ltng_machine(void)
{
	static const char *const oids[] = {
		LTNG "1.2.1.2.1", LTNG "1.2.1.3.1", LTNG "1.2.1.4.1", LTNG "1.2.1.5.1", LTNG "1.2.1.6.1",
		LTNG "1.2.1.7.1", LTNG "1.2.1.8.1", LTNG "1.2.1.9.1", LTNG "1.2.1.2.2", LTNG "1.2.1.3.2",
		LTNG "1.2.1.4.2", LTNG "1.2.1.5.2", LTNG "1.2.1.6.2", LTNG "1.2.1.7.2", LTNG "1.2.1.8.2",
		LTNG "1.2.1.9.2", LTNG "2.1.0",     LTNG "2.2.0",     LTNG "5.0.1.0",
	};
	static const int64_t values[] = { 30, 3, 1, 1, 7, 9, 0, 0, 60, 1, 2, 51, 83, 100, 71, 100, 2, 1, 2 };
	struct machine *m = calloc(1, sizeof(*m));

	put_integers(m, oids, values, sizeof(values) / sizeof(values[0]));
	put(&m->t, made_text(LTNG "2.3.0", "GPS"));
	put(&m->t, made_text(LTNG "2.4.0", "-0.002"));
	return m;
}

/* Reference clock 1 is synchronized at state 1, NTP at state 2. */
static void the_states_of_clock_and_service_are_told_apart(void **state)
{
	struct machine *m = ltng_machine();
	(void)state;
	read_as(m, LANTIME_LTNG);
	assert_int_equal(m->r.n, 3);
	assert_point(&m->r.at[0], "ntp_state", 2);
	assert_string_equal(fact_of(&m->r.at[0], "ntp"), "synchronized");
	assert_point(&m->r.at[0], "stratum", 1);
	assert_point(&m->r.at[0], "clock_offset_s", -0.000002);
	assert_string_equal(fact_of(&m->r.at[0], "source"), "GPS");
	assert_string_equal(m->r.at[1].part, "refclock_1");
	assert_point(&m->r.at[1], "refclock_state", 1);
	assert_point(&m->r.at[1], "refclock_substate", 1);
	assert_string_equal(fact_of(&m->r.at[1], "state"), "synchronized");
	assert_string_equal(fact_of(&m->r.at[1], "substate"), "gpsSync");
	assert_string_equal(fact_of(&m->r.at[1], "type"), "gps180");
	assert_string_equal(fact_of(&m->r.at[1], "usage"), "primary");
	assert_string_equal(m->r.at[2].part, "refclock_2");
	assert_point(&m->r.at[2], "refclock_state", 2);
	assert_string_equal(fact_of(&m->r.at[2], "substate"), "lwNotSync");
	free(m);
}

static void what_two_measures_are_depends_on_the_receiver(void **state)
{
	struct machine *m = ltng_machine();
	(void)state;
	put(&m->t, made_text(LTNG "1.3.1.5.1", "0.87"));
	read_as(m, LANTIME_LTNG);
	assert_point(&m->r.at[1], "satellites_used", 7);
	assert_point(&m->r.at[1], "satellites_seen", 9);
	assert_point(&m->r.at[1], "tdop", 0.87);
	assert_no_point(&m->r.at[1], "correlation_percent");
	assert_no_point(&m->r.at[1], "field_strength_percent");
	assert_point(&m->r.at[2], "correlation_percent", 83);
	assert_point(&m->r.at[2], "field_strength_percent", 71);
	assert_no_point(&m->r.at[2], "satellites_used");
	put(&m->t, made_integer(LTNG "1.2.1.2.2", 16));   /* am511: it has no correlation */
	put(&m->t, made_integer(LTNG "1.2.1.2.1", 9999)); /* newer than the table: the substate shows it */
	put(&m->t, made_integer(LTNG "1.2.1.5.1", 2));
	read_as(m, LANTIME_LTNG);
	assert_no_point(&m->r.at[2], "correlation_percent");
	assert_point(&m->r.at[2], "field_strength_percent", 71);
	assert_point(&m->r.at[1], "satellites_used", 7);
	assert_string_equal(fact_of(&m->r.at[1], "type"), "");
	free(m);
}

static void what_is_not_known_is_a_gap(void **state)
{
	struct machine *m = ltng_machine();
	(void)state;
	put(&m->t, made_integer(LTNG "2.1.0", 0));
	put(&m->t, made_text(LTNG "2.3.0", "n/a"));
	put(&m->t, made_text(LTNG "2.4.0", "n/a"));
	put(&m->t, made_integer(LTNG "1.2.1.4.1", 0));
	put(&m->t, made_integer(LTNG "1.2.1.5.1", 0));
	put(&m->t, made_integer(LTNG "1.2.1.7.2", 0)); /* 0 of 0 */
	read_as(m, LANTIME_LTNG);
	assert_no_point(&m->r.at[0], "ntp_state");
	assert_no_point(&m->r.at[0], "clock_offset_s");
	assert_string_equal(fact_of(&m->r.at[0], "source"), "");
	assert_no_point(&m->r.at[1], "refclock_state");
	assert_no_point(&m->r.at[1], "refclock_substate");
	assert_no_point(&m->r.at[2], "correlation_percent");
	put(&m->t, made_integer(LTNG "1.2.1.5.1", -1)); /* but this is a substate */
	read_as(m, LANTIME_LTNG);
	assert_point(&m->r.at[1], "refclock_substate", -1);
	assert_string_equal(fact_of(&m->r.at[1], "substate"), "mrsRefNone");
	free(m);
}

static void fans_supplies_and_clients_are_counted(void **state)
{
	static const char *const oids[] = { LTNG "5.0.2.1.2.1", LTNG "5.0.2.1.2.2", LTNG "5.1.1.0",
					    LTNG "5.1.2.1.3.1", LTNG "5.1.2.1.3.2", LTNG "5.1.2.1.3.3",
					    LTNG "5.2.1.0" };
	static const int64_t values[] = { 2, 1, 3, 1, 2, 0, 41 };
	struct machine *m = ltng_machine();
	(void)state;
	put_integers(m, oids, values, 7);
	put(&m->t, made_count(LTNG "2.8.5.0", 5000000000, 64));
	put(&m->t, made_count(LTNG "2.8.6.0", 3600, 64));
	put(&m->t, made_count(LTNG "2.8.7.0", 60, 64));
	put(&m->t, made_count(LTNG "2.8.8.0", 1234, 32));
	read_as(m, LANTIME_LTNG);
	assert_point(&m->r.at[0], "supplies", 2);
	assert_point(&m->r.at[0], "supplies_down", 1);
	assert_point(&m->r.at[0], "fans", 3);
	assert_point(&m->r.at[0], "fans_failed", 1);
	assert_point(&m->r.at[0], "temperature_c", 41);
	assert_point(&m->r.at[0], "requests_today", 5e9);
	assert_point(&m->r.at[0], "requests_last_hour", 3600);
	assert_point(&m->r.at[0], "requests_last_minute", 60);
	assert_point(&m->r.at[0], "clients_today", 1234);
	free(m);
}

/* The first receives satellites, the second the long wave. */
static struct machine *full_ltng_machine(void)
{
	static const char *const oids[] = { LTNG "1.2.1.10.1", LTNG "5.0.2.1.2.1", LTNG "5.1.1.0",
					    LTNG "5.1.2.1.3.1", LTNG "5.2.1.0" };
	static const int64_t values[] = { 1, 1, 3, 2, 41 };
	struct machine *m = ltng_machine();

	put_integers(m, oids, values, 5);
	put(&m->t, made_text(LTNG "1.3.1.5.1", "0.87"));
	put(&m->t, made_text(LTNG "1.3.1.6.1", "1.62"));
	put(&m->t, made_text(LTNG "0.2.0", "7.06.008"));
	put(&m->t, made_text(LTNG "0.3.0", "030111000001"));
	put(&m->t, made_text(LTNG "2.5.0", "ntpd 4.2.8p15"));
	put(&m->t, made_count(LTNG "2.8.3.0", 321, 32));
	put(&m->t, made_count(LTNG "2.8.5.0", 5000, 64));
	put(&m->t, made_count(LTNG "2.8.6.0", 3600, 64));
	put(&m->t, made_count(LTNG "2.8.7.0", 60, 64));
	put(&m->t, made_count(LTNG "2.8.8.0", 1234, 32));
	return m;
}

static void what_is_said_beside_is_told(void **state)
{
	struct machine *m = full_ltng_machine();
	(void)state;
	read_as(m, LANTIME_LTNG);
	assert_string_equal(fact_of(&m->r.at[0], "device"), "Meinberg LANTIME");
	assert_string_equal(fact_of(&m->r.at[0], "firmware"), "7.06.008");
	assert_string_equal(fact_of(&m->r.at[0], "serial_number"), "030111000001");
	assert_string_equal(fact_of(&m->r.at[0], "version"), "ntpd 4.2.8p15");
	assert_point(&m->r.at[0], "clients_known", 321);
	assert_point(&m->r.at[1], "pdop", 1.62);
	assert_string_equal(fact_of(&m->r.at[1], "leap_second"), "announced");
	assert_string_equal(fact_of(&m->r.at[2], "leap_second"), "");
	assert_string_equal(fact_of(&m->r.at[2], "type"), "pzf180");
	assert_string_equal(fact_of(&m->r.at[2], "usage"), "secondary");
	assert_string_equal(fact_of(&m->r.at[2], "state"), "not synchronized");
	free(m);
}

static void nothing_is_asked_for_in_vain(void **state)
{
	struct machine *m = full_ltng_machine();
	(void)state;
	assert_all_wishes_matter(LANTIME_LTNG, &m, 1);
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_states_of_clock_and_service_are_told_apart),
		cmocka_unit_test(what_two_measures_are_depends_on_the_receiver),
		cmocka_unit_test(what_is_not_known_is_a_gap),
		cmocka_unit_test(fans_supplies_and_clients_are_counted),
		cmocka_unit_test(what_is_said_beside_is_told),
		cmocka_unit_test(nothing_is_asked_for_in_vain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
