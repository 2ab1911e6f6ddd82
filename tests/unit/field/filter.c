/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Display filters on frames made for them.  What each operator selects is compared with tshark by
 * tests/golden/filters.py; here are the corners that no capture has, and what a filter promises besides.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "field/filter.h"
#include "unit/field/ask.h"

static bool matches(const struct ask *a, const char *text)
{
	struct filter *f;
	struct filter_error error;
	if (filter_compile(text, &f, &error))
		fail_msg("'%s': column %zu: %s", text, error.column + 1, error.message);
	bool yes = filter_matches(f, &a->row);
	filter_free(f);
	return yes;
}

static void expect(const struct ask *a, bool yes, const char *text)
{
	if (matches(a, text) != yes)
		fail_msg("'%s' should%s match", text, yes ? "" : " not");
}

#define YES(...)                                                               \
	do {                                                                   \
		static const char *const yes_[] = { __VA_ARGS__ };             \
		for (size_t i_ = 0; i_ < sizeof(yes_) / sizeof(yes_[0]); i_++) \
			expect(&a, true, yes_[i_]);                            \
	} while (0)
#define NO(...)                                                              \
	do {                                                                 \
		static const char *const no_[] = { __VA_ARGS__ };            \
		for (size_t i_ = 0; i_ < sizeof(no_) / sizeof(no_[0]); i_++) \
			expect(&a, false, no_[i_]);                          \
	} while (0)

/* A mode 4 packet of stratum 2 in plain IPv4, 192.0.2.1 to 198.51.100.7. */
static void make_answer(struct ask *a)
{
	uint8_t *p = ask_begin(a, 48);
	p[0] = 0x24;
	p[1] = 2;
	p[2] = 6;
	memcpy(p + 12, "GPS", 4);
	p[40] = 0xee;
	ask_udp(a, 0);
}

static void an_empty_filter_matches_everything(void **state)
{
	(void)state;
	struct ask a;
	make_answer(&a);
	YES("", "  ", "\t\n");
	ask_end(&a);
}

static void a_field_that_is_missing_fails_every_comparison(void **state)
{
	(void)state;
	struct ask a;
	make_answer(&a);
	NO("ntp.keyid", "ntp.keyid == 00:00:00:01", "ntp.keyid != 00:00:00:01", "all ntp.keyid > 00",
	   "ipv6.src != ::1", "ntp.keyid == ntp.refid", "ntp.refid != ntp.keyid", "ntp.stratum + vlan.id > 0",
	   "vlan.id in {0..4095}", "vlan.id not in {1} and vlan.id", "len(ntp.mac) >= 0",
	   "count(ntp.mac) >= 0", "max(vlan.id, tcp.port) > 0");
	YES("not ntp.keyid", "not ntp.keyid != 00:00:00:01", "vlan.id not in {1}",
	    "max(vlan.id, udp.port) == 123", "ntp.stratum in {vlan.id, 2}");
	ask_end(&a);
}

/* RFC 2003: IPv4 in IPv4, so each address is there twice. */
static void any_and_all_differ_where_a_field_is_there_twice(void **state)
{
	(void)state;
	struct ask a;
	ask_begin(&a, 48)[0] = 0x23;
	wire_udp(&a.w, 123, 123);
	wire_ip4(&a.w, 17);
	wire_ip4(&a.w, 4);
	a.w.at[15] = 99; /* the outer source is 192.0.2.99 */
	ask_frame(&a, LINK_IPV4, 0);
	YES("ip.src == 192.0.2.1", "ip.src == 192.0.2.99", "any ip.src == 192.0.2.1", "ip.src !== 192.0.2.1",
	    "any ip.src != 192.0.2.1", "ip.src === 192.0.2.0/24", "all ip.src == 192.0.2.0/24",
	    "ip.src > 192.0.2.1", "count(ip.src) == 2", "count(ip.addr) == 4", "max(ip.src) == 192.0.2.99",
	    "min(ip.src) == 192.0.2.1", "all ip.src in {1.1.1.1, 192.0.2.0/24}", "ip.src == ip.src",
	    "any ip.src != ip.src");
	NO("ip.src != 192.0.2.1", "ip.src === 192.0.2.1", "all ip.src == 192.0.2.1", "all ip.src > 192.0.2.1",
	   "all ip.src in {192.0.2.1, 192.0.2.99}", "all ip.src == ip.src", "ip.src != ip.src");
	ask_end(&a);
}

