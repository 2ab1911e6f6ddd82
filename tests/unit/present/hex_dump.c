/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "present/hex_dump.h"

static void dump(struct buf *b, const uint8_t *p, size_t len)
{
	buf_init(b, -1);
	hex_dump(b, p, len);
	buf_char(b, '\0');
}

static void lines_have_offset_octets_and_characters(void **state)
{
	(void)state;
	static const uint8_t octets[] = "\x23\x02\x06\xe7NTP\x1b[31m\x7f~ ./x";
	struct buf b;
	dump(&b, octets, 18);
	assert_string_equal(b.data,
			    "0000  23 02 06 e7 4e 54 50 1b  5b 33 31 6d 7f 7e 20 2e  #...NTP.[31m.~ .\n"
			    "0010  2f 78                                             /x\n");
	buf_release(&b);
}

static void no_octets_make_no_line(void **state)
{
	(void)state;
	struct buf b;
	dump(&b, NULL, 0);
	assert_string_equal(b.data, "");
	buf_release(&b);
}

static void long_frames_have_long_offsets(void **state)
{
	(void)state;
	static const uint8_t octets[0x10001];
	struct buf b;
	dump(&b, octets, sizeof(octets));
	assert_memory_equal(b.data, "00000000  00 00", 15);
	assert_non_null(strstr(b.data, "\n00010000  00   "));
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_have_offset_octets_and_characters),
		cmocka_unit_test(no_octets_make_no_line),
		cmocka_unit_test(long_frames_have_long_offsets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
