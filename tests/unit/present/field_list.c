/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "present/field_list.h"

static struct buf out;

static size_t list(enum field_list_form form, const char *pattern)
{
	assert_int_equal(buf_init(&out, -1), ERR_OK);
	size_t n = field_list_write(form, pattern, &out);
	buf_char(&out, '\0');
	return n;
}

static void a_word_picks_names_and_meanings(void **state)
{
	(void)state;
	assert_int_equal(list(FIELD_LIST_TABLE, "NTS.UID"), 1);
	assert_string_equal(out.data, "ntp.nts.uid                           BYTES                  "
				      "NTS: unique identifier\n");
	buf_release(&out);
	assert_true(list(FIELD_LIST_TABLE, "kiss-o'-death") >= 1);
	buf_release(&out);
	assert_int_equal(list(FIELD_LIST_TABLE, "no such thing"), 0);
	assert_string_equal(out.data, "");
	buf_release(&out);
}

static void stars_pick_whole_names(void **state)
{
	(void)state;
	assert_int_equal(list(FIELD_LIST_TABLE, "ntp.ctrl.sys_status.*"), 4);
	buf_release(&out);
	assert_int_equal(list(FIELD_LIST_TABLE, "sys_status.*"), 0);
	buf_release(&out);
}

static void json_tells_type_and_needs(void **state)
{
	(void)state;
	list(FIELD_LIST_JSON, "ntp.delta_time");
	json_t *root = json_loads(out.data, 0, NULL);
	assert_non_null(root);
	assert_string_equal(json_string_value(json_object_get(root, "schema")), "ntpscope-fields-1");
	json_t *f = json_array_get(json_object_get(root, "fields"), 0);
	assert_string_equal(json_string_value(json_object_get(f, "type")), "RELATIVE_TIME");
	assert_true(json_is_true(json_object_get(f, "wireshark")));
	assert_string_equal(json_string_value(json_array_get(json_object_get(f, "needs"), 0)), "request");
	json_decref(root);
	buf_release(&out);
}

static void the_page_in_docs_is_up_to_date(void **state)
{
	(void)state;
	FILE *page = fopen("docs/fields.md", "rb");
	assert_non_null(page);
	list(FIELD_LIST_MARKDOWN, NULL);
	size_t len = out.len - 1;
	char *text = malloc(len + 1);
	assert_int_equal(fread(text, 1, len + 1, page), len);
	fclose(page);
	if (memcmp(text, out.data, len) != 0)
		fail_msg("run: ntpscope fields --format=markdown > docs/fields.md");
	free(text);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_picks_names_and_meanings),
		cmocka_unit_test(stars_pick_whole_names),
		cmocka_unit_test(json_tells_type_and_needs),
		cmocka_unit_test(the_page_in_docs_is_up_to_date),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
