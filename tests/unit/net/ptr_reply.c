/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/ptr_reply.h"

/* Header, the question 7.2.0.192.in-addr.arpa PTR IN, then records. */
#define HEADER(answers) "\x12\x34\x84\x00\0\1\0" answers "\0\0\0\0"
#define QUESTION \
	"\1"     \
	"7\1"    \
	"2\1"    \
	"0\3"    \
	"192\7in-addr\4arpa\0\0\x0c\0\1"
#define PTR(len) "\xc0\x0c\0\x0c\0\1\0\0\0\x3c\0" len

static enum err name_in(const char *message, size_t len, char *out)
{
	/* exactly as long, so that a sanitizer sees what is read behind it */
	uint8_t copy[512];
	assert_true(len <= sizeof(copy));
	memcpy(copy + sizeof(copy) - len, message, len);
	return ptr_reply_name(copy + sizeof(copy) - len, len, out);
}

#define NAME_IN(message, out) name_in(message, sizeof(message) - 1, out)

static void the_first_pointer_record_has_the_name(void **state)
{
	char name[PTR_NAME_MAX];
	(void)state;
	assert_int_equal(
		NAME_IN(HEADER("\2") QUESTION PTR("\x0e") "\4host\7example\0" PTR("\3") "\1x\0", name),
		ERR_OK);
	assert_string_equal(name, "host.example");
}

static void aliases_before_it_are_passed_over(void **state)
{
	char name[PTR_NAME_MAX];
	(void)state;
	assert_int_equal(NAME_IN(HEADER("\2") QUESTION
				 "\xc0\x0c\0\5\0\1\0\0\0\x3c\0\4\1a\xc0\x0e" PTR("\3") "\1x\0",
				 name),
			 ERR_OK);
	assert_string_equal(name, "x");
}

static void pointers_are_followed_but_not_for_ever(void **state)
{
	char name[PTR_NAME_MAX];
	(void)state;
	/* "a." and then the question's in-addr.arpa, at 12 + 10 */
	assert_int_equal(NAME_IN(HEADER("\1") QUESTION PTR("\4") "\1a\xc0\x16", name), ERR_OK);
	assert_string_equal(name, "a.in-addr.arpa");
	/* to itself */
	assert_int_equal(NAME_IN(HEADER("\1") QUESTION PTR("\2") "\xc0\x34", name), ERR_FORMAT);
}

static void strange_octets_are_written_out(void **state)
{
	char name[PTR_NAME_MAX];
	(void)state;
	assert_int_equal(NAME_IN(HEADER("\1") QUESTION PTR("\x12") "\x08<script>\7a.b\\\n\xff \0", name),
			 ERR_OK);
	assert_string_equal(name, "<script>.a\\046b\\092\\010\\255\\032");
}

static void an_answer_without_a_name_has_none(void **state)
{
	char name[PTR_NAME_MAX];
	(void)state;
	assert_int_equal(NAME_IN(HEADER("\0") QUESTION, name), ERR_END);
	assert_int_equal(NAME_IN(HEADER("\1") QUESTION PTR("\1") "\0", name), ERR_END);
	assert_string_equal(name, "");
	/* another class, another type */
	assert_int_equal(NAME_IN(HEADER("\1") QUESTION "\xc0\x0c\0\x0c\0\3\0\0\0\x3c\0\3\1x\0", name),
			 ERR_END);
}

static void what_is_too_long_is_refused(void **state)
{
	char message[512] = HEADER("\1") QUESTION PTR("\x41");
	size_t len = sizeof(HEADER("\1") QUESTION PTR("\x41")) - 1;
	char name[PTR_NAME_MAX];
	(void)state;
	message[len] = 63;
	memset(message + len + 1, 1, 63); /* 252 characters, and a dot's place is kept */
	assert_int_equal(name_in(message, len + 65, name), ERR_OK);
	assert_int_equal(strlen(name), 252);
	message[len - 1] = 67;
	message[len + 64] = 1;
	message[len + 65] = 1;
	assert_int_equal(name_in(message, len + 67, name), ERR_LIMIT);
}

static void every_short_length_is_refused(void **state)
{
	static const char message[] = HEADER("\1") QUESTION PTR("\x0e") "\4host\7example\0";
	char name[PTR_NAME_MAX];
	(void)state;
	for (size_t len = 0; len < sizeof(message) - 1; len++)
		assert_int_equal(name_in(message, len, name), ERR_FORMAT);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_pointer_record_has_the_name),
		cmocka_unit_test(aliases_before_it_are_passed_over),
		cmocka_unit_test(pointers_are_followed_but_not_for_ever),
		cmocka_unit_test(strange_octets_are_written_out),
		cmocka_unit_test(an_answer_without_a_name_has_none),
		cmocka_unit_test(what_is_too_long_is_refused),
		cmocka_unit_test(every_short_length_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
