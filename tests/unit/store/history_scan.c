/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/nstime.h"
#include "store/history_scan.h"
#include "store/journal.h"
#include "unit/in_folder.h"

/* 2026-03-01T12:00:00Z */
static const int64_t noon_s = INT64_C(1772366400);

static void add(struct journal *j, int64_t time_s, const char *series, double value)
{
	const struct history_point point = { series, value };
	assert_int_equal(journal_add(j, time_s * NS_PER_S, 60 * NS_PER_S, "a b", &point, 1), ERR_OK);
}

static void an_outage_is_a_gap_and_the_sign_stays(void **state)
{
	struct history_wish w = { "a b", "offset_s", noon_s * NS_PER_S, (noon_s + 1200) * NS_PER_S, 100 };
	struct history_span s;
	struct journal *j;
	(void)state;
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	add(j, noon_s + 120, "offset_s", 3); /* written out of order */
	add(j, noon_s + 60, "offset_s", -1);
	add(j, noon_s + 60, "delay_s", 7);
	add(j, noon_s + 900, "offset_s", 5);
	journal_close(j);
	assert_int_equal(history_scan_read(folder, &w, &s), ERR_OK);
	assert_int_equal(s.width_ns, 15 * NS_PER_S);
	assert_int_equal(s.n, 80);
	assert_true(isnan(s.at[2].avg));
	assert_float_equal(s.at[3].avg, -1, 0); /* for its own second */
	assert_float_equal(s.at[3].min, -1, 0);
	assert_float_equal(s.at[4].max, 3, 0);
	assert_float_equal(s.at[7].last, 3, 0);
	assert_true(isnan(s.at[8].avg));
	assert_true(isnan(s.at[55].avg));
	assert_true(isnan(s.at[58].avg));
	assert_float_equal(s.at[59].avg, 5, 0); /* for its own second */
	assert_true(isnan(s.at[60].avg));
	history_span_release(&s);
	w.to_ns = w.from_ns;
	assert_int_equal(history_scan_read(folder, &w, &s), ERR_USAGE);
	assert_null(s.at);
}

static bool count(void *arg, const char *name, const char *series, int64_t first_ns, int64_t last_ns)
{
	size_t *n = arg;
	assert_string_equal(name, "a_b");
	if (strcmp(series, "offset_s") == 0) {
		assert_int_equal(first_ns, noon_s * NS_PER_S);
		assert_true(last_ns == noon_s * NS_PER_S || last_ns == (noon_s + 60) * NS_PER_S);
	}
	return ++*n < 2;
}

static void each_series_is_listed_with_its_first_and_last_time(void **state)
{
	struct journal *j;
	size_t n = 0;
	(void)state;
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	add(j, noon_s, "offset_s", 1);
	assert_int_equal(history_scan_list(folder, count, &n), ERR_OK);
	assert_int_equal(n, 1);
	add(j, noon_s + 60, "offset_s", 1);
	add(j, noon_s, "delay_s", 1);
	journal_close(j);
	n = 0;
	assert_int_equal(history_scan_list(folder, count, &n), ERR_END);
	assert_int_equal(n, 2);
	assert_int_equal(history_scan_list("/nonexistent", count, &n), ERR_SYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		each_in_its_folder(an_outage_is_a_gap_and_the_sign_stays),
		each_in_its_folder(each_series_is_listed_with_its_first_and_last_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
