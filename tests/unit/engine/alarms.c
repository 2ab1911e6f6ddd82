/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "engine/alarm_limits.h"
#include "engine/alarm_own.h"
#include "engine/alarms.h"
#include "engine/heard.h"

#define S NS_PER_S

struct world {
	struct alarms *a;
	int64_t now_ns, step_ns; /* UTC, and by how much it was set forward */
	size_t n;
	struct alarm_event events[64];
};

static void changed(void *arg, const struct alarm_event *e)
{
	struct world *w = arg;
	assert_true(w->n < 64);
	w->events[w->n++] = *e;
}

static int set_up(void **state)
{
	const struct alarm_limits l = alarm_limits_default();
	struct world *w = calloc(1, sizeof(*w));
	w->now_ns = 1000000 * S;
	assert_int_equal(alarms_new(&l, &w->a), ERR_OK);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	alarms_free(w->a);
	free(w);
	return 0;
}

/* A minute later, a reading with one value. */
static void give_of(struct world *w, enum watch_via via, const char *target, const char *part,
		    const char *name, double value)
{
	const struct history_point p = { name, value };
	const struct reading r = { .target = target,
				   .part = part,
				   .via = via,
				   .time_ns = w->now_ns += 60 * S,
				   .every_ns = 60 * S,
				   .is_ok = true,
				   .why = "",
				   .points = &p,
				   .n_points = 1 };
	const struct alarm_sink sink = { changed, w };
	alarms_take(w->a, &r, w->now_ns - w->step_ns, &sink);
}

static void give(struct world *w, const char *target, const char *name, double value)
{
	give_of(w, WATCH_VIA_NTP, target, "", name, value);
}

static void give_part(struct world *w, const char *target, const char *part, double offset_s)
{
	give_of(w, WATCH_VIA_MODE6, target, part, "offset_s", offset_s);
}

static void give_silence(struct world *w, const char *target, const char *part)
{
	const struct reading r = { .target = target,
				   .part = part,
				   .via = WATCH_VIA_NTP,
				   .time_ns = w->now_ns += 60 * S,
				   .every_ns = 60 * S,
				   .why = "no answer in time" };
	const struct alarm_sink sink = { changed, w };
	alarms_take(w->a, &r, w->now_ns - w->step_ns, &sink);
}

static void tick(struct world *w, int64_t after_ns)
{
	const struct alarm_sink sink = { changed, w };
	w->now_ns += after_ns;
	alarms_tick(w->a, w->now_ns, w->now_ns - w->step_ns, &sink);
}

static size_t standing(struct world *w)
{
	struct alarm_state s;
	size_t n = 0;
	for (size_t cursor = 0; alarms_next(w->a, &cursor, ALARM_INFO, &s); n++)
		continue;
	return n;
}

static void a_change_is_told_once(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < 20; i++)
		give(w, "a", "offset_s", 0.02);
	assert_int_equal(w->n, 1);
	assert_int_equal(w->events[0].from, ALARM_OK);
	assert_int_equal(w->events[0].to, ALARM_WARN);
	assert_string_equal(w->events[0].target, "a");
	assert_string_equal(w->events[0].text, "Offset 20.0 ms, limit 10.0 ms");
	for (int i = 0; i < 20; i++)
		give(w, "a", "offset_s", -0.06);
	assert_int_equal(w->n, 2);
	assert_int_equal(w->events[1].to, ALARM_CRITICAL);
	assert_float_equal(w->events[1].value, -0.06, 1e-12);
	assert_string_equal(w->events[1].text, "Offset -60.0 ms, limit 50.0 ms");
	for (int i = 0; i < 20; i++)
		give(w, "a", "offset_s",
		     0.0095); /* not critical any more, but no better than the limit by a tenth */
	assert_int_equal(w->n, 3);
	assert_int_equal(w->events[2].to, ALARM_WARN);
	for (int i = 0; i < 20; i++)
		give(w, "a", "offset_s", 0.001);
	assert_int_equal(w->n, 4);
	assert_int_equal(w->events[3].to, ALARM_OK);
	assert_int_equal(standing(w), 0);
}

