/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/alarm_past.h"

static void add(struct alarm_past *p, unsigned number)
{
	struct alarm_event e = { .time_ns = number,
				 .part = "refclock 1",
				 .via = WATCH_VIA_SNMP,
				 .to = ALARM_WARN,
				 .value = 3 * number,
				 .limit = 2 * number };

	snprintf(e.target, sizeof(e.target), "server %u", number);
	snprintf(e.text, sizeof(e.text), "text %u", number);
	alarm_past_add(p, &e);
}

static void the_newest_is_the_first(void **state)
{
	struct alarm_past p = { 0 };
	struct alarm_event e;
	(void)state;

	assert_false(alarm_past_at(&p, 0, &e));
	add(&p, 1);
	add(&p, 2);
	assert_true(alarm_past_at(&p, 0, &e));
	assert_string_equal(e.target, "server 2");
	assert_string_equal(e.part, "refclock 1");
	assert_string_equal(e.text, "text 2");
	assert_float_equal(e.value, 6, 0);
	assert_float_equal(e.limit, 4, 0);
	assert_int_equal(e.via, WATCH_VIA_SNMP);
	assert_int_equal(e.to, ALARM_WARN);
	assert_true(alarm_past_at(&p, 1, &e));
	assert_int_equal(e.time_ns, 1);
	assert_false(alarm_past_at(&p, 2, &e));
	alarm_past_release(&p);
}

static void of_many_the_latest_are_kept(void **state)
{
	struct alarm_past p = { 0 };
	struct alarm_event e;
	(void)state;

	for (unsigned i = 0; i < ALARM_EVENTS_KEPT + 7; i++)
		add(&p, i);
	assert_int_equal(p.n, ALARM_EVENTS_KEPT + 7);
	assert_true(alarm_past_at(&p, ALARM_EVENTS_KEPT - 1, &e));
	assert_int_equal(e.time_ns, 7);
	assert_false(alarm_past_at(&p, ALARM_EVENTS_KEPT, &e));
	alarm_past_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_newest_is_the_first),
		cmocka_unit_test(of_many_the_latest_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
