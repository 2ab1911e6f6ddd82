/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "present/csv.h"

static void cells_are_quoted_and_defused(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "a,b", "\"a,b\"" },
		{ "say \"hi\"", "\"say \"\"hi\"\"\"" },
		{ "\"", "\"\"\"\"" },
		{ " edge", "\" edge\"" },
		{ "edge ", "\"edge \"" },
		{ "two\nlines\r", "two\\x0alines\\x0d" },
		{ "=1+1", "'=1+1" },
		{ "+1", "'+1" },
		{ "-1", "'-1" },
		{ "@SUM(A1)", "'@SUM(A1)" },
		{ "=a,\"b", "\"'=a,\"\"b\"" },
		{ "\t=1", "\\x09=1" },
		{ "x\xe2\x80\xae\xff", "x\\u202e\\xff" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b;
		assert_int_equal(buf_init(&b, -1), ERR_OK);
		csv_text(&b, rows[i].in, strlen(rows[i].in));
		buf_char(&b, '\0');
		assert_string_equal(b.data, rows[i].out);
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(cells_are_quoted_and_defused) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
