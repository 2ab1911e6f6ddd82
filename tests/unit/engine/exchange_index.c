/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/exchange_index.h"

static void an_empty_index_knows_nothing(void **state)
{
	(void)state;
	struct exchange_index index = { 0 };
	assert_null(exchange_index_of_request(&index, 1));
	assert_null(exchange_index_of_response(&index, UINT64_MAX));
	exchange_index_release(&index);
}

static void an_exchange_is_found_from_both_sides(void **state)
{
	(void)state;
	struct exchange_index index = { 0 };
	struct exchange x = { .request_frame = 7,
			      .response_frame = 9000,
			      .request_ns = 100,
			      .response_ns = 90,
			      .class = CLASS_ANSWERED };
	struct exchange alone = { .request_frame = 3, .request_ns = 50, .class = CLASS_UNANSWERED };
	assert_int_equal(exchange_index_add(&index, &x), ERR_OK);
	assert_int_equal(exchange_index_add(&index, &alone), ERR_OK);
	assert_int_equal(exchange_index_of_request(&index, 7)->response_frame, 9000);
	assert_int_equal(exchange_index_of_response(&index, 9000)->delta_ns, -10);
	assert_int_equal(exchange_index_of_request(&index, 3)->class, CLASS_UNANSWERED);
	assert_int_equal(exchange_index_of_request(&index, 3)->delta_ns, 0);
	assert_null(exchange_index_of_request(&index, 9000));
	assert_null(exchange_index_of_response(&index, 7));
	assert_null(exchange_index_of_response(&index, 0));
	exchange_index_release(&index);
}

static void a_second_answer_does_not_take_the_request(void **state)
{
	(void)state;
	struct exchange first = { .request_frame = 1, .response_frame = 2, .class = CLASS_ANSWERED };
	struct exchange second = { .request_frame = 1, .response_frame = 3, .class = CLASS_DUPLICATE };
	for (unsigned order = 0; order < 2; order++) {
		struct exchange_index index = { 0 };
		exchange_index_add(&index, order ? &second : &first);
		exchange_index_add(&index, order ? &first : &second);
		assert_int_equal(exchange_index_of_request(&index, 1)->response_frame, 2);
		assert_int_equal(exchange_index_of_response(&index, 3)->class, CLASS_DUPLICATE);
		exchange_index_release(&index);
	}
}

static void a_further_packet_of_an_answer_does_not_take_the_request(void **state)
{
	(void)state;
	struct exchange first = { .request_frame = 1, .response_frame = 2, .class = CLASS_ANSWERED };
	struct exchange second = {
		.request_frame = 1, .response_frame = 3, .class = CLASS_ANSWERED, .notes = NOTE_CONTINUED
	};
	struct exchange_index index = { 0 };
	exchange_index_add(&index, &first);
	exchange_index_add(&index, &second);
	assert_int_equal(exchange_index_of_request(&index, 1)->response_frame, 2);
	assert_int_equal(exchange_index_of_response(&index, 3)->class, CLASS_ANSWERED);
	exchange_index_release(&index);
}

static void frames_beyond_32_bits_are_refused(void **state)
{
	(void)state;
	struct exchange_index index = { 0 };
	struct exchange x = { .request_frame = UINT32_MAX, .class = CLASS_UNANSWERED };
	assert_int_equal(exchange_index_add(&index, &x), ERR_LIMIT);
	assert_int_equal(index.n, 0);
	exchange_index_release(&index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_index_knows_nothing),
		cmocka_unit_test(an_exchange_is_found_from_both_sides),
		cmocka_unit_test(a_second_answer_does_not_take_the_request),
		cmocka_unit_test(a_further_packet_of_an_answer_does_not_take_the_request),
		cmocka_unit_test(frames_beyond_32_bits_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
