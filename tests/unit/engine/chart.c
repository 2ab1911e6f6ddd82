/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/nstime.h"
#include "engine/chart.h"

#define START_NS INT64_C(1772323200000000000)

struct sample {
	int64_t t_ns, value;
};

static uint64_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *state >> 11 | *state << 53;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Adds up by hand, for the width that came out. */
static void check_buckets(const struct chart *c, const struct sample *at, size_t n)
{
	uint64_t seen = 0;
	assert_int_equal(c->err, ERR_OK);
	assert_true(c->n <= c->config.max_buckets);
	for (size_t i = 0; i < c->n; i++) {
		struct chart_bucket want = { 0 };
		int64_t start = chart_start_ns(c, i);
		for (size_t k = 0; k < n; k++) {
			if (floor_div(at[k].t_ns - c->config.origin_ns, c->width_ns) != c->first + (int64_t)i)
				continue;
			assert_true(at[k].t_ns >= start && at[k].t_ns - start < c->width_ns);
			want.min = !want.n || at[k].value < want.min ? at[k].value : want.min;
			want.max = !want.n || at[k].value > want.max ? at[k].value : want.max;
			want.sum += at[k].value;
			want.n++;
		}
		assert_int_equal(c->at[i].n, want.n);
		assert_int_equal(c->at[i].min, want.min);
		assert_int_equal(c->at[i].max, want.max);
		assert_true(c->at[i].sum == want.sum);
		seen += want.n;
	}
	assert_int_equal(seen, n);
}

static void shuffle(struct sample *at, size_t n, uint64_t *seed)
{
	for (size_t i = n - 1; i > 0; i--) {
		size_t k = next_random(seed) % (i + 1);
		struct sample other = at[k];
		at[k] = at[i];
		at[i] = other;
	}
}

static void buckets_are_those_of_a_recount_in_whatever_order_values_come(void **state)
{
	enum { N = 700 };
	static const int64_t spans_ns[] = {
		1, NS_PER_S / 1000, NS_PER_S, 60 * NS_PER_S, 86400 * NS_PER_S, INT64_C(3000000) * NS_PER_S
	};
	static const int64_t origins_ns[] = { 0, START_NS + 12345, INT64_C(1900000000123456789) };
	uint64_t seed = 11;
	struct sample at[N];
	(void)state;
	for (unsigned k = 0; k < 18; k++) {
		struct chart_config config = { CHART_FINEST_NS, origins_ns[k / 6], 64, 0 };
		int64_t width = 0;
		for (unsigned i = 0; i < N; i++)
			at[i] = (struct sample){
				START_NS + (int64_t)(next_random(&seed) % (uint64_t)spans_ns[k % 6]),
				(int64_t)(next_random(&seed) % 1000000) - 1000,
			};
		for (unsigned order = 0; order < 3; order++) {
			struct chart c;
			chart_init(&c, &config);
			for (unsigned i = 0; i < N; i++)
				chart_value(&c, at[i].t_ns, at[i].value);
			check_buckets(&c, at, N);
			assert_true(order == 0 || c.width_ns == width);
			width = c.width_ns;
			chart_release(&c);
			shuffle(at, N, &seed);
		}
	}
}

static void one_spike_among_a_million_survives_at_every_width(void **state)
{
	enum { N = 1000000, AT = 777777 };
	const int64_t spike_ns = 10000000;
	struct spread *spread = calloc(1, sizeof(*spread));
	(void)state;
	for (size_t max = 1; max <= CHART_BUCKETS_MAX; max *= 8) {
		struct chart c;
		chart_init(&c, &(struct chart_config){ CHART_FINEST_NS, 0, max, 0 });
		for (int64_t i = 0; i < N; i++)
			chart_value(&c, START_NS + i * 86400000, i == AT ? spike_ns : 20000 + i % 1000);
		struct chart_sum all = chart_sum(&c, 0, c.n, spread);
		assert_int_equal(all.n, N);
		assert_int_equal(all.max, spike_ns);
		assert_int_equal(all.min, 20000);
		assert_in_range(spread_percentile(spread, 0.5), 20295, 20705);
		assert_in_range(spread_percentile(spread, 1), spike_ns - spike_ns / 100,
				spike_ns + spike_ns / 100);
		/* Columns of any width, each bucket in one of them. */
		for (unsigned columns = 1; columns <= 1000; columns = columns * 3 + 1) {
			int64_t from_ns = chart_start_ns(&c, 0), end_ns = chart_start_ns(&c, c.n);
			unsigned tall = 0;
			uint64_t n = 0;
			for (unsigned i = 0; i < columns; i++) {
				size_t a = chart_index(&c, from_ns + (end_ns - from_ns) / columns * i);
				size_t b = i + 1 == columns
						   ? c.n
						   : chart_index(&c, from_ns + (end_ns - from_ns) / columns *
										       (i + 1));
				struct chart_sum s = chart_sum(&c, a, b, NULL);
				tall += s.max == spike_ns;
				n += s.n;
			}
			assert_int_equal(tall, 1);
			assert_int_equal(n, N);
		}
		chart_release(&c);
	}
	free(spread);
}

