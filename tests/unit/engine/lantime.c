/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/lantime.h"
#include "mib_made.h"

#define LTNG "1.3.6.1.4.1.5597.30.0."
#define OS   "1.3.6.1.4.1.5597.7."
#define LT   "1.3.6.1.4.1.5597.3."

struct machine {
	struct mib_table t;
	struct mib_report r;
};

static void read_as(struct machine *m, enum lantime_kind kind)
{
	assert_int_equal(lantime_kind(&m->t), kind);
	mib_report_begin(&m->r);
	lantime_read(kind, &m->t, &m->r);
}

static void put_integers(struct machine *m, const char *const *oids, const int64_t *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(&m->t, made_integer(oids[i], values[i]));
}

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
	assert_string_equal(m->r.at[1].name, "refclock_1");
	assert_point(&m->r.at[1], "refclock_state", 1);
	assert_point(&m->r.at[1], "refclock_substate", 1);
	assert_string_equal(fact_of(&m->r.at[1], "state"), "synchronized");
	assert_string_equal(fact_of(&m->r.at[1], "substate"), "gpsSync");
	assert_string_equal(fact_of(&m->r.at[1], "type"), "gps180");
	assert_string_equal(fact_of(&m->r.at[1], "usage"), "primary");
	assert_string_equal(m->r.at[2].name, "refclock_2");
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

static void meinberg_os_has_receivers_and_an_offset_of_its_source(void **state)
{
	static const char *const oids[] = {
		OS "2.1.2.1.1.0",      OS "2.1.2.1.3.0",     OS "2.1.2.1.4.0",     OS "2.1.2.1.5.0",
		OS "2.1.2.1.7.0",      OS "2.1.2.1.8.0",     OS "2.1.2.2.1.1.2.1", OS "2.1.2.2.1.1.6.1",
		OS "2.1.2.2.1.1.8.1",  OS "2.1.2.2.1.1.2.2", OS "2.1.2.2.1.1.6.2", OS "2.1.2.2.1.1.8.2",
		OS "2.1.2.2.1.1.11.2", OS "2.3.1.1.3.1",     OS "2.3.1.1.4.1",     OS "2.3.1.1.6.1",
		OS "2.3.1.1.7.1",      OS "2.3.1.1.3.2",     OS "2.3.1.1.4.2",     OS "2.3.1.1.6.2",
		OS "2.4.2.1.5.0",      OS "2.4.2.1.3.0",
	};
	static const int64_t values[] = { 1,    1, 0, 4711, 0, 1500, 1, 17, 999, 1, 4711,
					  -250, 4, 6, 1,    8, 11,   3, 0,  -1,  1, 100 };
	struct machine *m = calloc(1, sizeof(*m));
	struct mib_value flags = made_value(OS "2.4.2.1.2.0", MIB_TEXT);
	(void)state;
	flags.len = 2;
	flags.text[0] = 0x01; /* bit 7: holdover */
	flags.text[1] = 0x40; /* bit 9: warmed up */
	put_integers(m, oids, values, sizeof(values) / sizeof(values[0]));
	put(&m->t, flags);
	read_as(m, LANTIME_OS);
	assert_point(&m->r.at[0], "ntp_state", 2);
	assert_point(&m->r.at[0], "stratum", 1);
	assert_point(&m->r.at[0], "clock_offset_s", -250e-9);
	assert_point(&m->r.at[0], "clock_jitter_s", 4e-6);
	assert_point(&m->r.at[0], "root_dispersion_s", 1.5e-3);
	assert_string_equal(fact_of(&m->r.at[0], "system_clock"), "synchronized");
	assert_string_equal(fact_of(&m->r.at[0], "accuracy"), "100 ns");
	assert_string_equal(fact_of(&m->r.at[0], "holdover"), "yes");
	assert_string_equal(fact_of(&m->r.at[0], "oscillator"), "warmed up");
	assert_point(&m->r.at[1], "refclock_state", 1);
	assert_point(&m->r.at[1], "refclock_substate", 1);
	assert_point(&m->r.at[1], "satellites_used", 8);
	assert_point(&m->r.at[1], "satellites_seen", 11);
	assert_point(&m->r.at[2], "refclock_state", 2);
	assert_point(&m->r.at[2], "refclock_substate", 3);
	assert_string_equal(fact_of(&m->r.at[2], "substate"), "antenna disconnected");
	assert_no_point(&m->r.at[2], "satellites_used");
	put(&m->t, made_integer(OS "2.1.2.1.1.0", 3));
	read_as(m, LANTIME_OS);
	assert_point(&m->r.at[0], "ntp_state", 1);
	assert_string_equal(fact_of(&m->r.at[0], "ntp"), "stopped");
	free(m);
}

