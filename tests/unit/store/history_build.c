/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/nstime.h"
#include "store/history.h"
#include "store/history_build.h"
#include "store/history_path.h"
#include "store/history_rrd.h"
#include "store/journal.h"

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/ntpscope-build-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[128];
	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static void skip_unless_built(void)
{
	if (!history_rrd_is_built())
		skip();
}

/* 2026-03-01T12:00:00Z */
static const int64_t noon_s = INT64_C(1772366400);

static void note(struct journal *j, const char *target, int64_t time_s, double value)
{
	const struct history_point point = { "offset_s", value };
	assert_int_equal(journal_add(j, time_s * NS_PER_S, 10 * NS_PER_S, target, &point, 1), ERR_OK);
}

static struct history_span read_span(const char *name, int64_t from_s, int64_t to_s)
{
	const struct history_wish w = { name, "offset_s", from_s * NS_PER_S, to_s * NS_PER_S, 3000 };
	struct history_span s;
	assert_int_equal(history_read(folder, &w, &s), ERR_OK);
	return s;
}

static void assert_same(const struct history_span *a, const struct history_span *b)
{
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->start_ns, b->start_ns);
	for (size_t i = 0; i < a->n; i++)
		assert_memory_equal(&a->at[i], &b->at[i], sizeof(a->at[i]));
}

static size_t known(const struct history_span *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		n += !isnan(s->at[i].avg);
	return n;
}

static bool exists(const char *name, const char *ending)
{
	char path[PATH_MAX];
	assert_true(history_path(path, folder, name, "offset_s", ending));
	return access(path, F_OK) == 0;
}

static void note_wanted(void *arg, const char *name)
{
	assert_string_equal(name, "a");
	*(bool *)arg = true;
}

static void catch_up(int64_t now_s)
{
	struct history_feed f;
	assert_int_equal(history_feed_init(&f, folder), ERR_OK);
	assert_int_equal(history_feed_catch_up(&f, now_s * NS_PER_S), ERR_OK);
	assert_false(f.is_behind);
	history_feed_release(&f);
}

static void an_old_journal_becomes_files_at_the_first_start(void **state)
{
	struct journal *j;
	(void)state;
	skip_unless_built();
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	for (int i = 0; i < 360; i++)
		note(j, "a", noon_s + 10 * i, i);
	journal_close(j);
	catch_up(noon_s + 3600);
	struct history_span s = read_span("a", noon_s, noon_s + 3600);
	assert_int_equal(s.n, 60);
	assert_int_equal(known(&s), 59); /* the last one is not over yet */
	history_span_release(&s);
}

static void what_came_late_is_in_its_place_when_the_files_are_made_anew(void **state)
{
	struct journal *j;
	size_t n_files;
	const char *names[] = { "a" };
	(void)state;
	skip_unless_built();
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	note(j, "a", noon_s + 3600, 1);
	note(j, "b", noon_s + 3600, 1);
	catch_up(noon_s + 3600);
	note(j, "a", noon_s + 60, 5); /* imported */
	note(j, "b", noon_s + 60, 5);
	assert_int_equal(history_rebuild(folder, names, 1, (noon_s + 3600) * NS_PER_S, &n_files), ERR_OK);
	assert_int_equal(n_files, 1);
	struct history_span a = read_span("a", noon_s, noon_s + 60), b = read_span("b", noon_s, noon_s + 60);
	assert_float_equal(a.at[0].avg, 5, 0);
	assert_int_equal(known(&b), 0);
	history_span_release(&a);
	history_span_release(&b);
	assert_int_equal(history_rebuild(folder, NULL, 0, (noon_s + 3600) * NS_PER_S, &n_files), ERR_OK);
	assert_int_equal(n_files, 2);
	b = read_span("b", noon_s, noon_s + 60);
	assert_float_equal(b.at[0].avg, 5, 0);
	history_span_release(&b);
	journal_close(j);
}

