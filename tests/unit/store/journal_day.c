/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/journal_day.h"

static char plain[64], archive[80];

static int make_names(void **state)
{
	(void)state;
	snprintf(plain, sizeof(plain), "/tmp/ntpscope-day-XXXXXX");
	close(mkstemp(plain));
	snprintf(archive, sizeof(archive), "%s.zst", plain);
	return 0;
}

static int remove_files(void **state)
{
	(void)state;
	unlink(plain);
	unlink(archive);
	return 0;
}

static void fill(const char *path, const char *text, size_t n)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	for (size_t i = 0; i < n; i++)
		assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static bool count(void *arg, char *text)
{
	size_t *n = arg;
	assert_string_equal(text, "a line that comes again and again");
	return ++*n != 100000;
}

static bool lengths(void *arg, char *text)
{
	size_t *sum = arg;
	*sum += strlen(text);
	return true;
}

static enum err read_day(bool (*line)(void *arg, char *text), void *arg)
{
	return journal_day_read(plain, archive, line, arg);
}

static void packing_keeps_every_line_and_removes_the_plain_file(void **state)
{
	size_t n = 0;
	(void)state;
	fill(plain, "a line that comes again and again\n", 20000);
	assert_int_equal(read_day(count, &n), ERR_OK);
	assert_int_equal(n, 20000);
	assert_int_equal(journal_day_pack(plain, archive), ERR_OK);
	assert_int_equal(access(plain, F_OK), -1);
	n = 0;
	assert_int_equal(read_day(count, &n), ERR_OK);
	assert_int_equal(n, 20000);
	n = 99999;
	assert_int_equal(read_day(count, &n), ERR_END);
}

static void more_lines_of_a_packed_day_are_added_to_it(void **state)
{
	size_t n = 0;
	(void)state;
	for (int i = 1; i <= 3; i++) {
		fill(plain, "a line that comes again and again\n", 1000);
		assert_int_equal(journal_day_pack(plain, archive), ERR_OK);
		n = 0;
		assert_int_equal(read_day(count, &n), ERR_OK);
		assert_int_equal(n, 1000 * i);
	}
}

static void what_comes_behind_an_unfinished_line_is_whole(void **state)
{
	size_t sum = 0;
	(void)state;
	fill(plain, "unfinished", 1);
	assert_int_equal(journal_day_pack(plain, archive), ERR_OK);
	fill(plain, "whole\n", 1);
	assert_int_equal(journal_day_pack(plain, archive), ERR_OK);
	assert_int_equal(read_day(lengths, &sum), ERR_OK);
	assert_int_equal(sum, strlen("unfinished?") + strlen("whole"));
}

static void an_empty_day_packs_too(void **state)
{
	size_t n = 0;
	(void)state;
	assert_int_equal(journal_day_pack(plain, archive), ERR_OK);
	assert_int_equal(read_day(count, &n), ERR_OK);
	assert_int_equal(n, 0);
}

static void what_is_no_zstd_is_said_so(void **state)
{
	size_t n = 0;
	(void)state;
	fill(archive, "no frame of zstd\n", 3);
	assert_int_equal(read_day(count, &n), ERR_FORMAT);
	assert_int_equal(journal_day_read("/nonexistent", "/nonexistent.zst", count, &n), ERR_SYS);
}

static void what_can_be_read_of_a_damaged_archive_is_given(void **state)
{
	size_t n = 0;
	(void)state;
	fill(plain, "a line that comes again and again\n", 20000);
	assert_int_equal(journal_day_pack(plain, archive), ERR_OK);
	fill(plain, "a line that comes again and again\n", 20000);
	assert_int_equal(journal_day_pack(plain, archive), ERR_OK);
	FILE *f = fopen(archive, "r+");
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	long size = ftell(f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(truncate(archive, size - 3), 0);
	assert_int_equal(read_day(count, &n), ERR_FORMAT);
	assert_in_range(n, 20000, 40000);
}

static void a_plain_file_stays_when_it_cannot_be_packed(void **state)
{
	(void)state;
	assert_int_equal(journal_day_pack(plain, "/nonexistent/day.zst"), ERR_SYS);
	assert_int_equal(access(plain, F_OK), 0);
}

static void a_line_without_end_is_left_out(void **state)
{
	size_t sum = 0;
	FILE *f = fopen(plain, "w");
	(void)state;
	for (int i = 0; i < 100000; i++)
		fputc('x', f);
	fputs("\nshort\nunfinished", f);
	fclose(f);
	assert_int_equal(read_day(lengths, &sum), ERR_OK);
	assert_int_equal(sum, 5);
}

/* Nobody writes into a pipe: who opened it would wait for ever; and of a device there is no end. */
static void what_is_no_file_is_no_day(void **state)
{
	size_t n = 0;
	(void)state;
	assert_int_equal(unlink(plain), 0);
	assert_int_equal(mkfifo(plain, 0600), 0);
	assert_int_equal(read_day(count, &n), ERR_FORMAT);
	assert_int_equal(journal_day_pack(plain, archive), ERR_SYS);
	assert_int_equal(unlink(plain), 0);
	assert_int_equal(symlink("/dev/zero", plain), 0);
	assert_int_equal(read_day(count, &n), ERR_FORMAT);
	assert_int_equal(unlink(plain), 0);
	assert_int_equal(symlink("/nowhere/at/all", plain), 0);
	assert_int_equal(read_day(count, &n), ERR_FORMAT);
	assert_int_equal(unlink(plain), 0);
	assert_int_equal(symlink(plain, plain), 0);
	assert_int_equal(read_day(count, &n), ERR_FORMAT);
	assert_int_equal(unlink(plain), 0);
	assert_int_equal(mkdir(plain, 0700), 0);
	assert_int_equal(read_day(count, &n), ERR_FORMAT);
	assert_int_equal(rmdir(plain), 0);
	/* What is beside it is a day all the same. */
	fill(plain, "a line that comes again and again\n", 10);
	assert_int_equal(mkfifo(archive, 0600), 0);
	assert_int_equal(read_day(count, &n), ERR_FORMAT);
	assert_int_equal(n, 10);
}

#define each_with_files(f) cmocka_unit_test_setup_teardown(f, make_names, remove_files)

int main(void)
{
	const struct CMUnitTest tests[] = {
		each_with_files(packing_keeps_every_line_and_removes_the_plain_file),
		each_with_files(more_lines_of_a_packed_day_are_added_to_it),
		each_with_files(what_comes_behind_an_unfinished_line_is_whole),
		each_with_files(an_empty_day_packs_too),
		each_with_files(what_is_no_zstd_is_said_so),
		each_with_files(what_can_be_read_of_a_damaged_archive_is_given),
		each_with_files(a_plain_file_stays_when_it_cannot_be_packed),
		each_with_files(a_line_without_end_is_left_out),
		each_with_files(what_is_no_file_is_no_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
