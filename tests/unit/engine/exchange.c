/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of classes, as they stand in CSV and JSON, and the frame that a row is ordered by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/nstime.h"
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

static void the_offset_is_that_of_rfc_5905_with_the_times_of_the_capture(void **state)
{
	/* 2026-03-01T00:00:00Z as the capture has it; the server's clock is 250 us ahead and takes 20 us, the
	 * way there 30 us, the way back 50 us: (280 + 200) / 2. */
	const int64_t t1_ns = INT64_C(1772323200000000000);
	struct exchange x = { .request_ns = t1_ns, .response_ns = t1_ns + 100000 };
	const uint64_t second = (UINT64_C(1772323200) + NTP_UNIX_S) << 32;
	const uint64_t microsecond = UINT64_C(4294967296) / 1000000;

	(void)state;
	exchange_find_offset(&x, second + 280 * microsecond, second + 300 * microsecond);
	assert_true(x.has_offset);
	assert_in_range(x.offset_ns, 239900, 240100);
	exchange_find_offset(&x, second - (UINT64_C(3600) << 32), second - (UINT64_C(3600) << 32));
	assert_int_equal(x.offset_ns, -3600 * NS_PER_S - 50000);
}

static void dates_of_any_kind_have_an_offset(void **state)
{
	static const int64_t dates[] = { INT64_MIN, -1, 0, 1, INT64_MAX };
	struct exchange x = { 0 };

	(void)state;
	for (unsigned i = 0; i < 25; i++) {
		x.request_ns = dates[i / 5];
		x.response_ns = dates[i % 5];
		exchange_find_offset(&x, 1, UINT64_MAX);
		assert_true(x.has_offset);
	}
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
		cmocka_unit_test(the_offset_is_that_of_rfc_5905_with_the_times_of_the_capture),
		cmocka_unit_test(dates_of_any_kind_have_an_offset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
