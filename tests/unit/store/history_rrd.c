/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/history_rrd.h"
#include "unit/in_folder.h"

static char path[128];

static int make_path(void **state)
{
	int failed = make_folder(state);
	snprintf(path, sizeof(path), "%s/offset_s.rrd", folder);
	return failed;
}

static void skip_unless_built(void)
{
	if (!history_rrd_is_built())
		skip();
}

/* 2026-03-01T12:00:00Z */
static const int64_t noon_s = INT64_C(1772366400);

static size_t update(const struct history_value *v, size_t n, enum err wanted)
{
	size_t n_late;
	assert_int_equal(history_rrd_update(path, v, n, &n_late), wanted);
	return n_late;
}

static struct history_span read_span(int64_t from_s, int64_t to_s, int64_t width_s)
{
	struct history_rrd_state st;
	struct history_sum sum;
	struct history_span span;
	assert_int_equal(history_rrd_state(path, &st), ERR_OK);
	assert_int_equal(history_sum_init(&sum, from_s, to_s, width_s), ERR_OK);
	assert_int_equal(history_rrd_read(path, &st, &sum), ERR_OK);
	assert_int_equal(history_sum_span(&sum, &span), ERR_OK);
	history_sum_release(&sum);
	return span;
}

/* Asked every second, one answer is an outlier: a minute's average hides it, its maximum does not. */
static void least_and_greatest_value_of_a_minute_are_those_measured(void **state)
{
	struct history_value v[240];
	(void)state;
	skip_unless_built();
	for (int i = 0; i < 240; i++)
		v[i] = (struct history_value){ .time_s = noon_s + i + 1, .every_s = 1, .value = 1e-6 };
	v[70].value = -3e-3;
	v[75].value = 5e-3;
	update(v, 240, ERR_OK);
	struct history_span s = read_span(noon_s, noon_s + 300, 60);
	assert_int_equal(s.n, 5);
	assert_float_equal(s.at[0].max, 1e-6, 1e-18);
	assert_float_equal(s.at[1].min, -3e-3, 1e-15);
	assert_float_equal(s.at[1].max, 5e-3, 1e-15);
	assert_float_equal(s.at[1].avg, (58 * 1e-6 - 3e-3 + 5e-3) / 60, 1e-12);
	assert_float_equal(s.at[1].last, 1e-6, 1e-18);
	assert_float_equal(s.at[3].avg, 1e-6, 1e-15);
	assert_true(isnan(s.at[4].avg));
	history_span_release(&s);
}

static void a_long_silence_is_a_gap_and_a_short_one_is_not(void **state)
{
	const struct history_value v[] = {
		{ .time_s = noon_s + 60, .every_s = 60, .value = 1 },
		{ .time_s = noon_s + 180, .every_s = 60, .value = 2 }, /* one is missing */
		{ .time_s = noon_s + 480, .every_s = 60, .value = -3 },
	};
	(void)state;
	skip_unless_built();
	update(v, 3, ERR_OK);
	struct history_span s = read_span(noon_s - 60, noon_s + 600, 60);
	const double wanted[] = { NAN, 1, 2, 2, NAN, NAN, NAN, NAN, -3, NAN, NAN };
	assert_int_equal(s.n, 11);
	for (size_t i = 0; i < 11; i++) {
		assert_int_equal(isnan(s.at[i].avg), isnan(wanted[i]));
		assert_int_equal(isnan(s.at[i].last), isnan(wanted[i]));
		if (!isnan(wanted[i])) {
			assert_float_equal(s.at[i].avg, wanted[i], 1e-9);
			assert_float_equal(s.at[i].last, wanted[i], 1e-9);
		}
	}
	history_span_release(&s);
}

/* Any part of an hour that is known is shown, and the part of the hour that is not over yet is, too. */
static void a_row_that_is_known_in_part_is_known_and_the_last_one_counts(void **state)
{
	const struct history_value v[] = {
		{ .time_s = noon_s + 60, .every_s = 60, .value = 4 },
		{ .time_s = noon_s + 7200 - 60, .every_s = 60, .value = 6 },
		{ .time_s = noon_s + 7200 + 660, .every_s = 60, .value = 8 },
	};
	(void)state;
	skip_unless_built();
	update(v, 3, ERR_OK);
	struct history_span s = read_span(noon_s, noon_s + 10800, 3600);
	assert_int_equal(s.n, 3);
	assert_float_equal(s.at[0].avg, 4, 1e-9);
	assert_float_equal(s.at[1].avg, 6, 1e-9);
	assert_float_equal(s.at[2].avg, 8, 1e-9);
	history_span_release(&s);
}

/* A sequence that looks like chance, the same each time. */
static int64_t chance(uint64_t *seed, int64_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (int64_t)(*seed >> 33) % below;
}

