/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "present/chart_columns.h"

#define START_NS INT64_C(1772323200000000000)
enum { N = 200000, SPIKE_AT = 123456 };

static struct chart filled(void)
{
	struct chart c;
	chart_init(&c, &(struct chart_config){ CHART_FINEST_NS, 0, CHART_BUCKETS, 0 });
	for (int64_t i = 0; i < N; i++) {
		chart_value(&c, START_NS + i * 1000000, i == SPIKE_AT ? 10000000 : 20000 + i % 100);
		if (i % 10 == 0)
			chart_event(&c, START_NS + i * 1000000);
	}
	return c;
}

static struct chart_view view_of(const struct chart *c)
{
	return (struct chart_view){
		.scale = 1,
		.series = { { "all", c, false } },
		.n_series = 1,
		.times = { .from_ns = START_NS, .to_ns = START_NS + (N - 1) * INT64_C(1000000) },
	};
}

static void each_value_is_in_one_column_at_every_width(void **state)
{
	struct spread *spread = calloc(1, sizeof(*spread));
	struct chart c = filled();
	struct chart_view v = view_of(&c);
	(void)state;
	for (size_t most = 1; most < 10000; most = most * 3 + 1) {
		struct chart_columns columns;
		uint64_t n = 0;
		unsigned tall = 0;
		assert_int_equal(chart_columns_make(&columns, &v, &c, CHART_VALUES, most, true, spread),
				 ERR_OK);
		assert_true(columns.n >= 1 && columns.n <= most);
		for (size_t i = 0; i < columns.n; i++) {
			const struct chart_column *at = &columns.at[i];
			assert_true(i == 0 || at->from_ns - columns.at[i - 1].from_ns == columns.width_ns);
			n += at->n;
			tall += at->n && at->of[AGG_MAX] >= 1e7;
			if (!at->n)
				continue;
			for (unsigned a = AGG_P50; a < N_AGGREGATES; a++)
				assert_true(at->of[a] >= at->of[a == AGG_P50 ? AGG_MIN : a - 1]);
		}
		assert_int_equal(n, N);
		assert_int_equal(tall, 1);
		chart_columns_release(&columns);
	}
	chart_release(&c);
	free(spread);
}

static void rates_count_the_empty_intervals_too(void **state)
{
	struct chart c;
	struct chart_columns columns;
	(void)state;
	chart_init(&c, &(struct chart_config){ NS_PER_S, 0, 1000, 0 });
	for (unsigned i = 0; i < 50; i++)
		chart_event(&c, START_NS + 3 * NS_PER_S);
	chart_event(&c, START_NS + 9 * NS_PER_S);
	struct chart_view v = view_of(&c);
	v.times.to_ns = START_NS + 9 * NS_PER_S;
	assert_int_equal(chart_columns_make(&columns, &v, &c, CHART_EVENTS, 1, false, NULL), ERR_OK);
	assert_int_equal(columns.n, 1);
	assert_true(columns.at[0].of[AGG_MAX] == 50 && columns.at[0].of[AGG_MIN] == 0);
	assert_true(columns.at[0].of[AGG_AVG] == 5.1);
	chart_columns_release(&columns);
	chart_release(&c);
}

static void facts_are_those_of_all_values(void **state)
{
	struct spread *spread = calloc(1, sizeof(*spread));
	struct chart c = filled();
	struct chart_view v = view_of(&c);
	struct chart_facts f = chart_facts_of(&v, &c, CHART_VALUES, spread);
	(void)state;
	assert_int_equal(f.n, N);
	assert_int_equal(f.n_not_positive, 0);
	assert_true(f.of[AGG_MIN] == 20000 && f.of[AGG_MAX] == 10000000);
	assert_true(f.of[AGG_P50] > 19800 && f.of[AGG_P50] < 20300);
	assert_true(f.least_positive <= 20000 && f.least_positive > 19700);
	assert_int_equal(chart_facts_of(&v, &c, CHART_EVENTS, spread).n, N / 10);
	chart_release(&c);
	free(spread);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value_is_in_one_column_at_every_width),
		cmocka_unit_test(rates_count_the_empty_intervals_too),
		cmocka_unit_test(facts_are_those_of_all_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