static void sums_are_computed_in_32_bits_and_a_result_that_is_none_is_skipped(void **state)
{
	(void)state;
	struct ask a;
	make_answer(&a); /* stratum 2, poll 6, mode 4 */
	YES("frame.len + 4294967219 == 4294967295", "ntp.stratum - 3 == -1", "ntp.stratum - 3 < 0",
	    "-ntp.stratum == -2", "ntp.stratum * 3 - ntp.ppoll == 0", "ntp.ppoll / 4 == 1",
	    "ntp.ppoll % 4 == 2", "ntp.stratum + 1 * 2 == 4", "{ntp.stratum + 1} * 2 == 6",
	    "ntp.ppoll & 4 == 4", "ntp.ppoll & 4 + 1 == 4", "abs(ntp.stratum - 5) == 3", "ntp.stratum",
	    "ntp.stratum - 1", "ntp.stratum != -1");
	/* Overflow, division by zero: no value, so nothing is equal, and nothing is not different. */
	NO("frame.len + 4294967295 == 75", "frame.len * 4294967295 > 0", "ntp.stratum / 0 == 0",
	   "ntp.stratum - 2", "ntp.ppoll & 1", "ntp.stratum == -1", "ntp.stratum % 0 == 0");
	YES("ntp.stratum / 0 != 5", "frame.len + 4294967220 != 1");
	ask_end(&a);
}

static void slices_that_reach_too_far_are_empty(void **state)
{
	(void)state;
	struct ask a;
	make_answer(&a);
	YES("ntp.refid[0:3] == \"GPS\"", "ntp.refid[-1] == 00", "ntp.refid[-4:3] == 47:50:53",
	    "ntp.refid[1-2] == 50:53", "ntp.refid[:2] == 47:50", "ntp.refid[2:] == 53:00",
	    "ntp.refid[0,2] == 47:53", "ntp.refid[3,0,-3] == 00:47:50", "ntp.refid[-3--2] == 50:53",
	    "ntp.refid[4] == \"\"", "ntp.refid[4] != 00", "ntp.refid[0:5] == \"\"", "ntp.refid[0,7,1] == 47",
	    "ntp.refid[0:3][1:] == 50:53", "ip.src[0:2] == c0:00", "not ntp.refid[4:]");
	NO("ntp.refid[4]", "ntp.refid[-5:2]", "ntp.refid[0:5] == 47:50:53:00:00");
	ask_end(&a);
}

static void patterns_see_octets_and_no_case(void **state)
{
	(void)state;
	struct ask a;
	make_answer(&a);
	YES("ntp.refid matches \"^gps\"", "ntp.refid ~ r\"^[A-Z]{3}\\x00$\"",
	    "ntp.refid matches \"(?-i)GPS\"", "ntp matches \"\\xee\"", "udp matches \"GPS\"",
	    "ip contains \"GPS\"", "frame contains 47:50:53:00");
	NO("ntp.refid matches \"(?-i)gps\"", "ntp.refid matches \"^ps\"", "ntp.refid contains \"gps\"");
	ask_end(&a);
}

/* A catastrophic pattern over a packet that feeds it, in bounded time. */
static void a_pattern_that_would_not_end_does_not_match(void **state)
{
	(void)state;
	struct ask a;
	uint8_t *p = ask_begin(&a, 1500);
	memset(p, 'a', 1500);
	p[0] = 0x23;
	ask_udp(&a, 0);
	NO("ntp matches \"(a+)+$b\"", "ntp matches \"(a|aa)+$b\"", "ntp matches \"(.*)*\\\\1{9}x$\"");
	ask_end(&a);
}

/* Hundreds of values against each other, three times over: the test gives up, and says no. */
static void a_test_that_costs_too_much_fails(void **state)
{
	(void)state;
	struct ask a;
	uint8_t *p = ask_begin(&a, 48 + 16 * 100);
	p[0] = 0x23;
	for (unsigned i = 0; i < 100; i++)
		p[48 + 16 * i + 3] = 16;
	ask_udp(&a, 0);
	expect(&a, true, "count(ntp.ext.length) == 100");
	NO("ntp.ext.length + ntp.ext.length + ntp.ext.length + ntp.ext.length == 1",
	   "all ntp.ext.length + ntp.ext.length + ntp.ext.length + ntp.ext.length == 64");
	ask_end(&a);
}

static void times_are_compared_to_the_nanosecond(void **state)
{
	(void)state;
	struct ask a;
	uint8_t *p = ask_begin(&a, 48);
	p[0] = 0x24;
	/* 2026-03-01 00:00:00.5 UTC: 0xed4e0000 seconds since 1900, half a second. */
	const uint8_t ts[] = { 0xed, 0x4e, 0, 0, 0x80, 0, 0, 0 };
	memcpy(p + 32, ts, 8);
	memcpy(p + 40, ts, 8);
	p[47] = 9; /* 2 ns later */
	ask_udp(&a, 0);
	YES("ntp.rec == \"2026-03-01 00:00:00.5Z\"", "ntp.rec == \"2026-03-01T00:00:00.5Z\"",
	    "ntp.rec == \"2026-03-01T01:00:00.5+01:00\"", "ntp.rec == \"2026-02-28T23:30:00.5-0030\"",
	    "ntp.rec == \"Mar  1, 2026 00:00:00.500000000 UTC\"", "ntp.rec < ntp.xmt",
	    "ntp.xmt > \"2026-03-01 00:00:00.500000001Z\"", "ntp.xmt <= \"2026-03-01 00:00:00.500000002Z\"",
	    "ntp.org == \"1970-01-01 00:00:00Z\"");
	ask_end(&a);
}

