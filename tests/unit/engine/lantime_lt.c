/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lantime_made.h"

#define LT LANTIME_MADE_LT

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

/* Of satellites; and with other states, of PZF, or of the plain long wave. */
static struct machine *lt_machine(int64_t gps_state, int64_t pzf_state)
{
	static const char *const oids[] = { LT "1.2.0", LT "1.3.0", LT "1.7.0",
					    LT "2.4.0", LT "2.9.0", LT "2.10.0" };
	static const int64_t values[] = { 1, 2, 250, 1, 7, 9 };
	struct machine *m = calloc(1, sizeof(*m));

	put_integers(m, oids, values, 6);
	put(&m->t, made_integer(LT "2.6.0", gps_state));
	put(&m->t, made_integer(LT "2.12.0", pzf_state));
	put(&m->t, made_text(LT "0.1.0", "5.30"));
	put(&m->t, made_text(LT "1.5.0", "GPS"));
	put(&m->t, made_text(LT "1.10.0", "4.2.4"));
	put(&m->t, made_text(LT "2.1.0", "GPS170"));
	return m;
}

static void what_is_said_beside_is_told(void **state)
{
	struct machine *m = lt_machine(1, 0);
	(void)state;
	read_as(m, LANTIME_LT);
	assert_string_equal(fact_of(&m->r.at[0], "device"), "Meinberg LANTIME");
	assert_string_equal(fact_of(&m->r.at[0], "firmware"), "5.30");
	assert_string_equal(fact_of(&m->r.at[0], "source"), "GPS");
	assert_string_equal(fact_of(&m->r.at[0], "version"), "4.2.4");
	assert_string_equal(fact_of(&m->r.at[0], "ntp"), "no good reference clock");
	assert_point(&m->r.at[0], "ntp_state", 1);
	assert_point(&m->r.at[0], "stratum", 2);
	assert_string_equal(m->r.at[1].part, "refclock_1");
	assert_string_equal(fact_of(&m->r.at[1], "type"), "GPS170");
	assert_string_equal(fact_of(&m->r.at[1], "state"), "synchronized");
	assert_string_equal(fact_of(&m->r.at[1], "substate"), "gpsSync");
	free(m);
}

/* Only the plain long wave has a field strength without a PZF. */
static void the_plain_long_wave_has_a_field_strength(void **state)
{
	struct machine *m = lt_machine(0, 3);
	(void)state;
	put(&m->t, made_integer(LT "2.28.0", 47));
	read_as(m, LANTIME_LT);
	assert_point(&m->r.at[1], "field_strength_percent", 47);
	assert_point(&m->r.at[1], "refclock_state", 2);
	assert_point(&m->r.at[1], "refclock_substate", 50);
	assert_string_equal(fact_of(&m->r.at[1], "substate"), "lwNeverSync");
	assert_string_equal(fact_of(&m->r.at[1], "state"), "not synchronized");
	free(m);
}

static void nothing_is_asked_for_in_vain(void **state)
{
	struct machine *m[] = { lt_machine(1, 0), lt_machine(0, 1), lt_machine(0, 0) };
	(void)state;
	put(&m[1]->t, made_integer(LT "2.13.0", 76));
	put(&m[1]->t, made_integer(LT "2.14.0", 64));
	put(&m[2]->t, made_integer(LT "2.28.0", 47));
	assert_all_wishes_matter(LANTIME_LT, m, 3);
	for (size_t i = 0; i < 3; i++)
		free(m[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_has_microseconds_and_one_clock),
		cmocka_unit_test(what_is_said_beside_is_told),
		cmocka_unit_test(the_plain_long_wave_has_a_field_strength),
		cmocka_unit_test(nothing_is_asked_for_in_vain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
