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

static size_t count(const char *text, const char *what)
{
	size_t n = 0;
	for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
		n++;
	return n;
}

static void the_stream_has_each_client_once(void **state)
{
	(void)state;
	serve_get(&s, "/api/v1/clients.json");
	json_t *root = json_loads(serve_body(&s), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_int_equal(json_array_size(json_object_get(root, "clients")), 60);
	assert_string_equal(json_string_value(json_array_get(
				    json_object_get(json_object_get(root, "source"), "files"), 0)),
			    "eth\"0");
	json_decref(root);
	serve_get(&s, "/api/v1/clients.csv");
	assert_int_equal(count(serve_body(&s), "\n"), 61);
}

static void it_takes_a_filter_an_order_and_a_limit(void **state)
{
	(void)state;
	serve_get(&s, "/api/v1/clients.csv?filter=alert:red");
	assert_int_equal(count(serve_body(&s), "\n"), 21);
	serve_get(&s, "/api/v1/clients.csv?sort=ip&order=desc&limit=2");
	char *body = serve_body(&s), *row = strchr(body, '\n');
	assert_int_equal(count(body, "\n"), 3);
	assert_memory_equal(row, "\n198.51.100.60,", 15);
	serve_get(&s, "/api/v1/clients.csv?limit=0");
	assert_int_equal(count(serve_body(&s), "\n"), 1);
	serve_get(&s, "/api/v1/clients.json?filter=10.0.0.0/8");
	json_t *root = json_loads(serve_body(&s), 0, NULL);
	assert_int_equal(json_array_size(json_object_get(root, "clients")), 0);
	json_decref(root);
}

static void a_name_is_escaped_for_what_it_goes_into(void **state)
{
	(void)state;
	serve_get(&s, "/api/v1/clients.json?filter=198.51.100.1");
	assert_non_null(strstr(s.answer, "\"name\":\"<script>alert(1)</script>\""));
	assert_non_null(strstr(s.answer, "Content-Type: application/json"));
	assert_non_null(strstr(s.answer, "Content-Disposition: attachment; filename=\"ntpscope-clients-"));
}

/* Many pieces; rows that are longer than the room at the end of one, and than a whole one. */
static void rows_are_whole_however_long_a_name_is(void **state)
{
	enum { CLIENTS = 1100, LONG = 70000 };
	static struct serve crowd;
	static char name[LONG + 1];
	struct web_config c = serve_config();
	size_t n_long = 0;
	json_t *row;
	size_t i;

	(void)state;
	assert_true(serve_crowd(&crowd, CLIENTS));
	memset(name, 'n', LONG);
	crowd.long_name = name;
	assert_true(serve_web(&crowd, &c));
	serve_get(&crowd, "/api/v1/clients.json");
	json_t *root = json_loads(serve_body(&crowd), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_int_equal(json_array_size(json_object_get(root, "clients")), CLIENTS);
	json_array_foreach(json_object_get(root, "clients"), i,
			   row) if (json_string_length(json_object_get(row, "name")) == LONG) n_long++;
	assert_int_equal(n_long, 4);
	json_decref(root);
	serve_end(&crowd);
}

static int open_web(void **state)
{
	return serve_open(state, &s, 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_stream_has_each_client_once),
		cmocka_unit_test(it_takes_a_filter_an_order_and_a_limit),
		cmocka_unit_test(rows_are_whole_however_long_a_name_is),
		cmocka_unit_test(a_name_is_escaped_for_what_it_goes_into),
	};
	return cmocka_run_group_tests(tests, open_web, serve_close);
}
