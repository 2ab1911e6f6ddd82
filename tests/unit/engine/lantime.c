/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lantime_made.h"

#define LTNG LANTIME_MADE_LTNG
#define OS   LANTIME_MADE_OS
#define LT   LANTIME_MADE_LT

static void the_newest_that_answers_is_taken(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));
	(void)state;
	assert_int_equal(lantime_kind(&m->t), LANTIME_NONE);
	put(&m->t, made_integer(LT "1.2.0", 5));
	assert_int_equal(lantime_kind(&m->t), LANTIME_LT);
	put(&m->t, made_integer(OS "2.1.2.1.1.0", 1));
	assert_int_equal(lantime_kind(&m->t), LANTIME_OS);
	put(&m->t, made_integer(LTNG "2.1.0", 2));
	assert_int_equal(lantime_kind(&m->t), LANTIME_LTNG);
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_newest_that_answers_is_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
