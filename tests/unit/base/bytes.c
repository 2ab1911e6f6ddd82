/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"

static void nothing_is_a_valid_cursor(void **state)
{
	(void)state;
	struct bytes b = bytes_of(NULL, 0);
	assert_int_equal(bytes_left(&b), 0);
	assert_null(bytes_take(&b, 0));
	assert_false(b.bad);
	assert_int_equal(bytes_u8(&b), 0);
	assert_true(b.bad);
}

static void reads_come_in_network_order(void **state)
{
	(void)state;
	static const uint8_t p[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xff };
	struct bytes b = bytes_of(p, sizeof(p));
	assert_int_equal(bytes_be16(&b), 0x0102);
	assert_int_equal(bytes_be32(&b), 0x03040506);
	assert_int_equal(bytes_be64(&b), 0x0708090a0b0c0d0e);
	assert_int_equal(bytes_u8(&b), 0xff);
	assert_false(b.bad);
	assert_int_equal(bytes_left(&b), 0);
}

static void the_first_short_read_sticks(void **state)
{
	(void)state;
	static const uint8_t p[] = { 1, 2, 3 };
	struct bytes b = bytes_of(p, sizeof(p));
	assert_int_equal(bytes_be32(&b), 0);
	assert_true(b.bad);
	assert_int_equal(bytes_left(&b), 0);
	assert_int_equal(bytes_u8(&b), 0);
	assert_ptr_equal(b.at, p);
}

static void a_huge_length_is_refused(void **state)
{
	(void)state;
	static const uint8_t p[] = { 1, 2, 3 };
	struct bytes b = bytes_of(p, sizeof(p));
	assert_null(bytes_take(&b, SIZE_MAX));
	assert_true(b.bad);
}

static void loads_keep_high_bits(void **state)
{
	(void)state;
	static const uint8_t p[] = { 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa, 0xf9, 0xf8 };
	assert_int_equal(load_be16(p), 0xfffe);
	assert_int_equal(load_le16(p), 0xfeff);
	assert_int_equal(load_be32(p), 0xfffefdfcu);
	assert_int_equal(load_le32(p), 0xfcfdfeffu);
	assert_true(load_be64(p) == UINT64_C(0xfffefdfcfbfaf9f8));
	assert_true(load_le64(p) == UINT64_C(0xf8f9fafbfcfdfeff));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_a_valid_cursor),   cmocka_unit_test(reads_come_in_network_order),
		cmocka_unit_test(the_first_short_read_sticks), cmocka_unit_test(a_huge_length_is_refused),
		cmocka_unit_test(loads_keep_high_bits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
