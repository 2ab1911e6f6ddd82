/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "engine/distinct.h"

static void few_are_counted_exactly(void **state)
{
	struct distinct d = { 0 };
	(void)state;
	assert_true(distinct_count(&d) == 0);
	for (unsigned i = 0; i < DISTINCT_EXACT; i++) {
		for (unsigned again = 0; again < 3; again++)
			assert_int_equal(distinct_add(&d, hash64(i, 77)), ERR_OK);
		assert_true(distinct_count(&d) == i + 1);
	}
	distinct_release(&d);
}

static void many_are_estimated_within_5_percent(void **state)
{
	struct distinct d = { 0 };
	(void)state;
	for (unsigned i = 0; i < 1000000; i++) {
		distinct_add(&d, hash64(i, 78));
		if (i == 999 || i == 4999 || i == 9999 || i == 99999 || i == 999999) {
			double share = distinct_count(&d) / (i + 1);
			assert_true(share > 0.95 && share < 1.05);
		}
	}
	distinct_release(&d);
}

/* Small, medium and large ones in every combination, half of one being in the other. */
static void merged_sets_count_what_both_have_once(void **state)
{
	static const unsigned sizes[] = { 0, 3, 16, 17, 700, 5000 };
	(void)state;
	for (unsigned k = 0; k < 36; k++) {
		struct distinct a = { 0 }, b = { 0 }, all = { 0 };
		for (unsigned i = 0; i < sizes[k / 6]; i++) {
			distinct_add(&a, hash64(i, 79));
			distinct_add(&all, hash64(i, 79));
		}
		for (unsigned i = 0; i < sizes[k % 6]; i++) {
			distinct_add(&b, hash64(i + sizes[k % 6] / 2, 79));
			distinct_add(&all, hash64(i + sizes[k % 6] / 2, 79));
		}
		assert_int_equal(distinct_merge(&a, &b), ERR_OK);
		assert_true(distinct_count(&a) == distinct_count(&all));
		distinct_release(&a);
		distinct_release(&b);
		distinct_release(&all);
	}
}

static void a_hash_of_zero_is_one_like_any_other(void **state)
{
	struct distinct d = { 0 };
	(void)state;
	distinct_add(&d, 0);
	assert_true(distinct_count(&d) == 1);
	distinct_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_are_counted_exactly),
		cmocka_unit_test(many_are_estimated_within_5_percent),
		cmocka_unit_test(merged_sets_count_what_both_have_once),
		cmocka_unit_test(a_hash_of_zero_is_one_like_any_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
