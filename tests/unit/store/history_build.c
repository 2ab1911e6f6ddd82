/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <signal.h>
#include <stdio.h>
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
#include "unit/in_folder.h"

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

static const char *file_of(const char *name, const char *ending)
{
	static char path[PATH_MAX];
	assert_true(history_path(path, folder, name, "offset_s", ending));
	return path;
}

static bool exists(const char *name, const char *ending)
{
	return access(file_of(name, ending), F_OK) == 0;
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

/* So many of "a", ten seconds apart, in the journal and in the files. */
static void keep_values(int n)
{
	struct journal *j;
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	for (int i = 0; i < n; i++)
		note(j, "a", noon_s + 10 * i, i);
	journal_close(j);
	catch_up(noon_s + 10 * n);
}

static struct history_span read_twenty_minutes(void)
{
	return read_span("a", noon_s, noon_s + 1200);
}

/* What was read before is what is there, and let go of. */
static void assert_twenty_minutes_are(struct history_span *before)
{
	struct history_span after = read_twenty_minutes();
	assert_same(before, &after);
	history_span_release(before);
	history_span_release(&after);
}

static void an_old_journal_becomes_files_at_the_first_start(void **state)
{
	(void)state;
	skip_unless_built();
	keep_values(360);
	struct history_span s = read_span("a", noon_s, noon_s + 3600);
	assert_int_equal(s.n, 60);
	assert_int_equal(known(&s), 59); /* the last one is not over yet */
	history_span_release(&s);
}

static void what_came_late_is_in_its_place_when_the_files_are_made_anew(void **state)
{
	struct journal *j;
	struct history_made made;
	const char *names[] = { "a" };
	(void)state;
	skip_unless_built();
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	note(j, "a", noon_s + 3600, 1);
	note(j, "b", noon_s + 3600, 1);
	catch_up(noon_s + 3600);
	note(j, "a", noon_s + 60, 5); /* imported */
	note(j, "b", noon_s + 60, 5);
	assert_int_equal(history_rebuild(folder, names, 1, (noon_s + 3600) * NS_PER_S, &made), ERR_OK);
	assert_int_equal(made.n_files, 1);
	struct history_span a = read_span("a", noon_s, noon_s + 60), b = read_span("b", noon_s, noon_s + 60);
	assert_float_equal(a.at[0].avg, 5, 0);
	assert_int_equal(known(&b), 0);
	history_span_release(&a);
	history_span_release(&b);
	assert_int_equal(history_rebuild(folder, NULL, 0, (noon_s + 3600) * NS_PER_S, &made), ERR_OK);
	assert_int_equal(made.n_files, 2);
	b = read_span("b", noon_s, noon_s + 60);
	assert_float_equal(b.at[0].avg, 5, 0);
	history_span_release(&b);
	journal_close(j);
}

static void a_damaged_file_is_set_aside_and_made_anew(void **state)
{
	(void)state;
	skip_unless_built();
	keep_values(100);
	struct history_span before = read_twenty_minutes();
	assert_int_equal(truncate(file_of("a", ".rrd"), 5000), 0);
	/* Meanwhile the journal has it. */
	struct history_span between = read_twenty_minutes();
	assert_true(known(&between) > 0);
	history_span_release(&between);
	catch_up(noon_s + 1000);
	assert_true(exists("a", ".bad"));
	assert_twenty_minutes_are(&before);
}

/* Somebody had laid the file on a disk that is gone: all of the past is to be there, not only what comes. */
static void a_file_that_became_a_link_to_nowhere_is_made_anew(void **state)
{
	(void)state;
	skip_unless_built();
	keep_values(100);
	struct history_span before = read_twenty_minutes();
	const char *path = file_of("a", ".rrd");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/nowhere/at/all.rrd", path), 0);
	catch_up(noon_s + 1000);
	struct stat st;
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_twenty_minutes_are(&before);
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

/* So much of one day that it is written before the next is read, which then cannot be. */
static void fill_day(const char *date, const char *name, size_t n_lines)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s/%s.log", folder, date);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	for (size_t i = 0; i < n_lines; i++) {
		fprintf(f, "%sT00:%02zu:%02zuZ %s every_s=10", date, i / 6, i % 6 * 10, name);
		for (size_t k = 0; k < 5000; k++)
			fputs(" offset_s=1", f);
		fputc('\n', f);
	}
	assert_int_equal(fclose(f), 0);
}

