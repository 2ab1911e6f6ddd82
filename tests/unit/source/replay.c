/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "source/replay.h"

#define SECOND INT64_C(1000000000)

/* A clock that only waiting moves. */
struct clock {
	int64_t now_ns, waited_ns;
};

static int64_t clock_now(void *arg)
{
	return ((struct clock *)arg)->now_ns;
}

static void clock_wait(void *arg, int64_t ns)
{
	struct clock *c = arg;
	c->now_ns += ns;
	c->waited_ns += ns;
}

enum { N = 4 };
static const int64_t times_s[N] = { 1000, 1000, 1010, 1005 };

static struct source *four_packets(struct packet *in)
{
	static const uint8_t data[1];
	for (int i = 0; i < N; i++)
		in[i] = (struct packet){
			.data = data, .time_ns = times_s[i] * SECOND, .caplen = 1, .len = 1, .has_time = true
		};
	struct source *s = source_from_memory(in, N);
	assert_non_null(s);
	return s;
}

static struct replay *begin(struct source *s, struct clock *c, double speed)
{
	struct replay_config config = {
		.source = s, .speed = speed, .clock = clock_now, .wait = clock_wait, .clock_arg = c
	};
	struct replay *r;
	assert_int_equal(replay_new(&config, &r), ERR_OK);
	return r;
}

static void packets_come_when_their_time_has_come(void **state)
{
	struct packet in[N], out[8];
	struct clock c = { .now_ns = 77 };
	struct source *s = four_packets(in);
	struct replay *r = begin(s, &c, 10);
	int64_t now_ns;
	size_t n, given = 0;
	enum err e;

	(void)state;
	while ((e = replay_next(r, out, 8, &n, &now_ns)) == ERR_OK) {
		if (n == 0) {
			assert_int_equal(given, 2);
			assert_true(now_ns >= 1000 * SECOND && now_ns < 1010 * SECOND);
			continue;
		}
		for (size_t i = 0; i < n; i++, given++)
			assert_true(out[i].time_ns == times_s[given] * SECOND);
		/* the third is due a second after the first; the fourth is late and comes with it */
		assert_int_equal(given, c.now_ns - 77 < SECOND ? 2 : 4);
	}
	assert_int_equal(e, ERR_END);
	assert_int_equal(given, N);
	assert_true(c.waited_ns >= SECOND && c.waited_ns < SECOND + SECOND / 10);
	assert_true(replay_is_over(r));
	replay_free(r);
	source_free(s);
}

static void speed_0_waits_for_nothing(void **state)
{
	struct packet in[N], out[3];
	struct clock c = { 0 };
	struct source *s = four_packets(in);
	struct replay *r = begin(s, &c, 0);
	struct source_stats stats;
	int64_t now_ns;
	size_t n, given = 0;

	(void)state;
	while (replay_next(r, out, 3, &n, &now_ns) == ERR_OK) {
		assert_int_not_equal(n, 0);
		given += n;
	}
	assert_int_equal(given, N);
	assert_int_equal(c.waited_ns, 0);
	replay_stats(r, &stats);
	assert_int_equal(stats.n_frames, N);
	replay_free(r);
	source_free(s);
}

/* As a file may claim: further apart than a number of nanoseconds goes. */
static void false_dates_are_waited_for_and_not_added_up(void **state)
{
	static const uint8_t data[1];
	struct packet in[2], out[2];
	struct clock c = { 0 };
	int64_t now_ns;
	size_t n;

	(void)state;
	for (int i = 0; i < 2; i++)
		in[i] = (struct packet){ .data = data,
					 .time_ns = i ? INT64_MAX : INT64_MIN + 5,
					 .caplen = 1,
					 .len = 1,
					 .has_time = true };
	struct source *s = source_from_memory(in, 2);
	struct replay *r = begin(s, &c, 1);
	assert_int_equal(replay_next(r, out, 2, &n, &now_ns), ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(replay_next(r, out, 2, &n, &now_ns), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(c.waited_ns, SECOND / 10);
	replay_free(r);
	source_free(s);
}

static void stopping_ends_it_before_the_end(void **state)
{
	struct packet in[N], out[8];
	struct clock c = { 0 };
	struct source *s = four_packets(in);
	struct replay *r = begin(s, &c, 1);
	int64_t now_ns;
	size_t n;

	(void)state;
	assert_int_equal(replay_next(r, out, 8, &n, &now_ns), ERR_OK);
	assert_int_equal(n, 2);
	replay_stop(r);
	assert_int_equal(replay_next(r, out, 8, &n, &now_ns), ERR_END);
	assert_int_equal(n, 0);
	assert_false(replay_is_over(r));
	replay_free(r);
	source_free(s);
	replay_free(NULL);
}

static void the_machine_s_clock_will_do(void **state)
{
	struct packet in[N], out[8];
	struct source *s = four_packets(in);
	struct replay_config config = { .source = s, .speed = 1000 };
	struct replay *r;
	int64_t now_ns;
	size_t n, given = 0;

	(void)state;
	assert_int_equal(replay_new(&config, &r), ERR_OK);
	while (replay_next(r, out, 8, &n, &now_ns) == ERR_OK)
		given += n;
	assert_int_equal(given, N);
	replay_free(r);
	source_free(s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_come_when_their_time_has_come),
		cmocka_unit_test(speed_0_waits_for_nothing),
		cmocka_unit_test(false_dates_are_waited_for_and_not_added_up),
		cmocka_unit_test(stopping_ends_it_before_the_end),
		cmocka_unit_test(the_machine_s_clock_will_do),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
