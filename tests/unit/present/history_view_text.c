/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "history_made.h"

static char *text_of(const struct history_view *v, unsigned columns, unsigned rows, bool color)
{
	struct buf b;
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	history_view_text(v, columns, rows, color, &b);
	buf_char(&b, '\0');
	char *text = strdup(b.data);
	buf_release(&b);
	return text;
}

static void add(struct history_view *v, const char *name, const char *series, const struct made *m)
{
	const struct history_line l = { .name = name,
					.series = history_series_find(series),
					.span = &m->span };
	assert_int_equal(history_view_add(v, &l), ERR_OK);
}

static void panels_figures_and_names_of_states_are_there(void **state)
{
	struct history_view v = made_view();
	struct made offset, event;
	(void)state;
	made_span(&offset, -1e-3, 2e-3);
	made_span(&event, 0, 0);
	add(&v, "a", "offset_s", &offset);
	add(&v, "a", "clock_event", &event);
	char *text = text_of(&v, 80, 40, false);
	assert_non_null(strstr(text, "Offset, server minus us\n"));
	assert_non_null(strstr(text, "State of the reference clock\n"));
	assert_non_null(strstr(text, "nominal"));
	assert_non_null(strstr(text, "p99"));
	assert_non_null(strstr(text, "━"));
	assert_null(strchr(text, '\033'));
	free(text);
}

static void no_line_is_wider_than_the_terminal(void **state)
{
	struct history_view v = made_view();
	struct made m;
	(void)state;
	made_span(&m, -1e-3, 2e-3);
	add(&v, "a-name-of-some-length.example.net", "offset_s", &m);
	for (unsigned columns = 1; columns < 600; columns += 37) {
		char *text = text_of(&v, columns, 24, false), *rest = text, *line;
		while ((line = strsep(&rest, "\n"))) {
			size_t wide = 0;
			for (const char *c = line; *c; c++)
				wide += ((unsigned char)*c & 0xc0) != 0x80;
			assert_true(wide <= (columns < 80 ? 80 : columns));
		}
		free(text);
	}
}

static void escape_sequences_in_names_are_shown(void **state)
{
	struct history_view v = made_view();
	struct made m;
	(void)state;
	made_span(&m, 1, 2);
	add(&v, "\033[2J", "offset_s", &m);
	char *text = text_of(&v, 80, 24, false);
	assert_null(strchr(text, '\033'));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(panels_figures_and_names_of_states_are_there),
		cmocka_unit_test(no_line_is_wider_than_the_terminal),
		cmocka_unit_test(escape_sequences_in_names_are_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
