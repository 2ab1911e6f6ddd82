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

#include "present/cell.h"

static struct buf out;

static struct cell begin(const struct fields_style *style, unsigned only)
{
	assert_int_equal(buf_init(&out, -1), ERR_OK);
	return (struct cell){ .out = &out, .style = style, .only = only };
}

static void expect(const char *text)
{
	buf_char(&out, '\0');
	assert_string_equal(out.data, text);
	buf_release(&out);
}

static const struct fields_style plain = FIELDS_STYLE_DEFAULT;

static void values_are_joined_by_the_aggregator(void **state)
{
	(void)state;
	struct cell c = begin(&plain, 0);
	cell_u64(&c, 0);
	cell_u64(&c, UINT64_MAX);
	assert_int_equal(c.n, 2);
	expect("0,18446744073709551615");
}

static void one_value_is_picked_from_many(void **state)
{
	(void)state;
	struct cell c = begin(&plain, 2);
	for (unsigned i = 1; i < 5; i++)
		cell_u64(&c, i);
	assert_int_equal(c.n, 4);
	expect("2");
}

static void without_a_buffer_values_are_counted(void **state)
{
	(void)state;
	struct cell c = { .style = &plain };
	cell_hex(&c, 1, 2);
	cell_bytes(&c, (const uint8_t *)"x", 1);
	cell_ipv4(&c, (const uint8_t[4]){ 1, 2, 3, 4 });
	cell_ntp_time(&c, 0);
	cell_seconds(&c, 1);
	assert_int_equal(c.n, 5);
}

static void numbers_addresses_and_octets_are_written_as_tshark_writes_them(void **state)
{
	(void)state;
	static const uint8_t mapped[16] = { [10] = 0xff, 0xff, 10, 0, 0, 1 };
	static const uint8_t six[16] = { 0x20, 1, 0xd, 0xb8, [13] = 5, [15] = 1 };
	struct cell c = begin(&plain, 0);
	cell_hex(&c, 0x4, 4);
	cell_bytes(&c, (const uint8_t[]){ 0x0a, 0xff }, 2);
	cell_ipv4(&c, (const uint8_t[4]){ 0, 10, 99, 255 });
	cell_ipv6(&c, mapped);
	cell_ipv6(&c, six);
	cell_seconds(&c, -1500000000);
	expect("0x0004,0aff,0.10.99.255,::ffff:10.0.0.1,2001:db8::5:1,-1.500000000");
}

static void long_octet_strings_are_whole(void **state)
{
	(void)state;
	enum { N = 5000 };
	uint8_t *octets = calloc(1, N);
	struct cell c = begin(&plain, 0);
	octets[N - 1] = 0x5a;
	cell_bytes(&c, octets, N);
	assert_int_equal(out.len, 2 * N);
	assert_memory_equal(out.data + 2 * N - 4, "005a", 4);
	buf_release(&out);
	free(octets);
}

/* Against the C library, over both eras. */
static void dates_are_those_of_the_calendar(void **state)
{
	(void)state;
	for (uint64_t s = 1; s <= UINT32_MAX; s += 86400 * 13 + 3671) {
		char want[96], when[64];
		struct tm tm;
		time_t t = (time_t)s - (time_t)2208988800 + (s >> 31 ? 0 : (time_t)1 << 32);
		gmtime_r(&t, &tm);
		strftime(when, sizeof(when), "%b %e, %Y %H:%M:%S", &tm);
		snprintf(want, sizeof(want), "%s.000000000 UTC", when);
		struct cell c = begin(&plain, 0);
		cell_ntp_time(&c, s << 32);
		expect(want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_joined_by_the_aggregator),
		cmocka_unit_test(one_value_is_picked_from_many),
		cmocka_unit_test(without_a_buffer_values_are_counted),
		cmocka_unit_test(numbers_addresses_and_octets_are_written_as_tshark_writes_them),
		cmocka_unit_test(long_octet_strings_are_whole),
		cmocka_unit_test(dates_are_those_of_the_calendar),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
