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

#include "present/exchange_rows.h"
#include "proto/ntp.h"

static struct exchange answered(void)
{
	struct exchange x = {
		.class = CLASS_ANSWERED,
		.request_frame = 1,
		.response_frame = 2,
		.request_ns = INT64_C(1772323200000000000),
		.response_ns = INT64_C(1772323200000038123),
		.turnaround_ns = 9001,
		.has_turnaround = true,
		.client_port = 40000,
		.server_port = 123,
		.version = 4,
		.mode = 3,
	};
	assert_true(addr_parse("192.0.2.7", &x.client));
	assert_true(addr_parse("2001:db8::123", &x.server));
	return x;
}

static struct exchange lone(void)
{
	struct exchange x = answered();
	x.class = CLASS_UNSOLICITED;
	x.request_frame = 0;
	x.has_turnaround = false;
	x.kiss = KISS_RATE;
	x.auth = NTP_AUTH_MAC;
	x.notes = NOTE_BEFORE_CAPTURE | NOTE_ZERO_ORIGIN;
	return x;
}

static char *print(enum exchange_format format, const char *damage)
{
	static const char *const paths[] = { "a \"b\".pcap" };
	struct buf b;
	struct exchange x = answered(), y = lone();
	struct exchange_rows w = { .out = &b, .format = format };
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	exchange_rows_begin(&w, paths, 1);
	exchange_rows_row(&w, &x);
	exchange_rows_row(&w, &y);
	exchange_rows_end(&w, damage);
	buf_char(&b, '\0');
	assert_int_equal(w.n, 2);
	return b.data;
}

static void csv_has_its_header_and_empty_cells(void **state)
{
	(void)state;
	char *text = print(EXCHANGES_CSV, "");
	assert_string_equal(text, "class,request_frame,response_frame,request_time,response_time,delta_s,"
				  "turnaround_s,client,client_port,"
				  "server,server_port,version,mode,kiss,auth,notes\n"
				  "answered,1,2,2026-03-01T00:00:00.000000000Z,2026-03-01T00:00:00."
				  "000038123Z,0.000038123,0.000009001,"
				  "192.0.2.7,40000,2001:db8::123,123,4,3,,none,\n"
				  "unsolicited,,2,,2026-03-01T00:00:00.000038123Z,,,192.0.2.7,40000,2001:db8:"
				  ":123,123,4,3,RATE,mac,"
				  "before-capture zero-origin\n");
	free(text);
}

static void json_is_valid_and_null_where_csv_is_empty(void **state)
{
	(void)state;
	char *text = print(EXCHANGES_JSON, "'a.pcap': truncated after frame 17");
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_string_equal(json_string_value(json_object_get(root, "schema")), "ntpscope-exchanges-1");
	assert_string_equal(json_string_value(json_object_get(root, "damage")),
			    "'a.pcap': truncated after frame 17");
	json_t *rows = json_object_get(root, "exchanges");
	assert_int_equal(json_array_size(rows), 2);
	json_t *first = json_array_get(rows, 0), *second = json_array_get(rows, 1);
	assert_int_equal(json_integer_value(json_object_get(first, "request_frame")), 1);
	assert_true(json_is_null(json_object_get(first, "kiss")));
	assert_true(json_is_null(json_object_get(second, "request_frame")));
	assert_true(json_is_null(json_object_get(second, "delta_s")));
	assert_string_equal(json_string_value(json_object_get(second, "kiss")), "RATE");
	assert_int_equal(json_array_size(json_object_get(second, "notes")), 2);
	json_decref(root);
	free(text);
}

static void no_rows_are_valid_json(void **state)
{
	struct buf b;
	struct exchange_rows w = { .out = &b, .format = EXCHANGES_JSON };
	(void)state;
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	exchange_rows_begin(&w, NULL, 0);
	exchange_rows_end(&w, "");
	json_t *root = json_loadb(b.data, b.len, 0, NULL);
	assert_non_null(root);
	assert_int_equal(json_array_size(json_object_get(root, "exchanges")), 0);
	json_decref(root);
	buf_release(&b);
}

static void the_table_names_the_day_once(void **state)
{
	(void)state;
	char *text = print(EXCHANGES_TABLE, "");
	char *day = strstr(text, "\n2026-03-01\n");
	assert_non_null(day);
	assert_null(strstr(day + 1, "\n2026-03-01\n"));
	assert_non_null(strstr(text, "00:00:00.000000  answered"));
	assert_non_null(strstr(text, "192.0.2.7:40000 → 2001:db8::123"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_has_its_header_and_empty_cells),
		cmocka_unit_test(json_is_valid_and_null_where_csv_is_empty),
		cmocka_unit_test(no_rows_are_valid_json),
		cmocka_unit_test(the_table_names_the_day_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