static void a_single_outlier_is_no_alarm(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < 20; i++)
		give(w, "a", "offset_s", i % 2 ? 0.2 : 0);
	assert_int_equal(w->n, 0);
}

static void three_lost_questions_in_a_row_are_silence(void **state)
{
	struct world *w = *state;
	give_silence(w, "a", "");
	give_silence(w, "a", "");
	give(w, "a", "stratum", 2);
	give_silence(w, "a", "");
	give_silence(w, "a", "");
	assert_int_equal(w->n, 0);
	give_silence(w, "a", "");
	assert_int_equal(w->n, 1);
	assert_int_equal(w->events[0].rule, ALARM_SILENT);
	assert_int_equal(w->events[0].to, ALARM_CRITICAL);
	assert_non_null(strstr(w->events[0].text, "no answer in time"));
	give(w, "a", "stratum", 2);
	assert_int_equal(w->n, 2);
	assert_int_equal(w->events[1].to, ALARM_OK);
}

static void readings_that_do_not_come_are_silence(void **state)
{
	struct world *w = *state;
	give(w, "a", "stratum", 2);
	tick(w, 240 * S);
	assert_int_equal(w->n, 0);
	tick(w, 1 * S);
	assert_int_equal(w->n, 1);
	assert_int_equal(w->events[0].rule, ALARM_SILENT);
	for (int i = 0; i < 100; i++)
		tick(w, 60 * S);
	assert_int_equal(w->n, 1);
	give(w, "a", "stratum", 2);
	assert_int_equal(w->n, 2);
}

/* A server that is gone is one alarm, not one for each of its parts. */
static void parts_that_do_not_come_are_their_servers_silence(void **state)
{
	struct world *w = *state;
	const struct alarm_sink sink = { changed, w };
	give(w, "a", "stratum", 2);
	for (int i = 0; i < 2; i++) {
		const struct reading r = { .target = i ? "gps" : "a",
					   .part = "refclock 1",
					   .via = WATCH_VIA_NTP,
					   .time_ns = w->now_ns,
					   .every_ns = 60 * S,
					   .is_ok = true,
					   .why = "" };
		alarms_take(w->a, &r, w->now_ns - w->step_ns, &sink);
	}
	tick(w, 300 * S);
	assert_int_equal(w->n, 2);
	assert_string_equal(w->events[0].target, "a");
	assert_string_equal(w->events[0].part, "");
	assert_string_equal(w->events[1].target, "gps");
	assert_string_equal(w->events[1].part, "refclock 1"); /* there is nobody else to tell it */
}

static void what_keeps_changing_is_held(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < 600; i++)
		give(w, "a", "offset_s", i / 3 % 2 ? 0.02 : 0.001); /* three minutes each */
	assert_true(w->n <= 6);
	assert_int_equal(w->events[w->n - 1].to, ALARM_WARN);
	for (int i = 0; i < 70; i++)
		give(w, "a", "offset_s", 0.001);
	assert_int_equal(w->events[w->n - 1].to, ALARM_OK);
}

/* Also when somebody sets the clock by a day each time, and over a restart. */
static void what_flaps_is_not_forgotten_when_the_clock_is_set(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < 300; i++) {
		if (i % 6 == 0) {
			w->now_ns += 86400 * S;
			w->step_ns += 86400 * S;
		}
		give(w, "a", "offset_s", i / 3 % 2 ? 0.02 : 0.001);
	}
	assert_true(w->n <= 6);
	assert_int_equal(w->events[w->n - 1].to, ALARM_WARN);
}

static void what_flapped_before_a_restart_is_held_after_it(void **state)
{
	struct world *w = *state;
	struct alarm_event e = {
		.target = "a", .via = WATCH_VIA_NTP, .rule = ALARM_OFFSET, .text = "Offset"
	};
	w->step_ns = w->now_ns - 100 * S; /* the machine was started a minute and a half ago */
	for (int i = 0; i < 7; i++) {
		e.time_ns = w->now_ns - (7 - i) * 120 * S;
		e.from = i % 2 ? ALARM_WARN : ALARM_OK;
		e.to = i % 2 ? ALARM_OK : ALARM_WARN;
		alarms_replay(w->a, &e);
	}
	tick(w, S);
	for (int i = 0; i < 5; i++)
		give(w, "a", "offset_s", 0.001);
	assert_int_equal(w->n, 0); /* raised four times: ten minutes */
	for (int i = 0; i < 8; i++)
		give(w, "a", "offset_s", 0.001);
	assert_int_equal(w->n, 1);
	for (int i = 0; i < 2; i++)
		give(w, "a", "offset_s", 0.02);
	assert_int_equal(w->n, 2);
	for (int i = 0; i < 15; i++)
		give(w, "a", "offset_s", 0.001);
	assert_int_equal(w->n, 2); /* and once more: twenty */
}

