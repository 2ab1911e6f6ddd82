/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include "source/input.h"
#include "source/unpack.h"

enum { PLAIN_LEN = 300000, SQUEEZED_MAX = 400000 };

static uint8_t plain[PLAIN_LEN], squeezed[2 * SQUEEZED_MAX];

static void make_plain(void)
{
	uint32_t x = 1;

	for (size_t i = 0; i < sizeof(plain); i++) {
		x = x * 1664525 + 1013904223;
		plain[i] = (uint8_t)(x >> 29); /* compresses to about half */
	}
}

/* One member over len bytes; returns its length. */
static size_t pack(enum packing kind, const uint8_t *in, size_t len, uint8_t *out)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)in,
		       .avail_in = (uInt)len,
		       .next_out = out,
		       .avail_out = SQUEEZED_MAX };

	switch (kind) {
	case PACKING_GZIP:
		assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, 0), Z_OK);
		assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
		deflateEnd(&z);
		return z.total_out;
	case PACKING_ZSTD: return ZSTD_compress(out, SQUEEZED_MAX, in, len, 3);
	case PACKING_LZ4: return LZ4F_compressFrame(out, SQUEEZED_MAX, in, len, NULL);
	case PACKING_NONE:
	case PACKING_OTHER: break;
	}
	return 0;
}

static const enum packing kinds[] = { PACKING_GZIP, PACKING_ZSTD, PACKING_LZ4 };

/* Reads all of it through an input and compares with the beginning of plain; returns how much came. */
static size_t read_squeezed(size_t len, size_t step, enum err *failure)
{
	struct input in;
	size_t n = 0;

	assert_int_equal(input_open_memory(&in, squeezed, len, step), ERR_OK);
	while (input_fill(&in, 1)) {
		size_t left = input_left(&in);

		assert_true(n + left <= sizeof(plain));
		assert_memory_equal(in.at, plain + n, left);
		n += left;
		in.at = in.end;
	}
	*failure = in.failure;
	input_release(&in);
	return n;
}

static void every_packing_is_recognised_and_unpacked(void **state)
{
	(void)state;
	for (size_t k = 0; k < 3; k++) {
		size_t len = pack(kinds[k], plain, PLAIN_LEN, squeezed);
		enum err failure;

		assert_int_equal(packing_of(squeezed, len), kinds[k]);
		assert_int_equal(read_squeezed(len, 0, &failure), PLAIN_LEN);
		assert_int_equal(failure, ERR_OK);
		assert_int_equal(read_squeezed(len, 1001, &failure), PLAIN_LEN);
		assert_int_equal(failure, ERR_OK);
	}
}

static void members_that_follow_each_other_are_one_stream(void **state)
{
	(void)state;
	for (size_t k = 0; k < 3; k++) {
		size_t len = pack(kinds[k], plain, 1000, squeezed);
		enum err failure;

		len += pack(kinds[k], plain + 1000, 0, squeezed + len);
		len += pack(kinds[k], plain + 1000, PLAIN_LEN - 1000, squeezed + len);
		assert_int_equal(read_squeezed(len, 0, &failure), PLAIN_LEN);
		assert_int_equal(failure, ERR_OK);
		assert_int_equal(read_squeezed(len, 997, &failure), PLAIN_LEN);
		assert_int_equal(failure, ERR_OK);
	}
}

static void a_cut_member_gives_what_came_before_and_says_so(void **state)
{
	(void)state;
	for (size_t k = 0; k < 3; k++) {
		size_t len = pack(kinds[k], plain, PLAIN_LEN, squeezed);

		for (size_t cut = 7; cut < len; cut += 1 + len / 97) {
			enum err failure;
			size_t n = read_squeezed(cut, 0, &failure);

			assert_int_equal(failure, ERR_TRUNCATED);
			/* The other two give whole blocks only, of 64 KiB and 128 KiB. */
			assert_true(n < PLAIN_LEN);
			if (kinds[k] == PACKING_GZIP && cut > len / 2)
				assert_true(n > PLAIN_LEN / 3);
		}
	}
}

static void damage_inside_is_damage_not_a_crash(void **state)
{
	(void)state;
	for (size_t k = 0; k < 3; k++) {
		size_t len = pack(kinds[k], plain, PLAIN_LEN, squeezed);

		/* A second member that begins well and goes on with rubbish. */
		memcpy(squeezed + len, squeezed, 12);
		memset(squeezed + len + 12, 0xff, 1000);
		for (size_t step = 0; step < 1000; step += 333) {
			struct input in;

			assert_int_equal(input_open_memory(&in, squeezed, len + 1012, step), ERR_OK);
			assert_true(input_skip(&in, PLAIN_LEN));
			while (input_fill(&in, 1))
				in.at = in.end;
			/* Rubbish may also read as a block longer than what is there. */
			assert_true(in.failure == ERR_FORMAT || in.failure == ERR_TRUNCATED);
			input_release(&in);
		}
	}
}

static void bytes_behind_the_last_gzip_member_are_ignored(void **state)
{
	size_t len = pack(PACKING_GZIP, plain, PLAIN_LEN, squeezed);
	enum err failure;

	(void)state;
	memset(squeezed + len, 0, 512);
	assert_int_equal(read_squeezed(len + 512, 0, &failure), PLAIN_LEN);
	assert_int_equal(failure, ERR_OK);
	assert_int_equal(read_squeezed(len + 512, 1, &failure), PLAIN_LEN);
	assert_int_equal(failure, ERR_OK);
}

static void other_compressions_are_refused(void **state)
{
	static const uint8_t xz[] = "\xfd"
				    "7zXZ\0\0\4",
			     bzip2[] = "BZh91AY&SY";
	struct input in;

	(void)state;
	assert_int_equal(input_open_memory(&in, xz, sizeof(xz), 0), ERR_UNSUPPORTED);
	input_release(&in);
	assert_int_equal(input_open_memory(&in, bzip2, sizeof(bzip2), 0), ERR_UNSUPPORTED);
	input_release(&in);
	assert_int_equal(packing_of(plain, 0), PACKING_NONE);
	assert_int_equal(packing_of((const uint8_t *)"\x1f", 1), PACKING_NONE);
}

/* A gigabyte of zeros in a megabyte: passed over in one block of memory. */
static void memory_does_not_grow_with_a_bomb(void **state)
{
	size_t member = 1 << 24, len = 0;
	uint8_t *zeros = calloc(1, member);
	struct input in;

	(void)state;
	assert_non_null(zeros);
	len = pack(PACKING_ZSTD, zeros, member, squeezed);
	free(zeros);
	for (size_t i = 1; i < 64; i++)
		memcpy(squeezed + i * len, squeezed, len);
	assert_true(64 * len < sizeof(squeezed));
	assert_int_equal(input_open_memory(&in, squeezed, 64 * len, 0), ERR_OK);
	assert_true(input_skip(&in, (uint64_t)64 * member));
	assert_true(in.block_len <= INPUT_BLOCK_DEFAULT);
	assert_false(input_fill(&in, 1));
	assert_int_equal(in.failure, ERR_OK);
	input_release(&in);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_packing_is_recognised_and_unpacked),
		cmocka_unit_test(members_that_follow_each_other_are_one_stream),
		cmocka_unit_test(a_cut_member_gives_what_came_before_and_says_so),
		cmocka_unit_test(damage_inside_is_damage_not_a_crash),
		cmocka_unit_test(bytes_behind_the_last_gzip_member_are_ignored),
		cmocka_unit_test(other_compressions_are_refused),
		cmocka_unit_test(memory_does_not_grow_with_a_bomb),
	};
	make_plain();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
