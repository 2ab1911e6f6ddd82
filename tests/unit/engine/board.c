/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "engine/board.h"
#include "engine/heard.h"

static struct board_entry entry;

static struct reading reading(const char *target, const char *part)
{
	return (struct reading){ .target = target,
				 .part = part,
				 .via = WATCH_VIA_NTP,
				 .time_ns = 100,
				 .every_ns = 64,
				 .is_ok = true };
}

static void the_latest_reading_is_shown(void **state)
{
	struct board *b;
	const struct history_point first[] = { { "offset_s", 1 }, { "delay_s", 2 } };
	const struct history_point second[] = { { "offset_s", 3 } };
	const struct reading_fact facts[] = { { "refid", "GPS" } };
	struct reading r = reading("a", "");
	(void)state;
	assert_int_equal(board_new(&b), ERR_OK);
	assert_false(board_at(b, 0, &entry));
	r.points = first;
	r.n_points = 2;
	r.facts = facts;
	r.n_facts = 1;
	assert_true(board_put(b, &r, r.time_ns));
	r.points = second;
	r.n_points = 1;
	r.n_facts = 0;
	r.time_ns = 200;
	r.n_polls = 2;
	assert_true(board_put(b, &r, r.time_ns));
	assert_true(board_at(b, 0, &entry));
	assert_false(board_at(b, 1, &entry));
	assert_int_equal(entry.time_ns, 200);
	assert_int_equal(entry.n_polls, 2);
	assert_float_equal(board_value(&entry, "offset_s"), 3, 0);
	assert_true(isnan(board_value(&entry, "delay_s"))); /* this one did not say */
	assert_int_equal(entry.n_facts, 1);
	assert_string_equal(entry.facts[0].text, "GPS");
	board_free(b);
}

static void each_way_and_part_has_an_entry(void **state)
{
	struct board *b;
	struct reading r = reading("a", "");
	(void)state;
	assert_int_equal(board_new(&b), ERR_OK);
	board_put(b, &r, r.time_ns);
	r.part = "GPS(0)";
	board_put(b, &r, r.time_ns);
	r.via = WATCH_VIA_MODE6;
	board_put(b, &r, r.time_ns);
	r.target = "b";
	board_put(b, &r, r.time_ns);
	board_put(b, &r, r.time_ns);
	assert_true(board_at(b, 3, &entry));
	assert_string_equal(entry.target, "b");
	assert_string_equal(entry.part, "GPS(0)");
	assert_int_equal(entry.via, WATCH_VIA_MODE6);
	assert_false(board_at(b, 4, &entry));
	board_free(b);
}

static void silence_is_dated_from_where_it_began(void **state)
{
	struct board *b;
	struct reading r = reading("a", "");
	(void)state;
	assert_int_equal(board_new(&b), ERR_OK);
	board_put(b, &r, r.time_ns);
	r.is_ok = false;
	r.why = "timeout";
	r.time_ns = 200;
	board_put(b, &r, r.time_ns);
	r.time_ns = 300;
	board_put(b, &r, r.time_ns);
	assert_true(board_at(b, 0, &entry));
	assert_int_equal(entry.ok_ns, 100);
	assert_int_equal(entry.changed_ns, 200);
	assert_int_equal(entry.time_ns, 300);
	assert_string_equal(entry.why, "timeout");
	board_free(b);
}

static void satellites_stay_until_others_come(void **state)
{
	struct board *b;
	const struct reading_satellite sky[] = { { .prn = 5, .is_used = true }, { .prn = 7 } };
	struct reading r = reading("a", "");
	(void)state;
	assert_int_equal(board_new(&b), ERR_OK);
	r.satellites = sky;
	r.n_satellites = 2;
	board_put(b, &r, r.time_ns);
	r.satellites = NULL;
	r.n_satellites = 0;
	board_put(b, &r, r.time_ns);
	board_at(b, 0, &entry);
	assert_int_equal(entry.n_satellites, 2);
	assert_int_equal(entry.satellites[1].prn, 7);
	r.satellites = sky; /* it says: none are in view */
	board_put(b, &r, r.time_ns);
	board_at(b, 0, &entry);
	assert_int_equal(entry.n_satellites, 0);
	board_free(b);
}