static void a_refclock_is_told_at_its_first_event(void **state)
{
	struct world *w = *state;
	give(w, "a", "clock_event", 0);
	assert_int_equal(w->n, 0);
	give(w, "a", "clock_event", 1);
	assert_int_equal(w->n, 1);
	assert_string_equal(w->events[0].text, "Reference clock: no reply");
}

static void a_leap_second_is_information(void **state)
{
	struct world *w = *state;
	give(w, "a", "leap", 1);
	give(w, "a", "leap", 1);
	assert_int_equal(w->n, 1);
	assert_int_equal(w->events[0].to, ALARM_INFO);
	give(w, "a", "leap", 0);
	give(w, "a", "leap", 0);
	assert_int_equal(w->n, 2);
}

static void field_strength_is_measured_by_its_week(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < 1440; i++)
		give(w, "lantime", "field_strength_percent", 80 + i % 3);
	for (int i = 0; i < 10; i++)
		give(w, "lantime", "field_strength_percent", 58);
	assert_int_equal(w->n, 0);
	for (int i = 0; i < 3; i++)
		give(w, "lantime", "field_strength_percent", 55);
	assert_int_equal(w->n, 1);
	assert_int_equal(w->events[0].rule, ALARM_FIELD_STRENGTH);
}

/* A value that falls while the monitor is off is told when it is on again. */
static void what_was_usual_may_come_from_the_history(void **state)
{
	struct world *w = *state;
	const struct history_point p = { "field_strength_percent", 50 };
	const struct reading r = {
		.target = "lantime", .part = "", .via = WATCH_VIA_NTP, .points = &p, .n_points = 1
	};
	assert_string_equal(alarms_wants_past(w->a, &r, ALARM_OF_FIELD), "field_strength_percent");
	assert_null(alarms_wants_past(w->a, &r, ALARM_OF_REQUESTS));
	for (int h = 0; h < 100; h++)
		alarms_learn(w->a, &r, ALARM_OF_FIELD, 80, w->now_ns + (h - 100) * 3600 * S);
	assert_null(alarms_wants_past(w->a, &r, ALARM_OF_FIELD));
	for (int i = 0; i < 3; i++)
		give(w, "lantime", "field_strength_percent", 50);
	assert_int_equal(w->n, 1);
	assert_int_equal(w->events[0].rule, ALARM_FIELD_STRENGTH);
}

static void a_restart_does_not_tell_again_what_stood(void **state)
{
	struct world *w = *state;
	const struct alarm_limits l = alarm_limits_default();
	struct alarms *second;
	struct alarm_event e;

	for (int i = 0; i < 3; i++)
		give_silence(w, "down", "");
	give(w, "off", "offset_s", 0.2);
	give(w, "off", "offset_s", 0.2);
	assert_int_equal(w->n, 2);
	assert_int_equal(alarms_new(&l, &second), ERR_OK);
	for (size_t i = w->n; i-- > 0;)
		if (alarms_event_at(w->a, i, &e))
			alarms_replay(second, &e);
	alarms_free(w->a);
	w->a = second;
	assert_int_equal(standing(w), 2);
	tick(w, 3600 * S * 24);
	give_silence(w, "down", "");
	give(w, "off", "offset_s", 0.2);
	give(w, "off", "offset_s", 0.2);
	tick(w, S);
	assert_int_equal(w->n, 2);
	give(w, "down", "stratum", 1);
	give(w, "off", "offset_s", 0.0);
	give(w, "off", "offset_s", 0.0);
	assert_int_equal(w->n, 4);
	assert_int_equal(standing(w), 0);
}

