/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "store/history.h"
#include "store/journal.h"

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/ntpscope-history-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[128];
	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

/* 2026-03-01T12:00:00Z */
static const int64_t noon_s = INT64_C(1772366400);

static void add(struct history *h, int64_t time_s, double value)
{
	const struct history_point points[] = { { "offset_s", value }, { "reach_polls", 8 } };
	const struct reading r = {
		.target = "ntp.example.net",
		.part = "refclock 1",
		.time_ns = time_s * NS_PER_S,
		.every_ns = 60 * NS_PER_S,
		.is_ok = true,
		.why = "",
		.points = points,
		.n_points = 2,
	};
	assert_int_equal(history_add(h, &r), ERR_OK);
}

static void what_was_added_is_in_the_buckets(void **state)
{
	struct history *h;
	struct history_span s;
	(void)state;
	assert_int_equal(history_open(folder, &h), ERR_OK);
	for (int i = 1; i <= 60; i++)
		add(h, noon_s + 60 * i, i <= 30 ? -1e-6 : 2e-6);
	history_close(h);
	const struct history_wish w = { "ntp.example.net/refclock 1", "offset_s", noon_s * NS_PER_S,
					(noon_s + 7200) * NS_PER_S, 120 };
	assert_int_equal(history_read(folder, &w, &s), ERR_OK);
	assert_int_equal(s.start_ns, noon_s * NS_PER_S);
	assert_int_equal(s.n, 120);
	assert_float_equal(s.at[0].avg, -1e-6, 1e-15);
	assert_float_equal(s.at[29].max, -1e-6, 1e-15);
	assert_float_equal(s.at[30].min, 2e-6, 1e-15);
	assert_float_equal(s.at[59].last, 2e-6, 1e-15);
	assert_true(isnan(s.at[60].avg));
	history_span_release(&s);
}

/* From the first value on: nobody waits for a row to be full. */
static void what_has_just_begun_is_there_at_once(void **state)
{
	struct history *h;
	struct history_span s;
	size_t n = 0;
	(void)state;
	assert_int_equal(history_open(folder, &h), ERR_OK);
	add(h, noon_s + 7, -3e-6);
	history_close(h);
	const struct history_wish w = { "ntp.example.net/refclock 1", "offset_s", (noon_s - 86400) * NS_PER_S,
					(noon_s + 60) * NS_PER_S, 1000 };
	assert_int_equal(history_read(folder, &w, &s), ERR_OK);
	for (size_t i = 0; i < s.n; i++)
		n += !isnan(s.at[i].avg);
	assert_in_range(n, 1, 2);
	history_span_release(&s);
}

static void what_nobody_knows_is_a_span_of_gaps(void **state)
{
	struct history *h;
	struct history_span s;
	(void)state;
	assert_int_equal(history_open(folder, &h), ERR_OK);
	history_close(h);
	static const char *const names[] = { "nobody", "", ".." };
	for (size_t k = 0; k < 3; k++) {
		const struct history_wish w = { names[k], "offset_s", noon_s * NS_PER_S,
						(noon_s + 3600) * NS_PER_S, 60 };
		assert_int_equal(history_read(folder, &w, &s), ERR_OK);
		assert_int_equal(s.n, 60);
		for (size_t i = 0; i < s.n; i++)
			assert_true(isnan(s.at[i].avg));
		history_span_release(&s);
	}
}

static bool add_once(void *arg)
{
	struct history *h = arg;
	static int n;

	add(h, noon_s + 61 + n, 5);
	return n++ < 3;
}

/* Whoever wants to end is not kept, and what came meanwhile is in the journal. */
static void files_are_left_to_the_next_one_when_there_is_no_time(void **state)
{
	struct history *h;
	struct history_span s;
	(void)state;
	assert_int_equal(history_open(folder, &h), ERR_OK);
	history_slice(h, add_once, h);
	add(h, noon_s, -1);
	for (int i = 0; i < 3; i++)
		history_flush(h);
	assert_int_equal(history_turn(h), ERR_OK);
	history_close(h);
	const struct history_wish w = { "ntp.example.net/refclock 1", "offset_s", noon_s * NS_PER_S,
					(noon_s + 120) * NS_PER_S, 120 };
	for (int i = 0; i < 2; i++) {
		assert_int_equal(history_read(folder, &w, &s), ERR_OK);
		double last = NAN;
		for (size_t k = 0; k < s.n; k++)
			last = isnan(s.at[k].last) ? last : s.at[k].last;
		assert_float_equal(last, i ? 6 : 5, 0);
		history_span_release(&s);
		assert_int_equal(history_open(folder, &h), ERR_OK);
		add(h, noon_s + 90, 6);
		history_close(h);
	}
}

#define each_in_its_folder(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		each_in_its_folder(what_was_added_is_in_the_buckets),
		each_in_its_folder(what_has_just_begun_is_there_at_once),
		each_in_its_folder(files_are_left_to_the_next_one_when_there_is_no_time),
		each_in_its_folder(what_nobody_knows_is_a_span_of_gaps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
