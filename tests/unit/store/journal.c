/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/nstime.h"
#include "store/journal.h"
#include "store/journal_day.h"
#include "unit/in_folder.h"

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

/* Half a number is a number, too: "-1.2" of "-1.2e-05". */
static void a_line_cut_at_any_length_gives_no_value(void **state)
{
	static const char line[] = "2026-03-01T12:00:00.000000000Z a every_s=64 offset_s=-1.2e-05 stratum=12";
	const int64_t day_ns = 86400 * NS_PER_S;
	struct journal *j;
	char path[128];
	(void)state;
	snprintf(path, sizeof(path), "%s/2026-03-01.log", folder);
	for (size_t len = 1; len < sizeof(line); len++) {
		for (int is_packed = 0; is_packed < 2; is_packed++) {
			int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
			assert_int_equal(write(fd, line, len), len);
			close(fd);
			assert_int_equal(journal_open(folder, &j), ERR_OK);
			add(j, is_packed ? noon_ns + day_ns : noon_ns, "b", 1);
			journal_close(j);
			assert_int_equal(access(path, F_OK), is_packed ? -1 : 0);
			assert_int_equal(read_all(INT64_MIN, INT64_MAX, ERR_OK, 1).n, 2);
			remove_folder(NULL);
			assert_int_equal(mkdir(folder, 0700), 0);
		}
	}
}

static void a_damaged_day_is_counted_and_the_next_is_read(void **state)
{
	struct journal_reader r = { .point = note, .arg = &(struct seen){ 0 } };
	struct journal *j;
	char path[128];
	(void)state;
	snprintf(path, sizeof(path), "%s/2026-02-28.log.zst", folder);
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "no frame of zstd", 16), 16);
	close(fd);
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	add(j, noon_ns, "a", 1);
	journal_close(j);
	assert_int_equal(journal_read(folder, INT64_MIN, INT64_MAX, &r), ERR_OK);
	assert_int_equal(r.n_damaged_days, 1);
	assert_string_equal(r.first_damaged, "2026-02-28.log.zst");
	assert_int_equal(r.n_bad, 0);
	assert_int_equal(((struct seen *)r.arg)->n, 2);
	assert_int_equal(journal_read(folder, noon_ns, INT64_MAX, &r), ERR_OK);
	assert_int_equal(r.n_damaged_days, 0);
	assert_string_equal(r.first_damaged, "");
}

static void a_name_keeps_its_letters_and_is_cut_between_them(void **state)
{
	char name[HISTORY_TARGET_MAX], longest[HISTORY_TARGET_MAX + 8];
	(void)state;
	journal_name("Z\xc3\xbcrich \x7f\x01", name);
	assert_string_equal(name, "Z\xc3\xbcrich___");
	for (size_t i = 0; i < 4; i++) {
		memset(longest, 'a', i);
		for (size_t k = i; k + 2 < sizeof(longest); k += 2)
			memcpy(longest + k, "\xc3\xbc", 3);
		journal_name(longest, name);
		size_t len = strlen(name);
		assert_in_range(len, HISTORY_TARGET_MAX - 2, HISTORY_TARGET_MAX - 1);
		assert_int_equal((len - i) % 2, 0);
	}
}

static int64_t fake_now_ns;

int clock_gettime(clockid_t id, struct timespec *t)
{
	if (!fake_now_ns || id != CLOCK_REALTIME)
		return (int)syscall(SYS_clock_gettime, id, t);
	*t = (struct timespec){ .tv_sec = fake_now_ns / NS_PER_S, .tv_nsec = fake_now_ns % NS_PER_S };
	return 0;
}

static void a_day_is_packed_when_it_has_been_over_for_some_minutes(void **state)
{
	const int64_t midnight_ns = noon_ns + 43200 * NS_PER_S;
	struct journal *j;
	char plain[128], archive[128];
	struct stat st;
	(void)state;
	snprintf(plain, sizeof(plain), "%s/2026-03-01.log", folder);
	snprintf(archive, sizeof(archive), "%s/2026-03-01.log.zst", folder);
	fake_now_ns = midnight_ns - NS_PER_S;
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	for (int i = 0; i < 10; i++) {
		add(j, midnight_ns - NS_PER_S, "a", i);
		fake_now_ns = midnight_ns + i * NS_PER_S;
		add(j, midnight_ns, "a", i);
		assert_int_equal(stat(archive, &st), -1);
	}
	fake_now_ns = midnight_ns + 1200 * NS_PER_S;
	add(j, midnight_ns + 1200 * NS_PER_S, "a", 1);
	fake_now_ns = 0;
	assert_int_equal(stat(plain, &st), -1);
	assert_int_equal(stat(archive, &st), 0);
	assert_int_equal(read_all(INT64_MIN, INT64_MAX, ERR_OK, 0).n, 42);
	journal_close(j);
}

