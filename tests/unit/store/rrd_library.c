/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#ifdef NTPSCOPE_RRD

#include "store/rrd_library.h"

static void all_functions_are_there(void **state)
{
	const struct rrd_library *l = rrd_library();
	(void)state;
	if (!l)
		skip();
	assert_ptr_equal(rrd_library(), l);
	assert_non_null(l->create_r);
	assert_non_null(l->update_r);
	assert_non_null(l->fetch_r);
	assert_non_null(l->lastupdate_r);
	assert_non_null(l->info_r);
	assert_non_null(l->info_free);
	assert_non_null(l->freemem);
	assert_non_null(l->clear_error);
	l->clear_error();
	assert_null(l->info_r("/nonexistent.rrd"));
	l->clear_error();
}

#else

static void all_functions_are_there(void **state)
{
	(void)state;
	skip();
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(all_functions_are_there) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