static void in_pieces_or_in_one_the_file_is_the_same(void **state)
{
	struct history_value v[3000];
	struct history_span spans[2];
	uint64_t seed = 7;
	(void)state;
	skip_unless_built();
	int64_t t_s = noon_s;
	for (int i = 0; i < 3000; i++) {
		t_s += 1 + (chance(&seed, i % 7 ? 80 : 400));
		v[i] = (struct history_value){ .time_s = t_s,
					       .every_s = 64,
					       .value = (double)chance(&seed, 2000000) / 1e6 - 1 };
	}
	for (int round = 0; round < 2; round++) {
		unlink(path);
		for (size_t i = 0, n; i < 3000; i += n) {
			n = round ? 3000 : (size_t)(1 + chance(&seed, 60));
			n = i + n > 3000 ? 3000 - i : n;
			assert_int_equal(update(v + i, n, ERR_OK), 0);
		}
		spans[round] = read_span(noon_s, t_s + 60, 60);
	}
	assert_int_equal(spans[0].n, spans[1].n);
	for (size_t i = 0; i < spans[0].n; i++)
		assert_memory_equal(&spans[0].at[i], &spans[1].at[i], sizeof(spans[0].at[i]));
	history_span_release(&spans[0]);
	history_span_release(&spans[1]);
}

static void what_is_late_is_passed_over_and_counted(void **state)
{
	const struct history_value first = { .time_s = noon_s + 100, .every_s = 60, .value = 1 };
	const struct history_value more[] = {
		{ .time_s = noon_s + 50, .every_s = 60, .value = 2 },  /* late */
		{ .time_s = noon_s + 100, .every_s = 60, .value = 3 }, /* of the same second */
		{ .time_s = noon_s + 160, .every_s = 60, .value = 4 },
	};
	struct history_rrd_state st;
	(void)state;
	skip_unless_built();
	assert_int_equal(update(&first, 1, ERR_OK), 0);
	assert_int_equal(update(more, 3, ERR_OK), 1);
	assert_int_equal(history_rrd_state(path, &st), ERR_OK);
	assert_int_equal(st.first_s, noon_s + 99);
	assert_int_equal(st.last_s, noon_s + 160);
}

static void rows_are_as_fine_as_the_time_is_near(void **state)
{
	const struct history_rrd_state st = { .first_s = 1000000000, .last_s = noon_s };
	(void)state;
	skip_unless_built();
	assert_int_equal(history_rrd_step_s(&st, noon_s - 86400), 60);
	assert_int_equal(history_rrd_step_s(&st, noon_s - 3 * 86400), 300);
	assert_int_equal(history_rrd_step_s(&st, noon_s - 31 * 86400), 3600);
	assert_int_equal(history_rrd_step_s(&st, noon_s - 401 * 86400), 86400);
	assert_int_equal(history_rrd_step_s(&st, 0), 86400);
	/* Of what began today, even ten years are as fine as today. */
	const struct history_rrd_state young = { .first_s = noon_s - 3600, .last_s = noon_s };
	assert_int_equal(history_rrd_step_s(&young, 0), 60);
}

static void a_damaged_file_is_told_from_none(void **state)
{
	const struct history_value v = { .time_s = noon_s, .every_s = 60, .value = 1 };
	struct history_rrd_state st;
	struct stat file;
	(void)state;
	skip_unless_built();
	assert_int_equal(history_rrd_state(path, &st), ERR_SYS);
	assert_int_equal(errno, ENOENT);
	update(&v, 1, ERR_OK);
	assert_int_equal(stat(path, &file), 0);
	assert_in_range(file.st_size, 700000, 900000);
	assert_int_equal(truncate(path, file.st_size / 2), 0);
	assert_int_equal(history_rrd_state(path, &st), ERR_FORMAT);
	update(&v, 1, ERR_FORMAT);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(history_rrd_state(path, &st), ERR_FORMAT);
	int fd = open(path, O_WRONLY | O_TRUNC);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(write(fd, "nonsense", 8), 8);
	close(fd);
	assert_int_equal(history_rrd_state(path, &st), ERR_FORMAT);
	update(&v, 1, ERR_FORMAT);
}

/* Whoever makes a file where there is none would begin it anew, and nobody would miss what was in it. */
static void a_link_to_nowhere_is_a_damaged_file(void **state)
{
	struct history_rrd_state st;
	char loop[160];
	(void)state;
	skip_unless_built();
	assert_int_equal(symlink("/nowhere/at/all.rrd", path), 0);
	assert_int_equal(history_rrd_state(path, &st), ERR_FORMAT);
	snprintf(loop, sizeof(loop), "%s/loop.rrd", folder);
	assert_int_equal(symlink("loop.rrd", loop), 0);
	assert_int_equal(history_rrd_state(loop, &st), ERR_SYS);
	assert_int_equal(errno, ELOOP);
}

static void times_before_librrd_knows_any_are_left_out(void **state)
{
	const struct history_value v[] = { { .time_s = -5, .value = 1 }, { .time_s = 5, .value = 1 } };
	struct history_rrd_state st;
	(void)state;
	skip_unless_built();
	update(v, 2, ERR_OK);
	assert_int_equal(history_rrd_state(path, &st), ERR_SYS);
}

#define each_with_its_path(f) cmocka_unit_test_setup_teardown(f, make_path, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		each_with_its_path(least_and_greatest_value_of_a_minute_are_those_measured),
		each_with_its_path(a_long_silence_is_a_gap_and_a_short_one_is_not),
		each_with_its_path(a_row_that_is_known_in_part_is_known_and_the_last_one_counts),
		each_with_its_path(in_pieces_or_in_one_the_file_is_the_same),
		each_with_its_path(what_is_late_is_passed_over_and_counted),
		each_with_its_path(rows_are_as_fine_as_the_time_is_near),
		each_with_its_path(a_damaged_file_is_told_from_none),
		each_with_its_path(a_link_to_nowhere_is_a_damaged_file),
		each_with_its_path(times_before_librrd_knows_any_are_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
