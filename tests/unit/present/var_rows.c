/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "made.h"
#include "present/var_rows.h"

static const int64_t now_ns = INT64_C(1795690937000000000);

static struct var_list list(const char *text)
{
	return var_list_of(text, strlen(text));
}

static void status_words_are_those_of_ntpq(void **state)
{
	(void)state;
	static const struct {
		enum var_kind kind;
		uint16_t status;
		const char *words;
	} some[] = {
		{ VARS_SYSTEM, 0x0615, "leap_none, sync_ntp, 1 event, clock_sync" },
		{ VARS_SYSTEM, 0xc516, "leap_alarm, sync_local, 1 event, restart" },
		{ VARS_PEER, 0x961a, "conf, reach, sel_sys.peer, 1 event, sys_peer" },
		{ VARS_PEER, 0xb41d, "conf, auth, reach, sel_candidate, 1 event, popcorn" },
		{ VARS_PEER, 0xe0bc, "conf, authenb, auth, sel_reject, 11 events, bad_auth" },
		{ VARS_CLOCK, 0x0000, "no events, clk_unspec" },
		{ VARS_CLOCK, 0x0034, "3 events, clk_bad_signal" },
	};
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		char words[VAR_STATUS_MAX];
		var_status_words(some[i].kind, some[i].status, words);
		assert_string_equal(words, some[i].words);
	}
}

static void prints(const char *vars, unsigned columns, const char *wanted)
{
	struct buf b;
	buf_init(&b, -1);
	var_rows_text(&b, list(vars), columns, now_ns);
	char *text = made_text(&b);
	assert_string_equal(text, wanted);
	free(text);
}

static void values_are_in_plain_text(void **state)
{
	(void)state;
	prints("leap=1, reach=0x7f, flash=0x1400, flags=0x3, refid=GPS, version=\"a, b\", "
	       "xmt=0xeeb29038.80000000, "
	       "reftime=0x00000000.00000000, alone, name=word",
	       400,
	       "leap=01, reach=177, flash=1400 peer_dist peer_unreach, flags=3, refid=GPS, version=\"a, b\", "
	       "xmt=eeb29038.80000000 2026-11-26T11:02:16.500Z, reftime=00000000.00000000 never, alone, "
	       "name=\"word\"\n");
	prints("flash=0x0", 80, "flash=00 ok\n");
	prints("", 80, "");
}

static void lines_fit_the_terminal(void **state)
{
	(void)state;
	prints("aaaaaaaa=1, bbbbbbbb=2, cccccccc=3", 30, "aaaaaaaa=1, bbbbbbbb=2,\ncccccccc=3\n");
	prints("aaaaaaaa=1, bbbbbbbb=2, cccccccc=3", 80, "aaaaaaaa=1, bbbbbbbb=2, cccccccc=3\n");
	prints("a=1, filtdelay=0.05 1.50, b=2", 80, "a=1,\n filtdelay =     0.05     1.50,\nb=2\n");
}

static void what_would_act_on_a_terminal_is_escaped(void **state)
{
	(void)state;
	prints("na\x1bme=\x07, timecode=\"\x1b]0;x\x07\"", 80,
	       "na\\x1bme=\"\\x07\", timecode=\"\\x1b]0;x\\x07\"\n");
}

static void json_has_units_and_all_as_it_came(void **state)
{
	(void)state;
	struct jw j;
	struct buf b;
	made_begin(&j, &b);
	var_status_json(&j, VARS_SYSTEM, 0x0615);
	var_rows_json(&j,
		      list("offset=-0.123, frequency=-1.5, stratum=2, version=\"x\x1b\", "
			   "clock=0xeeb29038.80000000, odd=1, "
			   "rootdelay=junk, alone"),
		      now_ns);
	json_t *root = made_json(&j, &b), *values = json_object_get(root, "values");
	json_t *all = json_object_get(root, "variables");
	assert_string_equal(made_string(json_object_get(root, "status"), "source"), "sync_ntp");
	assert_true(made_real(values, "offset_s") == -0.000123);
	assert_true(made_real(values, "frequency_ppm") == -1.5);
	assert_true(made_real(values, "stratum") == 2);
	assert_string_equal(made_string(values, "clock_time"), "2026-11-26T11:02:16.500000000Z");
	assert_true(json_is_null(json_object_get(values, "root_delay_s")));
	assert_int_equal(json_array_size(all), 8);
	assert_string_equal(made_string(json_array_get(all, 5), "name"), "odd");
	assert_true(json_is_null(json_object_get(json_array_get(all, 7), "value")));
	json_decref(root);
}

static void the_clocks_status_has_its_meaning(void **state)
{
	(void)state;
	struct jw j;
	struct buf b;
	made_begin(&j, &b);
	var_status_json(&j, VARS_CLOCK, 0x0034);
	json_t *root = made_json(&j, &b), *status = json_object_get(root, "status");
	assert_string_equal(made_string(status, "meaning"), "signal loss");
	assert_true(made_real(status, "code") == 4 && made_real(status, "events") == 3);
	json_decref(root);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_words_are_those_of_ntpq),
		cmocka_unit_test(values_are_in_plain_text),
		cmocka_unit_test(lines_fit_the_terminal),
		cmocka_unit_test(what_would_act_on_a_terminal_is_escaped),
		cmocka_unit_test(json_has_units_and_all_as_it_came),
		cmocka_unit_test(the_clocks_status_has_its_meaning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
