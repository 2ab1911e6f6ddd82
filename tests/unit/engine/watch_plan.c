/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "engine/watch_plan.h"

#define S NS_PER_S

static int64_t wait_after(struct watch_plan *p, enum query_result result, enum watch_kiss kiss,
			  int64_t now_ns)
{
	watch_plan_done(p, result, kiss, now_ns);
	return p->next_ns - now_ns;
}

static void good_ones_are_asked_at_their_interval_give_or_take(void **state)
{
	struct watch_plan p;
	int64_t least_ns = INT64_MAX, most_ns = 0;
	(void)state;
	watch_plan_init(&p, 64 * S, 16 * S, 7, 1000 * S);
	assert_true(p.next_ns >= 1000 * S && p.next_ns <= 1002 * S);
	assert_false(watch_plan_is_due(&p, 999 * S));
	assert_true(watch_plan_is_due(&p, 1002 * S));
	for (int i = 0; i < 1000; i++) {
		int64_t wait_ns = wait_after(&p, QUERY_OK, WATCH_NO_KISS, i * 100 * S);
		least_ns = wait_ns < least_ns ? wait_ns : least_ns;
		most_ns = wait_ns > most_ns ? wait_ns : most_ns;
	}
	assert_in_range((uint64_t)least_ns, (uint64_t)(60 * S), (uint64_t)(62 * S));
	assert_in_range((uint64_t)most_ns, (uint64_t)(66 * S), (uint64_t)(68 * S));
	assert_int_equal(p.reach, 0xff);
}

static void the_register_begins_empty_and_is_of_eight_in_the_end(void **state)
{
	struct watch_plan p;
	(void)state;
	watch_plan_init(&p, 64 * S, 16 * S, 7, 0);
	assert_int_equal(p.n_asked, 0);
	for (int i = 1; i <= 300; i++) {
		wait_after(&p, i % 2 ? QUERY_OK : QUERY_TIMEOUT, WATCH_NO_KISS, 0);
		assert_int_equal(p.n_asked, i < WATCH_REACH_BITS ? i : WATCH_REACH_BITS);
	}
}

static void never_more_often_than_is_polite(void **state)
{
	struct watch_plan p;
	(void)state;
	watch_plan_init(&p, S, 16 * S, 1, 0);
	for (int i = 0; i < 1000; i++)
		assert_true(wait_after(&p, QUERY_OK, WATCH_NO_KISS, 0) >= 16 * S);
}

static void silence_is_asked_more_and_more_seldom_and_an_answer_ends_that(void **state)
{
	struct watch_plan p;
	int64_t before_ns = 0;
	(void)state;
	watch_plan_init(&p, 64 * S, 16 * S, 3, 0);
	for (int i = 0; i < 12; i++) {
		int64_t wait_ns = wait_after(&p, QUERY_TIMEOUT, WATCH_NO_KISS, 0);
		assert_true(wait_ns > before_ns * 9 / 10);
		before_ns = wait_ns;
	}
	assert_in_range((uint64_t)before_ns, (uint64_t)(480 * S), (uint64_t)(550 * S));
	assert_int_equal(p.reach, 0);
	assert_true(wait_after(&p, QUERY_OK, WATCH_NO_KISS, 0) < 70 * S);
	assert_int_equal(p.reach, 1);
}

static void whoever_says_rate_is_left_alone_longer(void **state)
{
	struct watch_plan p;
	(void)state;
	watch_plan_init(&p, 64 * S, 16 * S, 3, 0);
	assert_true(wait_after(&p, QUERY_KOD, WATCH_RATE, 0) > 120 * S);
	assert_true(wait_after(&p, QUERY_OK, WATCH_NO_KISS, 0) > 120 * S);
	for (int i = 0; i < 40; i++)
		watch_plan_done(&p, QUERY_KOD, WATCH_RATE, 0);
	assert_true(p.interval_ns <= 1024 * S);
}

static void a_rate_is_forgiven_after_a_day_step_by_step(void **state)
{
	struct watch_plan p;
	(void)state;
	watch_plan_init(&p, 64 * S, 16 * S, 3, 0);
	for (int i = 0; i < 3; i++)
		watch_plan_done(&p, QUERY_KOD, WATCH_RATE, 0);
	assert_int_equal(p.interval_ns, 512 * S);
	watch_plan_done(&p, QUERY_OK, WATCH_NO_KISS, 86399 * S);
	assert_int_equal(p.interval_ns, 512 * S);
	watch_plan_done(&p, QUERY_TIMEOUT, WATCH_NO_KISS, 86400 * S); /* silence is no consent */
	assert_int_equal(p.interval_ns, 512 * S);
	watch_plan_done(&p, QUERY_OK, WATCH_NO_KISS, 86400 * S);
	assert_int_equal(p.interval_ns, 256 * S);
	watch_plan_done(&p, QUERY_OK, WATCH_NO_KISS, 89999 * S);
	assert_int_equal(p.interval_ns, 256 * S);
	watch_plan_done(&p, QUERY_OK, WATCH_NO_KISS, 90000 * S);
	assert_int_equal(p.interval_ns, 128 * S);
	/* It says so again: another day. */
	watch_plan_done(&p, QUERY_KOD, WATCH_RATE, 93600 * S);
	watch_plan_done(&p, QUERY_OK, WATCH_NO_KISS, 176400 * S);
	assert_int_equal(p.interval_ns, 256 * S);
	for (int i = 0; i < 10; i++)
		watch_plan_done(&p, QUERY_OK, WATCH_NO_KISS, (180000 + i * 3600) * S);
	assert_int_equal(p.interval_ns, 64 * S); /* as it was asked for, never oftener */
}

static void whoever_says_deny_is_asked_once_an_hour(void **state)
{
	struct watch_plan p;
	(void)state;
	watch_plan_init(&p, 64 * S, 16 * S, 3, 0);
	assert_true(wait_after(&p, QUERY_KOD, WATCH_DENY, 0) > 3400 * S);
	assert_true(wait_after(&p, QUERY_OK, WATCH_NO_KISS, 0) < 70 * S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones_are_asked_at_their_interval_give_or_take),
		cmocka_unit_test(the_register_begins_empty_and_is_of_eight_in_the_end),
		cmocka_unit_test(never_more_often_than_is_polite),
		cmocka_unit_test(silence_is_asked_more_and_more_seldom_and_an_answer_ends_that),
		cmocka_unit_test(whoever_says_deny_is_asked_once_an_hour),
		cmocka_unit_test(whoever_says_rate_is_left_alone_longer),
		cmocka_unit_test(a_rate_is_forgiven_after_a_day_step_by_step),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
