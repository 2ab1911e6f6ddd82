/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "present/canvas.h"

static void text_that_fits_is_left_alone(void **state)
{
	char out[64];
	(void)state;
	text_fit("192.0.2.123", 12, false, text_width("192.0.2.123", 12, false), out, sizeof(out));
	assert_string_equal(out, "192.0.2.123");
}

/* Of any width and any buffer, without cutting a character. */
static void text_that_does_not_fit_ends_in_an_ellipsis(void **state)
{
	static const char name[] = "ein-ñame-µµµµ-日本-of-some-length.example.net";
	char out[64];
	(void)state;
	for (double width = 0; width < text_width(name, 12, true); width += 3) {
		for (size_t size = 8; size <= sizeof(out); size += 7) {
			text_fit(name, 12, true, width, out, size);
			size_t n = strlen(out);
			assert_true(n < size && n >= 3);
			assert_string_equal(out + n - 3, "…");
			assert_memory_equal(out, name, n - 3);
			assert_int_not_equal((unsigned char)name[n - 3] & 0xc0, 0x80);
			assert_true(n == 3 || text_width(out, 12, true) <= width + 0.01);
		}
	}
}

static void colours_of_series_differ_in_both_themes(void **state)
{
	(void)state;
	for (unsigned theme = 0; theme < 2; theme++)
		for (unsigned a = INK_SERIES; a < N_INKS; a++)
			for (unsigned b = INK_PAGE; b < a; b++)
				assert_int_not_equal(ink_color((enum ink)a, (enum theme)theme),
						     ink_color((enum ink)b, (enum theme)theme));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_that_fits_is_left_alone),
		cmocka_unit_test(text_that_does_not_fit_ends_in_an_ellipsis),
		cmocka_unit_test(colours_of_series_differ_in_both_themes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
