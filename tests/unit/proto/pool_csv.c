/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/nstime.h"
#include "proto/pool_csv.h"

static bool begin(struct pool_csv *c, const char *line)
{
	return pool_csv_begin(c, line, strlen(line));
}

static enum stats_kind parse(const struct pool_csv *c, const char *line, struct stats_line *out)
{
	return pool_csv_line(c, line, strlen(line), out);
}

static const char heading[] = "ts_epoch,ts,offset,step,score,monitor_id,monitor_name,leap,error\r";

static void a_check_of_a_monitor_is_a_part(void **state)
{
	struct pool_csv c;
	struct stats_line l;
	(void)state;
	assert_true(begin(&c, heading));
	assert_int_equal(
		parse(&c, "1763316000,2025-11-16 18:00:00,-0.001234,1,19.9,22,usday1-abc.test,0,\r", &l),
		STATS_POOL);
	assert_string_equal(l.name, "usday1-abc.test");
	assert_true(l.is_part);
	assert_int_equal(l.time_ns, INT64_C(1763316000) * NS_PER_S);
	assert_int_equal(l.n, 3);
	assert_string_equal(l.at[0].series, "offset_s");
	assert_true(l.at[0].value == -0.001234); /* the server's minus the monitor's: not turned */
	assert_true(l.at[1].value == 1);
	assert_true(l.at[2].value == 19.9);
}

static void the_score_that_counts_is_the_servers(void **state)
{
	struct pool_csv c;
	struct stats_line l;
	(void)state;
	assert_true(begin(&c, "ts,monitor_name,score,step,offset"));
	assert_int_equal(parse(&c, "2025-11-16 18:00:00,recentmedian,14,-5,", &l), STATS_POOL);
	assert_string_equal(l.name, "");
	assert_false(l.is_part);
	assert_int_equal(l.time_ns, INT64_C(1763316000) * NS_PER_S);
	assert_int_equal(l.n, 2); /* no answer: no offset */
	assert_string_equal(l.at[0].series, "pool_step");
	assert_true(l.at[1].value == 14);
	assert_int_equal(parse(&c, "2025-11-16 18:00:00,\"a, b\",14,-5,", &l), STATS_BAD); /* no name */
	assert_int_equal(parse(&c, "", &l), STATS_NONE);
}

static void what_is_no_such_file_is_not_begun(void **state)
{
	static const char *const bad[] = { "",
					   "a,b,c",
					   "ts_epoch,score",
					   "score,step",
					   "50935 75440.031 0.0 1 0 0 6",
					   "\"ts,step,score\"" };
	struct pool_csv c;
	struct stats_line l;
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(begin(&c, bad[i]));
	assert_true(begin(&c, heading));
	assert_int_equal(parse(&c, "x,y,z", &l), STATS_BAD);
	assert_int_equal(parse(&c, "1763316000", &l), STATS_BAD);
	assert_int_equal(parse(&c, "1763316000,,nan,,inf,1,m,0,", &l), STATS_BAD);
	assert_int_equal(l.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_check_of_a_monitor_is_a_part),
		cmocka_unit_test(the_score_that_counts_is_the_servers),
		cmocka_unit_test(what_is_no_such_file_is_not_begun),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
