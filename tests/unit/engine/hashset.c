/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/hashset.h"
#include "traffic.h"

static void each_value_is_new_once(void **state)
{
	(void)state;
	struct hashset s;
	uint64_t seed = 1;
	hashset_init(&s, 100000);
	for (unsigned i = 0; i < 50000; i++)
		assert_true(hashset_add(&s, traffic_random(&seed)));
	seed = 1;
	for (unsigned i = 0; i < 50000; i++)
		assert_false(hashset_add(&s, traffic_random(&seed)));
	assert_int_equal(s.n, 50000);
	assert_false(s.full);
	hashset_release(&s);
}

static void zero_is_a_value_too(void **state)
{
	(void)state;
	struct hashset s;
	hashset_init(&s, 10);
	assert_true(hashset_add(&s, 0));
	assert_false(hashset_add(&s, 0));
	hashset_release(&s);
}

static void beyond_its_bound_it_takes_no_more_and_says_so(void **state)
{
	(void)state;
	struct hashset s;
	hashset_init(&s, 1000);
	for (uint64_t i = 1; i <= 1000; i++)
		assert_true(hashset_add(&s, i * 64)); /* neighbours in the table */
	assert_false(s.full);
	assert_false(hashset_add(&s, 64)); /* known: nothing was turned away */
	assert_false(s.full);
	assert_false(hashset_add(&s, 7));
	assert_true(s.full);
	assert_int_equal(s.n, 1000);
	hashset_release(&s);
	assert_null(s.at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value_is_new_once),
		cmocka_unit_test(zero_is_a_value_too),
		cmocka_unit_test(beyond_its_bound_it_takes_no_more_and_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
