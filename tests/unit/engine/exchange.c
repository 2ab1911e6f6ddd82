/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of classes, as they stand in CSV and JSON, and the frame that a row is ordered by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/exchange.h"

static void classes_have_the_names_that_csv_and_json_use(void **state)
{
	static const struct {
		enum exchange_class class;
		const char *name;
	} known[] = {
		{ CLASS_ANSWERED, "answered" },
		{ CLASS_UNANSWERED, "unanswered" },
		{ CLASS_LATE, "late" },
		{ CLASS_DUPLICATE, "duplicate" },
		{ CLASS_UNSOLICITED, "unsolicited" },
		{ CLASS_KOD, "kod" },
		{ CLASS_NAK, "nak" },
		{ CLASS_RETRANSMITTED, "retransmitted" },
		{ CLASS_SYMMETRIC, "symmetric" },
		{ CLASS_BROADCAST, "broadcast" },
		{ CLASS_MALFORMED, "malformed" },
		{ CLASS_OTHER, "other" },
	};
	(void)state;
	assert_int_equal(sizeof(known) / sizeof(known[0]), N_CLASSES);
	for (unsigned i = 0; i < N_CLASSES; i++)
		assert_string_equal(exchange_class_name(known[i].class), known[i].name);
}

static void no_two_classes_share_a_name(void **state)
{
	(void)state;
	for (unsigned a = 0; a < N_CLASSES; a++)
		for (unsigned b = 0; b < a; b++)
			assert_string_not_equal(exchange_class_name((enum exchange_class)a),
						exchange_class_name((enum exchange_class)b));
}

static void a_row_stands_at_its_request(void **state)
{
	(void)state;
	struct exchange x = { .request_frame = 7, .response_frame = 9, .class = CLASS_ANSWERED };
	assert_int_equal(exchange_frame(&x), 7);
	x.class = CLASS_LATE;
	assert_int_equal(exchange_frame(&x), 7);
	x.response_frame = 0;
	x.class = CLASS_UNANSWERED;
	assert_int_equal(exchange_frame(&x), 7);
}

static void an_answer_captured_first_leaves_the_row_at_its_request(void **state)
{
	(void)state;
	struct exchange x = {
		.request_frame = 9, .response_frame = 8, .class = CLASS_ANSWERED, .notes = NOTE_REORDERED
	};
	assert_int_equal(exchange_frame(&x), 9);
}

static void a_lone_answer_and_a_second_one_stand_at_themselves(void **state)
{
	(void)state;
	struct exchange lone = { .response_frame = 9, .class = CLASS_UNSOLICITED };
	struct exchange second = { .request_frame = 7, .response_frame = 10, .class = CLASS_DUPLICATE };
	assert_int_equal(exchange_frame(&lone), 9);
	assert_int_equal(exchange_frame(&second), 10);
}

static void a_delta_needs_both_frames_and_may_be_negative(void **state)
{
	(void)state;
	struct exchange x = { .request_frame = 9, .request_ns = 5000, .response_ns = 1000 };
	assert_false(exchange_has_delta(&x));
	x.response_frame = 8;
	assert_true(exchange_has_delta(&x));
	assert_int_equal(exchange_delta_ns(&x), -4000);
	x.request_frame = 0;
	assert_false(exchange_has_delta(&x));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes_have_the_names_that_csv_and_json_use),
		cmocka_unit_test(no_two_classes_share_a_name),
		cmocka_unit_test(a_row_stands_at_its_request),
		cmocka_unit_test(an_answer_captured_first_leaves_the_row_at_its_request),
		cmocka_unit_test(a_lone_answer_and_a_second_one_stand_at_themselves),
		cmocka_unit_test(a_delta_needs_both_frames_and_may_be_negative),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