static void a_damaged_file_is_set_aside_and_made_anew(void **state)
{
	struct journal *j;
	char path[PATH_MAX];
	(void)state;
	skip_unless_built();
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	for (int i = 0; i < 100; i++)
		note(j, "a", noon_s + 10 * i, i);
	journal_close(j);
	catch_up(noon_s + 1000);
	struct history_span before = read_span("a", noon_s, noon_s + 1200);
	assert_true(history_path(path, folder, "a", "offset_s", ".rrd"));
	assert_int_equal(truncate(path, 5000), 0);
	/* Meanwhile the journal has it. */
	struct history_span between = read_span("a", noon_s, noon_s + 1200);
	assert_true(known(&between) > 0);
	catch_up(noon_s + 1000);
	assert_true(exists("a", ".bad"));
	struct history_span after = read_span("a", noon_s, noon_s + 1200);
	assert_same(&before, &after);
	history_span_release(&before);
	history_span_release(&between);
	history_span_release(&after);
}

/* The clock was in 2036 when the machine started: nothing of then may keep out what is of now. */
static void a_time_far_ahead_does_not_stop_the_files(void **state)
{
	struct journal *j;
	(void)state;
	skip_unless_built();
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	note(j, "a", noon_s + 20 * 365 * 86400, 1);
	catch_up(noon_s + 20 * 365 * 86400);
	for (int i = 1; i <= 60; i++)
		note(j, "a", noon_s + 10 * i, 2);
	journal_close(j);
	catch_up(noon_s + 600);
	struct history_span s = read_span("a", noon_s, noon_s + 600);
	assert_int_equal(s.n, 10);
	assert_int_equal(known(&s), 10);
	history_span_release(&s);
}

/* One way to ask takes longer than another: neither is late as long as both wait for each other. */
static void values_that_come_out_of_order_wait_for_each_other(void **state)
{
	struct history_feed f;
	bool is_wanted = false;
	(void)state;
	skip_unless_built();
	assert_int_equal(history_feed_init(&f, folder), ERR_OK);
	for (int i = 0; i < 400; i++) {
		int64_t t_s = noon_s + 10 * (i % 2 ? i - 1 : i + 1);
		history_feed_add(&f, "a", "offset_s", t_s * NS_PER_S, 10 * NS_PER_S, i % 2 ? 1 : 2);
		int64_t now_ns = (noon_s + 10 * i) * NS_PER_S;
		assert_int_equal(history_feed_flush(&f, now_ns, now_ns - 20 * NS_PER_S), ERR_OK);
	}
	assert_in_range(f.values.n, 1, 5);
	assert_int_equal(history_feed_flush(&f, (noon_s + 4000) * NS_PER_S, INT64_MAX), ERR_OK);
	assert_int_equal(f.values.n, 0);
	history_marks_wanted(&f.marks, note_wanted, &is_wanted);
	assert_false(is_wanted);
	/* One that is late all the same is put right at the next start. */
	history_feed_add(&f, "a", "offset_s", noon_s * NS_PER_S + 1, 10 * NS_PER_S, 7);
	assert_int_equal(history_feed_flush(&f, (noon_s + 4000) * NS_PER_S, INT64_MAX), ERR_OK);
	history_marks_wanted(&f.marks, note_wanted, &is_wanted);
	assert_true(is_wanted);
	history_feed_release(&f);
	struct history_span s = read_span("a", noon_s, noon_s + 3600);
	assert_int_equal(known(&s), 60);
	assert_float_equal(s.at[30].min, 1, 0);
	assert_float_equal(s.at[30].max, 2, 0);
	history_span_release(&s);
}

/* ---- killed -------------------------------------------------------------------------------------- */

static void add(struct history *h, int64_t time_s, const char *target, double value)
{
	const struct history_point points[] = { { "offset_s", value } };
	const struct reading r = {
		.target = target,
		.part = "",
		.time_ns = time_s * NS_PER_S,
		.every_ns = 10 * NS_PER_S,
		.why = "",
		.points = points,
		.n_points = 1,
	};
	history_add(h, &r);
}

