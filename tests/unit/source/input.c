/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "source/input.h"

enum { LEN = 1000000 };

static uint8_t byte_at(size_t i)
{
	return (uint8_t)(i * 2654435761U >> 13);
}

/* A file of LEN bytes that tell their places. */
static void make_file(char *path)
{
	FILE *f;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	f = fdopen(fd, "wb");
	assert_non_null(f);
	for (size_t i = 0; i < LEN; i++)
		putc(byte_at(i), f);
	assert_int_equal(fclose(f), 0);
}

/* Reads on in pieces of odd sizes; every one must be whole. */
static size_t read_pieces(struct input *in, size_t pos, size_t end, bool park)
{
	for (size_t want = 1; pos + want <= end; want = want * 3 % 70001 + 1) {
		assert_true(input_fill(in, want));
		assert_true(input_left(in) >= want);
		for (size_t i = 0; i < want; i++)
			assert_int_equal(in->at[i], byte_at(pos + i));
		in->at += want;
		pos += want;
		if (park)
			input_park(in);
	}
	return pos;
}

static void pieces_of_any_size_are_whole(void **state)
{
	char path[] = "/tmp/ntpscope-input-XXXXXX";
	struct input in;
	size_t pos;

	(void)state;
	make_file(path);
	for (int park = 0; park < 2; park++) {
		assert_int_equal(input_open(&in, path, INPUT_BLOCK_MIN), ERR_OK);
		pos = read_pieces(&in, 0, LEN, park);
		assert_false(input_fill(&in, LEN - pos + 1));
		assert_int_equal(input_left(&in), LEN - pos);
		assert_int_equal(in.failure, ERR_OK);
		assert_int_equal(in.n_raw_bytes, LEN);
		input_release(&in);
	}
	unlink(path);
}

static void skipping_lands_where_it_should(void **state)
{
	char path[] = "/tmp/ntpscope-input-XXXXXX";
	struct input in;

	(void)state;
	make_file(path);
	assert_int_equal(input_open(&in, path, INPUT_BLOCK_MIN), ERR_OK);
	assert_true(input_skip(&in, 777777));
	read_pieces(&in, 777777, LEN, false);
	assert_false(input_skip(&in, LEN));
	input_release(&in);
	unlink(path);
}

/* Another process may cut the file while it is read: no signal, only an end. */
static void a_file_that_shrinks_ends_early(void **state)
{
	char path[] = "/tmp/ntpscope-input-XXXXXX";
	struct input in;

	(void)state;
	make_file(path);
	assert_int_equal(input_open(&in, path, INPUT_BLOCK_MIN), ERR_OK);
	read_pieces(&in, 0, 10000, false);
	assert_int_equal(truncate(path, 100), 0);
	while (input_fill(&in, 1))
		in.at = in.end;
	assert_int_equal(in.failure, ERR_OK);
	assert_true(in.n_raw_bytes < LEN);
	input_release(&in);
	unlink(path);
}

static void a_parked_file_that_was_replaced_is_not_mixed_up(void **state)
{
	char path[] = "/tmp/ntpscope-input-XXXXXX", other[] = "/tmp/ntpscope-input-XXXXXX";
	struct input in;

	(void)state;
	make_file(path);
	make_file(other);
	assert_int_equal(input_open(&in, path, INPUT_BLOCK_MIN), ERR_OK);
	input_park(&in);
	assert_int_equal(rename(other, path), 0);
	while (input_fill(&in, 1))
		in.at = in.end;
	assert_int_equal(in.failure, ERR_SYS);
	assert_int_equal(in.sys_errno, ESTALE);
	input_release(&in);
	unlink(path);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_of_any_size_are_whole),
		cmocka_unit_test(skipping_lands_where_it_should),
		cmocka_unit_test(a_file_that_shrinks_ends_early),
		cmocka_unit_test(a_parked_file_that_was_replaced_is_not_mixed_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
