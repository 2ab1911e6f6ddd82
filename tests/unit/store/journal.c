/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/nstime.h"
#include "store/journal.h"

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/ntpscope-journal-XXXXXX");
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
static const int64_t noon_ns = INT64_C(1772366400) * 1000000000;

struct seen {
	size_t n;
	char last[400];
	size_t enough;
};

static bool note(void *arg, int64_t time_ns, const char *target, const char *name, double value)
{
	struct seen *s = arg;
	snprintf(s->last, sizeof(s->last), "%lld %s %s %.12g", (long long)time_ns, target, name, value);
	return ++s->n != s->enough;
}

static struct seen read_all(int64_t from_ns, int64_t to_ns, enum err wanted, uint64_t n_bad)
{
	struct seen s = { 0 };
	struct journal_reader r = { .point = note, .arg = &s };
	assert_int_equal(journal_read(folder, from_ns, to_ns, &r), wanted);
	assert_int_equal(r.n_bad, n_bad);
	return s;
}

static void add(struct journal *j, int64_t time_ns, const char *target, double value)
{
	const struct history_point points[] = { { "offset_s", value }, { "stratum", 2 } };
	assert_int_equal(journal_add(j, time_ns, 64 * NS_PER_S, target, points, 2), ERR_OK);
}

static void what_was_added_is_read_to_the_last_digit(void **state)
{
	struct journal *j;
	(void)state;
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	add(j, noon_ns + 1, "ntp.example.net", -0.000012345678);
	add(j, noon_ns + NS_PER_S, "two words\n", 1e-9);
	journal_close(j);
	struct seen s = read_all(noon_ns, noon_ns + NS_PER_S, ERR_OK, 0);
	assert_int_equal(s.n, 2);
	assert_string_equal(s.last, "1772366400000000001 ntp.example.net stratum 2");
	s = read_all(noon_ns + NS_PER_S, INT64_MAX, ERR_OK, 0);
	assert_int_equal(s.n, 2);
	assert_string_equal(s.last, "1772366401000000000 two_words_ stratum 2");
}

static int64_t pace_ns;

static bool note_pace(void *arg, int64_t time_ns, const char *target, const char *name, double value)
{
	const struct journal_reader *r = arg;
	(void)time_ns;
	(void)target;
	(void)value;
	assert_string_not_equal(name, "every_s");
	pace_ns = r->every_ns;
	return true;
}

static void the_pace_is_read_with_each_point_and_may_be_missing(void **state)
{
	const struct history_point point = { "offset_s", 1 };
	struct journal_reader r = { .point = note_pace, .arg = &r };
	struct journal *j;
	(void)state;
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	assert_int_equal(journal_add(j, noon_ns, 1500000000, "a", &point, 1), ERR_OK);
	assert_int_equal(journal_read(folder, INT64_MIN, INT64_MAX, &r), ERR_OK);
	assert_int_equal(pace_ns, 1500000000);
	assert_int_equal(journal_add(j, noon_ns, 0, "a", &point, 1), ERR_OK);
	journal_close(j);
	assert_int_equal(journal_read(folder, INT64_MIN, INT64_MAX, &r), ERR_OK);
	assert_int_equal(pace_ns, 0);
}

static void a_day_that_is_over_is_packed_and_reads_the_same(void **state)
{
	struct journal *j;
	char path[128];
	int64_t day_ns = 86400 * NS_PER_S;
	(void)state;
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	for (int i = 0; i < 5000; i++)
		add(j, noon_ns + i * NS_PER_S, "a", i);
	add(j, noon_ns + day_ns, "a", 1);
	journal_close(j);
	snprintf(path, sizeof(path), "%s/2026-03-01.log", folder);
	assert_int_equal(access(path, F_OK), -1);
	snprintf(path, sizeof(path), "%s/2026-03-01.log.zst", folder);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size < 100000);
	assert_int_equal(read_all(INT64_MIN, INT64_MAX, ERR_OK, 0).n, 10002);
	assert_int_equal(read_all(noon_ns, noon_ns + 10 * NS_PER_S, ERR_OK, 0).n, 20);
	assert_int_equal(read_all(noon_ns + day_ns, INT64_MAX, ERR_OK, 0).n, 2);
}

