/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "store/history_intake.h"
#include "store/journal.h"
#include "unit/in_folder.h"

enum { N_SERIES = 12, N_VALUES = 150, N_DAYS = 4 };

/* 2026-03-01T00:00:00Z */
static const int64_t day_s = INT64_C(1772323200);

static void note(struct journal *j, int series, int64_t time_s)
{
	char name[8];
	const struct history_point point = { "offset_s", (double)time_s };
	snprintf(name, sizeof(name), "n%d", series);
	assert_int_equal(journal_add(j, time_s * NS_PER_S, 10 * NS_PER_S, name, &point, 1), ERR_OK);
}

/* The first day is small; of the others, what belongs to the morning was noted in the evening. */
static void fill(void)
{
	struct journal *j;
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	for (int day = 0; day < N_DAYS; day++)
		for (int i = 0; i < (day ? N_VALUES : 3); i++)
			for (int k = 0; k < N_SERIES; k++)
				note(j, k, day_s + day * 86400 + (i * 7 + k) % N_VALUES);
	journal_close(j);
}

struct seen {
	int64_t last_s[N_SERIES];
	size_t n, n_most, n_batches, enough;
};

static enum err take(void *arg, struct history_values *v)
{
	struct seen *s = arg;
	history_values_sort(v);
	for (size_t i = 0; i < v->n; i++) {
		assert_true(v->at[i].series < N_SERIES);
		assert_true(v->at[i].time_s > s->last_s[v->at[i].series]);
		assert_float_equal(v->at[i].value, v->at[i].time_s, 0);
		assert_int_equal(v->at[i].every_s, 10);
		s->last_s[v->at[i].series] = v->at[i].time_s;
	}
	s->n += v->n;
	s->n_most = v->n > s->n_most ? v->n : s->n_most;
	v->n = 0;
	return s->n_batches++ == s->enough ? ERR_LIMIT : ERR_OK;
}

static struct seen read_in(size_t n_most, size_t enough, enum err wanted)
{
	struct history_table table = { 0 };
	struct seen s = { .enough = enough };
	struct history_intake in = { .folder = folder,
				     .table = &table,
				     .until_ns = INT64_MAX,
				     .n_most = n_most,
				     .batch = take,
				     .arg = &s };
	assert_int_equal(history_intake_read(&in, INT64_MIN), wanted);
	assert_int_equal(in.newest_ns,
			 wanted ? in.newest_ns : (day_s + (N_DAYS - 1) * 86400 + N_VALUES - 1) * NS_PER_S);
	history_intake_release(&in);
	history_table_release(&table);
	return s;
}

static void each_value_comes_once_and_in_order_with_any_room(void **state)
{
	static const size_t rooms[] = { 0, 100000, 2000, 1800, 1799, 700, 400, 301, 300 };
	const size_t n = N_SERIES * (3 + (N_DAYS - 1) * N_VALUES);
	(void)state;
	fill();
	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		struct seen s = read_in(rooms[i], SIZE_MAX, ERR_OK);
		assert_int_equal(s.n, n);
		assert_true(!rooms[i] || s.n_most <= rooms[i]);
		assert_true(rooms[i] != 300 || s.n_batches > 12);
	}
	/* One series of one day alone has as much as it wants. */
	struct seen s = read_in(20, SIZE_MAX, ERR_OK);
	assert_int_equal(s.n, n);
	assert_in_range(s.n_most, N_VALUES, N_VALUES + 20);
}

static void it_ends_when_a_batch_fails(void **state)
{
	(void)state;
	fill();
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(read_in(400, i, ERR_LIMIT).n_batches, i + 1);
	folder[5]++;
	read_in(400, 0, ERR_SYS);
	folder[5]--;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		each_in_its_folder(each_value_comes_once_and_in_order_with_any_room),
		each_in_its_folder(it_ends_when_a_batch_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
