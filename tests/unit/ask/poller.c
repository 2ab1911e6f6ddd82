/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ask/poller.h"
#include "net/clock.h"

struct seen {
	size_t n;
	struct reading last;
};

static void note(void *arg, const struct reading *r)
{
	struct seen *s = arg;

	s->n++;
	s->last = *r;
}

static void a_reading_says_whose_it_is_and_when(void **state)
{
	const struct poller way = { .via = WATCH_VIA_CHRONY };
	const struct poll_target who = { .name = "ntp.example" };
	struct reading_made m;
	struct seen seen = { 0 };
	const struct reading_sink sink = { note, &seen };
	const struct poll_turn turn = { .every_ns = 64 * INT64_C(1000000000), .sink = &sink };
	(void)state;
	reading_made_clear(&m);
	reading_point(&m, "stratum", 2);
	reading_part(m.part, sizeof(m.part), "PPS0", 4);
	int64_t before_ns = clock_utc_ns();
	poll_give(&way, &who, &turn, &m, "");
	assert_int_equal(seen.n, 1);
	assert_true(seen.last.is_ok);
	assert_string_equal(seen.last.target, "ntp.example");
	assert_string_equal(seen.last.part, "PPS0");
	assert_int_equal(seen.last.via, WATCH_VIA_CHRONY);
	assert_int_equal(seen.last.every_ns, turn.every_ns);
	assert_int_equal(seen.last.n_points, 1);
	assert_true(seen.last.time_ns >= before_ns && seen.last.time_ns <= clock_utc_ns());
	poll_give(&way, &who, &turn, &m, "no answer");
	assert_false(seen.last.is_ok);
	assert_string_equal(seen.last.why, "no answer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reading_says_whose_it_is_and_when),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