static void files_that_could_not_be_made_whole_leave_the_old_ones(void **state)
{
	struct history_made made;
	char path[PATH_MAX];
	(void)state;
	skip_unless_built();
	fill_day("2026-02-28", "a", 220);
	keep_values(100);
	struct history_span before = read_twenty_minutes();
	assert_int_equal(known(&before), 16);
	snprintf(path, sizeof(path), "%s/2026-03-02.log", folder);
	char too_long[300 + 1] = "";
	memset(too_long, 'x', sizeof(too_long) - 1);
	assert_int_equal(symlink(too_long, path), 0); /* which no open() follows */
	assert_int_equal(history_rebuild(folder, NULL, 0, (noon_s + 1000) * NS_PER_S, &made), ERR_SYS);
	assert_int_equal(made.n_files, 0);
	assert_false(exists("a", ".rrd.new"));
	assert_twenty_minutes_are(&before);
}

static void a_file_that_cannot_be_written_does_not_keep_out_the_others(void **state)
{
	struct history_feed f;
	bool is_wanted = false;
	(void)state;
	skip_unless_built();
	assert_int_equal(history_feed_init(&f, folder), ERR_OK);
	/* A link to itself: nobody can open that, whoever he is. */
	assert_int_equal(history_path_make(folder, "a"), ERR_OK);
	assert_int_equal(symlink("offset_s.rrd", file_of("a", ".rrd")), 0);
	for (int i = 0; i < 100; i++) {
		history_feed_add(&f, "a", "offset_s", (noon_s + 10 * i) * NS_PER_S, 10 * NS_PER_S, 1);
		history_feed_add(&f, "b", "offset_s", (noon_s + 10 * i) * NS_PER_S, 10 * NS_PER_S, 2);
	}
	assert_int_equal(history_feed_flush(&f, (noon_s + 1000) * NS_PER_S, INT64_MAX), ERR_SYS);
	assert_int_equal(f.values.n, 100); /* those of "a" wait */
	assert_true(exists("b", ".rrd"));
	/* From the journal it is the same: the others are there, and this one is wanted. */
	struct journal *j;
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	note(j, "a", noon_s + 1000, 1);
	note(j, "c", noon_s + 1000, 1);
	journal_close(j);
	assert_int_equal(history_feed_catch_up(&f, (noon_s + 2000) * NS_PER_S), ERR_SYS);
	assert_false(f.is_behind);
	assert_true(exists("c", ".rrd"));
	history_marks_wanted(&f.marks, note_wanted, &is_wanted);
	assert_true(is_wanted);
	history_feed_release(&f);
}

/* ---- in slices ----------------------------------------------------------------------------------- */

struct looking {
	struct history_feed *feed;
	struct journal *journal;
	int n, most;
	int64_t next_s;
};

/* Readings go on coming: first the journal, then the feed. */
static bool look_around(void *arg)
{
	struct looking *l = arg;
	if (l->n++ >= l->most)
		return false;
	note(l->journal, "a", l->next_s, 3);
	history_feed_add(l->feed, "a", "offset_s", l->next_s * NS_PER_S, 10 * NS_PER_S, 3);
	l->next_s += 10;
	return true;
}