static void what_nothing_is_heard_of_ends_at_last(void **state)
{
	struct world *w = *state;
	const struct alarm_event e = { .time_ns = w->now_ns,
				       .target = "gone",
				       .rule = ALARM_OFFSET,
				       .to = ALARM_WARN,
				       .text = "Offset" };
	alarms_replay(w->a, &e);
	tick(w, 86400 * S); /* the monitor was off for a day: that is not its silence */
	tick(w, 3599 * S);
	assert_int_equal(standing(w), 1);
	tick(w, 2 * S);
	assert_int_equal(standing(w), 0);
	assert_int_equal(w->n, 1);
	assert_int_equal(w->events[0].to, ALARM_OK);
	tick(w, 2 * S);
	assert_int_equal(w->n, 1);
}

static void silence_ends_after_a_week_and_is_not_told_again(void **state)
{
	struct world *w = *state;
	give(w, "a", "stratum", 2);
	for (int i = 0; i < 8 * 24; i++)
		tick(w, 3600 * S);
	assert_int_equal(w->n, 2);
	assert_int_equal(w->events[1].to, ALARM_OK);
	assert_int_equal(standing(w), 0);
}

static void other_limits_hold_from_the_next_reading_on(void **state)
{
	struct world *w = *state;
	struct alarm_limits l = alarm_limits_default();
	give(w, "a", "offset_s", 0.02);
	give(w, "a", "offset_s", 0.02);
	assert_int_equal(standing(w), 1);
	l.of[ALARM_OFFSET].warn = 0.1;
	l.of[ALARM_OFFSET].critical = 0.2;
	alarms_set_limits(w->a, &l);
	give(w, "a", "offset_s", 0.02);
	give(w, "a", "offset_s", 0.02);
	assert_int_equal(standing(w), 0);
	give(w, "a", "offset_s", 0.15);
	give(w, "a", "offset_s", 0.15);
	assert_int_equal(standing(w), 1);
	l.of[ALARM_OFFSET].is_on = false;
	alarms_set_limits(w->a, &l);
	tick(w, S);
	assert_int_equal(standing(w), 0);
	give(w, "a", "offset_s", 0.15);
	give(w, "a", "offset_s", 0.15);
	assert_int_equal(standing(w), 0);
}

static void what_stands_of_a_rule_that_is_switched_off_is_told_to_end(void **state)
{
	struct world *w = *state;
	struct alarm_limits l = alarm_limits_default();
	for (int i = 0; i < 3; i++) {
		give(w, "a", "offset_s", 0.02);
		give(w, "b", "clock_event", 1);
	}
	assert_int_equal(standing(w), 2);
	size_t n = w->n;
	l.of[ALARM_OFFSET].is_on = false;
	alarms_set_limits(w->a, &l);
	tick(w, S);
	assert_int_equal(w->n, n + 1);
	assert_string_equal(w->events[n].target, "a");
	assert_int_equal(w->events[n].rule, ALARM_OFFSET);
	assert_int_equal(w->events[n].from, ALARM_WARN);
	assert_int_equal(w->events[n].to, ALARM_OK);
	assert_string_equal(w->events[n].text, "The rule is off");
	assert_int_equal(standing(w), 1);
	tick(w, S);
	assert_int_equal(w->n, n + 1);
	l.of[ALARM_OFFSET].is_on = true; /* and begins anew */
	alarms_set_limits(w->a, &l);
	give(w, "a", "offset_s", 0.02);
	assert_int_equal(w->n, n + 1);
	give(w, "a", "offset_s", 0.02);
	assert_int_equal(w->n, n + 2);
}

static void limit(struct world *w, const char *const *texts, size_t n)
{
	struct alarm_limits l = alarm_limits_default();
	char why[ALARM_WHY_MAX];
	size_t wrong;
	if (!alarm_limits_take_all(&l, texts, n, &wrong, why))
		fail_msg("'%s': %s", texts[wrong], why);
	assert_int_equal(alarms_set_limits(w->a, &l), ERR_OK);
	alarm_limits_release(&l); /* they are copied */
}

