/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks: each bit of the file matters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/snapshot_file.h"

enum { BIG = 2 * SNAPSHOT_BLOCK + 1000 };

static const struct snapshot_moment made = { .wall_ns = 5, .boot_ns = -6, .boot_id = { 7, [15] = 8 } };

static int file_of(const uint8_t *data, size_t len)
{
	struct snapshot_file f;
	int fd = memfd_create("snapshot", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(snapshot_file_init(&f, fd), ERR_OK);
	assert_true(snapshot_file_begin(&f, &made, 99));
	for (size_t at = 0; at < len; at += 70000)
		assert_true(snapshot_file_write(&f, data + at, len - at < 70000 ? len - at : 70000));
	assert_true(snapshot_file_end(&f));
	snapshot_file_release(&f);
	return fd;
}

/* What reading it says, and whether the data is that. */
static enum snapshot_state state_of(int fd, const uint8_t *data, size_t len)
{
	struct snapshot_file f;
	struct snapshot_moment m;
	uint64_t identity;
	uint8_t *back = malloc(len + 1);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(snapshot_file_init(&f, fd), ERR_OK);
	if (snapshot_file_header(&f, &m, &identity) && snapshot_file_read(&f, back, len) &&
	    snapshot_file_is_at_end(&f)) {
		assert_memory_equal(back, data, len);
		assert_memory_equal(&m, &made, sizeof(m));
		assert_int_equal(identity, 99);
	}
	snapshot_file_release(&f);
	free(back);
	return f.state;
}

static uint8_t *make_data(size_t len)
{
	uint8_t *data = malloc(len);
	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t)(i * 31 + (i >> 8));
	return data;
}

static void what_was_written_is_read(void **state)
{
	(void)state;
	static const size_t lens[] = { 0, 1, SNAPSHOT_BLOCK - 1, SNAPSHOT_BLOCK, SNAPSHOT_BLOCK + 1, BIG };
	uint8_t *data = make_data(BIG);
	for (unsigned i = 0; i < 6; i++) {
		int fd = file_of(data, lens[i]);
		assert_int_equal(state_of(fd, data, lens[i]), SNAPSHOT_LOADED);
		close(fd);
	}
	free(data);
}

static void every_bit_and_every_cut_is_noticed(void **state)
{
	(void)state;
	uint8_t *data = make_data(40), octet;
	int fd = file_of(data, 40);
	off_t len = lseek(fd, 0, SEEK_END);
	assert_int_equal(len, SNAPSHOT_HEADER + 8 + 40 + 8);
	for (off_t at = 0; at < len; at++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			assert_int_equal(pread(fd, &octet, 1, at), 1);
			octet ^= (uint8_t)(1 << bit);
			assert_int_equal(pwrite(fd, &octet, 1, at), 1);
			enum snapshot_state s = state_of(fd, data, 40);
			assert_int_equal(s, at >= 8 && at < 12 ? SNAPSHOT_OTHER_VERSION : SNAPSHOT_DAMAGED);
			octet ^= (uint8_t)(1 << bit);
			assert_int_equal(pwrite(fd, &octet, 1, at), 1);
		}
	}
	assert_int_equal(state_of(fd, data, 40), SNAPSHOT_LOADED);
	assert_int_equal(pwrite(fd, "x", 1, len), 1);
	assert_int_equal(state_of(fd, data, 40), SNAPSHOT_DAMAGED);
	for (off_t cut = len - 1; cut >= 0; cut--) {
		assert_int_equal(ftruncate(fd, cut), 0);
		assert_int_equal(state_of(fd, data, 40), SNAPSHOT_DAMAGED);
	}
	close(fd);
	free(data);
}

static void a_lost_block_is_noticed(void **state)
{
	(void)state;
	uint8_t *data = make_data(BIG), *whole = malloc(BIG + 1000);
	int fd = file_of(data, BIG);
	size_t block = SNAPSHOT_BLOCK + 8;
	off_t len = lseek(fd, 0, SEEK_END);
	assert_int_equal(pread(fd, whole, (size_t)len, 0), len);
	/* The first of two full ones is left out. */
	assert_int_equal(ftruncate(fd, SNAPSHOT_HEADER), 0);
	size_t rest = (size_t)len - SNAPSHOT_HEADER - block;
	assert_int_equal(pwrite(fd, whole + SNAPSHOT_HEADER + block, rest, SNAPSHOT_HEADER), rest);
	assert_int_equal(state_of(fd, data, BIG - SNAPSHOT_BLOCK), SNAPSHOT_DAMAGED);
	close(fd);
	free(whole);
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(every_bit_and_every_cut_is_noticed),
		cmocka_unit_test(a_lost_block_is_noticed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
