/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "history_made.h"
#include "present/history_site.h"

static void files_of_strangers_stay_in_the_folder(void **state)
{
	static const struct {
		const char *name, *file;
	} cases[] = {
		{ "ntp1.example.net", "ntp1.example.net.html" },
		{ "../../x", "_2e._2f.._2fx.html" },
		{ ".", "_2e.html" },
		{ "a/b", "a_2fb.html" },
		{ "a_2fb", "a_5f2fb.html" },
		{ "index", "index_.html" },
		{ "<script>", "_3cscript_3e.html" },
		{ "2001:db8::1", "2001_3adb8_3a_3a1.html" },
	};
	char file[SITE_FILE_MAX];
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		site_file_name(cases[i].name, file);
		assert_string_equal(file, cases[i].file);
	}
}

static void long_names_have_files_of_their_own(void **state)
{
	char name[256], one[SITE_FILE_MAX], other[SITE_FILE_MAX];
	(void)state;
	memset(name, '/', sizeof(name));
	name[255] = '\0';
	site_file_name(name, one);
	name[254] = 'x';
	site_file_name(name, other);
	assert_string_not_equal(one, other);
	assert_true(strlen(one) < 255);
}

static void a_page_needs_nothing_and_runs_nothing(void **state)
{
	struct history_view v = made_view();
	struct made m;
	struct buf b;
	(void)state;
	v.title = "";
	made_span(&m, -1e-6, 2e-6);
	const struct history_line l = { .name = "<script>alert(1)</script>",
					.series = history_series_find("offset_s"),
					.span = &m.span };
	assert_int_equal(history_view_add(&v, &l), ERR_OK);
	const struct history_line *line = &v.panels[0].at[0];
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	site_begin(&b, l.name, MADE_FROM_NS);
	site_section(&b, l.series, l.series->title);
	site_graph(&b, &v, "Day", 1);
	site_histogram(&b, line, "How often", 2);
	site_table_begin(&b);
	site_table_row(&b, "Day", line);
	site_section_end(&b, true);
	site_end(&b);
	site_begin(&b, NULL, MADE_FROM_NS);
	site_index_begin(&b);
	site_index_row(&b, &(struct site_row){ .name = l.name,
					       .n_series = 1,
					       .series = line->series,
					       .figures = line->figures });
	site_index_end(&b);
	site_end(&b);
	buf_char(&b, '\0');
	assert_null(strstr(b.data, "<script"));
	assert_null(strstr(b.data, "src="));
	assert_null(strstr(b.data, "style=\""));
	assert_null(strstr(b.data, "@import"));
	assert_non_null(strstr(b.data, "&lt;script&gt;alert(1)&lt;/script&gt;"));
	assert_non_null(strstr(b.data, "prefers-color-scheme:dark"));
	assert_non_null(strstr(b.data, "href=\"_3cscript_3ealert_281_29_3c_2fscript_3e.html\""));
	assert_non_null(strstr(b.data, "Kurtosis"));
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_of_strangers_stay_in_the_folder),
		cmocka_unit_test(long_names_have_files_of_their_own),
		cmocka_unit_test(a_page_needs_nothing_and_runs_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
