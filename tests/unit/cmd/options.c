/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/options.h"

/* The table is the program's own. */
const struct command *const commands[] = { NULL };

struct settings {
	bool a, b;
	const char *text;
	struct text_list texts;
	struct addr_list addrs;
	uint64_t count;
	int64_t wait_ns;
	int choice;
};

#define AT(member) .offset = offsetof(struct settings, member)

static bool are_both_clashes(const char *earlier, const char *value, char *why, size_t why_len)
{
	snprintf(why, why_len, "once is enough");
	return strcmp(earlier, "clash") == 0 && strcmp(value, "clash") == 0;
}

static const struct option_row rows[] = {
	{ 'a', "all", NULL, "a flag", OPTION_FLAG, AT(a) },
	{ 'b', NULL, NULL, "another flag", OPTION_FLAG, AT(b) },
	{ 't', "text", "TEXT", "a text", OPTION_TEXT, AT(text) },
	{ 'e', NULL, "TEXT", "texts", OPTION_TEXTS, AT(texts), .clashes = are_both_clashes },
	{ 0, "addr", "ADDR", "addresses", OPTION_ADDRS, AT(addrs) },
	{ 'c', "count", "N", "a number", OPTION_COUNT, AT(count), .min = 1, .max = 5000 },
	{ 0, "wait", "TIME", "a duration", OPTION_DURATION, AT(wait_ns), .min = 0, .max = 86400 },
	{ 0, "format", NULL, "a choice", OPTION_CHOICE, AT(choice), .choices = "table|json|csv" },
};

static const struct command command = {
	.name = "test",
	.arguments = "FILE...",
	.about = "About.",
	.examples = "",
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
};

enum { WORDS = 12 };

struct bench {
	struct settings s;
	char *argv[WORDS + 1];
	int argc, status;
};

/* NULL ends the words. */
static bool parse(struct bench *b, const char *first, ...)
{
	va_list ap;
	memset(b, 0, sizeof(*b));
	b->argv[b->argc++] = (char *)(uintptr_t) "test";
	va_start(ap, first);
	for (const char *w = first; w; w = va_arg(ap, const char *))
		b->argv[b->argc++] = (char *)(uintptr_t)w;
	va_end(ap);
	return options_parse(&command, &b->s, &b->argc, b->argv, &b->status);
}

static void values_come_in_every_spelling(void **state)
{
	(void)state;
	struct bench b;
	assert_true(parse(&b, "--text=x", NULL));
	assert_string_equal(b.s.text, "x");
	assert_true(parse(&b, "--text", "y", NULL));
	assert_string_equal(b.s.text, "y");
	assert_true(parse(&b, "-tz", NULL));
	assert_string_equal(b.s.text, "z");
	assert_true(parse(&b, "-t", "-q", NULL));
	assert_string_equal(b.s.text, "-q");
	assert_true(parse(&b, "--text=", NULL));
	assert_string_equal(b.s.text, "");
	assert_true(parse(&b, "-abc7", NULL));
	assert_true(b.s.a && b.s.b && b.s.count == 7);
}

static void arguments_keep_their_order_among_options(void **state)
{
	(void)state;
	struct bench b;
	assert_true(parse(&b, "one", "-a", "two", "-c", "3", "-", "--", "-four", NULL));
	assert_int_equal(b.argc, 4);
	assert_string_equal(b.argv[0], "one");
	assert_string_equal(b.argv[1], "two");
	assert_string_equal(b.argv[2], "-");
	assert_string_equal(b.argv[3], "-four");
}

static void numbers_have_suffixes_and_bounds(void **state)
{
	(void)state;
	struct bench b;
	assert_true(parse(&b, "-c", "2k", NULL));
	assert_int_equal(b.s.count, 2000);
	assert_true(parse(&b, "-c1.5k", NULL));
	assert_int_equal(b.s.count, 1500);
	static const char *const bad[] = { "0",  "5001", "6k",  "-1",   "",
					   "x",  "1x",   "1.5", "0x10", "99999999999999999999",
					   "1 ", " 1",   "1e3", "5G",   "18446744073709551615k" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(parse(&b, "-c", bad[i], NULL));
		assert_int_equal(b.status, STATUS_FAILED);
	}
}

