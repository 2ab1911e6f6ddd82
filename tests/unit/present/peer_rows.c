/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wanted lines are what ntpq of ntpsec 1.2.2 printed for the same variables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "made.h"
#include "present/peer_rows.h"

static const int64_t now_ns = INT64_C(1795690937000000000); /* 0xeeb2903900000000 */

static char *line(struct peer_table t, uint16_t status, const char *vars)
{
	struct buf b;
	struct peer_vars p;
	buf_init(&b, -1);
	t.out = &b;
	t.columns = t.columns ? t.columns : 80;
	t.now_ns = now_ns;
	peer_vars_parse(&p, 17769, status, vars, strlen(vars));
	peer_table_row(&t, &p);
	return made_text(&b);
}

#define LINE_IS(table, status, vars, wanted)                                                  \
	do {                                                                                  \
		char *got = line((struct peer_table){ .associations = table }, status, vars); \
		assert_string_equal(got, wanted);                                             \
		free(got);                                                                    \
	} while (0)

static void lines_are_those_of_ntpq(void **state)
{
	(void)state;
	LINE_IS(false, 0xb41d,
		"srcadr=192.0.2.101, hmode=3, stratum=3, ppoll=99, hpoll=3, refid=127.127.1.1, "
		"rec=0xeeb29038.00000000, "
		"reach=0x1, delay=0.048314, offset=0.015228, jitter=0.015710",
		"+192.0.2.101     127.127.1.1      3 u    1    8    1   0.0483   0.0152   0.0157\n");
	LINE_IS(false, 0x961a,
		"srcadr=127.127.1.0, srchost=\"LOCAL(0)\", hmode=3, stratum=3, hpoll=3, ppoll=3, refid=LOCL, "
		"reach=0x3, "
		"rec=0xeeb29034.00000000, delay=0.000000, offset=0.000000, jitter=0.000000",
		"*LOCAL(0)        .LOCL.           3 l    5    8    3   0.0000   0.0000   0.0000\n");
	LINE_IS(true, 0x8011,
		"srcadr=192.0.2.99, hmode=3, stratum=16, ppoll=10, hpoll=6, refid=INIT, "
		"rec=0x00000000.00000000, "
		"reach=0x0, delay=0.000000, offset=0.000000, jitter=0.000119",
		" 192.0.2.99      .INIT.   17769  16 u    -   64    0   0.0000   0.0000   0.0001\n");
	LINE_IS(true, 0xb41d,
		"srcadr=192.0.2.101, hmode=3, stratum=3, hpoll=3, ppoll=3, refid=127.127.1.1, reach=0xff, "
		"delay=0.5, "
		"offset=-1234.567, jitter=12345.678",
		"+192.0.2.101     ...      17769   3 u    -    8  377    0.500 -1234.57 12345.68\n");
}

static void names_are_cut_or_have_a_line_of_their_own(void **state)
{
	(void)state;
	static const char
		vars[] = "srcadr=2001:db8:aaaa:bbbb::1, srchost=\"time.example.org\", hmode=3, refid=GPS";
	char *got = line((struct peer_table){ .numeric = true }, 0, vars);
	assert_memory_equal(got, " 2001:db8:aaaa:b .GPS.", 22);
	free(got);
	got = line((struct peer_table){ .numeric = true, .wide = true }, 0, vars);
	assert_memory_equal(got, " 2001:db8:aaaa:bbbb::1\n                 .GPS.", 45);
	free(got);
	got = line((struct peer_table){ .columns = 100 }, 0, vars);
	assert_memory_equal(got, " time.example.org                    .GPS.", 42);
	free(got);
}

static void what_would_act_on_a_terminal_is_escaped(void **state)
{
	(void)state;
	char *got = line((struct peer_table){ .wide = true, .columns = 200 }, 0,
			 "srchost=\"\x1b[31m\", refid=\x07\x07");
	assert_null(strchr(got, '\x1b'));
	assert_null(strchr(got, '\x07'));
	assert_non_null(strstr(got, "\\x1b[31m"));
	free(got);
}

static void the_head_has_the_columns_of_ntpq(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, -1);
	peer_table_head(&(struct peer_table){ .out = &b, .columns = 80 });
	peer_table_head(&(struct peer_table){ .out = &b, .columns = 80, .associations = true });
	char *text = made_text(&b);
	assert_string_equal(
		text, "     remote           refid      st t when poll reach   delay   offset   jitter\n"
		      "===============================================================================\n"
		      "     remote       refid   assid  st t when poll reach   delay   offset   jitter\n"
		      "===============================================================================\n");
	free(text);
}

static void json_has_units_in_its_keys(void **state)
{
	(void)state;
	static const char
		vars[] = "srcadr=192.0.2.101, hmode=3, stratum=3, ppoll=6, hpoll=10, refid=GPS, reach=0x7f, "
			 "delay=0.048314, offset=-0.015228, flash=0x1400, rec=0xeeb29038.80000000";
	struct peer_vars p;
	struct jw j;
	struct buf b;
	made_begin(&j, &b);
	jw_open(&j, "peers", JW_ARRAY);
	peer_vars_parse(&p, 7, 0x961a, vars, strlen(vars));
	peer_json_row(&j, &p, now_ns);
	jw_close(&j);
	json_t *root = made_json(&j, &b), *one = json_array_get(json_object_get(root, "peers"), 0);
	assert_string_equal(made_string(one, "tally"), "*");
	assert_string_equal(made_string(one, "remote"), "192.0.2.101");
	assert_string_equal(made_string(one, "reach_octal"), "177");
	assert_string_equal(made_string(one, "received_time"), "2026-11-26T11:02:16.500000000Z");
	assert_true(made_real(one, "delay_s") == 0.000048314);
	assert_true(made_real(one, "offset_s") == -0.000015228);
	assert_true(made_real(one, "poll_s") == 64);
	assert_true(json_is_null(json_object_get(one, "jitter_s")));
	assert_true(json_is_null(json_object_get(one, "nts_cookies")));
	assert_int_equal(json_array_size(json_object_get(one, "flash")), 2);
	json_decref(root);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_those_of_ntpq),
		cmocka_unit_test(names_are_cut_or_have_a_line_of_their_own),
		cmocka_unit_test(what_would_act_on_a_terminal_is_escaped),
		cmocka_unit_test(the_head_has_the_columns_of_ntpq),
		cmocka_unit_test(json_has_units_in_its_keys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
