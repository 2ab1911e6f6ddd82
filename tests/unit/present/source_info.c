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

#include "present/source_info.h"

static json_t *print(const struct source_info *s, bool any)
{
	struct buf b;
	struct jw j;
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	jw_begin(&j, &b);
	jw_open(&j, NULL, JW_OBJECT);
	source_info_json(&j, s, any, 1500000000, 3500000000);
	jw_close(&j);
	jw_end(&j);
	json_t *root = json_loadb(b.data, b.len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	buf_release(&b);
	return root;
}

static void damage_and_filter_are_null_when_there_is_none(void **state)
{
	static const char *const paths[] = { "a\xff.pcap", "b.pcap" };
	struct source_info s = { .paths = paths, .n_paths = 2, .damage = "" };
	(void)state;
	json_t *root = print(&s, false), *source = json_object_get(root, "source");
	assert_int_equal(json_array_size(json_object_get(source, "files")), 2);
	assert_true(json_is_null(json_object_get(source, "damage")));
	assert_true(json_is_null(json_object_get(source, "filter")));
	assert_true(json_is_null(json_object_get(source, "first")));
	json_decref(root);
	s.damage = "'a.pcap': truncated after frame 17";
	s.filter = "udp";
	root = print(&s, true);
	source = json_object_get(root, "source");
	assert_string_equal(json_string_value(json_object_get(source, "damage")), s.damage);
	assert_string_equal(json_string_value(json_object_get(source, "filter")), "udp");
	assert_string_equal(json_string_value(json_object_get(source, "first")),
			    "1970-01-01T00:00:01.500000000Z");
	assert_float_equal(json_real_value(json_object_get(source, "length_s")), 2, 0);
	json_decref(root);
}

static void a_capture_is_called_by_what_is_behind_the_last_slash(void **state)
{
	(void)state;
	assert_string_equal(source_info_base_name("day.pcap"), "day.pcap");
	assert_string_equal(source_info_base_name("/srv/2026/day.pcap"), "day.pcap");
	assert_string_equal(source_info_base_name("/srv/day/"), "/srv/day/");
	assert_string_equal(source_info_base_name(""), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damage_and_filter_are_null_when_there_is_none),
		cmocka_unit_test(a_capture_is_called_by_what_is_behind_the_last_slash),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
