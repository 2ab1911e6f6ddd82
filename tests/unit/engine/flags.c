/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/event.h"
#include "engine/flags.h"

static void each_bit_has_one_row_and_each_row_a_letter_of_its_own(void **state)
{
	(void)state;
	uint32_t all = 0;
	for (unsigned i = 0; i < N_FLAGS; i++) {
		assert_int_equal(flag_table[i].bit & (flag_table[i].bit - 1), 0);
		assert_int_equal(all & flag_table[i].bit, 0);
		all |= flag_table[i].bit;
		for (unsigned k = 0; k < i; k++) {
			assert_int_not_equal(flag_table[i].letter, flag_table[k].letter);
			assert_string_not_equal(flag_table[i].name, flag_table[k].name);
		}
	}
	assert_true(all == UINT32_MAX);
}

/* The letters of the NTP250's page. */
static void the_seventeen_letters_are_those_of_the_page(void **state)
{
	(void)state;
	static const struct {
		uint32_t bit;
		const char *letter;
	} row[] = {
		{ FLAG_TRUNCATED, "T" }, { FLAG_V1, "1" },         { FLAG_V2, "2" },
		{ FLAG_V3, "3" },        { FLAG_V4, "4" },         { FLAG_VERSION_OTHER, "V" },
		{ FLAG_ACTIVE, "A" },    { FLAG_PASSIVE, "P" },    { FLAG_KOD_AUTH, "D" },
		{ FLAG_KOD_RATE, "R" },  { FLAG_CLIENT, "C" },     { FLAG_SERVER, "S" },
		{ FLAG_BROADCAST, "B" }, { FLAG_CONTROL, "N" },    { FLAG_MODE_OTHER, "M" },
		{ FLAG_KOD_CRYP, "Y" },  { FLAG_REFID_LOOP, "*" },
	};
	char text[FLAGS_TEXT_MAX];
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(flags_text(row[i].bit, text), 1);
		assert_string_equal(text, row[i].letter);
	}
}

static void letters_come_in_the_order_of_the_table(void **state)
{
	(void)state;
	char text[FLAGS_TEXT_MAX];
	assert_int_equal(flags_text(FLAG_REFID_LOOP | FLAG_CLIENT | FLAG_V4, text), 3);
	assert_string_equal(text, "4C*");
	assert_int_equal(flags_text(0, text), 1);
	assert_string_equal(text, "-");
	assert_int_equal(flags_text(UINT32_MAX, text), N_FLAGS);
	assert_int_equal(strlen(text), N_FLAGS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_bit_has_one_row_and_each_row_a_letter_of_its_own),
		cmocka_unit_test(the_seventeen_letters_are_those_of_the_page),
		cmocka_unit_test(letters_come_in_the_order_of_the_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
