/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "present/stream_rows.h"

static struct stream_info asked(void)
{
	struct stream_info s = {
		.number = 3,
		.high_first = true,
		.versions = 1 << 4,
		.modes = 1 << 3 | 1 << 4,
		.packets = { 2, 1 },
		.bytes = { 180, 90 },
		.first_frame = 5,
		.first_ns = INT64_C(1772323200000000000),
		.last_ns = INT64_C(1772323201500000000),
		.exchanges = 2,
		.answered = 1,
		.n_deltas = 1,
		.p50_ns = 38123,
		.p99_ns = 38123,
		.max_ns = 38123,
	};
	addr_parse("192.0.2.7", &s.ends.low);
	addr_parse("2001:db8::1", &s.ends.high);
	s.ends.low_port = 123;
	s.ends.high_port = 40000;
	return s;
}

static struct stream_info plain(void)
{
	struct stream_info s = asked();
	s.tcp = true;
	s.high_first = false;
	s.versions = s.modes = 0;
	s.exchanges = s.answered = s.n_deltas = 0;
	s.tcp_flags = 0x1b;
	s.quoted = 2;
	return s;
}

static char *print(enum stream_format format, const struct hosts *hosts)
{
	static const char *const paths[] = { "a\x1b.pcap" };
	struct stream_info s[2] = { asked(), plain() };
	struct buf b;
	buf_init(&b, -1);
	struct stream_rows w = { .out = &b, .hosts = hosts, .format = format };
	stream_rows_begin(&w, paths, 1);
	stream_rows_row(&w, &s[0]);
	stream_rows_row(&w, &s[1]);
	stream_rows_end(&w, "");
	buf_char(&b, '\0');
	char *text = strdup(b.data);
	buf_release(&b);
	return text;
}

static void the_table_has_a_line_a_stream_and_no_trailing_blank(void **state)
{
	(void)state;
	char *text = print(STREAMS_TABLE, NULL);
	assert_non_null(strstr(text, "\n2026-03-01\nudp.3            2       1"));
	assert_non_null(strstr(text, "v4: 3 4"));
	assert_non_null(strstr(text, "[2001:db8::1]:40000 → 192.0.2.7:123\n"));
	assert_non_null(strstr(text, "192.0.2.7:123 → [2001:db8::1]:40000  2 ICMP errors\n"));
	assert_non_null(strstr(text, "SYN FIN"));
	assert_null(strstr(text, " \n"));
	free(text);
}

static void json_has_every_column_of_the_csv(void **state)
{
	(void)state;
	char *text = print(STREAMS_JSON, NULL), *csv = print(STREAMS_CSV, NULL);
	json_error_t error;
	json_t *all = json_loads(text, 0, &error);
	assert_non_null(all);
	assert_string_equal(json_string_value(json_object_get(all, "schema")), "ntpscope-streams-1");
	json_t *row = json_array_get(json_object_get(all, "streams"), 0);
	size_t n = 0;
	char *save, *head = strtok_r(csv, "\n", &save);
	for (char *rest, *name = strtok_r(head, ",", &rest); name; name = strtok_r(NULL, ",", &rest), n++)
		assert_non_null(json_object_get(row, name));
	assert_int_equal(json_object_size(row), n);
	assert_string_equal(json_string_value(json_object_get(row, "a_ip")), "2001:db8::1");
	assert_int_equal(json_integer_value(json_object_get(row, "packets_a_to_b")), 2);
	assert_true(json_is_null(json_object_get(row, "tcp_flags")));
	row = json_array_get(json_object_get(all, "streams"), 1);
	assert_true(json_is_null(json_object_get(row, "delta_p50_s")));
	assert_string_equal(json_string_value(json_object_get(row, "tcp_flags")), "SYN FIN PSH ACK");
	json_decref(all);
	free(text);
	free(csv);
}

static void csv_rows_are_as_documented(void **state)
{
	(void)state;
	char *text = print(STREAMS_CSV, NULL);
	char *row = strchr(text, '\n') + 1;
	char *end = strchr(row, '\n');
	*end = '\0';
	assert_string_equal(row, "udp.3,2001:db8::1,40000,,192.0.2.7,123,,2,1,180,90,0,5,"
				 "2026-03-01T00:00:00.000000000Z,2026-03-01T00:00:01.500000000Z,1.500000000,"
				 "4,3 4,,2,1,1,0.000038123,0.000038123,0.000038123");
	assert_non_null(strstr(end + 1, ",,,SYN FIN PSH ACK,0,0,0,,,\n"));
	free(text);
}

static void names_of_strangers_are_escaped(void **state)
{
	(void)state;
	static const char file[] = "192.0.2.7 ev\xe2\x80\xaeil\n";
	struct hosts hosts = { 0 };
	unsigned line;
	const char *why;
	assert_int_equal(hosts_parse(&hosts, file, sizeof(file) - 1, &line, &why), ERR_OK);
	for (unsigned format = STREAMS_TABLE; format <= STREAMS_CSV; format++) {
		char *text = print((enum stream_format)format, &hosts);
		assert_null(strstr(text, "\xe2\x80\xae"));
		assert_non_null(strstr(text, "ev\\u202eil"));
		free(text);
	}
	hosts_release(&hosts);
}

static void tcp_flags_have_their_words(void **state)
{
	(void)state;
	char s[STREAM_FLAGS_MAX];
	assert_int_equal(stream_tcp_flags(0, s), 0);
	assert_string_equal(s, "");
	stream_tcp_flags(0x12, s);
	assert_string_equal(s, "SYN ACK");
	assert_true(stream_tcp_flags(0xff, s) < STREAM_FLAGS_MAX);
	assert_string_equal(s, "SYN FIN RST PSH ACK URG ECE CWR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_has_a_line_a_stream_and_no_trailing_blank),
		cmocka_unit_test(json_has_every_column_of_the_csv),
		cmocka_unit_test(csv_rows_are_as_documented),
		cmocka_unit_test(names_of_strangers_are_escaped),
		cmocka_unit_test(tcp_flags_have_their_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
