/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wanted lines are what ntpq of ntpsec 1.2.2 printed for the same counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "made.h"
#include "present/stat_rows.h"

static void append(char *s, size_t room, const char *more)
{
	size_t len = strlen(s);
	snprintf(s + len, room - len, "%s", more);
}

static const char answer
	[] = "ss_uptime=15, ss_numctlreq=46, ss_reset=15, ss_reset_r=15, ss_received=60, ss_received_r=60, "
	     "ss_thisver=12, ss_thisver_r=12, ss_oldver=0, ss_oldver_r=0, ss_restricted=1, "
	     "ss_restricted_r=1,,io_sent=5";

static void lines_are_those_of_ntpq(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, -1);
	stat_text(&b, &stat_sysstats, var_list_of(answer, sizeof(answer) - 1));
	char *text = made_text(&b);
	assert_string_equal(
		text, "uptime:                     00:00:15\n"
		      "control requests:                 46\n"
		      "sysstats reset:             00:00:15      00:00:15\n"
		      "packets received:                 60            60        4.0p/s        4.0p/s\n"
		      "current version:                  12            12        1.0s/p        1.0s/p\n"
		      "older version:                     0             0                            \n"
		      "restricted:                        1             1       15.0s/p       15.0s/p\n");
	free(text);
}

static void days_are_told(void **state)
{
	(void)state;
	static const char text[] = "mru_maxage=93784";
	struct buf b;
	buf_init(&b, -1);
	stat_text(&b, &stat_monstats, var_list_of(text, sizeof(text) - 1));
	char *got = made_text(&b);
	assert_string_equal(got, "reclaim maxage:          1D 02:03:04\n");
	free(got);
}

static void all_names_are_asked_for_once_however_little_room_there_is(void **state)
{
	(void)state;
	for (size_t room = 40; room < 600; room += 13) {
		char all[2048] = ",", part[600];
		size_t from = 0, len, n = 0;
		while ((len = stat_names(&stat_sysstats, &from, part, room))) {
			assert_int_equal(len, strlen(part));
			assert_true(len < room && n++ < 50);
			append(all, sizeof(all), part);
			append(all, sizeof(all), ",");
		}
		for (size_t i = 0; i < stat_sysstats.n; i++) {
			char name[48];
			snprintf(name, sizeof(name), ",%s,", stat_sysstats.rows[i].name);
			assert_non_null(strstr(all, name));
		}
	}
}

static void json_has_both_columns(void **state)
{
	(void)state;
	struct jw j;
	struct buf b;
	made_begin(&j, &b);
	stat_json(&j, &stat_sysstats, var_list_of(answer, sizeof(answer) - 1));
	json_t *root = made_json(&j, &b);
	assert_true(made_real(root, "uptime_s") == 15 && made_real(root, "received") == 60);
	assert_true(made_real(json_object_get(root, "since_reset"), "received") == 60);
	assert_null(json_object_get(root, "kod_sent"));
	json_decref(root);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_those_of_ntpq),
		cmocka_unit_test(days_are_told),
		cmocka_unit_test(all_names_are_asked_for_once_however_little_room_there_is),
		cmocka_unit_test(json_has_both_columns),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