static void a_limit_of_one_target_judges_it_and_its_parts_alone(void **state)
{
	static const char *const texts[] = { "offset 10us 50us for 1 at gps1", "offset 10ms 50ms for 1",
					     "offset 1s for 1 at gps1/eth0" };
	struct world *w = *state;
	limit(w, texts, 3);
	give(w, "pool", "offset_s", 20e-6);
	give(w, "gps10", "offset_s", 20e-6);
	assert_int_equal(w->n, 0);
	give(w, "gps1", "offset_s", 20e-6);
	assert_int_equal(w->n, 1);
	assert_string_equal(w->events[0].target, "gps1");
	assert_string_equal(w->events[0].text, "Offset 20 µs, limit 10 µs");
	assert_float_equal(w->events[0].limit, 10e-6, 1e-12);
	give(w, "gps1", "offset_s", 60e-6);
	assert_int_equal(w->events[1].to, ALARM_CRITICAL);
	assert_float_equal(w->events[1].limit, 50e-6, 1e-12);
	give_part(w, "gps1", "PPS(0)", 20e-6);
	assert_int_equal(w->n, 3);
	give_part(w, "gps1", "eth0", 20e-6); /* it is named itself */
	assert_int_equal(w->n, 3);
	give(w, "pool", "offset_s", 20e-3);
	assert_int_equal(w->n, 4);
	assert_float_equal(w->events[3].limit, 10e-3, 1e-12);
	give(w, "gps1", "offset_s", 1e-6);
	assert_int_equal(w->events[4].to, ALARM_OK);
	assert_float_equal(w->events[4].limit, 10e-6, 1e-12);
	assert_string_equal(w->events[4].text, "Offset 1.00 µs, again within its limit 10 µs");
}

static void another_limit_of_one_target_holds_from_its_next_reading_on(void **state)
{
	static const char *const low[] = { "offset 10us for 1 at gps1", "offset 10us for 1 at gps2" },
				 *const high[] = { "offset 1ms for 1 at gps1", "offset off at gps2" };
	struct world *w = *state;
	limit(w, low, 2);
	give(w, "gps1", "offset_s", 20e-6);
	give(w, "gps2", "offset_s", 20e-6);
	assert_int_equal(standing(w), 2);
	limit(w, high, 2);
	tick(w, S);
	assert_int_equal(w->n, 3);
	assert_string_equal(w->events[2].target, "gps2");
	assert_string_equal(w->events[2].text, "The rule is off");
	assert_true(isnan(w->events[2].limit));
	give(w, "gps1", "offset_s", 20e-6);
	assert_int_equal(w->n, 4);
	assert_int_equal(w->events[3].to, ALARM_OK);
	assert_float_equal(w->events[3].limit, 1e-3, 1e-12);
	give(w, "gps2", "offset_s", 5);
	assert_int_equal(standing(w), 0);
}

static void a_rule_that_is_off_for_all_may_be_on_at_one_target(void **state)
{
	static const char *const texts[] = { "offset on for 1 at gps1", "offset off" };
	struct world *w = *state;
	struct alarm_state s;
	size_t cursor = 0;
	limit(w, texts, 2);
	give(w, "gps1", "offset_s", 20e-3);
	give(w, "pool", "offset_s", 20e-3);
	tick(w, S);
	assert_int_equal(standing(w), 1);
	assert_true(alarms_next(w->a, &cursor, ALARM_INFO, &s));
	assert_string_equal(s.target, "gps1");
	assert_float_equal(s.limit, 10e-3, 1e-12);
}

/* The settings changed while the monitor was not there. */
static void what_stood_before_of_a_rule_that_is_off_is_told_to_end(void **state)
{
	struct world *w = *state;
	struct alarm_limits l = alarm_limits_default();
	const struct alarm_event e = {
		.target = "a", .rule = ALARM_OFFSET, .to = ALARM_WARN, .text = "Offset"
	};
	l.of[ALARM_OFFSET].is_on = false;
	alarms_set_limits(w->a, &l);
	alarms_replay(w->a, &e);
	tick(w, S);
	assert_int_equal(w->n, 1);
	assert_int_equal(w->events[0].to, ALARM_OK);
	assert_string_equal(w->events[0].text, "The rule is off");
	assert_int_equal(standing(w), 0);
}

