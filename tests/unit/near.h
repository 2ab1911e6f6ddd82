/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Before every unit test (meson.build): cmocka's assert_float_equal() takes what is no number for equal to
 * everything, and compares as float, whatever the margin.
 */
#ifndef TESTS_NEAR_H
#define TESTS_NEAR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

static inline void near_check(double a, double b, double margin, const char *file, int line)
{
	if (fabs(a - b) <= margin)
		return;
	print_error("%.17g is not %.17g\n", a, b);
	_fail(file, line);
}

#undef assert_float_equal
#define assert_float_equal(a, b, margin) near_check((a), (b), (margin), __FILE__, __LINE__)

#endif
