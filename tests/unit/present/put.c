/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "present/put.h"

static const char *text_of(char *start, char *end)
{
	*end = '\0';
	return start;
}

static void counts_are_as_printf_writes_them(void **state)
{
	static const uint64_t values[] = {
		0, 9, 10, 99, 100, 101, 999, 1000, 12345678, UINT32_MAX, UINT64_MAX
	};
	char got[32], want[32];
	uint64_t power = 1;
	(void)state;
	for (unsigned i = 0; i < 20; i++, power *= 10)
		for (uint64_t v = power - (i > 0); v <= power + 1; v++) {
			snprintf(want, sizeof(want), "%llu", (unsigned long long)v);
			assert_string_equal(text_of(got, put_u64(got, v)), want);
		}
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		snprintf(want, sizeof(want), "%llu", (unsigned long long)values[i]);
		assert_string_equal(text_of(got, put_u64(got, values[i])), want);
	}
}

static void seconds_have_nine_decimals_and_a_sign(void **state)
{
	static const struct {
		int64_t ns;
		const char *text;
	} rows[] = {
		{ 0, "0.000000000" },
		{ 1, "0.000000001" },
		{ -1, "-0.000000001" },
		{ 38123, "0.000038123" },
		{ INT64_C(12345678901), "12.345678901" },
		{ INT64_MAX, "9223372036.854775807" },
		{ INT64_MIN, "-9223372036.854775808" },
	};
	char got[64], again[DURATION_TEXT_MAX];
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(text_of(got, put_seconds(got, rows[i].ns)), rows[i].text);
		seconds_text(rows[i].ns, again);
		assert_string_equal(got, again);
		assert_true(strlen(got) <= PUT_SECONDS_MAX);
	}
}

static void doubles_become_seconds_and_stop_at_the_border(void **state)
{
	char got[64];
	(void)state;
	assert_string_equal(text_of(got, put_real_seconds(got, 64.0)), "64.000000000");
	assert_string_equal(text_of(got, put_real_seconds(got, 0.0000000016)), "0.000000002");
	assert_string_equal(text_of(got, put_real_seconds(got, -0.5)), "-0.500000000");
	assert_string_equal(text_of(got, put_real_seconds(got, 1e300)), "9223372036.854775807");
	assert_string_equal(text_of(got, put_real_seconds(got, -1e300)), "-9223372036.854775808");
	assert_string_equal(text_of(got, put_real_seconds(got, (double)NAN)), "-9223372036.854775808");
}

/* The slow way is tested in base/nstime.c. */
static void times_are_those_of_nstime_whatever_came_before(void **state)
{
	static const int64_t steps[] = { 1,
					 999999999,
					 NS_PER_S,
					 3599 * NS_PER_S,
					 86399 * NS_PER_S,
					 86400 * NS_PER_S,
					 INT64_C(31536000) * NS_PER_S };
	struct put_day day = { 0 };
	char got[64], want[NSTIME_TEXT_MAX];
	int64_t t = -INT64_C(4000000000) * NS_PER_S;
	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		assert_int_equal(put_time(&day, got, t) - got, PUT_TIME_MAX);
		got[PUT_TIME_MAX] = '\0';
		nstime_rfc3339(t, want);
		assert_string_equal(got, want);
		t = (int64_t)((uint64_t)t +
			      (uint64_t)((i % 5 ? 1 : -1) * steps[i % (sizeof(steps) / sizeof(steps[0]))] +
					 i));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_as_printf_writes_them),
		cmocka_unit_test(seconds_have_nine_decimals_and_a_sign),
		cmocka_unit_test(doubles_become_seconds_and_stop_at_the_border),
		cmocka_unit_test(times_are_those_of_nstime_whatever_came_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
