/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/pairs.h"

static void an_empty_container_knows_nothing(void **state)
{
	(void)state;
	struct pairs p = { 0 };
	size_t hint = 0;
	assert_int_equal(pairs_seal(&p), ERR_OK);
	assert_null(pairs_of_response(&p, 1, &hint));
	assert_null(pairs_of_request(&p, 1, &hint));
	pairs_release(&p);
}

static void pairs_come_in_any_order_and_are_found_from_both_sides(void **state)
{
	(void)state;
	struct pairs p = { 0 };
	size_t hint = 0;
	pairs_add(&p, 7, 9, 2);
	pairs_add(&p, 1, 2, 1);
	pairs_add(&p, 4, 3, -1); /* an answer captured before its request */
	assert_int_equal(pairs_seal(&p), ERR_OK);
	assert_int_equal(pairs_of_response(&p, 9, &hint)->request, 7);
	hint = 0;
	assert_int_equal(pairs_of_response(&p, 3, &hint)->delta_ns, -1);
	hint = 0;
	assert_int_equal(pairs_of_request(&p, 1, &hint)->response, 2);
	assert_null(pairs_of_request(&p, 2, &hint));
	assert_null(pairs_of_request(&p, 100, &hint));
	pairs_release(&p);
}

static void a_request_names_its_first_response(void **state)
{
	(void)state;
	struct pairs p = { 0 };
	size_t hint = 0;
	pairs_add(&p, 1, 6, 3);
	pairs_add(&p, 1, 4, 2);
	pairs_add(&p, 1, 5, 1);
	assert_int_equal(pairs_seal(&p), ERR_OK);
	assert_int_equal(pairs_of_request(&p, 1, &hint)->response, 4);
	pairs_release(&p);
}

static void every_pair_is_found_in_rising_order_and_with_any_hint(void **state)
{
	(void)state;
	enum { N = 5000 };
	struct pairs p = { 0 };
	for (uint64_t i = 0; i < N; i++)
		assert_int_equal(pairs_add(&p, 3 * i + 1, 3 * i + 2, (int64_t)i), ERR_OK);
	assert_int_equal(pairs_seal(&p), ERR_OK);
	size_t a = 0, b = 0;
	for (uint64_t frame = 0; frame < 3 * N + 5; frame++) {
		const struct pair *r = pairs_of_response(&p, frame, &a);
		const struct pair *q = pairs_of_request(&p, frame, &b);
		assert_int_equal(r != NULL, frame % 3 == 2 && frame < 3 * N);
		assert_int_equal(q != NULL, frame % 3 == 1 && frame < 3 * N);
	}
	for (size_t h = 0; h < N + 10; h += 37)
		for (uint64_t frame = 2; frame < 3 * N; frame += 333) {
			size_t hint = h;
			const struct pair *r = pairs_of_response(&p, frame, &hint);
			assert_int_equal(r != NULL, frame % 3 == 2);
		}
	pairs_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_container_knows_nothing),
		cmocka_unit_test(pairs_come_in_any_order_and_are_found_from_both_sides),
		cmocka_unit_test(a_request_names_its_first_response),
		cmocka_unit_test(every_pair_is_found_in_rising_order_and_with_any_hint),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
