/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"

static void assert_holds(const struct buf *b, const char *text)
{
	assert_int_equal(b->len, strlen(text));
	assert_memory_equal(b->data, text, b->len);
}

static void memory_keeps_everything_in_order(void **state)
{
	(void)state;
	struct buf b;
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	buf_str(&b, "a=");
	buf_u64(&b, 0);
	buf_char(&b, ' ');
	buf_u64(&b, UINT64_MAX);
	buf_char(&b, ' ');
	buf_i64(&b, INT64_MIN);
	buf_char(&b, ' ');
	buf_i64(&b, -7);
	buf_i64(&b, 10);
	buf_printf(&b, " %s%03d", "x", 5);
	buf_add(&b, NULL, 0);
	assert_holds(&b, "a=0 18446744073709551615 -9223372036854775808 -710 x005");
	assert_int_equal(buf_flush(&b), ERR_OK);
	assert_int_equal(b.len, 55);
	buf_release(&b);
	buf_release(&b);
}

static void numbers_read_as_printf_writes_them(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, -1);
	for (unsigned shift = 0; shift < 64; shift++)
		for (int d = -1; d <= 1; d++) {
			uint64_t v = (UINT64_C(1) << shift) + (uint64_t)(int64_t)d;
			char want[64];
			b.len = 0;
			buf_u64(&b, v);
			buf_char(&b, '/');
			buf_i64(&b, (int64_t)v);
			snprintf(want, sizeof(want), "%" PRIu64 "/%" PRId64, v, (int64_t)v);
			assert_holds(&b, want);
		}
	buf_release(&b);
}

static void memory_grows_as_needed(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, -1);
	for (unsigned i = 0; i < 100000; i++)
		buf_printf(&b, "%07u\n", i);
	assert_int_equal(b.len, 800000);
	assert_memory_equal(b.data + 8 * 99999, "0099999\n", 8);
	assert_int_equal(b.err, ERR_OK);
	buf_release(&b);
}

/* Reads back all of a temporary file. */
static size_t read_back(int fd, char *out, size_t max)
{
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	size_t n = 0;
	ssize_t got;
	while ((got = read(fd, out + n, max - n)) > 0)
		n += (size_t)got;
	return n;
}

static void a_file_gets_all_blocks_in_order(void **state)
{
	(void)state;
	enum { LINES = 40000, BIG = 200000 };
	char *big = malloc(BIG), *back = malloc(LINES * 8 + 2 * BIG + 1);
	FILE *f = tmpfile();
	struct buf b;

	memset(big, 'x', BIG);
	assert_int_equal(buf_init(&b, fileno(f)), ERR_OK);
	buf_add(&b, big, BIG); /* larger than a block: goes straight through */
	for (unsigned i = 0; i < LINES; i++)
		buf_printf(&b, "%07u\n", i);
	buf_add(&b, big, BIG);
	assert_true(b.cap <= 1 << 17);
	assert_int_equal(buf_flush(&b), ERR_OK);
	assert_int_equal(b.len, 0);

	assert_int_equal(read_back(fileno(f), back, LINES * 8 + 2 * BIG + 1), LINES * 8 + 2 * BIG);
	assert_memory_equal(back, big, BIG);
	assert_memory_equal(back + BIG + 8 * 12345, "0012345\n", 8);
	assert_memory_equal(back + BIG + 8 * LINES, big, BIG);
	buf_release(&b);
	fclose(f);
	free(big);
	free(back);
}

static void room_is_written_without_a_copy(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, -1);
	char *to = buf_room(&b, 300000);
	assert_non_null(to);
	memset(to, 'r', 300000);
	buf_wrote(&b, 300000);
	buf_char(&b, '!');
	assert_int_equal(b.len, 300001);
	assert_int_equal(b.data[300000], '!');
	assert_null(buf_room(&b, SIZE_MAX - 5));
	assert_int_equal(buf_flush(&b), ERR_MEMORY);
	buf_release(&b);
}

static void a_text_longer_than_a_block_is_printed_whole(void **state)
{
	(void)state;
	char *long_text = malloc(150001);
	struct buf b;
	memset(long_text, 'y', 150000);
	long_text[150000] = '\0';
	buf_init(&b, -1);
	buf_printf(&b, "<%s>", long_text);
	assert_int_equal(b.len, 150002);
	assert_int_equal(b.data[150001], '>');
	buf_release(&b);
	free(long_text);
}

static void lent_memory_is_written_to_and_left_when_it_is_full(void **state)
{
	(void)state;
	char lent[8] = "";
	struct buf b;
	buf_lend(&b, lent, sizeof(lent));
	buf_str(&b, "12345678");
	assert_true(b.is_lent);
	assert_memory_equal(lent, "12345678", 8);
	buf_char(&b, '9');
	assert_false(b.is_lent);
	assert_int_equal(b.len, 9);
	assert_memory_equal(b.data, "123456789", 9);
	assert_memory_equal(lent, "12345678", 8);
	buf_release(&b);
	buf_lend(&b, lent, sizeof(lent));
	buf_release(&b); /* frees nothing */
	assert_null(b.data);
}

static void a_full_disk_sticks(void **state)
{
	(void)state;
	int fd = open("/dev/full", O_WRONLY);
	if (fd < 0)
		skip();
	struct buf b;
	buf_init(&b, fd);
	buf_str(&b, "lost");
	assert_int_equal(buf_flush(&b), ERR_SYS);
	assert_int_equal(b.sys_errno, ENOSPC);
	buf_str(&b, "more");
	buf_printf(&b, "%d", 1);
	buf_char(&b, 'c');
	assert_null(buf_room(&b, 1));
	assert_int_equal(buf_flush(&b), ERR_SYS);
	buf_release(&b);
	close(fd);
}

static void a_reader_that_left_is_an_error_not_a_signal_loop(void **state)
{
	(void)state;
	int p[2];
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(p), 0);
	close(p[0]);
	struct buf b;
	buf_init(&b, p[1]);
	buf_str(&b, "nobody reads this");
	assert_int_equal(buf_flush(&b), ERR_SYS);
	assert_int_equal(b.sys_errno, EPIPE);
	buf_release(&b);
	close(p[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_keeps_everything_in_order),
		cmocka_unit_test(numbers_read_as_printf_writes_them),
		cmocka_unit_test(memory_grows_as_needed),
		cmocka_unit_test(a_file_gets_all_blocks_in_order),
		cmocka_unit_test(room_is_written_without_a_copy),
		cmocka_unit_test(a_text_longer_than_a_block_is_printed_whole),
		cmocka_unit_test(lent_memory_is_written_to_and_left_when_it_is_full),
		cmocka_unit_test(a_full_disk_sticks),
		cmocka_unit_test(a_reader_that_left_is_an_error_not_a_signal_loop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
