/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/nstime.h"
#include "store/journal.h"
#include "store/journal_once.h"
#include "unit/in_folder.h"

/* 2026-03-01T12:00:00Z */
static const int64_t noon_ns = INT64_C(1772366400) * NS_PER_S;

static void add(struct journal_once *o, int64_t time_ns, const char *target, const char *series, double value)
{
	const struct history_point p = { series, value };
	assert_int_equal(journal_once_add(o, time_ns, 0, target, &p, 1), ERR_OK);
}

static struct journal_once *open_once(void)
{
	struct journal_once *o;
	assert_int_equal(journal_once_open(folder, &o), ERR_OK);
	return o;
}

static void flush(struct journal_once *o)
{
	assert_int_equal(journal_once_flush(o), ERR_OK);
}

static void assert_counts(const struct journal_once *o, uint64_t n_added, uint64_t n_known, uint64_t n_other)
{
	struct journal_once_counts c = journal_once_counts(o);
	assert_int_equal(c.n_added, n_added);
	assert_int_equal(c.n_known, n_known);
	assert_int_equal(c.n_other, n_other);
}

struct sum {
	size_t n;
	double of_values;
};

static bool count(void *arg, int64_t time_ns, const char *target, const char *name, double value)
{
	struct sum *s = arg;
	(void)time_ns, (void)target, (void)name;
	s->n++;
	s->of_values += value;
	return true;
}

static struct sum journal(void)
{
	struct sum s = { 0 };
	struct journal_reader r = { .point = count, .arg = &s };
	assert_int_equal(journal_read(folder, INT64_MIN, INT64_MAX, &r), ERR_OK);
	assert_int_equal(r.n_bad, 0);
	return s;
}

static void what_the_journal_has_is_left_out(void **state)
{
	const struct history_point points[] = { { "offset_s", 1.0 / 3 }, { "delay_s", 5 }, { "stratum", 2 } };
	struct journal_once *o = open_once();
	(void)state;
	assert_int_equal(journal_once_add(o, noon_ns, 0, "a b", points, 2), ERR_OK);
	add(o, noon_ns + 1, "a b", "offset_s", 3);
	assert_int_equal(journal().n, 0); /* they wait */
	flush(o);
	assert_counts(o, 3, 0, 0);
	/* Of a line, what is new; another series, target or nanosecond is something else. */
	assert_int_equal(journal_once_add(o, noon_ns, 0, "a b", points, 3), ERR_OK);
	add(o, noon_ns + 2, "a b", "offset_s", 3);
	add(o, noon_ns, "b", "offset_s", 3);
	flush(o);
	assert_counts(o, 6, 2, 0);
	assert_int_equal(journal().n, 6);
	journal_once_close(o);
	o = open_once();
	add(o, noon_ns, "a b", "offset_s", 7);
	add(o, noon_ns, "a b", "delay_s", 5);
	flush(o);
	assert_counts(o, 0, 2, 1); /* what was there stays */
	journal_once_close(o);
	struct sum s = journal();
	assert_int_equal(s.n, 6);
	assert_float_equal(s.of_values, 1.0 / 3 + 5 + 3 + 2 + 3 + 3, 1e-9);
}

/* measurements.log has whole seconds, and a server may be asked four times a second. */
static void several_values_of_one_moment_of_one_file_stay(void **state)
{
	(void)state;
	for (int round = 0; round < 2; round++) {
		struct journal_once *o = open_once();
		for (int i = 0; i < 4; i++)
			add(o, noon_ns, "a", "offset_s", i);
		add(o, noon_ns, "a", "offset_s", 2);
		flush(o);
		assert_counts(o, round ? 0 : 4, round ? 5 : 1, 0);
		journal_once_close(o);
	}
	assert_int_equal(journal().n, 4);
}

/* A million values wait for the disk in pieces, of which none knows the others but by the journal. */
static void memory_does_not_grow_with_what_is_imported(void **state)
{
	enum { N = 600000 };
	struct rusage before, after;
	(void)state;
	getrusage(RUSAGE_SELF, &before);
	for (int round = 0; round < 2; round++) {
		struct journal_once *o = open_once();
		for (int i = 0; i < N; i++)
			add(o, noon_ns + i * (NS_PER_S / 2), i & 1 ? "a" : "b", "offset_s", i % 1000);
		flush(o);
		assert_counts(o, round ? 0 : N, round ? N : 0, 0);
		journal_once_close(o);
	}
	getrusage(RUSAGE_SELF, &after);
	assert_int_equal(journal().n, N);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what is freed */
	assert_in_range(after.ru_maxrss - before.ru_maxrss, 0, 40 * 1024);
#endif
}

/* All values of a strange file are of one moment: it ends, and within a second. */
static void no_file_makes_it_compare_each_with_each(void **state)
{
	struct journal_once *o = open_once();
	(void)state;
	for (int i = 0; i < 20000; i++)
		add(o, noon_ns, "a", "offset_s", i);
	flush(o);
	assert_counts(o, 1000, 19000, 19000);
	journal_once_close(o);
	/* More names than a table holds are more pieces. */
	o = open_once();
	for (int i = 0; i < 40000; i++) {
		char name[16];
		snprintf(name, sizeof(name), "n%d", i);
		add(o, noon_ns, name, "offset_s", i);
	}
	flush(o);
	assert_counts(o, 40000, 0, 0);
	journal_once_close(o);
}

static void a_journal_that_cannot_be_read_or_written_is_told(void **state)
{
	struct journal_once *o = open_once();
	char path[128];
	(void)state;
	snprintf(path, sizeof(path), "%s/2026-03-01.log", folder);
	assert_int_equal(symlink("/dev/full", path), 0);
	add(o, noon_ns, "a", "offset_s", 1);
	assert_int_equal(journal_once_flush(o), ERR_SYS);
	assert_int_equal(errno, ENOSPC);
	journal_once_close(o);
	assert_int_equal(journal_once_open("/proc/nowhere/at/all", &o), ERR_SYS);
	assert_int_equal(errno, ENOENT);
	assert_null(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		each_in_its_folder(what_the_journal_has_is_left_out),
		each_in_its_folder(several_values_of_one_moment_of_one_file_stay),
		each_in_its_folder(memory_does_not_grow_with_what_is_imported),
		each_in_its_folder(no_file_makes_it_compare_each_with_each),
		each_in_its_folder(a_journal_that_cannot_be_read_or_written_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