static void what_comes_while_files_are_caught_up_is_in_them_and_it_can_be_ended(void **state)
{
	struct history_feed f;
	struct looking l = { .feed = &f, .most = 3, .next_s = noon_s + 86400 };
	bool is_wanted = false;
	(void)state;
	skip_unless_built();
	assert_int_equal(journal_open(folder, &l.journal), ERR_OK);
	for (int i = 0; i < 8000; i++)
		note(l.journal, "a", noon_s + 10 * (i - 8000), 1);
	assert_int_equal(history_feed_init(&f, folder), ERR_OK);
	f.go_on = look_around;
	f.arg = &l;
	/* Ended, it is done another time, and from where it was. */
	assert_int_equal(history_feed_catch_up(&f, (noon_s + 86400) * NS_PER_S), ERR_END);
	assert_true(f.is_behind);
	assert_in_range(l.n, 4, 6);
	l.most = 1000;
	int fd = history_marks_lock_rebuild(folder, true);
	assert_int_equal(history_feed_catch_up(&f, (noon_s + 86400) * NS_PER_S), ERR_END);
	assert_true(f.is_behind);
	close(fd);
	assert_int_equal(history_feed_catch_up(&f, (noon_s + 90000) * NS_PER_S), ERR_OK);
	assert_false(f.is_behind);
	f.go_on = NULL;
	assert_int_equal(history_feed_flush(&f, (noon_s + 90000) * NS_PER_S, INT64_MAX), ERR_OK);
	assert_int_equal(f.values.n, 0);
	history_marks_wanted(&f.marks, note_wanted, &is_wanted);
	assert_false(is_wanted);
	history_feed_release(&f);
	journal_close(l.journal);
	struct history_made made;
	struct history_span live = read_span("a", noon_s - 80000, l.next_s + 60);
	assert_int_equal(history_rebuild(folder, NULL, 0, (noon_s + 90000) * NS_PER_S, &made), ERR_OK);
	struct history_span anew = read_span("a", noon_s - 80000, l.next_s + 60);
	assert_true(known(&live) > 100);
	assert_same(&live, &anew);
	history_span_release(&live);
	history_span_release(&anew);
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
	struct history_made made;
	(void)state;
	skip_unless_built();
	int64_t start_s = last_time_s();
	/* A busy machine may let none of twenty come far. */
	for (int i = 0; i < 20 || (start_s <= noon_s + 1000 && i < 1000); i++, start_s = last_time_s()) {
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0)
			write_until_killed(start_s);
		const struct timespec pause = { .tv_nsec = 5000000 + (i * 7919 % 23) * 1000000 };
		nanosleep(&pause, NULL);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	int64_t end_s = start_s;
	assert_true(end_s > noon_s + 1000);
	catch_up(end_s);
	for (int k = 0; k < 2; k++) {
		const char *name = k ? "a" : "b";
		struct history_span live = read_span(name, noon_s, end_s + 60);
		assert_int_equal(history_rebuild(folder, &name, 1, end_s * NS_PER_S, &made), ERR_OK);
		assert_int_equal(made.n_files, 1);
		struct history_span anew = read_span(name, noon_s, end_s + 60);
		assert_true(known(&anew) > 10);
		assert_same(&live, &anew);
		history_span_release(&live);
		history_span_release(&anew);
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

static void touch(const char *name, const char *ending)
{
	FILE *f = fopen(file_of(name, ending), "w");
	assert_non_null(f);
	fclose(f);
}

static void what_a_killed_rebuild_left_is_taken_away_by_the_next(void **state)
{
	struct history_made made;
	(void)state;
	skip_unless_built();
	keep_values(2);
	assert_int_equal(history_path_make(folder, "gone"), ERR_OK);
	touch("a", ".rrd.newAbCdEf");
	touch("a", ".rrd.newer");
	touch("gone", ".rrd.new");
	assert_int_equal(history_rebuild(folder, NULL, 0, (noon_s + 100) * NS_PER_S, &made), ERR_OK);
	assert_true(exists("a", ".rrd"));
	assert_false(exists("a", ".rrd.newAbCdEf"));
	assert_false(exists("gone", ".rrd.new"));
	assert_true(exists("a", ".rrd.newer"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		each_in_its_folder(an_old_journal_becomes_files_at_the_first_start),
		each_in_its_folder(what_came_late_is_in_its_place_when_the_files_are_made_anew),
		each_in_its_folder(a_damaged_file_is_set_aside_and_made_anew),
		each_in_its_folder(what_a_killed_rebuild_left_is_taken_away_by_the_next),
		each_in_its_folder(a_file_that_became_a_link_to_nowhere_is_made_anew),
		each_in_its_folder(a_time_far_ahead_does_not_stop_the_files),
		each_in_its_folder(values_that_come_out_of_order_wait_for_each_other),
		each_in_its_folder(files_that_could_not_be_made_whole_leave_the_old_ones),
		each_in_its_folder(a_file_that_cannot_be_written_does_not_keep_out_the_others),
		each_in_its_folder(what_comes_while_files_are_caught_up_is_in_them_and_it_can_be_ended),
		each_in_its_folder(whoever_reads_while_another_writes_sees_each_row_in_its_place),
		each_in_its_folder(killed_at_any_moment_the_files_are_those_of_the_journal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
