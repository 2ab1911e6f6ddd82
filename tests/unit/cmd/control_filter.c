/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/control_filter.h"

enum { WORDS_MAX = 8 };

static struct control_filter f;
static char why[128];

/* words: separated by blanks. */
static bool parses(const char *words)
{
	static char copy[1024];
	const char *at[WORDS_MAX];
	size_t n = 0;
	char *rest = copy, *word;
	snprintf(copy, sizeof(copy), "%s", words);
	while (n < WORDS_MAX && (word = strsep(&rest, " ")))
		if (*word)
			at[n++] = word;
	return control_filter_parse(&f, at, n, why, sizeof(why));
}

static void filters_go_out_as_they_are_written(void **state)
{
	(void)state;
	assert_true(parses(""));
	assert_string_equal(f.text, "");
	assert_true(f.only_min_count);
	assert_true(parses("mincount=3 maxlstint=600 resall=0x20"));
	assert_string_equal(f.text, "mincount=3, maxlstint=600, resall=0x20");
	assert_int_equal(f.min_count, 3);
	assert_false(f.only_min_count);
	assert_true(parses("minscore=0.5 laddr=[2001:db8::1]:123"));
	assert_string_equal(f.text, "minscore=0.5, laddr=[2001:db8::1]:123");
}

static void words_for_bits_are_joined(void **state)
{
	(void)state;
	assert_true(parses("kod limited resany=0x1"));
	assert_string_equal(f.text, "resany=0x421");
}

static void recent_goes_with_the_first_question_only(void **state)
{
	(void)state;
	assert_true(parses("recent=100 mincount=2"));
	assert_string_equal(f.first_only, "recent=100");
	assert_string_equal(f.text, "mincount=2");
}

static void what_is_no_filter_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = { "count=3",       "mincount",           "mincount=",
					   "mincount=many", "mincount=\"3\"",     "kod=1",
					   "laddr=",        "laddr=host.example", "mincount=3,frags=1",
					   "nonce=00",      "maxlstint=-5",       "mincount=1.5" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(parses(bad[i]));
		assert_non_null(strstr(why, bad[i]));
	}
}

static void too_many_are_refused(void **state)
{
	(void)state;
	char words[900] = "";
	for (int i = 0; i < 7; i++)
		snprintf(words + strlen(words), sizeof(words) - strlen(words), " laddr=%0*d", 90, 1);
	assert_false(parses(words));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters_go_out_as_they_are_written),
		cmocka_unit_test(words_for_bits_are_joined),
		cmocka_unit_test(recent_goes_with_the_first_question_only),
		cmocka_unit_test(what_is_no_filter_is_refused),
		cmocka_unit_test(too_many_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
