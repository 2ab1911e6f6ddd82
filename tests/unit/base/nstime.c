/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/nstime.h"

static uint64_t next_random(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

static void assert_as_gmtime(int64_t t_ns)
{
	char ours[NSTIME_TEXT_MAX], theirs[64];
	int64_t ns = t_ns % NS_PER_S;
	time_t s = t_ns / NS_PER_S;
	struct tm tm;

	if (ns < 0) {
		ns += NS_PER_S;
		s--;
	}
	gmtime_r(&s, &tm);
	size_t len = strftime(theirs, sizeof(theirs), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(theirs + len, sizeof(theirs) - len, ".%09dZ", (int)ns);
	assert_int_equal(nstime_rfc3339(t_ns, ours), 30);
	assert_string_equal(ours, theirs);
	strftime(theirs, sizeof(theirs), "%Y-%m-%d %H:%M:%SZ", &tm);
	assert_int_equal(nstime_short(t_ns, ours), 20);
	assert_string_equal(ours, theirs);
}

static void random_times_read_as_gmtime(void **state)
{
	(void)state;
	uint64_t seed = 7;
	for (unsigned i = 0; i < 100000; i++)
		assert_as_gmtime((int64_t)next_random(&seed) >> (i % 8));
}

static void every_day_border_reads_as_gmtime(void **state)
{
	(void)state;
	for (int64_t day = -106750; day <= 106750; day++) {
		assert_as_gmtime(day * 86400 * NS_PER_S);
		assert_as_gmtime(day * 86400 * NS_PER_S - 1);
	}
}

static void the_ends_of_time_read_as_gmtime(void **state)
{
	(void)state;
	static const int64_t t[] = { INT64_MIN,
				     INT64_MIN + 1,
				     -1,
				     0,
				     1,
				     INT64_MAX - 1,
				     INT64_MAX,
				     INT64_C(4294967296) * NS_PER_S,
				     INT64_C(4323283200) * NS_PER_S };
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_as_gmtime(t[i]);
}

static void known_dates_read_as_written(void **state)
{
	(void)state;
	char text[NSTIME_TEXT_MAX];
	nstime_rfc3339(INT64_C(1772323200) * NS_PER_S, text);
	assert_string_equal(text, "2026-03-01T00:00:00.000000000Z");
	nstime_short(INT64_C(1772323200) * NS_PER_S, text);
	assert_string_equal(text, "2026-03-01 00:00:00Z");
	nstime_rfc3339(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59.999999999Z");
	nstime_rfc3339(INT64_C(4323283200) * NS_PER_S + 5, text);
	assert_string_equal(text, "2107-01-01T00:00:00.000000005Z");
}

static void a_duration_takes_the_unit_a_reader_wants(void **state)
{
	(void)state;
	static const struct {
		int64_t ns;
		const char *text;
	} rows[] = {
		{ 0, "0 s" },
		{ 1, "1 ns" },
		{ -1, "-1 ns" },
		{ 999, "999 ns" },
		{ 1000, "1.00 µs" },
		{ 9994, "9.99 µs" },
		{ 9995, "10 µs" },
		{ 38123, "38 µs" },
		{ -38000, "-38 µs" },
		{ 999499, "999 µs" },
		{ 999500, "1.00 ms" },
		{ 1909999, "1.91 ms" },
		{ 10400000, "10.4 ms" },
		{ 21000000, "21.0 ms" },
		{ 112000000, "112 ms" },
		{ 999500000, "1.00 s" },
		{ 4200000000, "4.20 s" },
		{ 59940000000, "59.9 s" },
		{ 59950000000, "1 min 0 s" },
		{ 220000000000, "3 min 40 s" },
		{ -220000000000, "-3 min 40 s" },
		{ 3599499999999, "59 min 59 s" },
		{ 3599500000000, "1.0 h" },
		{ 7560000000000, "2.1 h" },
		{ 172619000000000, "47.9 h" },
		{ 172800000000000, "2.0 d" },
		{ 388800000000000, "4.5 d" },
		{ INT64_MAX, "106752.0 d" },
		{ INT64_MIN, "-106752.0 d" },
	};
	char text[DURATION_TEXT_MAX];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(duration_text(rows[i].ns, text), strlen(rows[i].text));
		assert_string_equal(text, rows[i].text);
	}
}

static void seconds_have_nine_decimals_and_a_sign(void **state)
{
	(void)state;
	static const struct {
		int64_t ns;
		const char *text;
	} rows[] = {
		{ 0, "0.000000000" },
		{ 38000, "0.000038000" },
		{ -38000, "-0.000038000" },
		{ 38123, "0.000038123" },
		{ -1, "-0.000000001" },
		{ 64000001000, "64.000001000" },
		{ -1500000000, "-1.500000000" },
		{ INT64_MAX, "9223372036.854775807" },
		{ INT64_MIN, "-9223372036.854775808" },
	};
	char text[DURATION_TEXT_MAX];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(seconds_text(rows[i].ns, text), strlen(rows[i].text));
		assert_string_equal(text, rows[i].text);
	}
}

#define UTC_2026 (INT64_C(1767225600) * NS_PER_S)
#define UTC_2040 (INT64_C(2208988800) * NS_PER_S)
#define UTC_2100 (INT64_C(4102444800) * NS_PER_S)

static void ntp_timestamps_name_known_moments(void **state)
{
	(void)state;
	static const struct {
		uint64_t ntp;
		int64_t pivot_ns;
		const char *text;
	} rows[] = {
		{ 0x0000000100000000, INT64_C(-1577923200) * NS_PER_S, "1900-01-01T00:00:01.000000000Z" },
		{ 0x83aa7e8000000000, 0, "1970-01-01T00:00:00.000000000Z" },
		{ 0x876ce58000000000, 0, "1972-01-01T00:00:00.000000000Z" },
		{ 0xbc16708000000000, UTC_2026, "1999-12-31T00:00:00.000000000Z" },
		{ 0xffffffffffffffff, UTC_2026, "2036-02-07T06:28:15.999999999Z" },
		{ 0x0000000100000000, UTC_2026, "2036-02-07T06:28:17.000000000Z" },
		{ 0x0000f68000000000, UTC_2026, "2036-02-08T00:00:00.000000000Z" },
		{ 0xeeacbc7380000000, UTC_2026, "2026-11-22T00:57:23.500000000Z" },
		{ 0x7830d58000000000, UTC_2100, "2100-01-01T00:00:00.000000000Z" },
		{ 0xeeacbcd800000000, UTC_2026, "2026-11-22T00:59:04.000000000Z" },
		{ 0xffffffff00000000, UTC_2040, "2036-02-07T06:28:15.000000000Z" },
	};
	char text[NSTIME_TEXT_MAX];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		nstime_rfc3339(nstime_from_ntp(rows[i].ntp, rows[i].pivot_ns), text);
		assert_string_equal(text, rows[i].text);
	}
}

