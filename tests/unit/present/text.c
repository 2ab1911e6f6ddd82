/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "present/text.h"
#include "present/utf8.h"

static struct buf page;

static void begin(struct text *t, bool color)
{
	assert_int_equal(buf_init(&page, -1), ERR_OK);
	text_begin(t, &page, color);
}

static void expect(const char *want)
{
	buf_char(&page, '\0');
	assert_string_equal(page.data, want);
	buf_release(&page);
}

static void items_flow_behind_their_head(void **state)
{
	struct text t;
	(void)state;
	begin(&t, false);
	text_head(&t, "HEAD");
	text_item(&t, TEXT_PLAIN, "%d one", 1);
	text_item(&t, TEXT_ALARM, "two");
	text_head(&t, "LONGER");
	text_item(&t, TEXT_PLAIN, "three");
	text_line(&t);
	text_line(&t);
	expect("HEAD      1 one · two\nLONGER    three\n");
}

/* 10 + 30 + 3 + 30 + 3 + 24 are exactly 100 columns; one more wraps. */
static void items_wrap_at_the_edge_of_the_page(void **state)
{
	static const char x30[] = "µµµµµµµµµµµµµµµµµµµµµµµµµµµµµµ";
	struct text t;
	(void)state;
	for (int last = 24; last <= 25; last++) {
		begin(&t, false);
		text_head(&t, "H");
		text_item(&t, TEXT_PLAIN, "%s", x30);
		text_item(&t, TEXT_PLAIN, "%s", x30);
		text_item(&t, TEXT_PLAIN, "%.*s", last, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
		text_line(&t);
		buf_char(&page, '\0');
		char *newline = strchr(page.data, '\n');
		assert_int_equal(utf8_columns(page.data, (size_t)(newline - page.data)),
				 last == 24 ? 100 : 73);
		assert_true(last == 24 ? newline[1] == '\0' : memcmp(newline + 1, "          a", 11) == 0);
		buf_release(&page);
	}
}

static void cells_align_by_what_is_seen(void **state)
{
	struct text t;
	(void)state;
	begin(&t, false);
	text_cell(&t, TEXT_PLAIN, -6, "ab");
	text_cell(&t, TEXT_PLAIN, 8, "38 µs");
	text_cell(&t, TEXT_PLAIN, 3, "toolong");
	text_cell(&t, TEXT_PLAIN, -3, "toolong");
	text_put(&t, TEXT_PLAIN, "end");
	text_line(&t);
	expect("ab       38 µs toolongtoolong end\n");
}

static void words_wrap_where_the_page_ends(void **state)
{
	struct text t;
	(void)state;
	begin(&t, false);
	t.columns = 20;
	text_words(&t, TEXT_PLAIN, "one two  three µµµ four averylongwordthatfitsnowhere x");
	text_line(&t);
	expect("one two  three µµµ\nfour\naverylongwordthatfitsnowhere\nx\n");
	begin(&t, false);
	t.columns = 30;
	text_head(&t, "HEAD");
	text_item(&t, TEXT_PLAIN, "short");
	text_item(&t, TEXT_PLAIN, "an item of more than one line of this page");
	text_item(&t, TEXT_PLAIN, "more");
	text_line(&t);
	expect("HEAD      short\n"
	       "          an item of more than\n"
	       "          one line of this\n"
	       "          page · more\n");
}

static void color_changes_nothing_but_color(void **state)
{
	struct text t;
	(void)state;
	begin(&t, true);
	text_put(&t, TEXT_ALARM, "red");
	text_cell(&t, TEXT_ACCENT, 8, "x");
	text_put(&t, TEXT_PLAIN, " plain");
	assert_int_equal(t.column, 3 + 8 + 6);
	text_line(&t);
	expect("\033[1;31mred\033[0m       \033[36mx\033[0m plain\n");
}

static void strange_text_is_cleaned_and_cut_between_characters(void **state)
{
	char out[8];
	(void)state;
	text_clean("ok", out, sizeof(out));
	assert_string_equal(out, "ok");
	text_clean("a\x1b[31m", out, sizeof(out));
	assert_string_equal(out, "a\\x1b[3");
	text_clean("abcdefµg", out, sizeof(out));
	assert_string_equal(out, "abcdef");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_flow_behind_their_head),
		cmocka_unit_test(items_wrap_at_the_edge_of_the_page),
		cmocka_unit_test(cells_align_by_what_is_seen),
		cmocka_unit_test(words_wrap_where_the_page_ends),
		cmocka_unit_test(color_changes_nothing_but_color),
		cmocka_unit_test(strange_text_is_cleaned_and_cut_between_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
