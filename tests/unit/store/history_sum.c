/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/nstime.h"
#include "store/history_sum.h"

static struct history_bucket flat(double v)
{
	return (struct history_bucket){ v, v, v, v };
}

static void buckets_weigh_values_by_the_time_they_stood(void **state)
{
	struct history_sum s;
	struct history_span span;
	struct history_bucket one = flat(1), four = flat(4);
	(void)state;
	assert_int_equal(history_sum_init(&s, 65, 175, 60), ERR_OK);
	assert_int_equal(s.start_s, 60);
	assert_int_equal(s.n, 2);
	history_sum_add(&s, 0, 90, &one); /* what lies before the span is cut */
	history_sum_add(&s, 90, 100, &four);
	assert_int_equal(history_sum_span(&s, &span), ERR_OK);
	assert_int_equal(span.start_ns, 60 * NS_PER_S);
	assert_int_equal(span.width_ns, 60 * NS_PER_S);
	assert_float_equal(span.at[0].avg, (30 + 40) / 40.0, 1e-12);
	assert_float_equal(span.at[0].min, 1, 0);
	assert_float_equal(span.at[0].max, 4, 0);
	assert_float_equal(span.at[0].last, 4, 0);
	assert_true(isnan(span.at[1].avg) && isnan(span.at[1].min) && isnan(span.at[1].max) &&
		    isnan(span.at[1].last));
	history_span_release(&span);
	history_sum_release(&s);
}

static void negative_values_and_times_are_values_like_others(void **state)
{
	struct history_sum s;
	struct history_span span;
	struct history_bucket b = { -2, -5, -1, -3 };
	(void)state;
	assert_int_equal(history_sum_init(&s, -61, 0, 60), ERR_OK);
	assert_int_equal(s.start_s, -120);
	assert_int_equal(s.n, 2);
	history_sum_add(&s, -61, -30, &b);
	assert_int_equal(history_sum_span(&s, &span), ERR_OK);
	for (size_t i = 0; i < 2; i++) {
		assert_float_equal(span.at[i].avg, -2, 1e-12);
		assert_float_equal(span.at[i].min, -5, 0);
		assert_float_equal(span.at[i].max, -1, 0);
		assert_float_equal(span.at[i].last, -3, 0);
	}
	history_span_release(&span);
	history_sum_release(&s);
}

static void an_unknown_value_leaves_the_bucket_as_it_is(void **state)
{
	struct history_sum s;
	struct history_bucket unknown = flat((double)NAN);
	(void)state;
	assert_int_equal(history_sum_init(&s, 0, 60, 60), ERR_OK);
	history_sum_add(&s, 0, 60, &unknown);
	assert_float_equal(s.at[0].weight_s, 0, 0);
	history_sum_release(&s);
}

static void widths_are_round_and_no_more_than_wished_for(void **state)
{
	(void)state;
	assert_int_equal(history_width_s(0, 86400, 1440, 60), 60);
	assert_int_equal(history_width_s(1, 86401, 1440, 60), 120); /* one more begins */
	assert_int_equal(history_width_s(0, 86400, 288, 60), 300);
	assert_int_equal(history_width_s(0, 86400, 288, 3600), 3600);
	assert_int_equal(history_width_s(0, 30, 1000, 1), 1);
	assert_int_equal(history_width_s(0, 100000, 0, 1), 120);
	for (size_t most = 2; most < 3000; most += 7) {
		int64_t width_s = history_width_s(12345, INT64_C(4000000000), most, 1);
		assert_true((INT64_C(4000000000) - 12345) / width_s < (int64_t)most);
	}
	assert_true(history_width_s(5, 1000000000, 1, 1) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_weigh_values_by_the_time_they_stood),
		cmocka_unit_test(negative_values_and_times_are_values_like_others),
		cmocka_unit_test(an_unknown_value_leaves_the_bucket_as_it_is),
		cmocka_unit_test(widths_are_round_and_no_more_than_wished_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