static void the_oldest_has_microseconds_and_one_clock(void **state)
{
	static const char *const oids[] = { LT "1.2.0", LT "1.3.0", LT "1.7.0",  LT "2.4.0",
					    LT "2.6.0", LT "2.9.0", LT "2.10.0", LT "2.12.0" };
	static const int64_t values[] = { 5, 1, -12, 3, 2, 4, 9, 0 };
	struct machine *m = calloc(1, sizeof(*m));
	(void)state;
	put_integers(m, oids, values, 8);
	read_as(m, LANTIME_LT);
	assert_point(&m->r.at[0], "ntp_state", 2);
	assert_point(&m->r.at[0], "clock_offset_s", -12e-6);
	assert_point(&m->r.at[1], "refclock_state", 2);
	assert_point(&m->r.at[1], "refclock_substate", 3);
	assert_point(&m->r.at[1], "satellites_used", 4);
	assert_point(&m->r.at[1], "satellites_seen", 9);
	put(&m->t, made_integer(LT "1.2.0", 99));
	put(&m->t, made_integer(LT "1.3.0", 99));
	put(&m->t, made_integer(LT "1.7.0", 1024000000));
	put(&m->t, made_integer(LT "2.6.0", 0));
	put(&m->t, made_integer(LT "2.12.0", 1));
	put(&m->t, made_integer(LT "2.13.0", 76));
	put(&m->t, made_integer(LT "2.14.0", 64));
	read_as(m, LANTIME_LT);
	assert_no_point(&m->r.at[0], "ntp_state");
	assert_no_point(&m->r.at[0], "stratum");
	assert_no_point(&m->r.at[0], "clock_offset_s");
	assert_point(&m->r.at[1], "refclock_state", 1);
	assert_point(&m->r.at[1], "refclock_substate", 52);
	assert_point(&m->r.at[1], "correlation_percent", 76);
	assert_point(&m->r.at[1], "field_strength_percent", 64);
	assert_no_point(&m->r.at[1], "satellites_used");
	put(&m->t, made_integer(LT "2.12.0", 2));
	put(&m->t, made_integer(LT "2.13.0", 254));
	read_as(m, LANTIME_LT);
	assert_no_point(&m->r.at[1], "correlation_percent");
	assert_string_equal(fact_of(&m->r.at[1], "antenna"), "faulty");
	free(m);
}

static void the_newest_that_answers_is_taken(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));
	(void)state;
	assert_int_equal(lantime_kind(&m->t), LANTIME_NONE);
	put(&m->t, made_integer(LT "1.2.0", 5));
	assert_int_equal(lantime_kind(&m->t), LANTIME_LT);
	put(&m->t, made_integer(OS "2.1.2.1.1.0", 1));
	assert_int_equal(lantime_kind(&m->t), LANTIME_OS);
	put(&m->t, made_integer(LTNG "2.1.0", 2));
	assert_int_equal(lantime_kind(&m->t), LANTIME_LTNG);
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_states_of_clock_and_service_are_told_apart),
		cmocka_unit_test(what_two_measures_are_depends_on_the_receiver),
		cmocka_unit_test(what_is_not_known_is_a_gap),
		cmocka_unit_test(fans_supplies_and_clients_are_counted),
		cmocka_unit_test(meinberg_os_has_receivers_and_an_offset_of_its_source),
		cmocka_unit_test(the_oldest_has_microseconds_and_one_clock),
		cmocka_unit_test(the_newest_that_answers_is_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
