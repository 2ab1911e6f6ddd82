/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "engine/alarm_rules.h"
#include "engine/history_series.h"
#include "engine/query_result.h"

#define S NS_PER_S

/* What the rule says of one value, as if nothing stood yet: ALARM_OK to ALARM_CRITICAL. */
static enum alarm_level says(enum alarm_rule rule, double value)
{
	const struct alarm_limits l = alarm_limits_default();

	if (alarm_says(rule, true, l.of[rule].critical, false, value))
		return ALARM_CRITICAL;
	return alarm_says(rule, false, l.of[rule].warn, false, value) ? alarm_first_level(rule) : ALARM_OK;
}

static void each_limit_has_two_sides(void **state)
{
	static const struct {
		enum alarm_rule rule;
		double value;
		enum alarm_level level;
	} rows[] = {
		{ ALARM_SILENT, 2, ALARM_OK },
		{ ALARM_SILENT, 3, ALARM_CRITICAL },
		{ ALARM_REACH, 87.5, ALARM_OK },
		{ ALARM_REACH, 75.1, ALARM_OK },
		{ ALARM_REACH, 75, ALARM_WARN },
		{ ALARM_REACH, 50, ALARM_WARN },
		{ ALARM_REACH, 49.9, ALARM_CRITICAL },
		{ ALARM_OFFSET, 0.01, ALARM_OK },
		{ ALARM_OFFSET, 0.010001, ALARM_WARN },
		{ ALARM_OFFSET, 0.05, ALARM_WARN },
		{ ALARM_OFFSET, 0.0501, ALARM_CRITICAL },
		{ ALARM_OFFSET, -0.01, ALARM_OK },
		{ ALARM_OFFSET, -0.010001, ALARM_WARN },
		{ ALARM_CLOCK_OFFSET, 0.0501, ALARM_CRITICAL },
		{ ALARM_CLOCK_OFFSET, -0.0501, ALARM_CRITICAL },
		{ ALARM_SOURCES, 4, ALARM_OK },
		{ ALARM_SOURCES, 3, ALARM_WARN },
		{ ALARM_SOURCES, 2, ALARM_WARN },
		{ ALARM_SOURCES, 1, ALARM_CRITICAL },
		{ ALARM_UNSYNCHRONISED, 0, ALARM_OK },
		{ ALARM_UNSYNCHRONISED, 1, ALARM_CRITICAL },
		{ ALARM_LEAP, 0, ALARM_OK },
		{ ALARM_LEAP, 1, ALARM_INFO },
		{ ALARM_ROOT_DISTANCE, 0.5, ALARM_OK },
		{ ALARM_ROOT_DISTANCE, 1, ALARM_WARN },
		{ ALARM_ROOT_DISTANCE, 1.001, ALARM_CRITICAL },
		{ ALARM_GPS_FIX, 3, ALARM_OK },
		{ ALARM_GPS_FIX, 2, ALARM_WARN },
		{ ALARM_SATELLITES, 4, ALARM_OK },
		{ ALARM_SATELLITES, 3, ALARM_WARN },
		{ ALARM_SATELLITES_SHARE, 50, ALARM_OK },
		{ ALARM_SATELLITES_SHARE, 49, ALARM_WARN },
		{ ALARM_TDOP, 5, ALARM_OK },
		{ ALARM_TDOP, 5.1, ALARM_WARN },
		{ ALARM_PPS, 1, ALARM_WARN },
		{ ALARM_REFCLOCK, 0, ALARM_OK },
		{ ALARM_REFCLOCK, 1, ALARM_WARN },
		{ ALARM_CLOCK_NOMINAL, 5, ALARM_OK },
		{ ALARM_CLOCK_NOMINAL, 5.1, ALARM_WARN },
		{ ALARM_CLOCK_NOMINAL, 20.1, ALARM_CRITICAL },
		{ ALARM_RECEIVER, 1, ALARM_CRITICAL },
		{ ALARM_ANTENNA, 1, ALARM_CRITICAL },
		{ ALARM_NTP_STATE, 1, ALARM_CRITICAL },
		{ ALARM_CORRELATION, 60, ALARM_OK },
		{ ALARM_CORRELATION, 59, ALARM_WARN },
		{ ALARM_FIELD_STRENGTH, 30, ALARM_OK },
		{ ALARM_FIELD_STRENGTH, 31, ALARM_WARN },
		{ ALARM_SUPPLIES, 0, ALARM_OK },
		{ ALARM_SUPPLIES, 1, ALARM_WARN },
		{ ALARM_FANS, 1, ALARM_WARN },
		{ ALARM_TEMPERATURE, 60, ALARM_OK },
		{ ALARM_TEMPERATURE, 61, ALARM_WARN },
		{ ALARM_TEMPERATURE, 76, ALARM_CRITICAL },
		{ ALARM_REQUESTS, 3, ALARM_OK },
		{ ALARM_REQUESTS, 3.1, ALARM_WARN },
		{ ALARM_REQUESTS, 11, ALARM_CRITICAL },
		{ ALARM_LOSS, 5, ALARM_OK },
		{ ALARM_LOSS, 6, ALARM_WARN },
		{ ALARM_LOSS, 21, ALARM_CRITICAL },
	};
	uint64_t seen = 0;
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (says(rows[i].rule, rows[i].value) != rows[i].level)
			fail_msg("%s at %g is not %s", alarm_rule_name(rows[i].rule), rows[i].value,
				 alarm_level_name(rows[i].level));
		seen |= UINT64_C(1) << rows[i].rule;
	}
	assert_int_equal(seen, (UINT64_C(1) << N_ALARM_RULES) - 1); /* none is forgotten here */
}

