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

#include "base/nstime.h"
#include "engine/flags.h"
#include "present/client_rows.h"
#include "present/hosts.h"
#include "present/utf8.h"
#include "talk.h"

static const int64_t start_ns = INT64_C(1772323200000000000); /* 2026-03-01T00:00:00Z */

static struct talk talk;

/* Client 1: ten answered requests, 64 s apart; client 2: one without an answer. */
static struct census *small_census(void)
{
	talk.n = talk.at = 0;
	for (int i = 0; i < 10; i++) {
		talk_ask(&talk, 1, start_ns + i * 64 * NS_PER_S, true);
		if (i == 3)
			talk_ask(&talk, 2, start_ns + i * 64 * NS_PER_S + 1000000, false);
	}
	struct census *c = talk_census(&talk);
	assert_non_null(c);
	return c;
}

static size_t token(void *arg, const struct addr *a, char *out)
{
	(void)arg;
	memcpy(out, "v4-token", 8);
	out[7] = (char)('0' + a->b[15] % 10);
	return 8;
}

static void get(void *arg, size_t i, struct client_info *out)
{
	census_client(arg, i, out);
}

static const char *name_in_hosts(void *arg, const struct addr *a)
{
	return hosts_name(arg, a);
}

static char *print(const struct census *c, enum client_format format, const char *hosts_text, bool anonymised)
{
	static const char *const paths[] = { "small.pcap" };
	const struct source_info source = { .paths = paths, .n_paths = 1, .damage = "", .elapsed_s = -1 };
	struct hosts hosts;
	struct buf b;
	unsigned line;
	const char *why;
	assert_int_equal(hosts_parse(&hosts, hosts_text, strlen(hosts_text), &line, &why), ERR_OK);
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	struct client_facts facts;
	client_facts_of(c, &facts);
	struct client_rows w = {
		.out = &b,
		.facts = &facts,
		.name = name_in_hosts,
		.name_arg = &hosts,
		.source = &source,
		.format = format,
		.columns = 120,
		.token = anonymised ? token : NULL,
	};
	assert_int_equal(census_n_clients(c), 2);
	client_rows_begin(&w, &(struct client_rows_ahead){ 2, get, (void *)c });
	uint32_t *order;
	assert_int_equal(census_sort_clients(c, SORT_IP, false, &order), ERR_OK);
	for (size_t i = 0; i < 2; i++) {
		struct client_info info;
		census_client(c, order[i], &info);
		client_rows_row(&w, &info);
	}
	free(order);
	client_rows_end(&w);
	buf_char(&b, '\0');
	hosts_release(&hosts);
	return b.data;
}

static void csv_is_exact(void **state)
{
	struct census *c = small_census();
	(void)state;
	char *text = print(c, CLIENTS_CSV, "198.51.100.2 =cmd,x\n", false);
	assert_string_equal(text, "ip,name,first,last,rx,tx,rx_flags,tx_flags,rx_every_s,alert,recent_every_"
				  "s,owed,peak_1s,peak_10s,"
				  "rx_bytes,tx_bytes,kod_rate,kod_deny,kod_rstr,icmp_errors,last_port,poll_"
				  "log2s,deltas,delta_mean_s,"
				  "delta_max_s,classes,servers\n"
				  "198.51.100.1,,2026-03-01T00:00:00.000000000Z,2026-03-01T00:09:36."
				  "000050000Z,10,10,4C,4S,64.000000000,"
				  "none,64.000000000,0,1,1,480,480,0,0,0,0,40000,6,10,0.000050000,0."
				  "000049919,active,192.0.2.123\n"
				  "198.51.100.2,\"'=cmd,x\",2026-03-01T00:03:12.001000000Z,2026-03-01T00:03:"
				  "12.001000000Z,1,0,4C,-,,none,,1,"
				  "1,1,48,0,0,0,0,0,40000,6,0,,,,192.0.2.123\n");
	free(text);
	census_free(c);
}

/* The order of the first ten keys is promised to those who know the page of the appliances. */
static void json_has_the_keys_of_the_page_first(void **state)
{
	static const char *const keys[] = { "ip", "name",     "first",    "last",       "rx",
					    "tx", "rx_flags", "tx_flags", "rx_every_s", "alert" };
	struct census *c = small_census();
	(void)state;
	char *text = print(c, CLIENTS_JSON, "198.51.100.2 ntp-two\n", false);
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	json_t *rows = json_object_get(root, "clients"), *row = json_array_get(rows, 1);
	assert_int_equal(json_array_size(rows), 2);
	void *at = json_object_iter(row);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		assert_non_null(at);
		assert_string_equal(json_object_iter_key(at), keys[i]);
		at = json_object_iter_next(row, at);
	}
	assert_string_equal(json_string_value(json_object_get(row, "name")), "ntp-two");
	assert_true(json_is_null(json_object_get(row, "rx_every_s")));
	assert_true(json_is_null(json_object_get(json_array_get(rows, 0), "name")));
	assert_int_equal(json_array_size(json_object_get(row, "servers")), 1);
	json_decref(root);
	free(text);
	census_free(c);
}

static void anonymised_lists_hold_neither_address_nor_name(void **state)
{
	struct census *c = small_census();
	(void)state;
	for (int format = CLIENTS_TABLE; format <= CLIENTS_CSV; format++) {
		char *text = print(c, (enum client_format)format, "198.51.100.2 secret\n", true);
		assert_null(strstr(text, "198.51"));
		assert_null(strstr(text, "192.0.2"));
		assert_null(strstr(text, "secret"));
		assert_non_null(strstr(text, "v4-toke1"));
		free(text);
	}
	census_free(c);
}

static void the_table_fits_its_page(void **state)
{
	struct census *c = small_census();
	(void)state;
	char *text = print(c, CLIENTS_TABLE, "198.51.100.1 one\n", false);
	assert_non_null(strstr(text, "\n198.51.100.1    one   00:00:00Z  00:09:36Z "));
	assert_non_null(strstr(text, "1 min 4 s"));
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		assert_true(utf8_columns(line, strcspn(line, "\n")) <= 120);
	free(text);
	census_free(c);
}

/* client_rows.c goes by bits, flags_text() by rows: they must be in the same order. */
static void flags_stand_in_the_order_of_their_bits(void **state)
{
	(void)state;
	for (unsigned i = 0; i < N_FLAGS; i++)
		assert_int_equal(flag_table[i].bit, 1u << i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_is_exact),
		cmocka_unit_test(json_has_the_keys_of_the_page_first),
		cmocka_unit_test(anonymised_lists_hold_neither_address_nor_name),
		cmocka_unit_test(the_table_fits_its_page),
		cmocka_unit_test(flags_stand_in_the_order_of_their_bits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
