/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "field/field.h"

static void expect(enum field_type type, enum field_base base, struct field_value v, const char *text)
{
	struct buf out;
	struct field f = { .type = (uint8_t)type, .base = (uint8_t)base };
	assert_int_equal(buf_init(&out, -1), ERR_OK);
	field_print(&f, &v, &out);
	buf_char(&out, '\0');
	assert_string_equal(out.data, text);
	buf_release(&out);
}

static struct field_value number(uint64_t u)
{
	return (struct field_value){ .u = u };
}

static struct field_value octets(const uint8_t *p, uint32_t len)
{
	return (struct field_value){ .bytes = { p, len, NULL } };
}

static struct field_value when(int64_t s, int32_t ns)
{
	return (struct field_value){ .time = { s, ns } };
}

static void numbers_are_written_as_tshark_writes_them(void **state)
{
	(void)state;
	expect(FIELD_UINT64, FIELD_BASE_DEC, number(UINT64_MAX), "18446744073709551615");
	expect(FIELD_UINT8, FIELD_BASE_HEX, number(4), "0x04");
	expect(FIELD_UINT16, FIELD_BASE_HEX, number(4), "0x0004");
	expect(FIELD_UINT32, FIELD_BASE_HEX, number(0xdeadbeef), "0xdeadbeef");
	expect(FIELD_UINT64, FIELD_BASE_HEX, number(1), "0x0000000000000001");
	expect(FIELD_BOOLEAN, FIELD_BASE_DEC, number(1), "1");
	expect(FIELD_INT32, FIELD_BASE_DEC, (struct field_value){ .i = -7 }, "-7");
}

static void addresses_and_octets_are_written_as_tshark_writes_them(void **state)
{
	(void)state;
	static const uint8_t mapped[16] = { [10] = 0xff, 0xff, 10, 0, 0, 1 };
	static const uint8_t six[16] = { 0x20, 1, 0xd, 0xb8, [13] = 5, [15] = 1 };
	static const uint8_t mac[6] = { 2, 0, 0xff, 0x10, 0, 9 };
	expect(FIELD_BYTES, 0, octets((const uint8_t[]){ 0x0a, 0xff }, 2), "0aff");
	expect(FIELD_BYTES, 0, octets(NULL, 0), "<MISSING>");
	expect(FIELD_NONE, 0, octets(NULL, 0), "1");
	expect(FIELD_IPV4, 0, octets((const uint8_t[]){ 0, 10, 99, 255 }, 4), "0.10.99.255");
	expect(FIELD_IPV6, 0, octets(mapped, 16), "::ffff:10.0.0.1");
	expect(FIELD_IPV6, 0, octets(six, 16), "2001:db8::5:1");
	expect(FIELD_ETHER, 0, octets(mac, 6), "02:00:ff:10:00:09");
	expect(FIELD_STRING, 0, octets((const uint8_t *)"a b", 3), "a b");
}

static void spans_have_nine_decimals_and_one_sign(void **state)
{
	(void)state;
	expect(FIELD_RELATIVE_TIME, 0, when(-1, -500000000), "-1.500000000");
	expect(FIELD_RELATIVE_TIME, 0, when(0, -1), "-0.000000001");
	expect(FIELD_RELATIVE_TIME, 0, when(1436865396, 190857000), "1436865396.190857000");
	expect(FIELD_RELATIVE_TIME, 0, when(INT64_MIN, 0), "-9223372036854775808.000000000");
}

static void long_octet_strings_are_whole(void **state)
{
	(void)state;
	enum { N = 5000 };
	uint8_t *many = calloc(1, N);
	struct field f = { .type = FIELD_BYTES };
	struct field_value v = octets(many, N);
	struct buf out;
	many[N - 1] = 0x5a;
	assert_int_equal(buf_init(&out, -1), ERR_OK);
	field_print(&f, &v, &out);
	assert_int_equal(out.len, 2 * N);
	assert_memory_equal(out.data + 2 * N - 4, "005a", 4);
	buf_release(&out);
	free(many);
}

/* Against the C library, over both eras of NTP and beyond. */
static void dates_are_those_of_the_calendar(void **state)
{
	(void)state;
	for (int64_t s = -INT64_C(9223372036); s <= INT64_C(9223372036); s += 86400 * 29 + 3671) {
		char want[96], date[64];
		struct tm tm;
		time_t t = (time_t)s;
		gmtime_r(&t, &tm);
		strftime(date, sizeof(date), "%b %e, %Y %H:%M:%S", &tm);
		snprintf(want, sizeof(want), "%s.000000000 UTC", date);
		expect(FIELD_ABSOLUTE_TIME, FIELD_BASE_NTP_TIME, when(s, 0), want);
	}
}

static void only_ntp_has_times_that_are_null(void **state)
{
	(void)state;
	expect(FIELD_ABSOLUTE_TIME, FIELD_BASE_NTP_TIME, when(0, 0), "NULL");
	expect(FIELD_ABSOLUTE_TIME, 0, when(0, 0), "Jan  1, 1970 00:00:00.000000000 UTC");
	expect(FIELD_ABSOLUTE_TIME, 0, when(0, -1), "Dec 31, 1969 23:59:59.999999999 UTC");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_written_as_tshark_writes_them),
		cmocka_unit_test(addresses_and_octets_are_written_as_tshark_writes_them),
		cmocka_unit_test(spans_have_nine_decimals_and_one_sign),
		cmocka_unit_test(long_octet_strings_are_whole),
		cmocka_unit_test(dates_are_those_of_the_calendar),
		cmocka_unit_test(only_ntp_has_times_that_are_null),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