static int held_fd;

static void *end_packing(void *arg)
{
	nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
	unlink(arg);
	close(held_fd);
	return NULL;
}

/* Both its files are there: at first with the old archive, then with the new one. */
static void a_day_that_is_being_packed_is_read_once(void **state)
{
	struct journal *j;
	char plain[128], archive[140], part[160], command[600];
	(void)state;
	snprintf(plain, sizeof(plain), "%s/2026-03-01.log", folder);
	snprintf(archive, sizeof(archive), "%s.zst", plain);
	snprintf(part, sizeof(part), "%s.part", archive);
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	add(j, noon_ns, "a", 1);
	journal_close(j);
	snprintf(command, sizeof(command), "cp %s %s.kept", plain, plain);
	assert_int_equal(system(command), 0);
	assert_int_equal(journal_day_pack(plain, archive), ERR_OK);
	snprintf(command, sizeof(command), "cp %s.kept %s", plain, plain);
	assert_int_equal(system(command), 0);
	/* Late lines, or a machine that stopped: both count. */
	assert_int_equal(read_all(INT64_MIN, INT64_MAX, ERR_OK, 0).n, 4);
	held_fd = open(plain, O_RDONLY);
	assert_int_equal(flock(held_fd, LOCK_EX), 0);
	close(creat(part, 0600));
	assert_int_equal(read_all(INT64_MIN, INT64_MAX, ERR_OK, 0).n, 4);
	assert_int_equal(unlink(part), 0);
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, end_packing, plain), 0);
	assert_int_equal(read_all(INT64_MIN, INT64_MAX, ERR_OK, 0).n, 2);
	pthread_join(thread, NULL);
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

static void a_day_that_is_a_pipe_is_refused_and_does_not_keep_out_the_others(void **state)
{
	const struct history_point point = { "offset_s", 1 };
	struct seen s = { 0 };
	struct journal_reader r = { .point = note, .arg = &s };
	struct journal *j;
	char path[128];
	(void)state;
	snprintf(path, sizeof(path), "%s/2026-03-01.log", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(journal_open(folder, &j), ERR_OK);
	assert_int_equal(journal_add(j, noon_ns, 0, "a", &point, 1), ERR_SYS);
	assert_int_equal(errno, ESPIPE);
	add(j, noon_ns + 86400 * NS_PER_S, "a", 1);
	journal_close(j);
	assert_int_equal(journal_read(folder, INT64_MIN, INT64_MAX, &r), ERR_OK);
	assert_int_equal(r.n_damaged_days, 1);
	assert_string_equal(r.first_damaged, "2026-03-01.log");
	assert_int_equal(s.n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		each_in_its_folder(what_was_added_is_read_to_the_last_digit),
		each_in_its_folder(the_pace_is_read_with_each_point_and_may_be_missing),
		each_in_its_folder(a_day_that_is_over_is_packed_and_reads_the_same),
		each_in_its_folder(a_day_left_behind_is_packed_unless_somebody_appends_to_it),
		each_in_its_folder(an_unfinished_line_is_left_out_and_the_next_is_whole),
		each_in_its_folder(a_line_cut_at_any_length_gives_no_value),
		each_in_its_folder(a_damaged_day_is_counted_and_the_next_is_read),
		each_in_its_folder(a_day_that_is_a_pipe_is_refused_and_does_not_keep_out_the_others),
		each_in_its_folder(a_name_keeps_its_letters_and_is_cut_between_them),
		each_in_its_folder(a_day_is_packed_when_it_has_been_over_for_some_minutes),
		each_in_its_folder(a_day_that_is_being_packed_is_read_once),
		each_in_its_folder(a_line_that_was_cut_does_not_take_the_next_one_with_it),
		each_in_its_folder(strange_lines_are_counted),
		each_in_its_folder(whoever_reads_may_have_enough),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
