/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compared with a recount: for every minute, which clients had their latest packet in the window. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/windows.h"
#include "traffic.h"

#define MINUTE (60 * NS_PER_S)

enum { N_CLIENTS = 50, N_EVENTS = 3000, N_LOG = 8192 };

struct naive {
	struct windows w;
	int64_t last_ns[N_CLIENTS]; /* latest packet */
	bool had[N_CLIENTS];
};

static uint64_t recount(const struct naive *v, int64_t minute, unsigned n_minutes)
{
	uint64_t n = 0;
	for (unsigned i = 0; i < N_CLIENTS; i++) {
		int64_t m = v->last_ns[i] / MINUTE;
		n += v->had[i] && m > minute - (int64_t)n_minutes && m <= minute;
	}
	return n;
}

static void see(struct naive *v, unsigned client, int64_t now_ns)
{
	windows_move(&v->w, v->had[client], v->last_ns[client], now_ns);
	if (!v->had[client] || now_ns > v->last_ns[client])
		v->last_ns[client] = now_ns;
	v->had[client] = true;
}

static void check_now(const struct naive *v)
{
	static const unsigned minutes[] = { 1, 5, 20, 60, 1440, WINDOWS_MINUTES };
	for (unsigned i = 0; i < sizeof(minutes) / sizeof(minutes[0]); i++)
		assert_int_equal(windows_sum(&v->w, minutes[i]), recount(v, v->w.minute, minutes[i]));
	for (unsigned i = 0; i < WINDOWS_SUMS; i++) {
		static const int64_t later[] = { 0, 1, 4, 5, 30, 1439, WINDOWS_MINUTES - 1, WINDOWS_MINUTES };
		for (unsigned k = 0; k < sizeof(later) / sizeof(later[0]); k++)
			assert_int_equal(windows_sum_at(&v->w, v->w.minute + later[k], i),
					 recount(v, v->w.minute + later[k], minutes[i + 1]));
	}
}

/* What is left of a window that ended before: those who were not seen since. */
static void check_past(const struct naive *v)
{
	for (unsigned ago = 1; ago < 30; ago++)
		assert_int_equal(windows_sum_at(&v->w, v->w.minute - ago, 1),
				 recount(v, v->w.minute - ago, 20));
}

static int64_t random_step(uint64_t *seed, bool back)
{
	uint64_t p = traffic_random(seed) % 100;
	int64_t most = p < 70   ? 30 * NS_PER_S
		       : p < 90 ? 10 * MINUTE
		       : p < 98 ? 120 * MINUTE
				: 9 * 1440 * MINUTE;
	int64_t by = (int64_t)(traffic_random(seed) % (uint64_t)most);
	return back && p % 10 == 0 ? -by : by;
}

static void sums_equal_a_recount_over_gaps_and_steps_back(void **state)
{
	(void)state;
	for (uint64_t round = 0; round < 20; round++) {
		struct naive v = { 0 };
		uint64_t seed = round;
		int64_t now_ns = TRAFFIC_START;
		assert_int_equal(windows_init(&v.w), ERR_OK);
		for (unsigned i = 0; i < N_EVENTS; i++) {
			now_ns += random_step(&seed, round % 2);
			see(&v, (unsigned)(traffic_random(&seed) % N_CLIENTS), now_ns);
			if (i % 16 == 0)
				check_now(&v);
			if (i % 128 == 0)
				check_past(&v);
		}
		windows_release(&v.w);
	}
}

