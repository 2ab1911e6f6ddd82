/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lantime_made.h"

#define OS LANTIME_MADE_OS

static struct mib_value flags_of(uint8_t first, uint8_t second)
{
	struct mib_value v = made_value(OS "2.4.2.1.2.0", MIB_TEXT);

	v.len = 2;
	v.text[0] = (char)first;
	v.text[1] = (char)second;
	return v;
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
	(void)state;
	put_integers(m, oids, values, sizeof(values) / sizeof(values[0]));
	put(&m->t, flags_of(0x01, 0x40)); /* bit 7: holdover; bit 9: warmed up */
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

/* Its system peer is another server; its receiver is one of long waves. */
static struct machine *os_machine_with_a_peer(void)
{
	static const char *const oids[] = {
		OS "2.1.2.1.1.0",      OS "2.1.2.1.3.0",     OS "2.1.2.1.4.0",     OS "2.1.2.1.5.0",
		OS "2.1.2.1.7.0",      OS "2.1.2.1.8.0",     OS "2.1.2.2.1.1.2.1", OS "2.1.2.2.1.1.6.1",
		OS "2.1.2.2.1.1.8.1",  OS "2.1.2.3.1.1.2.1", OS "2.1.2.3.1.1.6.1", OS "2.1.2.3.1.1.8.1",
		OS "2.1.2.3.1.1.11.1", OS "2.1.2.3.1.1.2.2", OS "2.1.2.3.1.1.6.2", OS "2.1.2.3.1.1.8.2",
		OS "2.3.1.1.3.1",      OS "2.3.1.1.4.1",     OS "2.3.1.1.9.1",     OS "2.4.2.1.5.0",
		OS "2.4.2.1.3.0",
	};
	static const int64_t values[] = { 1,   2, 1, 4712, 2500, 1500, 1, 17, 999, 1,  4712,
					  750, 9, 0, 4712, 11,   6,    0, 2,  0,   100 };
	struct machine *m = calloc(1, sizeof(*m));

	put_integers(m, oids, values, sizeof(values) / sizeof(values[0]));
	put(&m->t, made_text(OS "2.1.2.1.2.0", "192.0.2.1"));
	put(&m->t, flags_of(0x20, 0)); /* bit 2: a leap second is announced */
	return m;
}

/* The same with a reference clock, and a receiver of satellites. */
static struct machine *os_machine_with_a_clock(void)
{
	static const char *const oids[] = { OS "2.1.2.1.5.0",      OS "2.1.2.2.1.1.2.1", OS "2.1.2.2.1.1.6.1",
					    OS "2.1.2.2.1.1.11.1", OS "2.3.1.1.4.1",     OS "2.3.1.1.6.1",
					    OS "2.3.1.1.7.1" };
	static const int64_t values[] = { 17, 1, 17, 4, 1, 8, 11 };
	struct machine *m = os_machine_with_a_peer();

	put_integers(m, oids, values, 7);
	return m;
}

static void the_offset_is_that_of_the_system_peer_where_it_is_valid(void **state)
{
	struct machine *m = os_machine_with_a_peer();
	(void)state;
	read_as(m, LANTIME_OS);
	assert_point(&m->r.at[0], "clock_offset_s", 750e-9);
	assert_point(&m->r.at[0], "clock_jitter_s", 9e-6);
	put(&m->t, made_integer(OS "2.1.2.3.1.1.2.1", 0));
	read_as(m, LANTIME_OS);
	assert_no_point(&m->r.at[0], "clock_offset_s");
	free(m);
}

static void what_is_said_beside_is_told(void **state)
{
	struct machine *m = os_machine_with_a_peer();
	(void)state;
	read_as(m, LANTIME_OS);
	assert_string_equal(fact_of(&m->r.at[0], "device"), "meinbergOS");
	assert_string_equal(fact_of(&m->r.at[0], "ntp"), "synchronized");
	assert_string_equal(fact_of(&m->r.at[0], "source"), "192.0.2.1");
	assert_point(&m->r.at[0], "stratum", 2);
	assert_point(&m->r.at[0], "leap", 1);
	assert_point(&m->r.at[0], "root_delay_s", 2.5e-3);
	assert_string_equal(fact_of(&m->r.at[0], "system_clock"), "not synchronized");
	assert_string_equal(fact_of(&m->r.at[0], "holdover"), "no");
	assert_string_equal(fact_of(&m->r.at[0], "oscillator"), "not warmed up");
	assert_string_equal(fact_of(&m->r.at[0], "leap_second"), "announced");
	assert_string_equal(fact_of(&m->r.at[1], "leap_second"), "announced");
	assert_string_equal(fact_of(&m->r.at[1], "state"), "synchronized");
	assert_point(&m->r.at[1], "refclock_substate", 52); /* of the long wave */
	free(m);
}

static void states_of_a_receiver_are_those_of_the_older_mib(void **state)
{
	static const int64_t substates[] = { 0, 0, 6, 3, 5, 4 };
	struct machine *m = os_machine_with_a_clock();
	(void)state;
	for (int64_t i = 0; i < 6; i++) {
		put(&m->t, made_integer(OS "2.3.1.1.3.1", i));
		read_as(m, LANTIME_OS);
		if (substates[i])
			assert_point(&m->r.at[1], "refclock_substate", (double)substates[i]);
		else
			assert_no_point(&m->r.at[1], "refclock_substate");
		if (i)
			assert_point(&m->r.at[1], "refclock_state", 2);
		else
			assert_no_point(&m->r.at[1], "refclock_state");
	}
	free(m);
}

static void nothing_is_asked_for_in_vain(void **state)
{
	struct machine *m[] = { os_machine_with_a_peer(), os_machine_with_a_clock() };
	(void)state;
	assert_all_wishes_matter(LANTIME_OS, m, 2);
	free(m[0]);
	free(m[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(meinberg_os_has_receivers_and_an_offset_of_its_source),
		cmocka_unit_test(the_offset_is_that_of_the_system_peer_where_it_is_valid),
		cmocka_unit_test(what_is_said_beside_is_told),
		cmocka_unit_test(states_of_a_receiver_are_those_of_the_older_mib),
		cmocka_unit_test(nothing_is_asked_for_in_vain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
