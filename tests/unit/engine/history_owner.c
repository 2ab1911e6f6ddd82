/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "base/nstime.h"
#include "engine/history_owner.h"

static size_t kept(struct history_owners *o, enum watch_via via, const char *target, int64_t at_s,
		   const char *series)
{
	const struct history_point point = { series, 1 };
	struct history_point out[HISTORY_POINTS_MAX];
	const struct reading r = { .target = target,
				   .part = "",
				   .via = via,
				   .time_ns = at_s * NS_PER_S,
				   .every_ns = 60 * NS_PER_S,
				   .points = &point,
				   .n_points = 1 };
	return history_owned(o, &r, out);
}

static void one_way_has_a_series(void **state)
{
	struct history_owners *o;
	(void)state;
	assert_int_equal(history_owners_new(&o), ERR_OK);
	assert_int_equal(kept(o, WATCH_VIA_SNMP, "a", 0, "stratum"), 1);
	assert_int_equal(kept(o, WATCH_VIA_NTP, "a", 1, "stratum"), 1); /* knows better */
	assert_int_equal(kept(o, WATCH_VIA_SNMP, "a", 60, "stratum"), 0);
	assert_int_equal(kept(o, WATCH_VIA_MODE6, "a", 60, "stratum"), 0);
	assert_int_equal(kept(o, WATCH_VIA_NTP, "a", 61, "stratum"), 1);
	/* Other series and other targets are others' affair. */
	assert_int_equal(kept(o, WATCH_VIA_SNMP, "a", 60, "uptime_s"), 1);
	assert_int_equal(kept(o, WATCH_VIA_SNMP, "b", 60, "stratum"), 1);
	history_owners_free(o);
	history_owners_free(NULL);
}

static void who_falls_silent_is_followed(void **state)
{
	struct history_owners *o;
	(void)state;
	assert_int_equal(history_owners_new(&o), ERR_OK);
	assert_int_equal(kept(o, WATCH_VIA_NTP, "a", 0, "stratum"), 1);
	assert_int_equal(kept(o, WATCH_VIA_MODE6, "a", 239, "stratum"), 0);
	assert_int_equal(kept(o, WATCH_VIA_MODE6, "a", 240, "stratum"), 1);
	assert_int_equal(kept(o, WATCH_VIA_NTP, "a", 241, "stratum"), 1);
	assert_int_equal(kept(o, WATCH_VIA_MODE6, "a", 242, "stratum"), 0);
	history_owners_free(o);
}

static void a_clock_that_is_set_back_leaves_nobody_out(void **state)
{
	struct history_owners *o;
	(void)state;
	assert_int_equal(history_owners_new(&o), ERR_OK);
	assert_int_equal(kept(o, WATCH_VIA_NTP, "a", 100000, "stratum"), 1);
	assert_int_equal(kept(o, WATCH_VIA_MODE6, "a", 99990, "stratum"), 0); /* it began before */
	assert_int_equal(kept(o, WATCH_VIA_MODE6, "a", 50000, "stratum"), 1);
	assert_int_equal(kept(o, WATCH_VIA_NTP, "a", 50001, "stratum"), 1);
	assert_int_equal(kept(o, WATCH_VIA_MODE6, "a", 50060, "stratum"), 0);
	history_owners_free(o);
}

static void who_is_asked_in_other_ways_has_no_owner_of_before(void **state)
{
	struct history_owners *o;
	(void)state;
	assert_int_equal(history_owners_new(&o), ERR_OK);
	assert_int_equal(kept(o, WATCH_VIA_NTP, "a", 0, "stratum"), 1);
	assert_int_equal(kept(o, WATCH_VIA_NTP, "ab", 0, "stratum"), 1);
	history_owners_forget(o, "a");
	assert_int_equal(kept(o, WATCH_VIA_MODE6, "a", 1, "stratum"), 1);
	assert_int_equal(kept(o, WATCH_VIA_SNMP, "a", 2, "stratum"), 0); /* there is one again */
	assert_int_equal(kept(o, WATCH_VIA_MODE6, "ab", 1, "stratum"), 0);
	history_owners_free(o);
}

static void many_series_have_room(void **state)
{
	struct history_owners *o;
	char name[32];
	(void)state;
	assert_int_equal(history_owners_new(&o), ERR_OK);
	for (unsigned i = 0; i < HISTORY_OWNED_MAX + 100; i++) {
		snprintf(name, sizeof(name), "t%u", i);
		assert_int_equal(kept(o, WATCH_VIA_NTP, name, 0, "stratum"), 1);
	}
	assert_int_equal(kept(o, WATCH_VIA_MODE6, "t7", 1, "stratum"), 0);
	assert_int_equal(kept(o, WATCH_VIA_MODE6, name, 1, "stratum"), 1); /* beyond */
	history_owners_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_way_has_a_series),
		cmocka_unit_test(who_falls_silent_is_followed),
		cmocka_unit_test(a_clock_that_is_set_back_leaves_nobody_out),
		cmocka_unit_test(who_is_asked_in_other_ways_has_no_owner_of_before),
		cmocka_unit_test(many_series_have_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
