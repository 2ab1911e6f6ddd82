/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "serve.h"

static struct serve s;

static json_t *get(const char *target)
{
	serve_get(&s, target);
	json_t *root = json_loads(serve_body(&s), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	return root;
}

static bool attends(json_t *summary, const char *id)
{
	json_t *list = json_object_get(summary, "attention");
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_object_get(json_array_get(list, i), "id")), id) == 0)
			return true;
	return false;
}

static void what_needs_a_hand_is_said(void **state)
{
	(void)state;
	json_t *root = get("/api/v1/summary");
	assert_true(attends(root, "clients-red"));
	assert_true(attends(root, "dropped"));
	assert_false(attends(root, "source-down"));
	assert_false(attends(root, "stopped"));
	assert_false(attends(root, "alarm-helper"));
	json_decref(root);
	s.is_down = s.has_stopped = s.misses_helper = true;
	root = get("/api/v1/summary");
	assert_true(attends(root, "source-down"));
	assert_true(attends(root, "stopped"));
	assert_true(attends(root, "alarm-helper"));
	json_decref(root);
	s.is_down = s.has_stopped = s.misses_helper = false;
}

static void totals_are_those_of_the_traffic(void **state)
{
	(void)state;
	json_t *root = get("/api/v1/summary"), *packets = json_object_get(root, "packets"),
	       *clients = json_object_get(root, "clients"), *server;
	assert_int_equal(json_integer_value(json_object_get(packets, "requests")), 60);
	assert_int_equal(json_integer_value(json_object_get(packets, "answers")), 40);
	assert_int_equal(json_integer_value(json_object_get(clients, "n")), 6);
	assert_int_equal(json_integer_value(json_object_get(clients, "alert_red")), 2);
	assert_int_equal(json_integer_value(json_object_get(root, "dropped_packets")), 3);
	server = json_array_get(json_object_get(root, "servers"), 0);
	assert_int_equal(json_integer_value(json_object_get(server, "answered")), 40);
	json_decref(root);
}

static int open_web(void **state)
{
	return serve_open(state, &s, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_needs_a_hand_is_said),
		cmocka_unit_test(totals_are_those_of_the_traffic),
	};
	return cmocka_run_group_tests(tests, open_web, serve_close);
}
