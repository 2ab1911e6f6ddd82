/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/conf.h"
#include "cmd/options.h"

/* The table is the program's own. */
const struct command *const commands[] = { NULL };

struct settings {
	uint64_t count;
	int64_t time_ns;
	bool flag;
	int choice;
	const char *text;
	struct text_list texts;
	struct addr_list addrs;
	const char *unfiled;
};

#define AT(member) .offset = offsetof(struct settings, member)

static bool is_lower(const char *value, char *why, size_t why_len)
{
	snprintf(why, why_len, "not lower");
	return value[0] >= 'a';
}

static const struct option_row rows[] = {
	{ 0, "count", "N", "", OPTION_COUNT, AT(count), .min = 1, .max = 5000000, .section = "one" },
	{ 0, "time", "T", "", OPTION_DURATION, AT(time_ns), .max = 100, .section = "one" },
	{ 0, "flag", NULL, "", OPTION_FLAG, AT(flag), .section = "one" },
	{ 0, "choice", NULL, "", OPTION_CHOICE, AT(choice), .choices = "red|green", .section = "two" },
	{ 0, "text", "T", "", OPTION_TEXT, AT(text), .section = "two" },
	{ 0, "texts", "T", "", OPTION_TEXTS, AT(texts), .section = "two", .check = is_lower },
	{ 0, "secret", "T", "", OPTION_TEXT, AT(text), .section = "two", .is_secret = true,
	  .check = is_lower },
	{ 0, "addr", "A", "", OPTION_ADDRS, AT(addrs), .section = "two" },
	{ 0, "few", "A", "", OPTION_ADDRS, AT(addrs), .max = 2, .section = "two" },
	{ 0, "unfiled", "T", "", OPTION_TEXT, AT(unfiled) },
};
static const struct command self = { .name = "test",
				     .options = rows,
				     .n_options = sizeof(rows) / sizeof(rows[0]) };

static void every_kind_of_value_is_read(void **state)
{
	static const char text[] = "# a comment\n"
				   "[one]\n"
				   "count = 2M\n"
				   "time=10ms\r\n"
				   "flag = yes ; the rest of the line\n"
				   "\n"
				   "[two]\n"
				   "choice = green\n"
				   "text = more than = one word\n"
				   "texts = a\n"
				   "texts = b\n"
				   "addr = 192.0.2.1\n"
				   "addr = 2001:db8::1";
	struct settings s = { 0 };
	struct conf c = { 0 };
	char message[CONF_MESSAGE_MAX];
	(void)state;
	assert_int_equal(conf_parse(&c, &self, &s, text, sizeof(text) - 1, message), ERR_OK);
	assert_string_equal(message, "");
	assert_int_equal(s.count, 2000000);
	assert_int_equal(s.time_ns, 10000000);
	assert_true(s.flag);
	assert_int_equal(s.choice, 1);
	assert_string_equal(s.text, "more than = one word");
	assert_int_equal(s.texts.n, 2);
	assert_string_equal(s.texts.at[1], "b");
	assert_int_equal(s.addrs.n, 2);
	conf_release(&c);
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "[one]\ncuont = 1\n", "line 2: unknown setting 'cuont'; did you mean 'count'?" },
		{ "[one]\nxyzzy = 1\n", "line 2: unknown setting 'xyzzy'" },
		{ "\n[one]\n\ncount = 0\n", "line 4: bad value '0' for 'count': 1 to 5000000" },
		{ "[one]\ncount = 1\ncount = 2\n", "line 3: 'count' is given twice" },
		{ "[two]\ncount = 1\n", "line 2: 'count' belongs to section [one], not [two]" },
		{ "count = 1\n", "line 1: 'count' stands before any section; it belongs to [one]" },
		{ "[three]\ncount = 1\n", "line 2: unknown section [three]" },
		{ "[one]\ncount 1\n", "line 2: neither [SECTION] nor NAME = VALUE" },
		{ "[one\ncount = 1\n", "line 1: neither [SECTION] nor NAME = VALUE" },
		{ "[one]\ncount 1\ncount = 0\n", "line 2: neither [SECTION] nor NAME = VALUE" },
		{ "[one]\ncount = 0\ncount 1\n", "line 2: bad value '0' for 'count': 1 to 5000000" },
		{ "[one]\nflag = maybe\n", "line 2: bad value 'maybe' for 'flag': yes or no" },
		{ "[two]\nchoice = blue\n", "line 2: bad value 'blue' for 'choice': one of red green" },
		{ "[two]\ntexts = a\ntexts = B\n", "line 3: bad value 'B' for 'texts': not lower" },
		{ "[two]\nfew = 192.0.2.1\nfew = 192.0.2.2\nfew = 192.0.2.3\n",
		  "line 4: bad value '192.0.2.3' for 'few': given too often, 2 times at most" },
		{ "[two]\nsecret = B\n", "line 2: bad value for 'secret': not lower" },
		{ "[two]\ntext =\n", "line 2: 'text' needs a value" },
		{ "[two]\nunfiled = x\n", "line 2: unknown setting 'unfiled'" },
		/* an indented line goes on with the value before it, as in other files of this kind */
		{ "[one]\ncount = 1\n  time = 2\n", "line 3: 'count' is given twice" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct settings s = { 0 };
		struct conf c = { 0 };
		char message[CONF_MESSAGE_MAX];
		assert_int_equal(conf_parse(&c, &self, &s, cases[i].text, strlen(cases[i].text), message),
				 ERR_FORMAT);
		assert_string_equal(message, cases[i].message);
		conf_release(&c);
	}
}

static void a_line_that_is_too_long_or_no_text_is_refused(void **state)
{
	char text[1000], message[CONF_MESSAGE_MAX];
	struct settings s = { 0 };
	struct conf c = { 0 };
	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "[two]\ntext = ", 13);
	assert_int_equal(conf_parse(&c, &self, &s, text, sizeof(text), message), ERR_FORMAT);
	assert_non_null(strstr(message, "line 2: longer than "));
	assert_int_equal(conf_parse(&c, &self, &s, "[two]\ntext = a\0b\n", 17, message), ERR_FORMAT);
	assert_string_equal(message, "line 2: not text");
	conf_release(&c);
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
	char message[CONF_MESSAGE_MAX];
	struct settings s = { 0 };
	struct conf c = { 0 };
	(void)state;
	assert_int_equal(conf_read(&c, &self, &s, "/nowhere/test.conf", message), ERR_SYS);
	assert_string_equal(message, "cannot read '/nowhere/test.conf': No such file or directory");
	conf_release(&c);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_value_is_read),
		cmocka_unit_test(what_is_wrong_is_told_with_its_line),
		cmocka_unit_test(a_line_that_is_too_long_or_no_text_is_refused),
		cmocka_unit_test(a_file_that_cannot_be_read_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
