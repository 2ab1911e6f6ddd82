/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "serve.h"
#include "web/recent.h"

static struct serve s;

static struct addr host(unsigned i)
{
	const uint8_t v4[4] = { 198, 51, 100, (uint8_t)i };
	return addr_from_v4(v4);
}

static void requests_and_answers_are_put_together(void **state)
{
	struct recent r;
	struct addr a = host(1);
	(void)state;
	assert_int_equal(recent_init(&r, s.live, &a, 128), ERR_OK);
	assert_int_equal(r.n, 20);
	assert_int_equal(r.n_exchanges, 10);
	assert_int_equal(r.since_ns, serve_start_ns + 1000000);
	for (size_t i = 0; i < 10; i++) {
		assert_int_not_equal(r.exchanges[i].request, RECENT_NONE);
		assert_int_not_equal(r.exchanges[i].answer, RECENT_NONE);
		assert_int_equal(r.exchanges[i].delta_ns, 50000);
	}
	recent_release(&r);
	a = host(3);
	assert_int_equal(recent_init(&r, s.live, &a, 128), ERR_OK);
	assert_int_equal(r.n_exchanges, 10);
	assert_int_equal(r.exchanges[0].answer, RECENT_NONE);
	assert_true(r.exchanges[0].delta_ns == INT64_MIN);
	recent_release(&r);
}

static void they_are_sorted_by_time_or_by_delta(void **state)
{
	struct recent r;
	struct addr all = { 0 };
	(void)state;
	assert_int_equal(recent_init(&r, s.live, &all, 0), ERR_OK);
	assert_int_equal(r.n_exchanges, 40);
	recent_sort(&r, false);
	for (size_t i = 1; i < r.n_exchanges; i++)
		assert_true(r.packets[r.exchanges[i - 1].request].number >
			    r.packets[r.exchanges[i].request].number);
	recent_sort(&r, true);
	assert_int_equal(r.exchanges[0].delta_ns, 50000);
	assert_true(r.exchanges[r.n_exchanges - 1].delta_ns == INT64_MIN);
	recent_release(&r);
}

static void intervals_fall_into_bins_of_half_an_octave(void **state)
{
	uint64_t bins[INTERVAL_BINS], n = 0;
	struct recent r;
	struct addr a = host(3);
	(void)state;
	assert_int_equal(recent_init(&r, s.live, &a, 128), ERR_OK);
	recent_intervals(&r, bins);
	/* 64 s is 2^6: bin 64 + 12 */
	assert_int_equal(bins[76], 9);
	for (int i = 0; i < INTERVAL_BINS; i++)
		n += bins[i];
	assert_int_equal(n, 9);
	recent_release(&r);
	a = host(77);
	assert_int_equal(recent_init(&r, s.live, &a, 128), ERR_OK);
	assert_int_equal(r.n, 0);
	recent_intervals(&r, bins);
	recent_release(&r);
}

static int begin(void **state)
{
	(void)state;
	return serve_live(&s, 4) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	live_free(s.live);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_and_answers_are_put_together),
		cmocka_unit_test(they_are_sorted_by_time_or_by_delta),
		cmocka_unit_test(intervals_fall_into_bins_of_half_an_octave),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
