/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/ntske_ask.h"
#include "unit/hex.h"

static const char answer[] = "80010002000080040002000f00050004616263640005000465666768"
			     "80000000";

static struct ntske_ask *ask_new(void)
{
	struct ntske_ask *k = malloc(sizeof(*k));
	memset(k, 0xee, sizeof(*k));
	ntske_ask_init(k);
	return k;
}

static void the_request_is_written_in_whatever_pieces(void **state)
{
	(void)state;
	struct ntske_ask *k = ask_new();
	uint8_t wanted[NTSKE_REQUEST_MAX], got[NTSKE_REQUEST_MAX];
	size_t wanted_len = hex_octets("80010002000080040004000f001180000000", wanted), n = 0, len;

	for (;;) {
		const uint8_t *p = ntske_ask_output(k, &len);
		if (!len)
			break;
		got[n++] = p[0];
		k->written++;
	}
	assert_int_equal(n, wanted_len);
	assert_memory_equal(got, wanted, n);
	free(k);
}

static void an_answer_may_come_in_whatever_pieces(void **state)
{
	(void)state;
	uint8_t p[64];
	size_t len = hex_octets(answer, p);

	for (size_t piece = 1; piece <= len; piece++) {
		struct ntske_ask *k = ask_new();
		for (size_t at = 0; at < len; at += piece) {
			size_t n = len - at < piece ? len - at : piece;
			assert_int_equal(k->verdict, NTSKE_INCOMPLETE);
			ntske_ask_input(k, p + at, n, false);
		}
		assert_int_equal(k->verdict, NTSKE_OK);
		assert_int_equal(k->answer.n_cookies, 2);
		free(k);
	}
}

static void what_ends_before_its_end_is_a_bad_record(void **state)
{
	(void)state;
	uint8_t p[64];
	size_t len = hex_octets(answer, p);

	for (size_t n = 0; n < len; n++) {
		struct ntske_ask *k = ask_new();
		assert_int_equal(ntske_ask_input(k, n ? p : NULL, n, true), NTSKE_BAD_RECORD);
		assert_int_equal(k->answer.bad_type, NTSKE_END);
		free(k);
	}
}

static void the_whole_answer_counts_though_the_stream_ends_with_it(void **state)
{
	(void)state;
	uint8_t p[64];
	struct ntske_ask *k = ask_new();

	assert_int_equal(ntske_ask_input(k, p, hex_octets(answer, p), true), NTSKE_OK);
	free(k);
}

static void what_comes_after_the_verdict_changes_nothing(void **state)
{
	(void)state;
	static const uint8_t error[] = { 0x80, 2, 0, 2, 0, 1, 0x80, 0, 0, 0 };
	uint8_t p[64];
	struct ntske_ask *k = ask_new();

	ntske_ask_input(k, p, hex_octets(answer, p), false);
	assert_int_equal(ntske_ask_input(k, error, sizeof(error), true), NTSKE_OK);
	assert_int_equal(k->answer.n_cookies, 2);
	free(k);
	k = ask_new();
	assert_int_equal(ntske_ask_input(k, error, sizeof(error), false), NTSKE_SAID_ERROR);
	assert_int_equal(ntske_ask_input(k, p, sizeof(p), false), NTSKE_SAID_ERROR);
	assert_int_equal(k->answer.code, 1);
	free(k);
}

/* RFC 8915 section 4: at least 65,536 octets are taken; who sends more without an end is not waited for. */
static void a_message_that_never_ends_is_given_up(void **state)
{
	(void)state;
	static uint8_t big[NTSKE_ANSWER_MAX];
	struct ntske_ask *k = ask_new();
	/* records that we skip, of 60,000 and 5,528 octets with their headers */
	memcpy(big, "\x0a\xbc\xea\x5c", 4);
	memcpy(big + 60000, "\x0a\xbc\x15\x9c", 4);

	assert_int_equal(ntske_ask_input(k, big, sizeof(big), false), NTSKE_INCOMPLETE);
	assert_int_equal(ntske_ask_input(k, big, 1, false), NTSKE_BAD_RECORD);
	free(k);
	k = ask_new();
	assert_int_equal(ntske_ask_input(k, big, sizeof(big) - 1, false), NTSKE_INCOMPLETE);
	assert_int_equal(ntske_ask_input(k, big, sizeof(big), false), NTSKE_BAD_RECORD);
	free(k);
}

static void the_largest_message_is_taken(void **state)
{
	(void)state;
	static uint8_t big[NTSKE_ANSWER_MAX];
	struct ntske_ask *k = ask_new();
	size_t len = hex_octets("80010002000080040002000f0005000461626364", big);

	memcpy(big + len, "\x0a\xbc", 2);
	size_t body = sizeof(big) - len - 4 - 4;
	big[len + 2] = (uint8_t)(body >> 8);
	big[len + 3] = (uint8_t)body;
	hex_octets("80000000", big + sizeof(big) - 4);
	assert_int_equal(ntske_ask_input(k, big, sizeof(big), false), NTSKE_OK);
	free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_request_is_written_in_whatever_pieces),
		cmocka_unit_test(an_answer_may_come_in_whatever_pieces),
		cmocka_unit_test(what_ends_before_its_end_is_a_bad_record),
		cmocka_unit_test(the_whole_answer_counts_though_the_stream_ends_with_it),
		cmocka_unit_test(what_comes_after_the_verdict_changes_nothing),
		cmocka_unit_test(a_message_that_never_ends_is_given_up),
		cmocka_unit_test(the_largest_message_is_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