static void what_finds_no_place_is_counted(void **state)
{
	struct board *b;
	char name[32] = "", longest[HISTORY_TARGET_MAX + 1];
	struct reading r = reading(name, "");
	(void)state;
	assert_int_equal(board_new(&b), ERR_OK);
	for (unsigned i = 0; i < HEARD_MOST; i++) {
		snprintf(name, sizeof(name), "%u", i);
		assert_true(board_put(b, &r, r.time_ns));
	}
	snprintf(name, sizeof(name), "more");
	assert_false(board_put(b, &r, r.time_ns));
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	r.target = longest;
	assert_false(board_put(b, &r, r.time_ns));
	assert_int_equal(board_refused(b), 2);
	board_free(b);
}

/* A server that names others each time has so many places, and no more. */
static void one_target_does_not_take_all_places(void **state)
{
	struct board *b;
	char part[32] = "";
	struct reading r = reading("a", part);
	(void)state;
	assert_int_equal(board_new(&b), ERR_OK);
	for (unsigned i = 0; i < BOARD_PARTS_MAX + 5; i++) {
		snprintf(part, sizeof(part), "%u", i);
		assert_int_equal(board_put(b, &r, r.time_ns), i < BOARD_PARTS_MAX);
	}
	r.target = "b";
	assert_true(board_put(b, &r, r.time_ns));
	assert_int_equal(board_refused(b), 5);
	board_free(b);
}

/* Names that are gone do not keep others out for ever. */
static void the_place_of_what_is_silent_for_longest_is_given_up(void **state)
{
	struct board *b;
	char name[32] = "";
	struct reading r = reading(name, "");
	const int64_t begin_ns = 1000 * NS_PER_S, later_ns = begin_ns + 600 * NS_PER_S;
	(void)state;
	assert_int_equal(board_new(&b), ERR_OK);
	for (unsigned i = 0; i < HEARD_MOST; i++) {
		snprintf(name, sizeof(name), "%u", i);
		assert_true(board_put(b, &r, i == 77 ? begin_ns - 1 : begin_ns));
	}
	snprintf(name, sizeof(name), "more");
	assert_false(board_put(b, &r, begin_ns));
	assert_true(board_put(b, &r, later_ns));
	assert_true(board_at(b, 77, &entry));
	assert_string_equal(entry.target, "more");
	assert_int_equal(entry.heard_ns, later_ns);
	assert_false(reading_is_late(entry.heard_ns, entry.every_ns, later_ns + 60 * NS_PER_S));
	assert_true(reading_is_late(entry.heard_ns, entry.every_ns, later_ns + 61 * NS_PER_S));
	/* After three days it goes anyway. */
	assert_true(board_put(b, &r, begin_ns + 3 * 86400 * NS_PER_S + NS_PER_S));
	assert_true(board_at(b, 0, &entry));
	assert_string_equal(entry.target, "more");
	assert_false(board_at(b, 1, &entry));
	board_free(b);
}

static void of_what_is_forgotten_no_part_is_left(void **state)
{
	struct board *b;
	struct reading r = reading("a", "");
	(void)state;
	assert_int_equal(board_new(&b), ERR_OK);
	board_put(b, &r, r.time_ns);
	r.target = "b";
	board_put(b, &r, r.time_ns);
	r.target = "a";
	r.part = "GPS(0)";
	r.via = WATCH_VIA_MODE6;
	board_put(b, &r, r.time_ns);
	board_forget(b, "a");
	assert_true(board_at(b, 0, &entry));
	assert_string_equal(entry.target, "b");
	assert_false(board_at(b, 1, &entry));
	board_forget(b, "nobody");
	assert_true(board_at(b, 0, &entry));
	board_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_latest_reading_is_shown),
		cmocka_unit_test(each_way_and_part_has_an_entry),
		cmocka_unit_test(silence_is_dated_from_where_it_began),
		cmocka_unit_test(satellites_stay_until_others_come),
		cmocka_unit_test(what_finds_no_place_is_counted),
		cmocka_unit_test(one_target_does_not_take_all_places),
		cmocka_unit_test(the_place_of_what_is_silent_for_longest_is_given_up),
		cmocka_unit_test(of_what_is_forgotten_no_part_is_left),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
