/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which sums of earlier are kept, for how long, and what becomes of them when time goes astray. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/live_marks.h"
#include "live_traffic.h"
#include "save_store.h"

static const int64_t S = NS_PER_S, START_S = TRAFFIC_START / NS_PER_S;

/* n frames were counted when time had come to there. */
static void add(struct live_marks *m, int64_t now_s, uint64_t n)
{
	struct since *s = since_new();
	s->tally->n_frames = n;
	assert_true(live_marks_due(m, now_s));
	live_marks_add(m, now_s, s);
	assert_false(live_marks_due(m, now_s));
	since_free(s);
}

/* Frames up to the mark that is nearest; 0: the beginning is. */
static uint64_t frames_at(const struct live_marks *m, int64_t from_s, int64_t *at_s)
{
	struct since *s;
	uint64_t n = 0;
	assert_int_equal(live_marks_find(m, from_s * S, START_S * S, &s), ERR_OK);
	*at_s = START_S;
	if (s) {
		n = s->tally->n_frames;
		*at_s = s->from_ns / S;
	}
	since_free(s);
	return n;
}

static void assert_bounded(const struct live_marks *m, int64_t now_s)
{
	assert_true(m->n <= 38);
	for (size_t i = 0; i < m->n; i++) {
		assert_true(m->at[i].at_s % LIVE_MARK_S == 0);
		assert_true(m->at[i].at_s <= now_s && now_s - m->at[i].at_s < 25 * 3600 + 300);
		assert_true(!i || m->at[i].at_s > m->at[i - 1].at_s);
	}
}

static void a_mark_each_five_minutes_and_then_each_hour(void **state)
{
	struct live_marks m = { 0 };
	int64_t at_s;
	(void)state;
	for (int64_t s = 0; s < 30 * 3600; s += 50) {
		if (live_marks_due(&m, START_S + s))
			add(&m, START_S + s, 1 + (uint64_t)s);
		assert_bounded(&m, START_S + s);
		if (s < 3600)
			continue;
		uint64_t n = frames_at(&m, START_S + s - 3600, &at_s);
		assert_true(llabs(at_s - (START_S + s - 3600)) <= 150);
		assert_int_equal(n, at_s == START_S ? 0 : 1 + (uint64_t)(at_s - START_S));
		if (s < 86400)
			continue;
		n = frames_at(&m, START_S + s - 86400, &at_s);
		assert_true(llabs(at_s - (START_S + s - 86400)) <= 1800);
		assert_int_equal(n, at_s == START_S ? 0 : 1 + (uint64_t)(at_s - START_S));
	}
	live_marks_release(&m);
}

static void the_nearest_one_is_found_or_the_beginning(void **state)
{
	struct live_marks m = { 0 };
	int64_t at_s;
	(void)state;
	for (int64_t s = 0; s <= 1200; s += 300)
		add(&m, START_S + s, (uint64_t)s);
	assert_int_equal(frames_at(&m, START_S + 449, &at_s), 300);
	assert_int_equal(frames_at(&m, START_S + 451, &at_s), 600);
	assert_int_equal(frames_at(&m, START_S + 100000, &at_s), 1200);
	assert_int_equal(frames_at(&m, START_S + 149, &at_s), 0);
	assert_int_equal(frames_at(&m, START_S - 1, &at_s), 0);
	assert_int_equal(at_s, START_S);
	live_marks_release(&m);
}

static void when_time_goes_back_what_lies_ahead_is_dropped(void **state)
{
	struct live_marks m = { 0 };
	int64_t at_s;
	(void)state;
	for (int64_t s = 0; s <= 3000; s += 300)
		add(&m, START_S + s, 1 + (uint64_t)s);
	add(&m, START_S + 1000, 5000);
	assert_int_equal(frames_at(&m, START_S + 3000, &at_s), 901);
	assert_int_equal(at_s, START_S + 900);
	assert_bounded(&m, START_S + 1000);
	add(&m, START_S + 1200, 5001);
	assert_int_equal(frames_at(&m, START_S + 3000, &at_s), 5001);
	/* To before all of them. */
	add(&m, START_S - 86400, 6000);
	assert_int_equal(m.n, 0);
	live_marks_release(&m);
}

static void a_leap_leaves_what_is_recent(void **state)
{
	struct live_marks m = { 0 };
	int64_t at_s;
	(void)state;
	for (int64_t s = 0; s <= 3000; s += 300)
		add(&m, START_S + s, 1 + (uint64_t)s);
	add(&m, START_S + 7300, 3100);
	assert_int_equal(frames_at(&m, START_S + 3700, &at_s), 301); /* the first one */
	assert_bounded(&m, START_S + 7300);
	add(&m, START_S + 1000 * 86400, 3200);
	assert_int_equal(m.n, 1);
	assert_int_equal(frames_at(&m, START_S + 1000 * 86400 - 3600, &at_s), 3200);
	live_marks_release(&m);
}

static void what_is_too_large_is_not_marked(void **state)
{
	struct live_marks m = { 0 };
	struct since *s = since_new();
	(void)state;
	add(&m, START_S, 1);
	for (unsigned v = 0; v < 8; v++)
		for (unsigned z = 0; z < N_SIZES; z++)
			for (unsigned i = 0; i < HIST_BINS; i++)
				s->tally->delta_of[v][z].bins[i] = UINT64_C(1) << 40;
	live_marks_add(&m, START_S + 300, s);
	assert_int_equal(m.n, 0);
	assert_int_equal(m.n_too_large, 1);
	assert_int_equal(live_marks_bytes(&m), 0);
	since_free(s);
	live_marks_add(&m, START_S + 600, NULL);
	assert_int_equal(m.n, 0);
	live_marks_release(&m);
}

