/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "present/svg.h"

static struct buf drawn(bool inside, const char *text)
{
	struct buf b;
	struct svg s;
	const struct upright lines[] = { { 1, 2, 3 }, { 4, 5.25, 6 } };

	buf_init(&b, -1);
	svg_begin(
		&s, &b,
		&(struct svg_config){ .width = 100, .height = 50, .inside = inside, .id = 3, .title = text });
	canvas_clip(&s.canvas, (struct box){ 0, 0, 10, 10 });
	canvas_segment(&s.canvas, 0, 0, 10.04, 5, (struct pen){ INK_AXIS, 1, 1, 1 });
	canvas_uprights(&s.canvas, lines, 2, (struct pen){ INK_SERIES, 0.5, 1, 0 });
	canvas_unclip(&s.canvas);
	canvas_text(&s.canvas, 5, 6, (struct font){ 12, INK_TEXT, ALIGN_RIGHT, true }, text);
	svg_end(&s);
	buf_char(&b, '\0');
	return b;
}

static void text_cannot_leave_its_element(void **state)
{
	struct buf b = drawn(false, "</text><script>1</script>\"'&");
	(void)state;
	assert_null(strstr(b.data, "<script"));
	assert_non_null(strstr(b.data, "&lt;/text&gt;&lt;script&gt;1&lt;/script&gt;&quot;&#39;&amp;</text>"));
	assert_non_null(strstr(b.data, "&quot;&#39;&amp;</title>"));
	buf_release(&b);
}

static void a_file_has_colours_and_a_size_of_its_own(void **state)
{
	struct buf b = drawn(false, "x");
	(void)state;
	assert_int_equal(strncmp(b.data, "<?xml", 5), 0);
	assert_non_null(strstr(b.data, " width=\"100\" height=\"50\" viewBox=\"0 0 100 50\""));
	assert_non_null(strstr(b.data, "stroke=\"#0072b2\""));
	assert_non_null(strstr(b.data, "d=\"M1 2V3M4 5.3V6\""));
	assert_non_null(strstr(b.data, "d=\"M0 0L10 5\""));
	buf_release(&b);
}

/* The page's policy allows no style attributes, and its style sheet has the colours. */
static void an_element_of_a_page_has_classes_instead(void **state)
{
	struct buf b = drawn(true, "x"), style;
	(void)state;
	assert_int_equal(strncmp(b.data, "<svg", 4), 0);
	assert_null(strstr(b.data, "style="));
	assert_null(strstr(b.data, "#0072b2"));
	assert_non_null(strstr(b.data, "class=\"s7\""));
	assert_non_null(strstr(b.data, "id=\"c300\""));
	buf_init(&style, -1);
	svg_style(&style, THEME_LIGHT);
	buf_char(&style, '\0');
	assert_non_null(strstr(style.data, ".s7{stroke:#0072b2}"));
	buf_release(&style);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_cannot_leave_its_element),
		cmocka_unit_test(a_file_has_colours_and_a_size_of_its_own),
		cmocka_unit_test(an_element_of_a_page_has_classes_instead),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