static void a_timestamp_lies_within_68_years_of_its_pivot(void **state)
{
	(void)state;
	uint64_t seed = 99;
	const int64_t half = INT64_C(2147483648) * NS_PER_S;
	for (unsigned i = 0; i < 100000; i++) {
		uint64_t ts = next_random(&seed);
		int64_t pivot = (int64_t)next_random(&seed) / 2;
		int64_t t = nstime_from_ntp(ts, pivot);
		assert_in_range((uint64_t)(t - pivot + half + NS_PER_S), 0,
				2 * (uint64_t)half + 2 * NS_PER_S);
		uint64_t s = (uint64_t)(t >= 0 ? t / NS_PER_S : -((-t + NS_PER_S - 1) / NS_PER_S)) +
			     NTP_UNIX_S;
		assert_int_equal((uint32_t)s, ts >> 32);
	}
}

static void pivots_at_the_ends_of_time_do_not_wrap(void **state)
{
	(void)state;
	for (uint64_t hi = 0; hi < 256; hi++) {
		assert_true(nstime_from_ntp(hi << 56, INT64_MAX) > 0);
		assert_true(nstime_from_ntp(hi << 56, INT64_MIN) < 0);
	}
}

static void there_and_back_is_the_same_nanosecond(void **state)
{
	static const int64_t rows[] = {
		0, 1, 999999999, -1, -999999999, INT64_C(1795309043870696123), INT64_C(2085978496000000001)
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(nstime_from_ntp(nstime_to_ntp(rows[i]), rows[i]), rows[i]);
	assert_int_equal(nstime_to_ntp(0), NTP_UNIX_S << 32);
	/* The start of era 1, whose timestamp would say "unknown". */
	assert_int_equal(nstime_to_ntp(INT64_C(2085978496) * NS_PER_S), 1);
}

static void differences_are_signed_and_cross_the_era(void **state)
{
	(void)state;
	assert_int_equal(ntp_diff_ns(0x0000000080000000, 0xffffffff80000000), NS_PER_S);
	assert_int_equal(ntp_diff_ns(0xffffffff80000000, 0x0000000080000000), -NS_PER_S);
	assert_int_equal(ntp_diff_ns(5, 5), 0);
	/* 4 units are 0.93 ns, 5 are 1.16 ns: cut towards zero in both directions. */
	assert_int_equal(ntp_diff_ns(4, 0), 0);
	assert_int_equal(ntp_diff_ns(5, 0), 1);
	assert_int_equal(ntp_diff_ns(0, 4), 0);
	assert_int_equal(ntp_diff_ns(0, 5), -1);
	assert_int_equal(ntp_diff_ns(0x7fffffffffffffff, 0), INT64_C(2147483647999999999));
	assert_int_equal(ntp_diff_ns(0, 0x8000000000000000), INT64_C(-2147483648000000000));
}

static void bounded_times_have_a_difference(void **state)
{
	(void)state;
	assert_int_equal(ns_bounded(-5), -5);
	assert_int_equal(ns_bounded(NS_BOUND + 1), NS_BOUND);
	int64_t last_ns = ns_bounded(INT64_MAX), first_ns = ns_bounded(INT64_MIN);
	assert_int_equal(ns_minus(last_ns, first_ns), last_ns - first_ns);
	assert_true(last_ns - first_ns < INT64_MAX);
}

static void swapping_a_difference_turns_its_sign(void **state)
{
	(void)state;
	uint64_t seed = 3;
	for (unsigned i = 0; i < 10000; i++) {
		uint64_t a = next_random(&seed), b = a + (next_random(&seed) >> (1 + i % 60));
		assert_int_equal(ntp_diff_ns(a, b), -ntp_diff_ns(b, a));
	}
}

static void a_written_date_is_read_back(void **state)
{
	static const int64_t moments[] = { 0,
					   -1,
					   1,
					   INT64_C(1772323200000000000),
					   INT64_C(951782400123456789),
					   INT64_C(-8000000000000000001),
					   INT64_C(9214646399000000000) };
	static const char *const bad[] = { "",
					   "2026-03-01",
					   "2026-03-01T00:00:00",
					   "2026-13-01T00:00:00Z",
					   "2026-03-01T24:00:00Z",
					   "2026-03-01T00:00:00.Zx",
					   "1600-03-01T00:00:00Z",
					   "2026-03-01T00:00:00+01:00" };
	char text[NSTIME_TEXT_MAX];
	int64_t t;
	(void)state;
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		nstime_rfc3339(moments[i], text);
		assert_true(nstime_parse(text, &t));
		assert_int_equal(t, moments[i]);
	}
	assert_true(nstime_parse("2026-03-01 00:00:00Z", &t));
	assert_int_equal(t, moments[3]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(nstime_parse(bad[i], &t));
}

static void units_of_spans_are_known_by_name(void **state)
{
	(void)state;
	assert_true(nstime_unit_ns("ns", 2) == 1);
	assert_true(nstime_unit_ns("us", 2) == 1000);
	assert_true(nstime_unit_ns("ms", 2) == NS_PER_S / 1000);
	assert_true(nstime_unit_ns("s", 1) == NS_PER_S);
	assert_true(nstime_unit_ns("min", 3) == 60 * NS_PER_S);
	assert_true(nstime_unit_ns("min", 1) == 60 * NS_PER_S); /* "m" */
	assert_true(nstime_unit_ns("h", 1) == 3600 * NS_PER_S);
	assert_true(nstime_unit_ns("d", 1) == 86400 * NS_PER_S);
	assert_true(nstime_unit_ns("min", 2) == 0); /* "mi" */
	assert_true(nstime_unit_ns("", 0) == 0);
	assert_true(nstime_unit_ns("S", 1) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_times_read_as_gmtime),
		cmocka_unit_test(every_day_border_reads_as_gmtime),
		cmocka_unit_test(the_ends_of_time_read_as_gmtime),
		cmocka_unit_test(known_dates_read_as_written),
		cmocka_unit_test(a_written_date_is_read_back),
		cmocka_unit_test(a_duration_takes_the_unit_a_reader_wants),
		cmocka_unit_test(seconds_have_nine_decimals_and_a_sign),
		cmocka_unit_test(ntp_timestamps_name_known_moments),
		cmocka_unit_test(a_timestamp_lies_within_68_years_of_its_pivot),
		cmocka_unit_test(pivots_at_the_ends_of_time_do_not_wrap),
		cmocka_unit_test(there_and_back_is_the_same_nanosecond),
		cmocka_unit_test(differences_are_signed_and_cross_the_era),
		cmocka_unit_test(bounded_times_have_a_difference),
		cmocka_unit_test(swapping_a_difference_turns_its_sign),
		cmocka_unit_test(units_of_spans_are_known_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
