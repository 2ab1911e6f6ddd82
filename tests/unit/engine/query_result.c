/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/query_result.h"

/* Scripts know them: neither a name nor a status ever changes. */
static void names_and_statuses_are_these(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		enum query_result result;
		int status;
	} all[] = {
		{ "ok", QUERY_OK, 0 },
		{ "timeout", QUERY_TIMEOUT, 10 },
		{ "refused", QUERY_REFUSED, 11 },
		{ "unreachable", QUERY_UNREACHABLE, 12 },
		{ "kod", QUERY_KOD, 13 },
		{ "unsynchronised", QUERY_UNSYNCHRONISED, 14 },
		{ "bad-header", QUERY_BAD_HEADER, 15 },
		{ "bogus", QUERY_BOGUS, 16 },
		{ "malformed", QUERY_MALFORMED, 17 },
		{ "wrong-mode", QUERY_WRONG_MODE, 18 },
		{ "wrong-version", QUERY_WRONG_VERSION, 19 },
		{ "auth-missing", QUERY_AUTH_MISSING, 20 },
		{ "auth-failed", QUERY_AUTH_FAILED, 21 },
		{ "crypto-nak", QUERY_CRYPTO_NAK, 22 },
		{ "dns", QUERY_DNS, 23 },
		{ "local", QUERY_LOCAL, 24 },
		{ "nts-connect", QUERY_NTS_CONNECT, 25 },
		{ "nts-tls", QUERY_NTS_TLS, 26 },
		{ "nts-certificate", QUERY_NTS_CERTIFICATE, 27 },
		{ "nts-refused", QUERY_NTS_REFUSED, 28 },
		{ "nts-malformed", QUERY_NTS_MALFORMED, 29 },
		{ "nts-nak", QUERY_NTS_NAK, 30 },
	};
	assert_int_equal(sizeof(all) / sizeof(all[0]), N_QUERY_RESULTS - 1);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_string_equal(query_result_name(all[i].result), all[i].name);
		assert_int_equal(query_result_status(all[i].result), all[i].status);
	}
	assert_string_equal(query_result_name(QUERY_NONE), "none");
}

static void each_has_a_sentence_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < N_QUERY_RESULTS; i++) {
		const char *s = query_result_sentence((enum query_result)i);
		assert_true(strlen(s) > 5);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(s, query_result_sentence((enum query_result)k));
	}
	assert_string_equal(query_result_name(N_QUERY_RESULTS), "unknown");
	assert_string_equal(query_result_sentence(N_QUERY_RESULTS), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_statuses_are_these),
		cmocka_unit_test(each_has_a_sentence_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