static void what_was_kept_equals_a_recount_at_the_end_of_each_minute(void **state)
{
	static const unsigned minutes[WINDOWS_KEPT] = { 5, 20, 60 };
	(void)state;
	struct naive v = { 0 };
	uint64_t seed = 4;
	int64_t first = TRAFFIC_START / MINUTE;
	static uint32_t kept[N_LOG][WINDOWS_KEPT];
	assert_int_equal(windows_init(&v.w), ERR_OK);
	int64_t now_ns = TRAFFIC_START;
	for (int64_t minute = first; minute < first + 2000; minute++) {
		for (; now_ns < (minute + 1) * MINUTE; now_ns += random_step(&seed, false))
			see(&v, (unsigned)(traffic_random(&seed) % N_CLIENTS), now_ns);
		for (unsigned k = 0; k < WINDOWS_KEPT; k++)
			kept[minute - first][k] = (uint32_t)recount(&v, minute, minutes[k]);
	}
	windows_advance(&v.w, now_ns + MINUTE);
	for (int64_t minute = first; minute < first + 2000 && minute < v.w.minute; minute++)
		for (unsigned k = 0; k < WINDOWS_KEPT; k++)
			assert_int_equal(windows_kept(&v.w, minute, k), kept[minute - first][k]);
	assert_int_equal(windows_kept(&v.w, first - 1, 0), 0);
	assert_int_equal(windows_kept(&v.w, v.w.minute, 0), 0);
	windows_release(&v.w);
}

static void after_a_gap_longer_than_the_ring_nothing_of_before_is_kept(void **state)
{
	(void)state;
	for (int64_t gap = WINDOWS_MINUTES - 70; gap < 2 * WINDOWS_MINUTES + 100; gap += 35) {
		struct naive v = { 0 };
		assert_int_equal(windows_init(&v.w), ERR_OK);
		for (unsigned i = 0; i < N_CLIENTS; i++)
			see(&v, i, TRAFFIC_START + i * MINUTE);
		int64_t now_ns = TRAFFIC_START + gap * MINUTE;
		windows_advance(&v.w, now_ns);
		for (int64_t ago = 1; ago < WINDOWS_MINUTES; ago++) {
			int64_t minute = now_ns / MINUTE - ago;
			bool after = minute >= TRAFFIC_START / MINUTE + N_CLIENTS;
			if (after && windows_kept(&v.w, minute, 2) != recount(&v, minute, 60))
				fail_msg("gap %d, %d minutes ago", (int)gap, (int)ago);
		}
		assert_int_equal(windows_sum(&v.w, WINDOWS_MINUTES),
				 recount(&v, now_ns / MINUTE, WINDOWS_MINUTES));
		windows_release(&v.w);
	}
}

/* No clock decides: with a sum over the ring for each minute it would not end in time. */
static void ten_years_without_a_pause_take_no_time_worth_mentioning(void **state)
{
	(void)state;
	struct naive v = { 0 };
	assert_int_equal(windows_init(&v.w), ERR_OK);
	for (int64_t minute = 0; minute < 3650 * 1440; minute++)
		see(&v, (unsigned)minute % N_CLIENTS, TRAFFIC_START + minute * MINUTE);
	check_now(&v);
	windows_release(&v.w);
}

static void nothing_seen_sums_to_nothing(void **state)
{
	(void)state;
	struct windows w;
	assert_int_equal(windows_init(&w), ERR_OK);
	assert_int_equal(windows_sum(&w, 60), 0);
	assert_int_equal(windows_kept(&w, 0, 0), 0);
	windows_release(&w);
}

static void the_edge_of_a_window_is_a_whole_minute(void **state)
{
	(void)state;
	struct naive v = { 0 };
	assert_int_equal(windows_init(&v.w), ERR_OK);
	see(&v, 0, TRAFFIC_START + MINUTE - 1);
	see(&v, 1, TRAFFIC_START + MINUTE);
	assert_int_equal(windows_sum(&v.w, 1), 1);
	assert_int_equal(windows_sum(&v.w, 2), 2);
	see(&v, 2, TRAFFIC_START + 5 * MINUTE);
	assert_int_equal(windows_sum(&v.w, 5), 2);
	windows_release(&v.w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_equal_a_recount_over_gaps_and_steps_back),
		cmocka_unit_test(what_was_kept_equals_a_recount_at_the_end_of_each_minute),
		cmocka_unit_test(after_a_gap_longer_than_the_ring_nothing_of_before_is_kept),
		cmocka_unit_test(ten_years_without_a_pause_take_no_time_worth_mentioning),
		cmocka_unit_test(nothing_seen_sums_to_nothing),
		cmocka_unit_test(the_edge_of_a_window_is_a_whole_minute),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
