/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

#include "base/nstime.h"
#include "store/history.h"
#include "store/history_build.h"
#include "store/history_rrd.h"
#include "store/journal.h"
#include "unit/in_folder.h"

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

/* ---- a disk that is full -------------------------------------------------------------------------- */

static bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool is_written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	if (fd >= 0)
		close(fd);
	return is_written;
}

/* Lays a file system of its own over the folder, which this process alone sees. */
static bool lay_disk(const char *options)
{
	char map[64];
	uid_t uid = geteuid();
	snprintf(map, sizeof(map), "0 %u 1", (unsigned)uid);
	if (uid == 0 ? unshare(CLONE_NEWNS) != 0
		     : unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0 || !write_text("/proc/self/uid_map", map))
		return false;
	return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("none", folder, "tmpfs", 0, options) == 0;
}

static bool note_series(void *arg, const char *name, const char *series, int64_t first_ns, int64_t last_ns)
{
	(void)name, (void)series, (void)first_ns, (void)last_ns;
	++*(size_t *)arg;
	return true;
}

static bool try_to_add(struct history *h, int64_t time_s)
{
	const struct history_point point = { "offset_s", 1e-6 };
	const struct reading r = { .target = "a",
				   .part = "",
				   .time_ns = time_s * NS_PER_S,
				   .every_ns = 10 * NS_PER_S,
				   .why = "",
				   .points = &point,
				   .n_points = 1 };
	return history_add(h, &r) == ERR_OK;
}

static void assert_full(const struct history *h, bool is_add, const char *file)
{
	int why;
	const char *path = history_failed(h, is_add, &why);
	assert_int_equal(why, ENOSPC);
	assert_string_equal(path + strlen(path) - strlen(file), file);
	assert_int_equal(strncmp(path, folder, strlen(folder)), 0);
}

static struct history_span read_it(int64_t from_s, int64_t to_s)
{
	const struct history_wish w = { "a", "offset_s", from_s * NS_PER_S, to_s * NS_PER_S, 1000 };
	struct history_span s;
	assert_int_equal(history_read(folder, &w, &s), ERR_OK);
	return s;
}

/* In the mount namespace of the test's own: the last one. */
static void a_full_disk_is_told_by_its_file_and_over_when_there_is_room(void **state)
{
	int64_t begin_s = time(NULL) / 3600 * 3600 - 7200, t_s = begin_s;
	struct history_made made;
	struct history *h;
	size_t n = 0;
	(void)state;
	if (!lay_disk("size=64k"))
		skip();
	assert_int_equal(history_open(folder, &h), ERR_OK);
	assert_true(try_to_add(h, t_s += 10));
	history_flush(h);
	if (history_rrd_is_built()) {
		assert_int_equal(history_turn(h), ERR_SYS);
		assert_full(h, false, "/rrd/a/offset_s.rrd");
	}
	while (n++ < 2000 && try_to_add(h, t_s += 10))
		;
	assert_in_range(n, 100, 1999);
	assert_full(h, true, ".log");
	for (int i = 0; i < 3; i++)
		assert_false(try_to_add(h, t_s += 10));
	n = 0;
	assert_int_equal(history_list(folder, note_series, &n), ERR_OK);
	assert_int_equal(n, 1); /* the journal knows it */
	assert_int_equal(mount(NULL, folder, NULL, MS_REMOUNT, "size=10m"), 0);
	int64_t room_s = t_s;
	for (int i = 0; i < 60; i++)
		assert_true(try_to_add(h, t_s += 10));
	history_flush(h);
	assert_int_equal(history_turn(h), ERR_OK);
	history_close(h);
	struct history_span live = read_it(begin_s, t_s + 60);
	if (history_rrd_is_built()) {
		int64_t now_ns = t_s * NS_PER_S;
		assert_int_equal(history_rebuild(folder, NULL, 0, now_ns, &made), ERR_OK);
		assert_int_equal(made.n_files, 1);
		assert_true(made.n_bad <= 1);
		struct history_span anew = read_it(begin_s, t_s + 60);
		assert_int_equal(live.n, anew.n);
		assert_memory_equal(live.at, anew.at, live.n * sizeof(live.at[0]));
		history_span_release(&anew);
	}
	assert_float_equal(live.at[2].avg, 1e-6, 0);
	size_t of_room = (size_t)((room_s - begin_s) * NS_PER_S / live.width_ns) + 2;
	assert_true(of_room < live.n);
	assert_float_equal(live.at[of_room].avg, 1e-6, 1e-18);
	history_span_release(&live);
	assert_int_equal(umount(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		each_in_its_folder(what_was_added_is_in_the_buckets),
		each_in_its_folder(what_has_just_begun_is_there_at_once),
		each_in_its_folder(files_are_left_to_the_next_one_when_there_is_no_time),
		each_in_its_folder(what_nobody_knows_is_a_span_of_gaps),
		each_in_its_folder(a_full_disk_is_told_by_its_file_and_over_when_there_is_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
