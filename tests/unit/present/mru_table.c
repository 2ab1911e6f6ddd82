/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wanted lines are what ntpq of ntpsec 1.2.2 printed for such rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "made.h"
#include "present/mru_table.h"

static void append(char *s, size_t room, const char *more)
{
	size_t len = strlen(s);
	snprintf(s + len, room - len, "%s", more);
}

static const int64_t now_ns = INT64_C(1795690937000000000);
#define NOW  UINT64_C(0xeeb2903900000000)
#define S(n) ((uint64_t)(n) << 32)

static struct mru_row row(const char *address, unsigned ago_s, unsigned span_s, uint64_t count)
{
	struct mru_row r = { .last = NOW - S(ago_s),
			     .first = NOW - S(ago_s + span_s),
			     .count = count,
			     .port = 123,
			     .mode = 4,
			     .version = 4,
			     .restrictions = 0x40,
			     .has_score = true,
			     .has_dropped = true,
			     .score_milli = 237 };
	addr_parse(address, &r.addr);
	return r;
}

static void prints(struct mru_row r, const char *wanted)
{
	struct buf b;
	buf_init(&b, -1);
	mru_table_row(&b, &r, NOW);
	char *text = made_text(&b);
	assert_string_equal(text, wanted);
	free(text);
}

static void lines_are_those_of_ntpq(void **state)
{
	(void)state;
	struct mru_row r = row("2001:db8::101", 6, 10, 6);
	prints(r, "      6   2.00   40 . 4 4      6    0.237      0   123 2001:db8::101\n");
	r.restrictions = 0x420;
	r.score_milli = 12345678;
	r.count = 1;
	prints(r, "      6      0  420 K 4 4      1 12345.68      0   123 2001:db8::101\n");
	r = row("192.0.2.1", 100, 1, 101);
	r.restrictions = 0x20;
	r.has_score = r.has_dropped = false;
	prints(r, "    100  0.010   20 L 4 4    101        -      -   123 192.0.2.1\n");
	r.count = 2;
	r.first -= S(63);
	prints(r, "    100     64   20 L 4 4      2        -      -   123 192.0.2.1\n");
}

static void a_scope_is_shown_and_cannot_act(void **state)
{
	(void)state;
	struct mru_row r = row("fe80::1", 1, 0, 1);
	memcpy(r.scope, "%e\x1b", 4);
	prints(r, "      1      0   40 . 4 4      1    0.237      0   123 fe80::1%e?\n");
}

static void csv_and_json_have_all_of_it(void **state)
{
	(void)state;
	struct mru_row r = row("192.0.2.1", 2, 10, 6);
	struct buf b;
	struct jw j;
	buf_init(&b, -1);
	mru_csv_head(&b);
	mru_csv_row(&b, &r, NOW, now_ns);
	char *text = made_text(&b);
	assert_string_equal(
		text,
		"address,port,last,first,last_ago_s,average_s,restrictions,mode,version,count,score,dropped\n"
		"192.0.2.1,123,2026-11-26T11:02:15.000000000Z,2026-11-26T11:02:05.000000000Z,2.000000000,"
		"2.000000000,0x40,4,4,6,0.237,0\n");
	free(text);
	made_begin(&j, &b);
	jw_open(&j, "clients", JW_ARRAY);
	mru_json_row(&j, &r, NOW, now_ns);
	jw_close(&j);
	json_t *root = made_json(&j, &b), *one = json_array_get(json_object_get(root, "clients"), 0);
	assert_string_equal(made_string(one, "address"), "192.0.2.1");
	assert_string_equal(made_string(one, "last"), "2026-11-26T11:02:15.000000000Z");
	assert_true(made_real(one, "average_s") == 2);
	assert_string_equal(json_string_value(json_array_get(json_object_get(one, "restrictions"), 0)),
			    "noquery");
	json_decref(root);
}

static void orders(enum mru_sort by, bool reverse, const char *wanted)
{
	struct mru_row rows[] = { row("192.0.2.9", 30, 90, 10), row("2001:db8::1", 10, 10, 11),
				  row("192.0.2.1", 20, 50, 2), row("192.0.2.9", 40, 80, 9) };
	char got[64] = "";
	rows[1].score_milli = 900;
	rows[2].dropped = 5;
	size_t n = mru_sort(rows, 4, by, reverse);
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++) {
		char text[ADDR_TEXT_MAX];
		addr_text(&rows[i].addr, text);
		append(got, sizeof(got), text + strlen(text) - 1);
		append(got, sizeof(got), addr_is_v4(&rows[i].addr) ? " " : "v6 ");
	}
	assert_string_equal(got, wanted);
}

static void rows_are_sorted_and_each_address_is_there_once(void **state)
{
	(void)state;
	orders(MRU_BY_LSTINT, false, "1v6 1 9 ");
	orders(MRU_BY_LSTINT, true, "9 1 1v6 ");
	orders(MRU_BY_ADDR, false, "1 9 1v6 ");
	orders(MRU_BY_COUNT, false, "1v6 9 1 ");
	orders(MRU_BY_AVGINT, false, "1v6 9 1 ");
	orders(MRU_BY_SCORE, false, "1v6 1 9 ");
	orders(MRU_BY_DROP, false, "1 1v6 9 ");
	assert_int_equal(mru_sort(NULL, 0, MRU_BY_ADDR, true), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_those_of_ntpq),
		cmocka_unit_test(a_scope_is_shown_and_cannot_act),
		cmocka_unit_test(csv_and_json_have_all_of_it),
		cmocka_unit_test(rows_are_sorted_and_each_address_is_there_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