static void the_latest_thousand_events_are_kept(void **state)
{
	struct world *w = *state;
	struct alarm_event e = { .target = "a",
				 .part = "b",
				 .rule = ALARM_FANS,
				 .to = ALARM_WARN,
				 .text = "text" },
			   got;
	for (int i = 0; i < 2500; i++) {
		e.time_ns = i;
		alarms_replay(w->a, &e);
	}
	for (int i = 0; i < ALARM_EVENTS_KEPT; i++) {
		assert_true(alarms_event_at(w->a, (size_t)i, &got));
		assert_int_equal(got.time_ns, 2499 - i);
	}
	assert_string_equal(got.target, "a");
	assert_string_equal(got.part, "b");
	assert_string_equal(got.text, "text");
	assert_false(alarms_event_at(w->a, ALARM_EVENTS_KEPT, &got));
	assert_int_equal(alarms_version(w->a), 2500);
}

static void there_is_room_for_so_many_and_the_rest_is_counted(void **state)
{
	struct world *w = *state;
	char name[32];
	for (int i = 0; i < HEARD_MOST + 10; i++) {
		snprintf(name, sizeof(name), "host-%d", i);
		give(w, name, "stratum", 2);
		w->now_ns -= 60 * S;
	}
	assert_int_equal(alarms_refused(w->a), 10);
	assert_int_equal(w->n, 0);
}

static bool is_known(struct world *w, const char *target)
{
	struct alarm_state s;
	for (size_t cursor = 0; alarms_next(w->a, &cursor, ALARM_OK, &s);)
		if (strcmp(s.target, target) == 0)
			return true;
	return false;
}

static void the_place_of_what_is_silent_for_longest_is_given_up(void **state)
{
	struct world *w = *state;
	char name[32];
	give(w, "stands", "clock_event", 1);
	for (int i = 1; i < HEARD_MOST; i++) {
		snprintf(name, sizeof(name), "host-%d", i);
		give(w, name, "stratum", 2);
	}
	give(w, "new", "clock_event", 0);
	assert_int_equal(alarms_refused(w->a), 0);
	assert_true(is_known(w, "new"));
	assert_true(is_known(w, "stands"));
	assert_false(is_known(w, "host-1"));
	assert_true(is_known(w, "host-2"));
}

static void what_is_gone_for_three_days_is_given_up_when_nothing_stands(void **state)
{
	struct world *w = *state;
	struct alarm_limits l = alarm_limits_default();
	l.of[ALARM_SILENT].is_on = false;
	alarms_set_limits(w->a, &l);
	give(w, "a", "clock_event", 0);
	tick(w, S);
	tick(w, 3 * 86400 * S - 2 * S);
	assert_true(is_known(w, "a"));
	tick(w, 3 * S);
	assert_false(is_known(w, "a"));
}

static void a_clock_that_is_set_makes_nobody_late(void **state)
{
	struct world *w = *state;
	give(w, "a", "offset_s", 0.02);
	give(w, "a", "offset_s", 0.02);
	assert_int_equal(w->n, 1);
	w->step_ns = 86400 * S;
	tick(w, 86400 * S);
	tick(w, 60 * S);
	give(w, "a", "offset_s", 0.02);
	assert_int_equal(w->n, 1);
	w->step_ns = -86400 * S;
	tick(w, -2 * 86400 * S);
	tick(w, 60 * S);
	assert_int_equal(w->n, 1);
	tick(w, 240 * S); /* but who is silent is noticed all the same */
	assert_int_equal(w->n, 2);
}

/* Time is told often; what is counted are readings that do not come. */
static void a_tick_is_no_reading(void **state)
{
	struct world *w = *state;
	struct alarm_limits l = alarm_limits_default();
	l.of[ALARM_SILENT].readings = 3;
	l.of[ALARM_SILENT].hold_ns = 0;
	alarms_set_limits(w->a, &l);
	give(w, "a", "stratum", 2);
	tick(w, 241 * S);
	for (int i = 0; i < 119; i++)
		tick(w, S);
	assert_int_equal(w->n, 0);
	tick(w, S);
	assert_int_equal(w->n, 1);
}