/* ---- of a live engine ---------------------------------------------------------------------------- */

static void exchanges(struct traffic *t, int64_t from_s, int64_t to_s)
{
	struct addr server = traffic_v4(192, 0, 2, 1);
	for (int64_t s = from_s; s < to_s; s++) {
		struct addr a = traffic_v4(10, 0, 0, (unsigned)(s & 63));
		traffic_ask(t, TRAFFIC_START + s * S, &a, &server, (uint64_t)s + 1);
		traffic_answer(t, TRAFFIC_START + s * S + 1000, &a, &server, (uint64_t)s + 1);
	}
}

static void run(struct live *l, const struct traffic *t)
{
	struct live_feed feed = { .t = t };
	struct live_io io = { .next = live_feed_next, .source = &feed };
	assert_int_equal(live_run(l, &io), ERR_OK);
}

static struct live *reloaded(struct live *l, const struct engine_config *config)
{
	struct save_store store = { 0 };
	struct live *other;
	assert_int_equal(live_save(l, save_store_write, &store), ERR_OK);
	assert_int_equal(live_new(config, &other), ERR_OK);
	assert_int_equal(live_load(other, save_store_read, &store), ERR_OK);
	assert_int_equal(store.at, store.len);
	free(store.data);
	live_free(l);
	return other;
}

static uint64_t frames_of_hour(struct live *l, int64_t *from_s)
{
	struct census *c;
	assert_int_equal(live_census(l, LIVE_HOUR, &c), ERR_OK);
	uint64_t n = census_tally(c)->n_frames;
	assert_int_equal(census_tally(c)->class_packets[CLASS_ANSWERED], n);
	*from_s = census_first_ns(c) / S - START_S;
	census_free(c);
	live_free(l);
	return n;
}

/* Marks are saved with what was counted: the last hour goes over the restart, and over the time in which
 * nobody counted. */
static void they_outlive_a_restart(void **state)
{
	static const int64_t silence_s[] = { 0, 1200 };
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct engine_config config = traffic_config();
		struct traffic before = { 0 }, after = { 0 };
		struct live *l;
		int64_t from_s, again_s = 5000 + silence_s[i];
		exchanges(&before, 0, 5000);
		exchanges(&after, again_s, again_s + 1000);
		assert_int_equal(live_new(&config, &l), ERR_OK);
		run(l, &before);
		l = reloaded(l, &config);
		run(l, &after);
		uint64_t n = frames_of_hour(l, &from_s);
		assert_true(llabs(again_s + 1000 - 3600 - from_s) <= 151);
		assert_int_equal(n, 2 * (5000 - from_s + 1000));
		traffic_free(&before);
		traffic_free(&after);
	}
}

static void a_clock_that_steps_makes_no_more_of_it_than_there_is(void **state)
{
	static const int64_t steps_s[] = { -4000, -86400, -30, 30, 4000, 86400 * 30 };
	(void)state;
	for (unsigned i = 0; i < sizeof(steps_s) / sizeof(steps_s[0]); i++) {
		struct engine_config config = traffic_config();
		struct traffic t = { 0 };
		int64_t from_s;
		exchanges(&t, 0, 6000);
		size_t n_before = t.n;
		exchanges(&t, 6000, 9000);
		for (size_t k = n_before; k < t.n; k++)
			t.at[k].time_ns += steps_s[i] * S;
		struct live *l = live_of(&t, &config, 0, false);
		uint64_t n = frames_of_hour(l, &from_s);
		assert_true(n <= t.n);
		assert_true(n >= t.n - n_before || from_s >= 6000 + steps_s[i]);
		traffic_free(&t);
	}
}

/* Never more than of all, and no figure runs backwards as time goes on. */
static void an_hour_is_no_more_than_a_day_and_a_day_no_more_than_all(void **state)
{
	(void)state;
	for (uint64_t seed = 5 - traffic_seeds(4); seed <= 4; seed++) {
		enum rt_clock clock = seed == 4 ? RT_STEPPING : RT_ORDERLY;
		struct traffic t = random_traffic(seed, 4000, clock);
		struct engine_config config = traffic_config();
		struct tally *before = tally_new();
		for (int span = LIVE_HOUR; span >= LIVE_ALL; span--) {
			struct live *l = live_of(&t, &config, seed, false);
			struct census *c;
			assert_int_equal(live_census(l, (enum live_span)span, &c), ERR_OK);
			const uint64_t *now = (const uint64_t *)(const void *)census_tally(c),
				       *then = (const uint64_t *)(const void *)before;
			for (size_t i = 0; i < offsetof(struct tally, delta) / 8; i++)
				assert_true(now[i] >= then[i]);
			assert_true(census_tally(c)->delta.n >= before->delta.n);
			*before = *census_tally(c);
			census_free(c);
			live_free(l);
		}
		tally_free(before);
		traffic_free(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mark_each_five_minutes_and_then_each_hour),
		cmocka_unit_test(the_nearest_one_is_found_or_the_beginning),
		cmocka_unit_test(when_time_goes_back_what_lies_ahead_is_dropped),
		cmocka_unit_test(a_leap_leaves_what_is_recent),
		cmocka_unit_test(what_is_too_large_is_not_marked),
		cmocka_unit_test(they_outlive_a_restart),
		cmocka_unit_test(a_clock_that_steps_makes_no_more_of_it_than_there_is),
		cmocka_unit_test(an_hour_is_no_more_than_a_day_and_a_day_no_more_than_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
