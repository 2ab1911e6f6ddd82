/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/ask.h"

static void every_result_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = ASK_PENDING; i <= ASK_UNSUPPORTED; i++)
		for (int j = ASK_PENDING; j < i; j++)
			assert_string_not_equal(ask_result_name((enum ask_result)i),
						ask_result_name((enum ask_result)j));
	assert_string_equal(ask_result_name(ASK_TIMEOUT), "timeout");
}

static void patience_ends_when_it_was_told_to(void **state)
{
	(void)state;
	for (unsigned tries = 1; tries < 6; tries++) {
		struct ask_patience p = ask_patience_of(6200 * INT64_C(1000000), tries);
		int64_t sum_ns = 0;
		for (unsigned i = 0; i < tries; i++)
			sum_ns += p.answer_ns << i;
		assert_in_range(sum_ns, 6199 * INT64_C(1000000), 6200 * INT64_C(1000000));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_result_has_a_name_of_its_own),
		cmocka_unit_test(patience_ends_when_it_was_told_to),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
