/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "present/png.h"

static void a_picture_has_its_size_and_what_was_drawn(void **state)
{
	struct png p;
	struct buf empty, drawn;
	(void)state;
	if (!png_is_built()) {
		assert_int_equal(png_begin(&p, 10, 10, 1, THEME_LIGHT), ERR_UNSUPPORTED);
		return;
	}
	buf_init(&empty, -1);
	buf_init(&drawn, -1);
	assert_int_equal(png_begin(&p, 300, 200, 1, THEME_LIGHT), ERR_OK);
	assert_int_equal(png_end(&p, &empty), ERR_OK);
	assert_int_equal(png_begin(&p, 300, 200, 1, THEME_LIGHT), ERR_OK);
	/* Broken text must not cost the picture. */
	canvas_text(&p.canvas, 10, 50, (struct font){ 20, INK_TEXT, ALIGN_LEFT, false },
		    "a\xff\xfe\x01 text");
	canvas_segment(&p.canvas, 0, 0, 100, 100, (struct pen){ INK_SERIES, 1, 2, 2 });
	assert_int_equal(png_end(&p, &drawn), ERR_OK);
	assert_memory_equal(drawn.data, "\x89PNG\r\n\x1a\n", 8);
	assert_memory_equal(drawn.data + 16, "\0\0\x01\x2c\0\0\0\xc8", 8);
	assert_true(drawn.len > empty.len + 200);
	buf_release(&empty);
	buf_release(&drawn);
}

static void a_picture_without_a_file_is_freed(void **state)
{
	struct png p;
	(void)state;
	if (png_begin(&p, 10, 10, 2, THEME_DARK) == ERR_OK)
		assert_int_equal(png_end(&p, NULL), ERR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_picture_has_its_size_and_what_was_drawn),
		cmocka_unit_test(a_picture_without_a_file_is_freed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