/* A monitor that was off at midnight, and an import beside one that still writes. */
static void a_day_left_behind_is_packed_unless_somebody_appends_to_it(void **state)
{
	struct journal *first, *second;
	char plain[128];
	int64_t day_ns = 86400 * NS_PER_S;
	(void)state;
	snprintf(plain, sizeof(plain), "%s/2026-03-01.log", folder);
	assert_int_equal(journal_open(folder, &first), ERR_OK);
	add(first, noon_ns, "a", 1);
	assert_int_equal(journal_open(folder, &second), ERR_OK);
	add(second, noon_ns + day_ns, "b", 1);
	assert_int_equal(access(plain, F_OK), 0); /* the first one holds it */
	add(first, noon_ns + 1, "a", 2);
	journal_close(first);
	add(second, noon_ns + 2 * day_ns, "b", 2);
	journal_close(second);
	assert_int_equal(access(plain, F_OK), -1);
	assert_int_equal(read_all(INT64_MIN, INT64_MAX, ERR_OK, 0).n, 8);
}

static void an_unfinished_line_is_left_out_and_the_next_is_whole(void **state)
{
	struct journal *j;
	char path[128];
	(void)state;
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	add(j, noon_ns, "a", 1);
	journal_close(j);
	snprintf(path, sizeof(path), "%s/2026-03-01.log", folder);
	int fd = open(path, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "2026-03-01T12:00:01", 19), 19);
	close(fd);
	assert_int_equal(read_all(INT64_MIN, INT64_MAX, ERR_OK, 0).n, 2);
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	add(j, noon_ns + NS_PER_S, "a", 2);
	journal_close(j);
	assert_int_equal(read_all(INT64_MIN, INT64_MAX, ERR_OK, 1).n, 4);
}

/* The disk is full in the midst of a line and for the line end behind it, too. */
static void a_line_that_was_cut_does_not_take_the_next_one_with_it(void **state)
{
	const struct history_point points[] = { { "offset_s", 1 }, { "stratum", 2 } };
	struct rlimit before, limit;
	struct journal *j;
	char path[128];
	struct stat st;
	(void)state;
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	add(j, noon_ns, "a", 1);
	snprintf(path, sizeof(path), "%s/2026-03-01.log", folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = (rlim_t)st.st_size + 10;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	enum err first = journal_add(j, noon_ns + NS_PER_S, 64 * NS_PER_S, "a", points, 2);
	enum err second = journal_add(j, noon_ns + 2 * NS_PER_S, 64 * NS_PER_S, "a", points, 2);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(first, ERR_SYS);
	assert_int_equal(second, ERR_SYS);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, limit.rlim_cur);
	add(j, noon_ns + 3 * NS_PER_S, "a", 3);
	journal_close(j);
	assert_int_equal(read_all(INT64_MIN, INT64_MAX, ERR_OK, 1).n, 4);
}

static void strange_lines_are_counted(void **state)
{
	char path[128];
	static const char text[] = "hello\n"
				   "2026-03-01T12:00:00Z a offset_s=x\n"
				   "2026-03-01T12:00:00Z a offset_s\n"
				   "2026-03-01T12:00:00Z a offset_s=1 stratum=\n"
				   "2026-03-01T12:00:00Z\n"
				   "\n"
				   "2026-03-01T12:00:00Z a offset_s=3\n";
	(void)state;
	snprintf(path, sizeof(path), "%s/2026-03-01.log", folder);
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	close(fd);
	assert_int_equal(read_all(INT64_MIN, INT64_MAX, ERR_OK, 5).n, 2);
}

static void whoever_reads_may_have_enough(void **state)
{
	struct journal *j;
	struct seen s = { .enough = 1 };
	struct journal_reader r = { .point = note, .arg = &s };
	(void)state;
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	add(j, noon_ns, "a", 1);
	journal_close(j);
	assert_int_equal(journal_read(folder, INT64_MIN, INT64_MAX, &r), ERR_END);
	assert_int_equal(s.n, 1);
	assert_int_equal(journal_read("/nonexistent", 0, 1, &r), ERR_SYS);
}

#define each_in_its_folder(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		each_in_its_folder(what_was_added_is_read_to_the_last_digit),
		each_in_its_folder(the_pace_is_read_with_each_point_and_may_be_missing),
		each_in_its_folder(a_day_that_is_over_is_packed_and_reads_the_same),
		each_in_its_folder(a_day_left_behind_is_packed_unless_somebody_appends_to_it),
		each_in_its_folder(an_unfinished_line_is_left_out_and_the_next_is_whole),
		each_in_its_folder(a_line_that_was_cut_does_not_take_the_next_one_with_it),
		each_in_its_folder(strange_lines_are_counted),
		each_in_its_folder(whoever_reads_may_have_enough),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
