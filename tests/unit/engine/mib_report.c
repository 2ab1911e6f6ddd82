/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <math.h>

#include "base/nstime.h"
#include "mib_made.h"

static void rates_are_gaps_where_the_machine_began_anew(void **state)
{
	struct mib_table *t = calloc(1, sizeof(*t));
	struct mib_rates *r = calloc(1, sizeof(*r));
	double v = 0;
	(void)state;
	put(t, made_count("1.10.1", 4294967000U, 32));
	mib_rates_begin(r, 0, 1000);
	assert_false(mib_rate(r, t, "1.10", 1, &v));
	put(t, made_count("1.10.1", 204, 32)); /* came round */
	mib_rates_begin(r, 10 * NS_PER_S, 1010);
	assert_true(mib_rate(r, t, "1.10", 1, &v));
	assert_true(v == 50);
	put(t, made_count("1.10.1", 100, 32)); /* but this machine is 5 s old */
	mib_rates_begin(r, 20 * NS_PER_S, 5);
	assert_false(mib_rate(r, t, "1.10", 1, &v));
	put(t, made_count("1.10.1", 300, 32));
	mib_rates_begin(r, 30 * NS_PER_S, NAN);
	assert_true(mib_rate(r, t, "1.10", 1, &v));
	assert_true(v == 20);
	put(t, made_text("1.10.1", "300"));
	assert_false(mib_rate(r, t, "1.10", 1, &v));
	free(r);
	free(t);
}

static void a_report_takes_so_many_parts_and_points(void **state)
{
	struct mib_report *r = calloc(1, sizeof(*r));
	struct reading_made *p = mib_report_begin(r);
	char name[32];
	(void)state;
	assert_string_equal(p->part, "");
	reading_point(p, "offset_s", NAN);
	assert_int_equal(p->n_points, 0);
	reading_point(p, "stratum", 1);
	reading_point(p, "stratum", 2); /* who comes first knows best */
	assert_point(p, "stratum", 1);
	reading_fact(p, "name", NULL);
	reading_fact(p, "name", "a");
	reading_fact(p, "name", "b");
	mib_number_fact(p, "speed", INT64_MIN, " Mbit/s");
	assert_string_equal(fact_of(p, "name"), "a");
	reading_fact(p, "version", "1\x1b[2J\n\x7f");
	assert_string_equal(fact_of(p, "version"), "1 [2J  ");
	assert_string_equal(fact_of(p, "speed"), "-9223372036854775808 Mbit/s");
	assert_string_equal(mib_report_part(r, "eth\t0\xff")->part, "eth_0_");
	assert_string_equal(mib_report_numbered(r, "refclock_", 4294967295U)->part, "refclock_4294967295");
	while ((p = mib_report_part(r, "more")))
		;
	assert_int_equal(r->n, MIB_PARTS_MAX);
	p = mib_report_begin(r);
	for (int i = 0; i < 100; i++) {
		(void)snprintf(name, sizeof(name), "fact_%d", i);
		reading_fact(p, name, "x");
	}
	assert_int_equal(p->n_facts, READING_FACTS_MAX);
	free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_are_gaps_where_the_machine_began_anew),
		cmocka_unit_test(a_report_takes_so_many_parts_and_points),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
