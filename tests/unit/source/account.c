/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "source/account.h"

static void batches_count_as_one_run(void **state)
{
	static const int64_t times[] = { 50, 40, 40, 60, 59, 70 };
	struct packet p[6];

	(void)state;
	for (size_t i = 0; i < 6; i++)
		p[i] = (struct packet){
			.time_ns = times[i], .caplen = 10, .len = 10 + i % 2, .has_time = true
		};
	for (size_t batch = 1; batch <= 6; batch++) {
		struct source_stats s = { 0 };
		int64_t prev = INT64_MIN;

		for (size_t i = 0; i < 6; i += batch)
			account_packets(&s, &prev, p + i, batch < 6 - i ? batch : 6 - i);
		assert_int_equal(s.n_frames, 6);
		assert_int_equal(s.n_bytes, 60);
		assert_int_equal(s.n_cut_by_snaplen, 3);
		assert_int_equal(s.n_time_backwards, 2);
		assert_int_equal(s.n_without_time, 0);
		assert_true(s.first_ns == 40 && s.last_ns == 70 && prev == 70);
	}
}

static void frames_without_a_time_touch_no_time(void **state)
{
	struct packet p[2] = { { .has_time = false }, { .time_ns = -5, .has_time = true } };
	struct source_stats s = { 0 };
	int64_t prev = INT64_MIN;

	(void)state;
	account_packets(&s, &prev, p, 1);
	assert_int_equal(s.n_without_time, 1);
	assert_true(s.first_ns == 0 && s.last_ns == 0 && prev == INT64_MIN);
	account_packets(&s, &prev, p + 1, 1);
	account_packets(&s, &prev, p, 1);
	assert_true(s.first_ns == -5 && s.last_ns == -5);
	assert_int_equal(s.n_time_backwards, 0);
	account_packets(&s, &prev, p, 0);
	assert_int_equal(s.n_frames, 3);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(batches_count_as_one_run),
		cmocka_unit_test(frames_without_a_time_touch_no_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