static void durations_have_units(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t ns;
	} good[] = {
		{ "5", 5000000000 },       { "0.25", 250000000 },
		{ "200ms", 200000000 },    { "5s", 5000000000 },
		{ "10min", 600000000000 }, { "2h", 7200000000000 },
		{ "1d", 86400000000000 },  { "7us", 7000 },
		{ "1.5ms", 1500000 },      { "0", 0 },
	};
	struct bench b;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(parse(&b, "--wait", good[i].text, NULL));
		assert_true(b.s.wait_ns == good[i].ns);
	}
	static const char *const bad[] = { "2d", "5x", "-5", "", ".", "99999999999h", "1.5.5" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(parse(&b, "--wait", bad[i], NULL));
}

static void a_choice_is_one_of_its_words(void **state)
{
	(void)state;
	struct bench b;
	assert_true(parse(&b, "--format=csv", NULL));
	assert_int_equal(b.s.choice, 2);
	assert_false(parse(&b, "--format=cs", NULL));
	assert_false(parse(&b, "--format=table|json", NULL));
	assert_false(parse(&b, "--format=", NULL));
}

static void lists_collect_and_are_bounded(void **state)
{
	(void)state;
	struct bench b;
	assert_true(parse(&b, "-e", "x", "-ey", "--addr", "192.0.2.1", "--addr=2001:db8::1", NULL));
	assert_int_equal(b.s.texts.n, 2);
	assert_string_equal(b.s.texts.at[1], "y");
	assert_int_equal(b.s.addrs.n, 2);
	assert_false(parse(&b, "--addr", "192.0.2", NULL));

	char *argv[2 * OPTION_LIST_MAX + 8];
	struct settings s;
	int argc = 0, status;
	memset(&s, 0, sizeof(s));
	argv[argc++] = (char *)(uintptr_t) "test";
	for (unsigned i = 0; i <= OPTION_LIST_MAX; i++)
		argv[argc++] = (char *)(uintptr_t) "-ex";
	assert_false(options_parse(&command, &s, &argc, argv, &status));
}

static void texts_that_cannot_stand_together_are_refused(void **state)
{
	(void)state;
	struct bench b;
	assert_true(parse(&b, "-eone", "-etwo", "-eone", NULL));
	assert_false(parse(&b, "-eone", "-eclash", "-etwo", "-eclash", NULL));
	assert_int_equal(b.status, STATUS_FAILED);
	assert_int_equal(b.s.texts.n, 3);
}

static void wrong_usage_ends_with_status_2(void **state)
{
	(void)state;
	struct bench b;
	assert_false(parse(&b, "--nothing", NULL));
	assert_int_equal(b.status, STATUS_FAILED);
	assert_false(parse(&b, "-z", NULL));
	assert_false(parse(&b, "--text", NULL));
	assert_false(parse(&b, "-t", NULL));
	assert_false(parse(&b, "--all=yes", NULL));
	assert_int_equal(b.status, STATUS_FAILED);
}

static void near_words_are_suggested_far_ones_are_not(void **state)
{
	(void)state;
	static const char *const words[] = { "ntp.delta_time", "ntp.xmt", "packets", "" };
	assert_string_equal(options_nearest("ntp.delta.time", words, 4), "ntp.delta_time");
	assert_string_equal(options_nearest("pakets", words, 4), "packets");
	assert_string_equal(options_nearest("ntp.xmit", words, 4), "ntp.xmt");
	assert_null(options_nearest("clients", words, 4));
	assert_null(options_nearest("", words, 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_come_in_every_spelling),
		cmocka_unit_test(arguments_keep_their_order_among_options),
		cmocka_unit_test(numbers_have_suffixes_and_bounds),
		cmocka_unit_test(durations_have_units),
		cmocka_unit_test(a_choice_is_one_of_its_words),
		cmocka_unit_test(lists_collect_and_are_bounded),
		cmocka_unit_test(texts_that_cannot_stand_together_are_refused),
		cmocka_unit_test(wrong_usage_ends_with_status_2),
		cmocka_unit_test(near_words_are_suggested_far_ones_are_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