static void distributions_that_need_too_many_pages_widen_the_intervals(void **state)
{
	struct spread *spread = calloc(1, sizeof(*spread));
	struct chart c;
	uint64_t seed = 2, n = 0;
	(void)state;
	chart_init(&c, &(struct chart_config){ NS_PER_S, 0, 1 << 12, 1000 });
	for (; n < 100000; n++)
		chart_value(&c, START_NS + (int64_t)(n % 4000) * NS_PER_S,
			    (int64_t)(next_random(&seed) >> (next_random(&seed) % 64)));
	assert_int_equal(c.err, ERR_OK);
	assert_true(c.pool.n <= 1001);
	assert_true(c.width_ns > NS_PER_S && c.n > 1);
	assert_int_equal(chart_sum(&c, 0, c.n, spread).n, n);
	assert_int_equal(spread->n, n);
	chart_release(&c);
	free(spread);
}

static void events_and_clients_are_counted_in_their_intervals(void **state)
{
	struct chart c;
	(void)state;
	chart_init(&c, &(struct chart_config){ NS_PER_S, START_NS, 4, 0 });
	for (unsigned i = 0; i < 80; i++) {
		chart_event(&c, START_NS + (int64_t)i * NS_PER_S / 10);
		chart_client(&c, START_NS + (int64_t)i * NS_PER_S / 10, hash64(i % 30, 1));
	}
	assert_int_equal(c.width_ns, 2 * NS_PER_S);
	assert_int_equal(c.n, 4);
	for (unsigned i = 0; i < 4; i++) {
		struct chart_sum s = chart_sum(&c, i, i + 1, NULL);
		assert_int_equal(s.n_events, 20);
		assert_true(s.clients == 20);
	}
	assert_true(chart_sum(&c, 0, 4, NULL).clients == 30);
	assert_int_equal(chart_sum(&c, 0, 4, NULL).n_events, 80);
	chart_widen(&c, 8 * NS_PER_S);
	assert_int_equal(c.n, 1);
	assert_true(chart_sum(&c, 0, 1, NULL).clients == 30);
	chart_release(&c);
}

static void dates_at_both_ends_of_time_are_taken(void **state)
{
	static const int64_t dates[] = { INT64_MIN, -1, 0, 1, START_NS, INT64_MAX };
	(void)state;
	for (unsigned k = 0; k < 2; k++) {
		struct chart c;
		chart_init(&c, &(struct chart_config){ 1000, k ? START_NS : 0, CHART_BUCKETS, 0 });
		for (unsigned i = 0; i < 6; i++)
			chart_value(&c, dates[i], dates[5 - i]);
		assert_int_equal(c.err, ERR_OK);
		struct chart_sum s = chart_sum(&c, 0, c.n, NULL);
		assert_int_equal(s.n, 6);
		assert_true(s.min == INT64_MIN && s.max == INT64_MAX);
		for (size_t i = 0; i < c.n; i++)
			assert_true(chart_start_ns(&c, i) <= chart_start_ns(&c, i + 1));
		chart_release(&c);
	}
}

static void an_empty_chart_answers(void **state)
{
	struct chart c;
	(void)state;
	chart_init(&c, &(struct chart_config){ NS_PER_S, 0, 16, 0 });
	assert_int_equal(chart_index(&c, 5), 0);
	assert_int_equal(chart_sum(&c, 0, 16, NULL).n, 0);
	chart_widen(&c, 8 * NS_PER_S);
	chart_release(&c);
}

static void many_at_once_are_as_many_one_by_one(void **state)
{
	struct chart one, many;
	(void)state;
	chart_init(&one, &(struct chart_config){ .interval_ns = NS_PER_S, .max_buckets = 64 });
	chart_init(&many, &(struct chart_config){ .interval_ns = NS_PER_S, .max_buckets = 64 });
	for (int64_t t = 0; t < 300; t++) {
		for (int64_t i = 0; i < t % 7; i++) {
			chart_value(&one, t * NS_PER_S, 1000 * (t % 5) - 900);
			chart_event(&one, t * NS_PER_S);
		}
		chart_values(&many, t * NS_PER_S, 1000 * (t % 5) - 900, (uint32_t)(t % 7));
		chart_events(&many, t * NS_PER_S, (uint64_t)(t % 7));
	}
	struct spread *a = calloc(1, sizeof(*a)), *b = calloc(1, sizeof(*b));
	struct chart_sum x = chart_sum(&one, 0, one.n, a), y = chart_sum(&many, 0, many.n, b);
	assert_int_equal(x.n, y.n);
	assert_int_equal(x.n_events, y.n_events);
	assert_int_equal(x.min, y.min);
	assert_int_equal(x.max, y.max);
	assert_true(x.sum == y.sum);
	assert_memory_equal(a->bins, b->bins, sizeof(a->bins));
	free(a);
	free(b);
	chart_release(&one);
	chart_release(&many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_are_those_of_a_recount_in_whatever_order_values_come),
		cmocka_unit_test(one_spike_among_a_million_survives_at_every_width),
		cmocka_unit_test(distributions_that_need_too_many_pages_widen_the_intervals),
		cmocka_unit_test(events_and_clients_are_counted_in_their_intervals),
		cmocka_unit_test(dates_at_both_ends_of_time_are_taken),
		cmocka_unit_test(an_empty_chart_answers),
		cmocka_unit_test(many_at_once_are_as_many_one_by_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
