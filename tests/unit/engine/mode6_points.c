/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/nstime.h"
#include "engine/history_series.h"
#include "engine/mode6_points.h"

static double point(const struct reading_made *m, const char *name)
{
	for (size_t i = 0; i < m->n_points; i++)
		if (strcmp(m->points[i].name, name) == 0)
			return m->points[i].value;
	return NAN;
}

static bool is_near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

static const char *fact(const struct reading_made *m, const char *name)
{
	for (size_t i = 0; i < m->n_facts; i++)
		if (strcmp(m->facts[i].name, name) == 0)
			return m->facts[i].text;
	return "";
}

/* Each name has its row in the table. */
static void check_names(const struct reading_made *m)
{
	for (size_t i = 0; i < m->n_points; i++)
		if (!history_series_find(m->points[i].name))
			fail_msg("no series %s", m->points[i].name);
}

static struct var_list vars(const char *text)
{
	return var_list_of(text, strlen(text));
}

static void the_system_speaks_of_its_own_clock(void **state)
{
	struct reading_made m;
	(void)state;
	reading_made_clear(&m);
	mode6_system(
		&m, 0x0418,
		vars("version=\"ntpd ntpsec-1.2.2\", leap=0, stratum=1, rootdelay=2.0, rootdisp=1.185,\r\n"
		     "refid=GPS, peer=7, offset=-0.25, frequency=-33.5, sys_jitter=0.001, "
		     "clk_wander=0.002\r\n"));
	check_names(&m);
	assert_true(is_near(point(&m, "clock_offset_s"), -0.25e-3));
	assert_true(is_near(point(&m, "clock_jitter_s"), 1e-6) && is_near(point(&m, "wander_ppm"), 0.002));
	assert_true(is_near(point(&m, "frequency_ppm"), 33.5) && is_near(point(&m, "stratum"), 1));
	assert_true(is_near(point(&m, "root_distance_s"), 0.002185) && is_near(point(&m, "leap"), 0));
	assert_string_equal(fact(&m, "version"), "ntpd ntpsec-1.2.2");
	assert_string_equal(fact(&m, "source"), "sync_uhf_radio");
}

static void counters_become_rates_and_a_restart_a_gap(void **state)
{
	struct mode6_counts c = { 0 };
	struct reading_made m;
	(void)state;
	reading_made_clear(&m);
	mode6_counts(&m, &c,
		     vars("ss_uptime=100, ss_reset=100, ss_received=500, ss_badformat=1, ss_badauth=1"),
		     NS_PER_S);
	assert_true(isnan(point(&m, "received_per_s")) && is_near(point(&m, "uptime_s"), 100));
	mode6_counts(&m, &c,
		     vars("ss_uptime=160, ss_reset=160, ss_received=620, ss_badformat=4, ss_badauth=4, "
			  "mru_depth=9"),
		     61 * NS_PER_S);
	check_names(&m);
	assert_true(is_near(point(&m, "received_per_s"), 2) && is_near(point(&m, "bad_per_s"), 0.1));
	assert_true(is_near(point(&m, "clients_known"), 9) && isnan(point(&m, "kods_per_s")));
	/* More was counted since the restart than before it. */
	reading_made_clear(&m);
	mode6_counts(&m, &c, vars("ss_uptime=30, ss_reset=30, ss_received=9000"), 121 * NS_PER_S);
	assert_true(isnan(point(&m, "received_per_s")));
	/* And since somebody set it to zero. */
	reading_made_clear(&m);
	mode6_counts(&m, &c, vars("ss_uptime=90, ss_reset=3, ss_received=9500"), 181 * NS_PER_S);
	assert_true(isnan(point(&m, "received_per_s")));
	for (int i = 0; i < 2; i++)
		assert_true(strlen(mode6_count_names(i)) < CONTROL_DATA_MAX);
}

