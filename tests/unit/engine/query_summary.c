/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What several samples of one server come to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/query.h"

enum { US = 1000, MS = 1000000 };

static void add(struct query *q, enum query_result result, int64_t offset_ns, int64_t delay_ns)
{
	q->samples[q->n_samples++] = (struct query_sample){ .result = (uint8_t)result,
							    .has_times = delay_ns >= 0,
							    .offset_ns = offset_ns,
							    .delay_ns = delay_ns };
	q->n_sent++;
}

static struct query_summary sum_of(const struct query *q)
{
	struct query_summary s;
	query_summary(q, &s);
	return s;
}

/* RFC 5905: half of root delay and delay, root dispersion, and what reading the clocks adds. */
static void the_bound_is_the_root_distance(void **state)
{
	static struct query q;
	(void)state;
	add(&q, QUERY_OK, 5 * MS, 20 * MS);
	q.samples[0].header.root_delay = 0x00018000;      /* 1.5 s */
	q.samples[0].header.root_dispersion = 0x00004000; /* 0.25 s */
	q.samples[0].dispersion_ns = 3 * US;
	struct query_summary s = sum_of(&q);
	assert_int_equal(s.root_delay_ns, 1500 * MS);
	assert_int_equal(s.root_dispersion_ns, 250 * MS);
	assert_int_equal(s.bound_ns, 760 * MS + 250 * MS + 3 * US);
	assert_int_equal(s.jitter_ns, 0);
	assert_int_equal(s.n_good, 1);
}

static void one_good_sample_is_enough_and_the_quickest_is_the_best(void **state)
{
	static struct query q;
	(void)state;
	add(&q, QUERY_TIMEOUT, 0, -1);
	add(&q, QUERY_OK, 30 * MS, 9 * MS);
	add(&q, QUERY_OK, 10 * MS, 4 * MS);
	add(&q, QUERY_UNSYNCHRONISED, 99 * MS, 1 * MS);
	struct query_summary s = sum_of(&q);
	assert_int_equal(s.result, QUERY_OK);
	assert_ptr_equal(s.best, &q.samples[2]);
	assert_int_equal(s.n_sent, 4);
	assert_int_equal(s.n_good, 2);
	assert_int_equal(s.jitter_ns, 20 * MS); /* of the good ones alone */
}

static void what_tells_more_than_silence_is_the_result(void **state)
{
	static struct query q;
	(void)state;
	assert_int_equal(sum_of(&q).result, QUERY_NONE);
	add(&q, QUERY_TIMEOUT, 0, -1);
	assert_int_equal(sum_of(&q).result, QUERY_TIMEOUT);
	assert_null(sum_of(&q).best);
	add(&q, QUERY_REFUSED, 0, -1);
	add(&q, QUERY_TIMEOUT, 0, -1);
	assert_int_equal(sum_of(&q).result, QUERY_REFUSED);
}

/* Its offset is shown, its result stays. */
static void one_that_is_not_synchronised_has_times_all_the_same(void **state)
{
	static struct query q;
	(void)state;
	add(&q, QUERY_UNSYNCHRONISED, -7 * MS, 2 * MS);
	struct query_summary s = sum_of(&q);
	assert_int_equal(s.result, QUERY_UNSYNCHRONISED);
	assert_ptr_equal(s.best, &q.samples[0]);
	assert_int_equal(s.n_good, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bound_is_the_root_distance),
		cmocka_unit_test(one_good_sample_is_enough_and_the_quickest_is_the_best),
		cmocka_unit_test(what_tells_more_than_silence_is_the_result),
		cmocka_unit_test(one_that_is_not_synchronised_has_times_all_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