static void names_with_controls_are_shown_without(void **state)
{
	struct world *w = *state;
	give(w, "a\nb", "clock_event", 1);
	assert_string_equal(w->events[0].target, "a?b");
}

static void what_is_watched_no_longer_ends_at_once_and_is_new_when_it_comes_again(void **state)
{
	struct world *w = *state;
	const struct alarm_sink sink = { changed, w };
	for (int i = 0; i < 3; i++) {
		give_silence(w, "a\nb", "");
		give_silence(w, "a\nb", "GPS(0)");
		give_silence(w, "b", "");
	}
	size_t n = w->n;
	assert_int_equal(standing(w), n);
	alarms_forget(w->a, "a\nb", "It is watched no longer", w->now_ns, &sink);
	assert_int_equal(standing(w), 1);
	assert_int_equal(w->n, n + n - 1);
	assert_string_equal(w->events[n].target, "a?b");
	assert_int_equal(w->events[n].to, ALARM_OK);
	assert_string_equal(w->events[n].text, "It is watched no longer");
	alarms_forget(w->a, "a\nb", "It is watched no longer", w->now_ns, &sink);
	tick(w, 2 * 3600 * S); /* it is not late either */
	for (size_t i = n + n - 1; i < w->n; i++)
		assert_string_equal(w->events[i].target, "b");
	n = w->n;
	give_silence(w, "a\nb", "");
	give_silence(w, "a\nb", "");
	assert_int_equal(w->n, n); /* three in a row are wanted anew */
}

static void a_new_rhythm_begins_with_an_empty_register_that_is_nobodys_fault(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < 10; i++)
		give(w, "a", "reach_polls", 8);
	alarms_ask_anew(w->a, "b");
	alarms_ask_anew(w->a, "a");
	for (int i = 1; i <= 7; i++)
		give(w, "a", "reach_polls", i);
	assert_int_equal(w->n, 0);
	for (int i = 0; i < 10; i++)
		give(w, "a", "reach_polls", 1);
	assert_int_equal(standing(w), 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_change_is_told_once),
		TEST(a_new_rhythm_begins_with_an_empty_register_that_is_nobodys_fault),
		TEST(a_single_outlier_is_no_alarm),
		TEST(three_lost_questions_in_a_row_are_silence),
		TEST(readings_that_do_not_come_are_silence),
		TEST(parts_that_do_not_come_are_their_servers_silence),
		TEST(what_keeps_changing_is_held),
		TEST(what_flaps_is_not_forgotten_when_the_clock_is_set),
		TEST(what_flapped_before_a_restart_is_held_after_it),
		TEST(a_refclock_is_told_at_its_first_event),
		TEST(a_leap_second_is_information),
		TEST(field_strength_is_measured_by_its_week),
		TEST(what_was_usual_may_come_from_the_history),
		TEST(a_restart_does_not_tell_again_what_stood),
		TEST(what_nothing_is_heard_of_ends_at_last),
		TEST(silence_ends_after_a_week_and_is_not_told_again),
		TEST(other_limits_hold_from_the_next_reading_on),
		TEST(what_stands_of_a_rule_that_is_switched_off_is_told_to_end),
		TEST(a_limit_of_one_target_judges_it_and_its_parts_alone),
		TEST(another_limit_of_one_target_holds_from_its_next_reading_on),
		TEST(a_rule_that_is_off_for_all_may_be_on_at_one_target),
		TEST(what_stood_before_of_a_rule_that_is_off_is_told_to_end),
		TEST(the_latest_thousand_events_are_kept),
		TEST(there_is_room_for_so_many_and_the_rest_is_counted),
		TEST(the_place_of_what_is_silent_for_longest_is_given_up),
		TEST(what_is_gone_for_three_days_is_given_up_when_nothing_stands),
		TEST(a_clock_that_is_set_makes_nobody_late),
		TEST(a_tick_is_no_reading),
		TEST(names_with_controls_are_shown_without),
		TEST(what_is_watched_no_longer_ends_at_once_and_is_new_when_it_comes_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
