/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "base/nstime.h"
#include "net/clock.h"

static void one_goes_on_and_the_other_is_the_date(void **state)
{
	(void)state;
	int64_t before_ns = clock_monotonic_ns();
	const struct timespec nap = { .tv_nsec = 2000000 };
	nanosleep(&nap, NULL);
	assert_true(clock_monotonic_ns() - before_ns >= 2000000);
	int64_t off_s = clock_utc_ns() / NS_PER_S - (int64_t)time(NULL);
	assert_true(off_s >= -1 && off_s <= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_goes_on_and_the_other_is_the_date),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
