/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "present/words.h"

static void counts_are_grouped_by_three(void **state)
{
	(void)state;
	assert_string_equal(count_words(0).s, "0");
	assert_string_equal(count_words(999).s, "999");
	assert_string_equal(count_words(1000).s, "1,000");
	assert_string_equal(count_words(12345678).s, "12,345,678");
	assert_string_equal(count_words(UINT64_MAX).s, "18,446,744,073,709,551,615");
}

static void shares_never_round_to_none_or_all(void **state)
{
	(void)state;
	assert_string_equal(share_words(0, 5, 2).s, "0 %");
	assert_string_equal(share_words(5, 5, 2).s, "100 %");
	assert_string_equal(share_words(1, 3, 2).s, "33.33 %");
	assert_string_equal(share_words(1, 3, 0).s, "33 %");
	assert_string_equal(share_words(1, 1000000, 2).s, "<0.01 %");
	assert_string_equal(share_words(999999, 1000000, 2).s, ">99.99 %");
	assert_string_equal(share_words(999, 1000, 0).s, ">99 %");
	assert_string_equal(share_words(1, 1000, 0).s, "<1 %");
	assert_string_equal(share_words(0, 0, 2).s, "–");
}

static void rates_choose_their_unit(void **state)
{
	(void)state;
	assert_string_equal(rate_words(0).s, "0/s");
	assert_string_equal(rate_words(61200.2).s, "61,200/s");
	assert_string_equal(rate_words(5.25).s, "5.2/s");
	assert_string_equal(rate_words(0.25).s, "0.25/s");
	assert_string_equal(rate_words(0.05).s, "180/h");
	assert_string_equal(rate_words(1.0 / 3600).s, "1.0/h");
	assert_string_equal(rate_words(3.0 / 86400).s, "3.0/day");
	assert_string_equal(rate_words(1e300).s, "1,000,000,000,000,000/s");
}

static void bytes_choose_their_unit(void **state)
{
	(void)state;
	assert_string_equal(bytes_words(0).s, "0 B");
	assert_string_equal(bytes_words(999).s, "999 B");
	assert_string_equal(bytes_words(1000).s, "1.00 kB");
	assert_string_equal(bytes_words(12345678).s, "12.3 MB");
	assert_string_equal(bytes_words(UINT64_MAX).s, "18.4 EB");
}

static void prefixes_count_in_their_family(void **state)
{
	struct addr a;
	(void)state;
	assert_true(addr_parse("192.0.2.0", &a));
	assert_string_equal(prefix_words(&a, 120).s, "192.0.2.0/24");
	assert_true(addr_parse("2001:db8::", &a));
	assert_string_equal(prefix_words(&a, 48).s, "2001:db8::/48");
}

static void times_and_spans_are_in_words(void **state)
{
	(void)state;
	assert_string_equal(span_words(38000).s, "38 µs");
	assert_string_equal(span_s_words(64).s, "1 min 4 s");
	assert_string_equal(moment_words(0).s, "1970-01-01 00:00:00Z");
	assert_string_equal(clock_words(0).s, "00:00:00Z");
}

static void every_note_and_kind_has_its_word(void **state)
{
	(void)state;
	for (unsigned bit = NOTE_BEFORE_CAPTURE; bit <= NOTE_ZERO_ORIGIN; bit <<= 1)
		assert_non_null(note_word(bit));
	assert_null(note_word(1 << 7));
	assert_string_equal(auth_word(NTP_AUTH_NONE), "none");
	assert_string_equal(auth_word(NTP_AUTH_AUTOKEY), "autokey");
}

static void bars_are_empty_only_for_nothing(void **state)
{
	(void)state;
	assert_string_equal(bar_of(0, 100), " ");
	assert_string_equal(bar_of(1, 1000000), "▁");
	assert_string_equal(bar_of(50, 100), "▅");
	assert_string_equal(bar_of(100, 100), "█");
	assert_string_equal(bar_of(5, 0), " ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_grouped_by_three),
		cmocka_unit_test(shares_never_round_to_none_or_all),
		cmocka_unit_test(rates_choose_their_unit),
		cmocka_unit_test(bytes_choose_their_unit),
		cmocka_unit_test(prefixes_count_in_their_family),
		cmocka_unit_test(times_and_spans_are_in_words),
		cmocka_unit_test(every_note_and_kind_has_its_word),
		cmocka_unit_test(bars_are_empty_only_for_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
