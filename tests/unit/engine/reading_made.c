/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "engine/reading_made.h"

static void what_is_not_known_is_left_out(void **state)
{
	struct reading_made m;
	(void)state;
	reading_made_clear(&m);
	reading_point(&m, "offset_s", NAN);
	reading_point(&m, "delay_s", INFINITY);
	reading_point(&m, "stratum", 2);
	reading_fact(&m, "refid", "");
	reading_fact_len(&m, "name", NULL, 0);
	assert_int_equal(m.n_points, 1);
	assert_string_equal(m.points[0].name, "stratum");
	assert_int_equal(m.n_facts, 0);
}

static void what_has_no_room_is_left_out(void **state)
{
	struct reading_made m;
	char text[2 * READING_TEXT_MAX];
	static char names[2 * HISTORY_POINTS_MAX + 2 * READING_FACTS_MAX][16];
	(void)state;
	memset(text, 'x', sizeof(text));
	reading_made_clear(&m);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)snprintf(names[i], sizeof(names[i]), "name_%zu", i);
	for (int i = 0; i < 2 * HISTORY_POINTS_MAX; i++)
		reading_point(&m, names[i], i);
	reading_fact_len(&m, "one too long", text, READING_TEXT_MAX);
	assert_int_equal(strlen(m.facts[0].text), READING_TEXT_MAX - 1);
	for (int i = 0; i < 2 * READING_FACTS_MAX; i++)
		reading_fact_len(&m, names[i], text, sizeof(text));
	assert_int_equal(m.n_points, HISTORY_POINTS_MAX);
	assert_int_equal(m.n_facts, READING_FACTS_MAX);
	assert_int_equal(strlen(m.facts[1].text), READING_TEXT_MAX - 1);
}

static void who_comes_first_knows_best(void **state)
{
	struct reading_made m;
	(void)state;
	reading_made_clear(&m);
	reading_point(&m, "stratum", 1);
	reading_point(&m, "stratum", 2);
	reading_fact(&m, "name", NULL);
	reading_fact(&m, "name", "a");
	reading_fact(&m, "name", "b");
	assert_int_equal(m.n_points, 1);
	assert_true(m.points[0].value == 1);
	assert_int_equal(m.n_facts, 1);
	assert_string_equal(m.facts[0].text, "a");
}

static void controls_in_a_strangers_text_become_blanks(void **state)
{
	struct reading_made m;
	(void)state;
	reading_made_clear(&m);
	reading_fact(&m, "version", "a\x1b[1mb\n\x7f");
	assert_string_equal(m.facts[0].text, "a [1mb  ");
}

static void the_name_of_a_part_stays_in_its_folder_and_on_its_line(void **state)
{
	static const struct {
		const char *text, *part;
	} all[] = {
		{ "GPS_NMEA(0)", "GPS_NMEA(0)" },
		{ "2001:db8::1", "2001:db8::1" },
		{ "../x", "_._x" },
		{ "a b\n", "a_b_" },
		{ "/dev/ttyS0", "_dev_ttyS0" },
		{ "", "" },
	};
	char part[32];
	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		reading_part(part, sizeof(part), all[i].text, strlen(all[i].text));
		assert_string_equal(part, all[i].part);
	}
	reading_part(part, 4, "abcd", 4);
	assert_string_equal(part, "abc");
	reading_part(part, 4, "abcdef", 6);
	assert_string_equal(part, "abc");
}

static void look(void *arg, const struct reading *r)
{
	*(size_t *)arg = r->n_points + 10 * r->n_facts + 100 * r->n_satellites;
	assert_string_equal(r->part, "PPS(0)");
	assert_string_equal(r->target, "t");
}

static void it_is_given_whole(void **state)
{
	struct reading_made m;
	const struct reading_satellite seen_ones[2] = { { .prn = 5 }, { .prn = 7 } };
	size_t seen = 0;
	const struct reading_sink sink = { look, &seen };
	(void)state;
	reading_made_clear(&m);
	reading_point(&m, "stratum", 1);
	reading_fact(&m, "refid", "GPS");
	reading_part(m.part, sizeof(m.part), "PPS(0)", 6);
	m.satellites = seen_ones;
	m.n_satellites = 2;
	reading_give(&m, (struct reading){ .target = "t", .why = "" }, &sink);
	assert_int_equal(seen, 211);
	reading_made_clear(&m);
	assert_string_equal(m.part, "");
	assert_null(m.satellites);
	assert_int_equal(m.n_points + m.n_facts + m.n_satellites, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_known_is_left_out),
		cmocka_unit_test(what_has_no_room_is_left_out),
		cmocka_unit_test(who_comes_first_knows_best),
		cmocka_unit_test(controls_in_a_strangers_text_become_blanks),
		cmocka_unit_test(the_name_of_a_part_stays_in_its_folder_and_on_its_line),
		cmocka_unit_test(it_is_given_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
