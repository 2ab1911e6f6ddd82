/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "engine/live_points.h"

enum { CAP = 8 };

/* The moment itself, so that it shows which was asked about. */
static void unique(void *arg, int64_t end_ns, uint64_t out[LIVE_POINT_WINDOWS])
{
	(void)arg;
	for (unsigned i = 0; i < LIVE_POINT_WINDOWS; i++)
		out[i] = (uint64_t)(end_ns / NS_PER_S) * (i + 1);
}

struct bench {
	struct live_points p;
	struct live_counts now;
	struct live_point out[CAP];
	size_t n;
};

static struct bench *begin(uint32_t width_s, int64_t now_s)
{
	struct bench *b = calloc(1, sizeof(*b));
	assert_int_equal(live_points_init(&b->p, width_s, CAP, unique, NULL), ERR_OK);
	assert_true(live_points_due(&b->p, now_s));
	live_points_advance(&b->p, now_s, &b->now);
	return b;
}

static void end(struct bench *b)
{
	live_points_release(&b->p);
	free(b);
}

static void to(struct bench *b, int64_t now_s)
{
	if (live_points_due(&b->p, now_s))
		live_points_advance(&b->p, now_s, &b->now);
	b->n = live_points_copy(&b->p, INT64_MIN, b->out, CAP);
}

static void a_point_is_what_came_since_the_one_before(void **state)
{
	(void)state;
	struct bench *b = begin(1, 100);
	b->now.requests = 10;
	b->now.kods = 3;
	for (unsigned i = 1; i <= 100; i++)
		b->now.deltas[hist_bin(1000 * (int64_t)i)]++;
	to(b, 100);
	assert_int_equal(b->n, 0);
	to(b, 101);
	assert_int_equal(b->n, 1);
	assert_int_equal(b->out[0].start_ns, 100 * NS_PER_S);
	assert_int_equal(b->out[0].requests, 10);
	assert_int_equal(b->out[0].kods, 3);
	assert_int_equal(b->out[0].unique_20min, 202);
	assert_int_equal(b->out[0].n_deltas, 100);
	assert_true(llabs(b->out[0].delta_p50_ns - 50000) <= 500);
	assert_true(llabs(b->out[0].delta_p90_ns - 90000) <= 900);
	assert_true(llabs(b->out[0].delta_p99_ns - 99000) <= 990);
	assert_true(llabs(b->out[0].delta_max_ns - 100000) <= 1000);
	b->now.requests = 12;
	to(b, 102);
	assert_int_equal(b->out[1].requests, 2);
	assert_int_equal(b->out[1].kods, 0);
	assert_int_equal(b->out[1].n_deltas, 0);
	assert_int_equal(b->out[1].delta_p50_ns, 0);
	end(b);
}

static void silence_makes_empty_points(void **state)
{
	(void)state;
	struct bench *b = begin(60, 119);
	b->now.answers = 4;
	to(b, 60 * 5 + 59);
	assert_int_equal(b->n, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(b->out[i].start_ns, (int64_t)(1 + i) * 60 * NS_PER_S);
		assert_int_equal(b->out[i].answers, i == 0 ? 4 : 0);
		assert_int_equal(b->out[i].unique_5min, 60 * (2 + i));
	}
	end(b);
}

static void only_the_latest_are_kept(void **state)
{
	(void)state;
	struct bench *b = begin(1, 0);
	for (int64_t s = 1; s <= 20; s++) {
		b->now.requests += (uint64_t)s;
		to(b, s);
	}
	assert_int_equal(b->n, CAP);
	assert_int_equal(b->out[0].start_ns, 12 * NS_PER_S);
	assert_int_equal(b->out[0].requests, 13);
	assert_int_equal(b->out[CAP - 1].requests, 20);
	assert_int_equal(live_points_copy(&b->p, 15 * NS_PER_S - 1, b->out, 2), 2);
	assert_int_equal(b->out[0].start_ns, 15 * NS_PER_S);
	assert_int_equal(live_points_copy(&b->p, 20 * NS_PER_S, b->out, 2), 0);
	end(b);
}

static void a_silence_of_years_takes_no_time(void **state)
{
	(void)state;
	struct bench *b = begin(1, 0);
	b->now.requests = 1;
	to(b, INT64_C(3000000000));
	assert_int_equal(b->n, CAP);
	assert_int_equal(b->out[CAP - 1].start_ns, INT64_C(2999999999) * NS_PER_S);
	assert_int_equal(b->out[0].requests, 0);
	b->now.requests = 5;
	to(b, INT64_C(3000000001));
	assert_int_equal(b->out[CAP - 1].requests, 4);
	end(b);
}

/* Whoever was seen is in a window for an hour; counts how often that is asked. */
static void unique_for_an_hour(void *arg, int64_t end_ns, uint64_t out[LIVE_POINT_WINDOWS])
{
	++*(unsigned *)arg;
	for (unsigned i = 0; i < LIVE_POINT_WINDOWS; i++)
		out[i] = i == 2 && end_ns < 3600 * NS_PER_S ? 9 : 0;
}

static void after_an_hour_of_silence_nobody_is_looked_for(void **state)
{
	(void)state;
	struct live_points p;
	struct live_counts *now = calloc(1, sizeof(*now));
	struct live_point last;
	unsigned n_asked = 0;
	assert_int_equal(live_points_init(&p, 60, 10080, unique_for_an_hour, &n_asked), ERR_OK);
	live_points_advance(&p, 0, now);
	live_points_advance(&p, 600000, now);
	assert_int_equal(p.n, 10000);
	assert_true(n_asked >= 60 && n_asked <= 62);
	assert_int_equal(live_points_copy(&p, 58 * 60 * NS_PER_S, &last, 1), 1);
	assert_int_equal(last.unique_1h, 9);
	live_points_advance(&p, 600060, now);
	assert_true(n_asked <= 63);
	live_points_release(&p);
	free(now);
}

static void a_clock_that_goes_back_takes_points_along(void **state)
{
	(void)state;
	struct bench *b = begin(1, 100);
	for (int64_t s = 101; s <= 105; s++)
		to(b, s);
	b->now.requests = 9;
	to(b, 102);
	assert_int_equal(b->n, 2);
	to(b, 103);
	assert_int_equal(b->n, 3);
	assert_int_equal(b->out[2].start_ns, 102 * NS_PER_S);
	assert_int_equal(b->out[2].requests, 9);
	to(b, -5);
	assert_int_equal(b->n, 0);
	to(b, -3);
	assert_int_equal(b->n, 2);
	assert_int_equal(b->out[0].start_ns, -5 * NS_PER_S);
	end(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_point_is_what_came_since_the_one_before),
		cmocka_unit_test(silence_makes_empty_points),
		cmocka_unit_test(only_the_latest_are_kept),
		cmocka_unit_test(a_silence_of_years_takes_no_time),
		cmocka_unit_test(after_an_hour_of_silence_nobody_is_looked_for),
		cmocka_unit_test(a_clock_that_goes_back_takes_points_along),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