static void refused(const char *text, size_t column, const char *message)
{
	struct filter *f;
	struct filter_error error;
	assert_int_equal(filter_compile(text, &f, &error), ERR_USAGE);
	assert_null(f);
	if (error.column + 1 != column || !strstr(error.message, message) || error.len == 0)
		fail_msg("'%s': column %zu: %s", text, error.column + 1, error.message);
}

static void an_error_says_where_and_what_was_expected(void **state)
{
	(void)state;
	refused("ntp.flgs == 3", 1, "did you mean 'ntp.flags'");
	refused("ip and mode == 3", 8, "did you mean 'ntp.flags.mode'");
	refused("ntp.stratum == 300", 16, "at most 255");
	refused("ntp.stratum == ", 16, "the filter ends here");
	refused("(ntp.stratum == 2", 18, "')'");
	refused("ntp.refid matches \"a(b\"", 23, "parenthesis");
	refused("ip.src == 192.0.2", 11, "an IPv4 address");
	refused("ntp\x01", 4, "expected");
	refused("ntp == \"\\q\"", 9, "no escape");
	refused("\xff\xfe", 1, "expected");
}

static void a_message_holds_no_control_characters(void **state)
{
	(void)state;
	static const char *const texts[] = { "ntp.refid == \x1b[31m", "\x1b]0;x\x07",
					     "ntp.stratum == \"\x1b[2J\"", "ntp.stratum in {\x07}" };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct filter *f;
		struct filter_error error;
		assert_int_equal(filter_compile(texts[i], &f, &error), ERR_USAGE);
		for (const char *c = error.message; *c; c++)
			assert_in_range((unsigned char)*c, 0x20, 0x7e);
	}
}

static char *repeat(const char *begin, const char *part, unsigned n, const char *end)
{
	size_t at = strlen(begin), len = strlen(part), last = strlen(end) + 1;
	char *text = malloc(at + n * len + last);
	assert_non_null(text);
	memcpy(text, begin, at);
	for (unsigned i = 0; i < n; i++, at += len)
		memcpy(text + at, part, len);
	memcpy(text + at, end, last);
	return text;
}

static void what_is_nested_too_deeply_is_refused_and_what_is_long_is_not(void **state)
{
	(void)state;
	struct ask a;
	make_answer(&a);
	char *deep = repeat("", "(", 3000, "ntp"), *negated = repeat("", "not ", 3000, "ntp"),
	     *chain = repeat("ntp.stratum == 9", " or ntp.stratum == 2", 3000, ""),
	     *set = repeat("ntp.stratum in {9", ", 2", 3000, "}"),
	     *sum = repeat("ntp.stratum", " + 1", 3000, " == 2"), *slices = repeat("ntp", "[0:]", 3000, "");
	refused(deep, 101, "nested too deeply");
	refused(sum, 11 + 99 * 4 + 4, "nested too deeply");
	refused(slices, 3 + 99 * 4 + 1, "nested too deeply");
	expect(&a, true, negated);
	expect(&a, true, chain);
	expect(&a, true, set);
	free(deep);
	free(negated);
	free(chain);
	free(set);
	free(sum);
	free(slices);
	ask_end(&a);
}

static unsigned needs(const char *text)
{
	struct filter *f;
	struct filter_error error;
	assert_int_equal(filter_compile(text, &f, &error), ERR_OK);
	unsigned n = filter_needs(f);
	filter_free(f);
	return n;
}

static void a_filter_says_what_its_rows_need(void **state)
{
	(void)state;
	assert_int_equal(needs("ntp.refid contains 47"), 0);
	assert_int_equal(needs("ip.src[0] == 01"), ROW_NEEDS_HEADERS);
	assert_int_equal(needs("ntp.delta_time > 1 or ip.src[0] == 01"),
			 ROW_NEEDS_REQUEST | ROW_NEEDS_HEADERS);
	assert_int_equal(needs("udp.stream in {3, 4}"), ROW_NEEDS_STREAM);
	assert_int_equal(needs("frame.time_delta < 1"), ROW_NEEDS_BEFORE);
	/* What lies at a fixed place in a plain frame is read where it is. */
	assert_int_equal(needs("ip.src == 192.0.2.0/24 and ntp.flags.mode == 3"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_filter_matches_everything),
		cmocka_unit_test(a_field_that_is_missing_fails_every_comparison),
		cmocka_unit_test(any_and_all_differ_where_a_field_is_there_twice),
		cmocka_unit_test(sums_are_computed_in_32_bits_and_a_result_that_is_none_is_skipped),
		cmocka_unit_test(slices_that_reach_too_far_are_empty),
		cmocka_unit_test(patterns_see_octets_and_no_case),
		cmocka_unit_test(a_pattern_that_would_not_end_does_not_match),
		cmocka_unit_test(a_test_that_costs_too_much_fails),
		cmocka_unit_test(times_are_compared_to_the_nanosecond),
		cmocka_unit_test(an_error_says_where_and_what_was_expected),
		cmocka_unit_test(a_message_holds_no_control_characters),
		cmocka_unit_test(what_is_nested_too_deeply_is_refused_and_what_is_long_is_not),
		cmocka_unit_test(a_filter_says_what_its_rows_need),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
