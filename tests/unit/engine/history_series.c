/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "engine/history_point.h"
#include "engine/history_series.h"

static void names_are_fit_for_files_and_unlike(void **state)
{
	const struct history_series *s, *other;
	(void)state;
	for (size_t i = 0; (s = history_series_at(i)); i++) {
		assert_true(strlen(s->name) < HISTORY_NAME_MAX);
		assert_int_equal(strspn(s->name, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(s->name));
		assert_true(s->title[0] != '\0');
		assert_ptr_equal(history_series_find(s->name), s);
		for (size_t k = 0; k < i; k++) {
			other = history_series_at(k);
			assert_string_not_equal(s->name, other->name);
		}
	}
	assert_null(history_series_find("no_such_thing"));
}

/* Whoever reads the name knows the unit. */
static void names_end_in_their_unit(void **state)
{
	const struct history_series *s;
	(void)state;
	for (size_t i = 0; (s = history_series_at(i)); i++) {
		size_t n = strlen(s->name), u = strlen(s->unit);
		assert_true(!u ||
			    (n > u && s->name[n - u - 1] == '_' && strcmp(s->name + n - u, s->unit) == 0));
	}
}

static void a_beginning_is_enough(void **state)
{
	(void)state;
	assert_string_equal(history_series_meant("offset", 6)->name, "offset_s");
	assert_string_equal(history_series_meant("offset_s", 8)->name, "offset_s");
	assert_string_equal(history_series_meant("delta_p99", 9)->name, "delta_p99_s");
	assert_string_equal(history_series_meant("stratum", 7)->name, "stratum");
	assert_null(history_series_meant("off", 3)); /* not of words */
	assert_null(history_series_meant("", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_fit_for_files_and_unlike),
		cmocka_unit_test(names_end_in_their_unit),
		cmocka_unit_test(a_beginning_is_enough),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
