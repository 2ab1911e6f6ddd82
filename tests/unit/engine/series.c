/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/series.h"
#include "traffic.h"

enum { N = 4000 };

struct moment {
	int64_t t_ns;
	int64_t delta_ns;
};

static void book(struct series_builder *s, const struct moment *m)
{
	struct bucket *b = series_bucket(s, m->t_ns);
	assert_non_null(b);
	b->requests++;
	if (b->n_deltas == 0 || m->delta_ns > b->delta_max_ns)
		b->delta_max_ns = m->delta_ns;
	b->n_deltas++;
	b->delta_sum_ns += m->delta_ns;
}

static int64_t floor_second(int64_t t_ns)
{
	return t_ns / NS_PER_S - (t_ns % NS_PER_S < 0);
}

/* Adds up by hand, for the width that came out. */
static void check(const struct series_builder *s, const struct moment *at, size_t n)
{
	struct bucket *want = calloc(SERIES_MAX, sizeof(*want));
	int64_t low = INT64_MAX, high = INT64_MIN;
	for (size_t i = 0; i < n; i++) {
		int64_t k = floor_second(at[i].t_ns) >> s->width_log2;
		low = k < low ? k : low;
		high = k > high ? k : high;
	}
	assert_int_equal(s->first, low);
	assert_int_equal(s->n, high - low + 1);
	for (size_t i = 0; i < n; i++) {
		struct bucket *b = &want[(floor_second(at[i].t_ns) >> s->width_log2) - low];
		b->requests++;
		if (b->n_deltas == 0 || at[i].delta_ns > b->delta_max_ns)
			b->delta_max_ns = at[i].delta_ns;
		b->n_deltas++;
		b->delta_sum_ns += at[i].delta_ns;
	}
	for (size_t i = 0; i < s->n; i++) {
		assert_int_equal(s->at[i].requests, want[i].requests);
		assert_int_equal(s->at[i].n_deltas, want[i].n_deltas);
		assert_int_equal(s->at[i].delta_max_ns, want[i].delta_max_ns);
		assert_int_equal(s->at[i].delta_sum_ns, want[i].delta_sum_ns);
	}
	free(want);
}

static void make(struct moment *at, uint64_t seed, int64_t span_s)
{
	for (size_t i = 0; i < N; i++)
		at[i] = (struct moment){
			(seed % 2 ? TRAFFIC_START : -5 * NS_PER_S) +
				(int64_t)(traffic_random(&seed) % (uint64_t)(span_s * NS_PER_S)) -
				span_s * NS_PER_S / 2,
			(int64_t)(traffic_random(&seed) % 1000) - 500,
		};
}

static void buckets_equal_a_count_by_hand_at_any_span_and_order(void **state)
{
	static const int64_t spans[] = {
		1, 100, SERIES_MAX - 2, SERIES_MAX + 2, 1000000, 30000000, 3000000000
	};
	(void)state;
	struct moment at[N];
	for (unsigned i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		struct series_builder s;
		make(at, i, spans[i]);
		assert_int_equal(series_init(&s), ERR_OK);
		for (size_t k = 0; k < N; k++)
			book(&s, &at[k]);
		check(&s, at, N);
		series_release(&s);
	}
}

static void merging_equals_counting_in_one(void **state)
{
	static const int64_t spans[] = { 100, SERIES_MAX + 2, 3000000, 3000000000 };
	(void)state;
	struct moment at[N];
	for (unsigned i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		struct series_builder one, part[3], all;
		make(at, i, spans[i]);
		assert_int_equal(series_init(&one), ERR_OK);
		assert_int_equal(series_init(&all), ERR_OK);
		for (unsigned p = 0; p < 3; p++)
			assert_int_equal(series_init(&part[p]), ERR_OK);
		for (size_t k = 0; k < N; k++) {
			book(&one, &at[k]);
			book(&part[k < 5 ? 0 : 1 + k % 2], &at[k]); /* part 0 stays fine */
		}
		for (unsigned p = 0; p < 3; p++) {
			series_merge(&all, &part[p]);
			series_release(&part[p]);
		}
		assert_int_equal(all.width_log2, one.width_log2);
		assert_int_equal(all.n, one.n);
		check(&all, at, N);
		series_release(&one);
		series_release(&all);
	}
}

static void a_second_is_the_width_up_to_the_bound(void **state)
{
	(void)state;
	struct series_builder s;
	assert_int_equal(series_init(&s), ERR_OK);
	series_bucket(&s, TRAFFIC_START)->requests++;
	series_bucket(&s, TRAFFIC_START + (SERIES_MAX - 1) * NS_PER_S)->requests++;
	assert_int_equal(s.width_log2, 0);
	assert_int_equal(s.n, SERIES_MAX);
	series_bucket(&s, TRAFFIC_START + SERIES_MAX * NS_PER_S)->requests++;
	assert_int_equal(s.width_log2, 1);
	series_release(&s);
}

static void an_empty_series_adds_nothing(void **state)
{
	(void)state;
	struct series_builder a, b;
	assert_int_equal(series_init(&a), ERR_OK);
	assert_int_equal(series_init(&b), ERR_OK);
	series_merge(&a, &b);
	assert_int_equal(a.n, 0);
	series_bucket(&b, 0)->requests++;
	series_merge(&b, &a);
	assert_int_equal(b.n, 1);
	series_release(&a);
	series_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_equal_a_count_by_hand_at_any_span_and_order),
		cmocka_unit_test(merging_equals_counting_in_one),
		cmocka_unit_test(a_second_is_the_width_up_to_the_bound),
		cmocka_unit_test(an_empty_series_adds_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
