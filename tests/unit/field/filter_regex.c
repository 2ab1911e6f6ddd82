/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <string.h>

#include "field/filter_regex.h"

static struct filter_regex *compile(const char *pattern, size_t len)
{
	struct filter_regex *r;
	char message[160];
	size_t column;
	assert_int_equal(filter_regex_new(&r, pattern, len, message, sizeof(message), &column), ERR_OK);
	return r;
}

static bool matches(const char *pattern, const char *text)
{
	struct filter_regex *r = compile(pattern, strlen(pattern));
	bool yes = filter_regex_matches(r, (const uint8_t *)text, strlen(text));
	filter_regex_free(r);
	return yes;
}

static void case_does_not_matter_unless_the_pattern_says_so(void **state)
{
	(void)state;
	assert_true(matches("gps", "the GPS clock"));
	assert_false(matches("(?-i)gps", "the GPS clock"));
	assert_true(matches("^$", ""));
	assert_false(matches("a", ""));
}

static void octets_are_no_utf_8(void **state)
{
	(void)state;
	struct filter_regex *r = compile("^\xff.\x00$", 5);
	assert_true(filter_regex_matches(r, (const uint8_t *)"\xff\x80\x00", 3));
	assert_false(filter_regex_matches(r, (const uint8_t *)"\xff\x80\x01", 3));
	filter_regex_free(r);
}

static void an_empty_value_may_be_at_null(void **state)
{
	(void)state;
	struct filter_regex *r = compile("^", 1);
	assert_true(filter_regex_matches(r, NULL, 0));
	filter_regex_free(r);
}

static void a_bad_pattern_is_refused_with_its_column(void **state)
{
	(void)state;
	struct filter_regex *r;
	char message[160], longer[FILTER_REGEX_MAX + 1];
	size_t column;
	assert_int_equal(filter_regex_new(&r, "ab*?+(", 6, message, sizeof(message), &column), ERR_USAGE);
	assert_null(r);
	assert_in_range(column, 4, 6);
	assert_true(strlen(message) > 5);
	memset(longer, 'a', sizeof(longer));
	assert_int_equal(filter_regex_new(&r, longer, sizeof(longer), message, sizeof(message), &column),
			 ERR_USAGE);
	assert_int_equal(
		filter_regex_new(&r, "((a{9999}){9999}){9999}", 23, message, sizeof(message), &column),
		ERR_USAGE);
	filter_regex_free(NULL);
}

static void a_match_without_end_is_given_up(void **state)
{
	(void)state;
	char text[400];
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_false(matches("(a+)+$b", text));
	assert_false(matches("(?:a?){200}a{398}b", text));
}

static void *ask(void *arg)
{
	for (unsigned i = 0; i < 2000; i++)
		if (!filter_regex_matches(arg, (const uint8_t *)"xxabcabcxx", 10))
			return arg;
	return NULL;
}

/* More threads than there are sets of match data. */
static void any_number_of_threads_may_ask(void **state)
{
	enum { N = 80 };
	pthread_t threads[N];
	void *wrong;
	(void)state;
	struct filter_regex *r = compile("(abc)+x", 7);
	for (unsigned i = 0; i < N; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask, r), 0);
	for (unsigned i = 0; i < N; i++) {
		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
	filter_regex_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_does_not_matter_unless_the_pattern_says_so),
		cmocka_unit_test(octets_are_no_utf_8),
		cmocka_unit_test(an_empty_value_may_be_at_null),
		cmocka_unit_test(a_bad_pattern_is_refused_with_its_column),
		cmocka_unit_test(a_match_without_end_is_given_up),
		cmocka_unit_test(any_number_of_threads_may_ask),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
