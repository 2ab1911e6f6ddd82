/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "present/client_sorts.h"

static void the_words_are_those_of_the_rows_in_their_order(void **state)
{
	const char *w = client_sort_words;
	(void)state;
	for (unsigned i = 0; i < N_CLIENT_SORTS; i++) {
		const struct client_sort_row *row = &client_sort_rows[i];
		assert_memory_equal(w, row->word, strlen(row->word));
		w += strlen(row->word);
		assert_int_equal(*w, i + 1 < N_CLIENT_SORTS ? '|' : '\0');
		w++;
	}
}

static void each_order_is_there_once_under_two_names(void **state)
{
	unsigned seen[N_CLIENT_SORTS] = { 0 };
	(void)state;
	for (unsigned i = 0; i < N_CLIENT_SORTS; i++) {
		const struct client_sort_row *row = &client_sort_rows[i];
		assert_int_equal(seen[row->by]++, 0);
		assert_ptr_equal(client_sort_find(row->word), row);
		assert_ptr_equal(client_sort_find(row->column), row);
	}
	assert_null(client_sort_find("size"));
	assert_null(client_sort_find(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_words_are_those_of_the_rows_in_their_order),
		cmocka_unit_test(each_order_is_there_once_under_two_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
