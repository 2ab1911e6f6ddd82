/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

static void every_code_has_a_text_of_its_own(void **state)
{
	(void)state;
	for (int a = 0; a >= -8; a--) {
		errno = ENOENT;
		const char *text = err_text((enum err)a);
		assert_non_null(text);
		assert_true(strlen(text) > 3);
		assert_true(text[strlen(text) - 1] != '.');
		for (int b = a - 1; b >= -8; b--)
			assert_string_not_equal(text, err_text((enum err)b));
	}
}

static void a_system_error_is_told_in_the_words_of_errno(void **state)
{
	(void)state;
	errno = EACCES;
	assert_string_equal(err_text(ERR_SYS), "Permission denied");
}

static void a_code_from_nowhere_has_a_text(void **state)
{
	(void)state;
	assert_non_null(err_text((enum err) - 99));
	assert_non_null(err_text((enum err)7));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_text_of_its_own),
		cmocka_unit_test(a_system_error_is_told_in_the_words_of_errno),
		cmocka_unit_test(a_code_from_nowhere_has_a_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
