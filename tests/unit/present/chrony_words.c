/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "present/chrony_words.h"

static void offsets_are_in_the_unit_that_keeps_them_short(void **state)
{
	(void)state;
	static const struct {
		double s;
		const char *words;
	} some[] = {
		{ 0, "   +0ns" },       { 3.446e-6, "+3446ns" },   { -1.081e-6, "-1081ns" },
		{ 12.4e-6, "  +12us" }, { -9.9994e-3, "-9999us" }, { 0.0123, "  +12ms" },
		{ 9.5, "+9500ms" },     { 12.34, " +12.3s" },      { -1234, " -1234s" },
		{ 864000, "   +10d" },
	};
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		assert_string_equal(chrony_signed_words(some[i].s).s, some[i].words);
}

static void spans_have_no_sign(void **state)
{
	(void)state;
	assert_string_equal(chrony_span_words(6.253e-6).s, "6253ns");
	assert_string_equal(chrony_span_words(-12e-6).s, "  12us");
	assert_string_equal(chrony_span_words(4).s, "4000ms");
	assert_string_equal(chrony_span_words(12.34).s, " 12.3s");
	assert_string_equal(chrony_span_words(5000).s, " 5000s");
	assert_string_equal(chrony_span_words(1e6).s, "   12d");
	assert_string_equal(chrony_span_words(1e300).s, "1000000000d");
}

static void ages_grow_in_units(void **state)
{
	(void)state;
	static const struct {
		uint32_t s;
		const char *words;
	} some[] = {
		{ 0, "   0" },     { 1199, "1199" },   { 1200, " 20m" },          { 35999, "599m" },
		{ 36000, " 10h" }, { 345600, "  4d" }, { 86400 * 1000u, "  2y" }, { UINT32_MAX, "   -" },
	};
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		assert_string_equal(chrony_ago_words(some[i].s).s, some[i].words);
}

static void addresses_have_three_forms(void **state)
{
	(void)state;
	struct chrony_addr a = { .family = CHRONY_IPV4 };
	char text[ADDR_TEXT_MAX];
	addr_parse("192.0.2.1", &a.addr);
	chrony_addr_words(&a, text);
	assert_string_equal(text, "192.0.2.1");
	a = (struct chrony_addr){ .family = CHRONY_ID, .id = 7 };
	chrony_addr_words(&a, text);
	assert_string_equal(text, "ID#0000000007");
	a = (struct chrony_addr){ .family = CHRONY_NO_ADDR };
	chrony_addr_words(&a, text);
	assert_string_equal(text, "[UNSPEC]");
	assert_string_equal(chrony_refid_words(0x47505300).s, "GPS");
	assert_string_equal(chrony_refid_words(0x1b5b4d07).s, "[M"); /* what acts on a terminal is left out */
}

static void letters_and_names_go_together(void **state)
{
	(void)state;
	assert_int_equal(chrony_mode_char(0), '^');
	assert_int_equal(chrony_mode_char(2), '#');
	assert_int_equal(chrony_mode_char(3), ' ');
	assert_int_equal(chrony_state_char(0), '*');
	assert_int_equal(chrony_state_char(5), '+');
	assert_int_equal(chrony_state_char(6), ' ');
	assert_string_equal(chrony_state_name(2), "falseticker");
	assert_string_equal(chrony_state_name(9), "unknown");
	assert_string_equal(chrony_mode_name(1), "peer");
	assert_string_equal(chrony_leap_name(3), "Not synchronised");
	assert_string_equal(chrony_auth_name(2), "nts");
	assert_string_equal(chrony_stamp_name('K'), "kernel");
	assert_string_equal(chrony_stamp_name(0), "none");
	assert_string_equal(chrony_select_name('*'), "best");
	assert_string_equal(chrony_select_name('?'), "unknown");
	assert_string_equal(chrony_interval_words(-1).s, " -1");
	assert_string_equal(chrony_interval_words(127).s, "  -");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(offsets_are_in_the_unit_that_keeps_them_short),
		cmocka_unit_test(spans_have_no_sign),
		cmocka_unit_test(ages_grow_in_units),
		cmocka_unit_test(addresses_have_three_forms),
		cmocka_unit_test(letters_and_names_go_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