static void what_stands_ends_only_when_it_is_better_by_a_margin(void **state)
{
	static const struct {
		enum alarm_rule rule;
		double limit, not_yet, good;
	} rows[] = {
		{ ALARM_OFFSET, 0.01, 0.0095, 0.0089 },
		{ ALARM_OFFSET, 0.01, -0.0095, -0.0089 },
		{ ALARM_REACH, 75, 81, 87.5 },
		{ ALARM_SATELLITES, 4, 4, 5 },
		{ ALARM_CORRELATION, 60, 64, 65 },
		{ ALARM_TEMPERATURE, 60, 58, 56 },
		{ ALARM_SOURCES, 4, 3, 4 },
		{ ALARM_TDOP, 5, 4.6, 4.4 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(alarm_says(rows[i].rule, false, rows[i].limit, true, rows[i].not_yet));
		assert_false(alarm_says(rows[i].rule, false, rows[i].limit, true, rows[i].good));
	}
}

/* ---- what a reading says --------------------------------------------------------------------------- */

static const struct alarm_memory old_hand = { .n_readings = 100 };

static double value_of(enum alarm_rule rule, const struct alarm_memory *m, const struct reading *r)
{
	double v;
	return alarm_value(rule, m, r, &v) ? v : (double)NAN;
}

static double of_one(enum alarm_rule rule, const char *name, double value)
{
	const struct history_point p = { name, value };
	const struct reading r = { .target = "a", .part = "", .is_ok = true, .points = &p, .n_points = 1 };
	return value_of(rule, &old_hand, &r);
}

static void values_come_from_their_series(void **state)
{
	(void)state;
	assert_float_equal(of_one(ALARM_OFFSET, "offset_s", -0.02), -0.02, 1e-12);
	assert_float_equal(of_one(ALARM_CLOCK_OFFSET, "clock_offset_s", -0.02), -0.02, 1e-12);
	assert_float_equal(of_one(ALARM_REACH, "reach_polls", 6), 75, 1e-12);
	assert_float_equal(of_one(ALARM_SOURCES, "sources", 3), 3, 1e-12);
	assert_float_equal(of_one(ALARM_REFCLOCK, "clock_event", 4), 4, 1e-12);
	assert_float_equal(of_one(ALARM_ROOT_DISTANCE, "root_distance_s", 0.7), 0.7, 1e-12);
	assert_float_equal(of_one(ALARM_UNSYNCHRONISED, "stratum", 16), 1, 1e-12);
	assert_float_equal(of_one(ALARM_UNSYNCHRONISED, "stratum", 15), 0, 1e-12);
	assert_float_equal(of_one(ALARM_UNSYNCHRONISED, "leap", 3), 1, 1e-12);
	assert_float_equal(of_one(ALARM_LEAP, "leap", 2), 2, 1e-12);
	assert_float_equal(of_one(ALARM_RECEIVER, "refclock_state", 2), 1, 1e-12);
	assert_float_equal(of_one(ALARM_RECEIVER, "refclock_state", 1), 0, 1e-12);
	assert_float_equal(of_one(ALARM_NTP_STATE, "ntp_state", 1), 1, 1e-12);
	assert_float_equal(of_one(ALARM_NTP_STATE, "ntp_state", 2), 0, 1e-12);
	assert_float_equal(of_one(ALARM_ANTENNA, "refclock_substate", 3), 1, 1e-12);
	assert_float_equal(of_one(ALARM_ANTENNA, "refclock_substate", 6), 1, 1e-12);
	assert_float_equal(of_one(ALARM_ANTENNA, "refclock_substate", 1), 0, 1e-12);
}

static void a_gap_is_no_value(void **state)
{
	(void)state;
	assert_true(isnan(of_one(ALARM_OFFSET, "delay_s", 1)));
	assert_true(isnan(of_one(ALARM_RECEIVER, "refclock_state", 0)));
	assert_true(isnan(of_one(ALARM_NTP_STATE, "ntp_state", 0)));
	assert_true(isnan(of_one(ALARM_LEAP, "leap", 3)));
	assert_true(isnan(of_one(ALARM_OFFSET, "offset_s", (double)INFINITY)));
	assert_true(isnan(of_one(ALARM_SATELLITES_SHARE, "satellites_used", 3)));
	assert_true(isnan(of_one(ALARM_FIELD_STRENGTH, "field_strength_percent", 3))); /* no median yet */
}

static void the_reach_of_the_first_seven_readings_is_nobodys_fault(void **state)
{
	const struct history_point p = { "reach_polls", 1 };
	const struct reading r = { .target = "a", .part = "", .is_ok = true, .points = &p, .n_points = 1 };
	struct alarm_memory m = { .n_readings = 7 };
	(void)state;
	assert_true(isnan(value_of(ALARM_REACH, &m, &r)));
	m.n_readings = 8;
	assert_float_equal(value_of(ALARM_REACH, &m, &r), 12.5, 1e-12);
}

/* Who is asked every quarter of an hour fills its register in two. */
static void the_reach_of_a_source_counts_once_it_was_good_or_after_an_hour(void **state)
{
	const struct history_point p = { "reach_polls", 2 };
	struct reading r = { .target = "a", .part = "192.0.2.9", .is_ok = true, .points = &p, .n_points = 1 };
	struct alarm_memory m = { .n_readings = 100, .first_ns = 1000 * S };
	(void)state;
	r.time_ns = 9000 * S; /* by a clock that somebody may set: it does not count */
	m.latest_ns = 4600 * S;
	assert_true(isnan(value_of(ALARM_REACH, &m, &r)));
	m.latest_ns = 4601 * S;
	assert_float_equal(value_of(ALARM_REACH, &m, &r), 25, 1e-12);
	m.latest_ns = 2000 * S;
	m.was_reached = true;
	assert_float_equal(value_of(ALARM_REACH, &m, &r), 25, 1e-12);
	assert_false(alarm_is_reached(&r));
}

static void strata_of_parts_are_not_judged(void **state)
{
	const struct history_point p = { "stratum", 0 };
	struct reading r = { .target = "a", .part = "GPS", .is_ok = true, .points = &p, .n_points = 1 };
	(void)state;
	assert_true(isnan(value_of(ALARM_UNSYNCHRONISED, &old_hand, &r)));
	r.part = "";
	assert_float_equal(value_of(ALARM_UNSYNCHRONISED, &old_hand, &r), 1, 1e-12);
}

static void who_says_that_it_is_not_synchronised_is_not_silent(void **state)
{
	struct history_point p = { "result", query_result_status(QUERY_UNSYNCHRONISED) };
	struct reading r = { .target = "a", .part = "", .points = &p, .n_points = 1 };
	(void)state;
	assert_false(alarm_is_silence(&r));
	p.value = query_result_status(QUERY_TIMEOUT);
	assert_true(alarm_is_silence(&r));
	r.n_points = 0;
	assert_true(alarm_is_silence(&r));
	r.is_ok = true;
	assert_false(alarm_is_silence(&r));
}

/* A kiss-o'-death has stratum 0 and often leap 3. */
static void a_kiss_does_not_make_a_server_unsynchronised(void **state)
{
	const struct history_point p[] = { { "stratum", 0 },
					   { "leap", 3 },
					   { "result", query_result_status(QUERY_KOD) } };
	const struct reading r = { .target = "a", .part = "", .points = p, .n_points = 3 };
	(void)state;
	assert_true(isnan(value_of(ALARM_UNSYNCHRONISED, &old_hand, &r)));
}

static void shares_and_distances_are_worked_out(void **state)
{
	const struct history_point p[] = {
		{ "satellites_used", 3 },   { "satellites_seen", 12 }, { "root_delay_s", 0.4 },
		{ "root_dispersion_s", 1 }, { "requests_per_s", 50 },  { "unanswered_per_s", 5 },
	};
	struct reading r = { .target = "a", .part = "", .via = WATCH_VIA_SNMP, .points = p, .n_points = 6 };
	(void)state;
	assert_float_equal(value_of(ALARM_SATELLITES_SHARE, &old_hand, &r), 25, 1e-12);
	assert_float_equal(value_of(ALARM_ROOT_DISTANCE, &old_hand, &r), 1.2, 1e-12);
	assert_float_equal(value_of(ALARM_LOSS, &old_hand, &r), 10, 1e-12);
	r.via = WATCH_VIA_GPSD; /* of four systems in view few receivers use half */
	assert_true(isnan(value_of(ALARM_SATELLITES_SHARE, &old_hand, &r)));
}

/* A long-wave receiver of an old LANTIME says it by a correlation that is none. */
static void a_faulty_antenna_may_be_said_in_words(void **state)
{
	const struct history_point p = { "refclock_substate", 51 };
	const struct reading_fact f = { .name = "antenna", .text = "faulty" };
	struct reading r = {
		.target = "a", .part = "", .points = &p, .n_points = 1, .facts = &f, .n_facts = 1
	};
	(void)state;
	assert_float_equal(value_of(ALARM_ANTENNA, &old_hand, &r), 1, 1e-12);
	r.n_facts = 0;
	assert_float_equal(value_of(ALARM_ANTENNA, &old_hand, &r), 0, 1e-12);
}

static void pulses_are_missed_only_where_there_were_some(void **state)
{
	struct alarm_memory m = { 0 };
	const struct history_point p = { "pps_offset_s", 1e-6 };
	struct reading r = { .target = "a", .part = "", .is_ok = true, .points = &p, .n_points = 0 };
	(void)state;
	assert_true(isnan(value_of(ALARM_PPS, &m, &r)));
	m.had_pps = true;
	assert_float_equal(value_of(ALARM_PPS, &m, &r), 1, 1e-12);
	r.n_points = 1;
	assert_float_equal(value_of(ALARM_PPS, &m, &r), 0, 1e-12);
	r.is_ok = false;
	assert_true(isnan(value_of(ALARM_PPS, &m, &r)));
}

static void medians_are_what_is_usual(void **state)
{
	struct alarm_median field = { 0 }, asked = { 0 }, nominal = { 0 };
	struct alarm_memory m = { .medians = { [ALARM_OF_FIELD] = &field,
					       [ALARM_OF_REQUESTS] = &asked,
					       [ALARM_OF_NOMINAL] = &nominal } };
	struct history_point p[] = { { "field_strength_percent", 60 },
				     { "requests_last_minute", 1200 },
				     { "clock_nominal_percent", 93 } };
	const struct reading r = { .target = "a", .part = "", .points = p, .n_points = 3 };
	(void)state;
	for (int h = 0; h < 5; h++) {
		alarm_median_add(&field, 80, h * 3600 * S);
		alarm_median_add(&asked, 4, h * 3600 * S);
		alarm_median_add(&nominal, 99, h * 3600 * S);
	}
	assert_float_equal(value_of(ALARM_FIELD_STRENGTH, &m, &r), 25, 1e-6);
	assert_float_equal(value_of(ALARM_REQUESTS, &m, &r), 5, 1e-6);
	assert_float_equal(value_of(ALARM_CLOCK_NOMINAL, &m, &r), 6, 1e-6);
	p[1].value = 60; /* one a second */
	assert_float_equal(value_of(ALARM_REQUESTS, &m, &r), 0, 1e-6);
	p[2].value = 100;
	assert_float_equal(value_of(ALARM_CLOCK_NOMINAL, &m, &r), 0, 1e-6);
}

/* ---- words ------------------------------------------------------------------------------------------ */

static void sentence(enum alarm_rule rule, enum alarm_level level, double value, const char *why,
		     const char *wanted)
{
	const struct alarm_limits l = alarm_limits_default();
	char text[200];

	alarm_text(rule, &l.of[rule], level, value, why, text, sizeof(text));
	assert_string_equal(text, wanted);
}

static void sentences_name_the_value_and_its_limit(void **state)
{
	(void)state;
	sentence(ALARM_OFFSET, ALARM_WARN, 0.0123, NULL, "Offset 12.3 ms, limit 10.0 ms");
	sentence(ALARM_OFFSET, ALARM_CRITICAL, 0.2, NULL, "Offset 200 ms, limit 50.0 ms");
	sentence(ALARM_OFFSET, ALARM_WARN, -0.0123, NULL, "Offset -12.3 ms, limit 10.0 ms");
	sentence(ALARM_OFFSET, ALARM_CRITICAL, -1e10, NULL, "Offset -106752.0 d, limit 50.0 ms");
	sentence(ALARM_OFFSET, ALARM_OK, -0.001, NULL, "Offset -1.00 ms, again within its limit 10.0 ms");
	sentence(ALARM_CLOCK_OFFSET, ALARM_WARN, -0.02, NULL,
		 "Clock offset that it reports -20.0 ms, limit 10.0 ms");
	sentence(ALARM_REACH, ALARM_WARN, 62.5, NULL, "Reach 62.5 %, lower limit 75 %");
	sentence(ALARM_SOURCES, ALARM_CRITICAL, 1, NULL, "Sources that answer 1, lower limit 2");
	sentence(ALARM_SATELLITES, ALARM_OK, 5, NULL, "Satellites used 5, again within its lower limit 4");
	sentence(ALARM_FIELD_STRENGTH, ALARM_WARN, 35, NULL,
		 "Field strength, below its median of 7 days by 35 %, limit 30 %");
	sentence(ALARM_REQUESTS, ALARM_CRITICAL, 12, NULL,
		 "Requests, against their median of 7 days 12 times, limit 10 times");
	sentence(ALARM_REFCLOCK, ALARM_WARN, 4, NULL, "Reference clock: signal loss");
	sentence(ALARM_REFCLOCK, ALARM_OK, 0, NULL, "Reference clock: nominal");
	sentence(ALARM_REFCLOCK, ALARM_WARN, 99, NULL, "Reference clock 99, limit 0");
	sentence(ALARM_GPS_FIX, ALARM_WARN, 2, NULL, "Fix: 2D");
	sentence(ALARM_SILENT, ALARM_CRITICAL, 3, "no answer in time", "Does not answer: no answer in time");
	sentence(ALARM_SILENT, ALARM_OK, 0, NULL, "Answers again");
	sentence(ALARM_UNSYNCHRONISED, ALARM_CRITICAL, 1, NULL, "Is not synchronised");
	sentence(ALARM_RECEIVER, ALARM_OK, 0, NULL, "Receiver is synchronised again");
}

static void controls_of_strangers_do_not_pass(void **state)
{
	(void)state;
	sentence(ALARM_SILENT, ALARM_CRITICAL, 3,
		 "a\nb\x1b[31mc\x7f\xc2\x9b"
		 "d",
		 "Does not answer: a?b?[31mc???d");
}

static void a_long_reason_is_cut(void **state)
{
	const struct alarm_limits l = alarm_limits_default();
	char why[5000], text[64];
	(void)state;
	memset(why, 'x', sizeof(why));
	why[sizeof(why) - 1] = '\0';
	alarm_text(ALARM_SILENT, &l.of[ALARM_SILENT], ALARM_CRITICAL, 3, why, text, sizeof(text));
	assert_int_equal(strlen(text), sizeof(text) - 1);
}

static void names_are_found_again(void **state)
{
	enum alarm_rule rule;
	enum alarm_level level;
	(void)state;
	for (int i = 0; i < N_ALARM_RULES; i++) {
		const char *name = alarm_rule_name((enum alarm_rule)i);
		assert_true(alarm_rule_find(name, strlen(name), &rule));
		assert_int_equal(rule, i);
		assert_true(strlen(alarm_rule_title((enum alarm_rule)i)) > 2);
	}
	for (int i = ALARM_OK; i <= ALARM_CRITICAL; i++) {
		assert_true(alarm_level_find(alarm_level_name((enum alarm_level)i), &level));
		assert_int_equal(level, i);
	}
	assert_false(alarm_rule_find("off", 3, &rule));
	assert_false(alarm_level_find("bad", &level));
}

static void a_limit_is_called_by_its_unit(void **state)
{
	(void)state;
	assert_string_equal(alarm_rule_limit_key(ALARM_OFFSET), "limit_s");
	assert_string_equal(alarm_rule_limit_key(ALARM_LOSS), "limit_percent");
	assert_string_equal(alarm_rule_limit_key(ALARM_TEMPERATURE), "limit_c");
	assert_string_equal(alarm_rule_limit_key(ALARM_SOURCES), "limit");
}

static void a_level_is_about_one_of_two_limits(void **state)
{
	struct alarm_limit l = { .warn = 1, .critical = 2 };
	(void)state;
	assert_float_equal(alarm_limit_at_level(&l, ALARM_WARN), 1, 0);
	assert_float_equal(alarm_limit_at_level(&l, ALARM_INFO), 1, 0);
	assert_float_equal(alarm_limit_at_level(&l, ALARM_CRITICAL), 2, 0);
	assert_float_equal(alarm_limit_at_level(&l, ALARM_OK), 1, 0);
	l.warn = (double)NAN;
	assert_float_equal(alarm_limit_at_level(&l, ALARM_OK), 2, 0);
	l.critical = (double)NAN;
	assert_true(isnan(alarm_limit_at_level(&l, ALARM_OK)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_limit_has_two_sides),
		cmocka_unit_test(what_stands_ends_only_when_it_is_better_by_a_margin),
		cmocka_unit_test(values_come_from_their_series),
		cmocka_unit_test(a_gap_is_no_value),
		cmocka_unit_test(the_reach_of_the_first_seven_readings_is_nobodys_fault),
		cmocka_unit_test(the_reach_of_a_source_counts_once_it_was_good_or_after_an_hour),
		cmocka_unit_test(strata_of_parts_are_not_judged),
		cmocka_unit_test(who_says_that_it_is_not_synchronised_is_not_silent),
		cmocka_unit_test(a_kiss_does_not_make_a_server_unsynchronised),
		cmocka_unit_test(shares_and_distances_are_worked_out),
		cmocka_unit_test(a_faulty_antenna_may_be_said_in_words),
		cmocka_unit_test(pulses_are_missed_only_where_there_were_some),
		cmocka_unit_test(medians_are_what_is_usual),
		cmocka_unit_test(sentences_name_the_value_and_its_limit),
		cmocka_unit_test(controls_of_strangers_do_not_pass),
		cmocka_unit_test(a_long_reason_is_cut),
		cmocka_unit_test(names_are_found_again),
		cmocka_unit_test(a_limit_is_called_by_its_unit),
		cmocka_unit_test(a_level_is_about_one_of_two_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
