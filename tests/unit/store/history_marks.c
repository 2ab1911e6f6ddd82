/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/nstime.h"
#include "store/history_marks.h"
#include "unit/in_folder.h"

static void a_writer_waits_for_readers_but_not_for_ever(void **state)
{
	struct history_marks m, other;
	(void)state;
	assert_int_equal(history_marks_lock_shared(folder, false), -1); /* nobody wrote here yet */
	assert_int_equal(history_marks_init(&m, folder), ERR_OK);
	assert_int_equal(history_marks_init(&other, folder), ERR_OK);
	int fd = history_marks_lock_shared(folder, false), second = history_marks_lock_shared(folder, false);
	assert_true(fd >= 0 && second >= 0);
	assert_false(history_marks_lock(&m));
	close(fd);
	assert_false(history_marks_lock(&m));
	close(second);
	assert_true(history_marks_lock(&m));
	assert_false(history_marks_lock(&other));
	assert_int_equal(history_marks_lock_shared(folder, true),
			 -1); /* in haste nobody waits for a writer */
	history_marks_unlock(&m);
	assert_true(history_marks_lock(&other));
	history_marks_release(&other);
	assert_true(history_marks_lock(&m));
	history_marks_release(&m);
}

static void whoever_reads_does_not_wait_for_whoever_holds_back_writers(void **state)
{
	struct history_marks m, other;
	struct timespec before, after;
	(void)state;
	assert_int_equal(history_marks_init(&m, folder), ERR_OK);
	assert_int_equal(history_marks_init(&other, folder), ERR_OK);
	assert_true(history_marks_lock_writer(&m));
	assert_false(history_marks_lock(&other));
	assert_int_equal(errno, EWOULDBLOCK);
	clock_gettime(CLOCK_MONOTONIC, &before);
	int fd = history_marks_lock_shared(folder, false);
	assert_int_equal(flock(fd, LOCK_SH | LOCK_NB), 0);
	close(fd);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_in_range(after.tv_sec - before.tv_sec, 0, 1);
	assert_true(history_marks_lock(&m));
	fd = history_marks_lock_shared(folder, false); /* not for ever */
	assert_true(fd >= 0);
	close(fd);
	history_marks_unlock(&m);
	assert_true(history_marks_lock(&other));
	history_marks_release(&other);
	/* What cannot be had at all is not waited for. */
	close(m.writer_fd);
	assert_false(history_marks_lock(&m));
	assert_int_equal(errno, EBADF);
	m.writer_fd = -1;
	history_marks_release(&m);
}

static void files_are_made_anew_by_one_at_a_time(void **state)
{
	struct history_marks m;
	(void)state;
	assert_int_equal(history_marks_init(&m, folder), ERR_OK);
	int fd = history_marks_lock_rebuild(folder, true);
	assert_true(fd >= 0);
	assert_int_equal(history_marks_lock_rebuild(folder, false), -1);
	assert_int_equal(errno, EWOULDBLOCK);
	close(fd);
	fd = history_marks_lock_rebuild(folder, false);
	assert_true(fd >= 0);
	close(fd);
	history_marks_release(&m);
}

static void whoever_was_killed_said_what_he_was_busy_with(void **state)
{
	struct history_marks m;
	char name[HISTORY_TARGET_MAX];
	(void)state;
	assert_int_equal(history_marks_init(&m, folder), ERR_OK);
	assert_false(history_marks_was_busy(&m, name));
	history_marks_busy(&m, "a-long-name");
	history_marks_busy(&m, "short");
	history_marks_release(&m);
	assert_int_equal(history_marks_init(&m, folder), ERR_OK);
	assert_true(history_marks_was_busy(&m, name));
	assert_string_equal(name, "short");
	history_marks_busy(&m, NULL);
	assert_false(history_marks_was_busy(&m, name));
	history_marks_release(&m);
}

static void how_far_the_files_are_is_kept_and_nonsense_is_nothing(void **state)
{
	struct history_marks m;
	char path[128];
	(void)state;
	assert_int_equal(history_marks_init(&m, folder), ERR_OK);
	assert_int_equal(history_marks_upto_ns(&m), INT64_MIN);
	assert_int_equal(history_marks_set_upto(&m, 1772366400 * NS_PER_S + 5), ERR_OK);
	assert_int_equal(history_marks_upto_ns(&m), 1772366400 * NS_PER_S + 5);
	assert_int_equal(history_marks_set_upto(&m, 17 * NS_PER_S), ERR_OK);
	assert_int_equal(history_marks_upto_ns(&m), 17 * NS_PER_S);
	snprintf(path, sizeof(path), "%s/rrd/upto", folder);
	assert_int_equal(truncate(path, 7), 0);
	assert_int_equal(history_marks_upto_ns(&m), INT64_MIN);
	history_marks_release(&m);
}

static void count(void *arg, const char *name)
{
	assert_true(strcmp(name, "a") == 0 || strcmp(name, "b/refclock_1") == 0);
	++*(size_t *)arg;
}

static void what_is_wanted_is_wanted_until_it_is_done(void **state)
{
	struct history_marks m;
	size_t n = 0;
	(void)state;
	assert_int_equal(history_marks_init(&m, folder), ERR_OK);
	history_marks_wanted(&m, count, &n);
	assert_int_equal(n, 0);
	assert_int_equal(history_marks_want(&m, "a"), ERR_OK);
	assert_int_equal(history_marks_want(&m, "b/refclock_1"), ERR_OK);
	history_marks_wanted(&m, count, &n);
	assert_int_equal(n, 2);
	history_marks_want_none(&m);
	history_marks_wanted(&m, count, &n);
	assert_int_equal(n, 2);
	history_marks_release(&m);
}

static void note_b(void *arg, const char *name)
{
	*(bool *)arg |= strcmp(name, "b") == 0;
}

static void half_a_name_on_a_full_disk_does_not_spoil_the_next(void **state)
{
	struct history_marks m;
	char path[128];
	bool has_b = false;
	(void)state;
	assert_int_equal(history_marks_init(&m, folder), ERR_OK);
	snprintf(path, sizeof(path), "%s/rrd/wanted", folder);
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "long-na", 7), 7);
	close(fd);
	assert_int_equal(history_marks_want(&m, "b"), ERR_OK);
	history_marks_wanted(&m, note_b, &has_b);
	assert_true(has_b);
	history_marks_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		each_in_its_folder(a_writer_waits_for_readers_but_not_for_ever),
		each_in_its_folder(whoever_reads_does_not_wait_for_whoever_holds_back_writers),
		each_in_its_folder(files_are_made_anew_by_one_at_a_time),
		each_in_its_folder(whoever_was_killed_said_what_he_was_busy_with),
		each_in_its_folder(how_far_the_files_are_is_kept_and_nonsense_is_nothing),
		each_in_its_folder(what_is_wanted_is_wanted_until_it_is_done),
		each_in_its_folder(half_a_name_on_a_full_disk_does_not_spoil_the_next),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
