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
#include <unistd.h>

#include "engine/history_point.h"
#include "store/history_path.h"
#include "unit/in_folder.h"

static void names_that_nobody_chose_with_care_stay_in_the_folder(void **state)
{
	static const struct {
		const char *name, *path;
	} cases[] = {
		{ "ntp1.example.net", "/s/rrd/ntp1.example.net/offset_s.rrd" },
		{ "2001:db8::1", "/s/rrd/2001:db8::1/offset_s.rrd" },
		{ "..", "/s/rrd/%2E./offset_s.rrd" },
		{ "../../x", "/s/rrd/%2E.%2F..%2Fx/offset_s.rrd" },
		{ "a/GPS_NMEA(0)", "/s/rrd/a%2FGPS_NMEA%280%29/offset_s.rrd" },
		{ "a%2Fb", "/s/rrd/a%252Fb/offset_s.rrd" },
		{ "+a", "/s/rrd/%2Ba/offset_s.rrd" },
		{ "<script>", "/s/rrd/%3Cscript%3E/offset_s.rrd" },
		{ "\xff", "/s/rrd/%FF/offset_s.rrd" },
	};
	char path[PATH_MAX];
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(history_path(path, "/s", cases[i].name, "offset_s", ".rrd"));
		assert_string_equal(path, cases[i].path);
	}
}

static void what_is_no_name_or_series_has_no_path(void **state)
{
	char path[PATH_MAX], name[HISTORY_TARGET_MAX + 1];
	(void)state;
	assert_false(history_path(path, "/s", "", "offset_s", ".rrd"));
	assert_false(history_path(path, "/s", "a", "../offset_s", ".rrd"));
	memset(name, 'a', sizeof(name));
	name[HISTORY_TARGET_MAX] = '\0';
	assert_false(history_path(path, "/s", name, "offset_s", ".rrd"));
	name[HISTORY_TARGET_MAX - 1] = '\0';
	assert_true(history_path(path, "/s", name, "offset_s", ".rrd"));
}

struct seen {
	size_t n;
	char name[HISTORY_TARGET_MAX], series[HISTORY_NAME_MAX];
};

static bool see(void *arg, const char *path, const char *name, const char *series)
{
	struct seen *s = arg;
	assert_int_equal(access(path, F_OK), 0);
	snprintf(s->name, sizeof(s->name), "%s", name);
	snprintf(s->series, sizeof(s->series), "%s", series);
	return ++s->n < 100;
}

static void touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	close(fd);
}

static void the_longest_name_of_the_oddest_characters_is_found_again(void **state)
{
	char path[PATH_MAX], name[HISTORY_TARGET_MAX];
	struct seen s = { 0 };
	(void)state;
	memset(name, '/', sizeof(name));
	name[HISTORY_TARGET_MAX - 1] = '\0';
	assert_int_equal(history_path_make(folder, name), ERR_OK);
	assert_true(history_path(path, folder, name, "delay_s", ".rrd"));
	touch(path);
	/* Another one begins with all that fits into its first folder. */
	name[100] = '\0';
	assert_int_equal(history_path_make(folder, name), ERR_OK);
	assert_true(history_path(path, folder, name, "offset_s", ".rrd"));
	touch(path);
	assert_int_equal(history_path_walk(folder, see, &s), ERR_OK);
	assert_int_equal(s.n, 2);
}

static void what_was_left_half_made_is_taken_away_and_nothing_else(void **state)
{
	static const struct {
		const char *ending;
		bool is_left;
	} files[] = {
		{ ".rrd", false },           { ".rrd.new", true },      { ".rrdAbCdE9", true },
		{ ".rrd.newAbCdE9", true },  { ".bad", false },         { ".rrd.newer", false },
		{ ".rrd.backup", false },    { ".rrd.new.old", false }, { ".rrd.newAbCdE9.gz", false },
		{ ".rrd.newAbCd-9", false },
	};
	const size_t n = sizeof(files) / sizeof(files[0]);
	char path[PATH_MAX];
	struct seen s = { 0 };
	(void)state;
	assert_int_equal(history_path_walk(folder, see, &s), ERR_SYS);
	assert_int_equal(errno, ENOENT);
	history_path_tidy(folder);
	assert_int_equal(history_path_make(folder, "a"), ERR_OK);
	for (size_t i = 0; i < n; i++) {
		assert_true(history_path(path, folder, "a", "offset_s", files[i].ending));
		touch(path);
	}
	for (int round = 0; round < 2; round++) {
		s.n = 0;
		assert_int_equal(history_path_walk(folder, see, &s), ERR_OK);
		assert_int_equal(s.n, 1);
		assert_string_equal(s.name, "a");
		assert_string_equal(s.series, "offset_s");
		for (size_t i = 0; i < n; i++) {
			assert_true(history_path(path, folder, "a", "offset_s", files[i].ending));
			assert_int_equal(access(path, F_OK), round && files[i].is_left ? -1 : 0);
		}
		history_path_tidy(folder);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_that_nobody_chose_with_care_stay_in_the_folder),
		cmocka_unit_test(what_is_no_name_or_series_has_no_path),
		each_in_its_folder(the_longest_name_of_the_oddest_characters_is_found_again),
		each_in_its_folder(what_was_left_half_made_is_taken_away_and_nothing_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