static void an_association_is_a_part(void **state)
{
	static const char
		text[] = "srcadr=192.0.2.101, srchost=\"time.example\", stratum=2, reach=0x7f, delay=0.5, "
			 "offset=-0.125, jitter=0.01, refid=192.0.2.9";
	struct reading_made m;
	struct peer_vars p;
	char part[64];
	(void)state;
	peer_vars_parse(&p, 7, 0x961a, text, strlen(text));
	reading_made_clear(&m);
	mode6_peer(&m, &p);
	check_names(&m);
	assert_true(is_near(point(&m, "offset_s"), -0.000125) && is_near(point(&m, "delay_s"), 0.0005));
	assert_true(is_near(point(&m, "jitter_s"), 1e-5) && is_near(point(&m, "reach_polls"), 7));
	assert_string_equal(fact(&m, "reach"), "177");
	assert_string_equal(fact(&m, "selection"), "sel_sys.peer");
	assert_string_equal(fact(&m, "name"), "time.example");
	mode6_part(&p, part, sizeof(part));
	assert_string_equal(part, "192.0.2.101");
	assert_false(mode6_is_prototype(&p));
	static const char silent[] = "srcadr=0.0.0.0, reach=0, offset=0, delay=0, jitter=0.1";
	peer_vars_parse(&p, 8, 0, silent, strlen(silent));
	assert_true(mode6_is_prototype(&p));
	reading_made_clear(&m);
	mode6_peer(&m, &p);
	assert_true(isnan(point(&m, "offset_s")) && isnan(point(&m, "delay_s")) &&
		    isnan(point(&m, "jitter_s")));
	peer_vars_parse(&p, 9, 0, "srcadr=127.127.20.0, srchost=\"NMEA(0)\"", 39);
	mode6_part(&p, part, sizeof(part));
	assert_string_equal(part, "NMEA(0)");
	peer_vars_parse(&p, 9, 0, "srcadr=127.127.20.0", 19);
	mode6_part(&p, part, sizeof(part));
	assert_string_equal(part, "127.127.20.0");
	assert_true(mode6_is_clock(&p));
	peer_vars_parse(&p, 9, 0, "srcadr=127.0.0.1", 16);
	assert_false(mode6_is_clock(&p));
	assert_false(mode6_is_prototype(&p));
}

static void a_clock_tells_its_event_even_when_its_driver_tells_nothing(void **state)
{
	struct mode6_clock_counts c = { 0 };
	struct reading_made m;
	(void)state;
	reading_made_clear(&m);
	mode6_clock(&m, &c, 0x0034, vars(""), NS_PER_S);
	assert_true(is_near(point(&m, "clock_event"), 4));
	assert_int_equal(m.n_points, 1);
	assert_string_equal(fact(&m, "state"), clock_event_words(4));
}

static void a_clock_tells_its_counters_its_states_and_its_telegram(void **state)
{
	struct mode6_clock_counts c = { 0 };
	struct reading_made m;
	(void)state;
	reading_made_clear(&m);
	mode6_clock(&m, &c, 0, vars("poll=10, noreply=0, badformat=0, baddata=0"), NS_PER_S);
	mode6_clock(&m, &c, 0x0003,
		    vars("device=\"Meinberg DCF77 C51 or compatible\", "
			 "timecode=\"D:26.11.26;T:4;U:14.30.00;#*S!\", "
			 "poll=70, noreply=6, badformat=3, baddata=0,\r\n"
			 "refclock_states=\"FAULT: 00:00:03 (0.01%); *NOMINAL: 21:21:36 (99.99%); running "
			 "time: 21:21:39\""),
		    61 * NS_PER_S);
	check_names(&m);
	assert_true(is_near(point(&m, "clock_polls_per_s"), 1) &&
		    is_near(point(&m, "clock_no_reply_per_s"), 0.1));
	assert_true(is_near(point(&m, "clock_bad_format_per_s"), 0.05) &&
		    is_near(point(&m, "clock_bad_data_per_s"), 0));
	assert_true(is_near(point(&m, "clock_nominal_percent"), 99.99));
	assert_string_equal(fact(&m, "device"), "Meinberg DCF77 C51 or compatible");
	assert_non_null(strstr(fact(&m, "telegram"), "26.11.26 14:30:00, "));
	reading_made_clear(&m);
	mode6_clock(&m, &c, 0x0003,
		    vars("refclock_states=\"*FAULT: 00:00:03 (100.00%); running time: 00:00:03\""), 0);
	assert_true(is_near(point(&m, "clock_nominal_percent"), 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_system_speaks_of_its_own_clock),
		cmocka_unit_test(counters_become_rates_and_a_restart_a_gap),
		cmocka_unit_test(an_association_is_a_part),
		cmocka_unit_test(a_clock_tells_its_event_even_when_its_driver_tells_nothing),
		cmocka_unit_test(a_clock_tells_its_counters_its_states_and_its_telegram),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