/* Writes as fast as it can, from where the last one was killed, with gaps. */
static void write_until_killed(int64_t start_s)
{
	struct history *h;
	int64_t t_s = start_s;

	if (history_open(folder, &h))
		_exit(1);
	for (int i = 0; i < 100000; i++) {
		t_s += i % 50 == 49 ? 100 : 10;
		add(h, t_s, i & 1 ? "a" : "b", (double)(t_s % 977) - 400);
		history_flush(h);
	}
	_exit(0);
}

static int64_t last_time_s(void);

static void killed_at_any_moment_the_files_are_those_of_the_journal(void **state)
{
	size_t n_files;
	(void)state;
	skip_unless_built();
	for (int i = 0; i < 20; i++) {
		int64_t start_s = last_time_s();
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0)
			write_until_killed(start_s);
		const struct timespec pause = { .tv_nsec = 5000000 + (i * 7919 % 23) * 1000000 };
		nanosleep(&pause, NULL);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	int64_t end_s = last_time_s();
	assert_true(end_s > noon_s + 1000);
	catch_up(end_s);
	for (int k = 0; k < 2; k++) {
		const char *name = k ? "a" : "b";
		struct history_span live = read_span(name, noon_s, end_s + 60);
		assert_int_equal(history_rebuild(folder, &name, 1, end_s * NS_PER_S, &n_files), ERR_OK);
		assert_int_equal(n_files, 1);
		struct history_span made = read_span(name, noon_s, end_s + 60);
		assert_true(known(&made) > 10);
		assert_same(&live, &made);
		history_span_release(&live);
		history_span_release(&made);
	}
}

/* ---- read meanwhile ------------------------------------------------------------------------------ */

/* Every value is the number of its minute: a row that is read in the wrong place shows. */
static void write_minutes(void)
{
	struct history *h;

	if (history_open(folder, &h))
		_exit(1);
	for (int i = 1; i < 1000000; i++) {
		add(h, noon_s + 10 * i, "a", (i - 1) / 6);
		history_flush(h);
	}
	_exit(0);
}

static void whoever_reads_while_another_writes_sees_each_row_in_its_place(void **state)
{
	size_t most = 0;
	(void)state;
	skip_unless_built();
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		write_minutes();
	/* A busy machine may give the writer little. */
	for (int round = 0; round < 300 || (most <= 60 && round < 20000); round++) {
		struct history_span s = read_span("a", noon_s, noon_s + 40 * 3600);
		for (size_t i = 0; i < s.n; i++)
			if (!isnan(s.at[i].avg) && s.width_ns == 60 * NS_PER_S) {
				assert_float_equal(s.at[i].avg, i, 1e-9);
				assert_float_equal(s.at[i].min, i, 1e-9);
				assert_float_equal(s.at[i].max, i, 1e-9);
				assert_float_equal(s.at[i].last, i, 1e-9);
				most = i > most ? i : most;
			}
		history_span_release(&s);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_true(most > 60);
}

static bool note_last(void *arg, int64_t time_ns, const char *target, const char *name, double value)
{
	int64_t *last_s = arg;
	(void)target;
	(void)name;
	(void)value;
	if (time_ns / NS_PER_S > *last_s)
		*last_s = time_ns / NS_PER_S;
	return true;
}

static int64_t last_time_s(void)
{
	int64_t last_s = noon_s;
	struct journal_reader r = { .point = note_last, .arg = &last_s };
	journal_read(folder, INT64_MIN, INT64_MAX, &r);
	return last_s;
}

#define each_in_its_folder(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		each_in_its_folder(an_old_journal_becomes_files_at_the_first_start),
		each_in_its_folder(what_came_late_is_in_its_place_when_the_files_are_made_anew),
		each_in_its_folder(a_damaged_file_is_set_aside_and_made_anew),
		each_in_its_folder(a_time_far_ahead_does_not_stop_the_files),
		each_in_its_folder(values_that_come_out_of_order_wait_for_each_other),
		each_in_its_folder(whoever_reads_while_another_writes_sees_each_row_in_its_place),
		each_in_its_folder(killed_at_any_moment_the_files_are_those_of_the_journal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
