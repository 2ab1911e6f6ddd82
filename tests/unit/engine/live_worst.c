/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The slowest exchanges of a span are those of that span, however slow earlier ones were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "live_traffic.h"
#include "save_store.h"

static const int64_t S = NS_PER_S, MS = NS_PER_S / 1000;

/* Every six seconds an exchange; those of the first hours are the slower the earlier they are. */
static void exchanges(struct traffic *t, int64_t from_s, int64_t to_s)
{
	struct addr server = traffic_v4(192, 0, 2, 1);
	for (int64_t s = from_s; s < to_s; s += 6) {
		struct addr a = traffic_v4(10, 0, 0, (unsigned)(s & 63));
		int64_t asked_ns = TRAFFIC_START + s * S, slow_ns = s < 86400 ? (86400 - s) * MS / 100 : 0;
		traffic_ask(t, asked_ns, &a, &server, (uint64_t)s + 1);
		traffic_answer(t, asked_ns + 1000 + s / 6 % 600 + slow_ns, &a, &server, (uint64_t)s + 1);
	}
}

static void assert_slowest_of(struct live *l, enum live_span span, int64_t from_s)
{
	struct live_worst w;
	assert_int_equal(live_worst(l, span, &w), ERR_OK);
	assert_int_equal(w.n, 10);
	assert_int_equal(w.from_ns, TRAFFIC_START + from_s * S);
	for (size_t i = 0; i < w.n; i++) {
		assert_true(w.rows[i].x.request_ns >= w.from_ns && w.rows[i].x.request_ns <= w.to_ns);
		assert_true(!i || w.rows[i].x.delta_ns <= w.rows[i - 1].x.delta_ns);
		if (from_s >= 86400)
			assert_true(w.rows[i].x.delta_ns >= 1590 && w.rows[i].x.delta_ns <= 1599);
		else
			assert_int_equal(w.rows[i].x.request_ns, w.from_ns + (int64_t)i * 6 * S);
	}
	live_worst_release(&w);
}

static void each_span_has_its_own(void **state)
{
	struct engine_config config = traffic_config();
	struct traffic t = { 0 };
	struct census *c;
	(void)state;
	exchanges(&t, 0, 50 * 3600);
	for (size_t i = 0; i < t.n; i++)
		assert_true(t.at[i].has_time);
	struct live *l = live_of(&t, &config, 0, false);
	int64_t hour_s = 49 * 3600, day_s = 26 * 3600;
	assert_slowest_of(l, LIVE_HOUR, hour_s);
	assert_slowest_of(l, LIVE_DAY, day_s);
	assert_slowest_of(l, LIVE_ALL, 0);
	assert_int_equal(live_census(l, LIVE_HOUR, &c), ERR_OK);
	assert_int_equal(census_server(c, 0)->n_worst, 10);
	assert_int_equal(census_server(c, 0)->worst[0].delta_ns, 1599);
	census_free(c);
	live_free(l);
	traffic_free(&t);
}

static void the_day_keeps_what_hours_took_over_from_minutes(void **state)
{
	struct engine_config config = traffic_config();
	struct traffic t = { 0 };
	(void)state;
	exchanges(&t, 0, 20 * 3600);
	struct live *l = live_of(&t, &config, 0, false);
	assert_slowest_of(l, LIVE_DAY, 0);
	live_free(l);
	traffic_free(&t);
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

static void they_outlive_a_restart(void **state)
{
	struct engine_config config = traffic_config();
	struct traffic t = { 0 };
	(void)state;
	exchanges(&t, 0, 5 * 3600);
	struct live *l = live_of(&t, &config, 0, false);
	l = reloaded(l, &config);
	assert_slowest_of(l, LIVE_HOUR, 4 * 3600);
	assert_slowest_of(l, LIVE_DAY, 0);
	assert_slowest_of(l, LIVE_ALL, 0);
	live_free(l);
	traffic_free(&t);
}

static void before_the_first_packet_there_are_none(void **state)
{
	struct engine_config config = traffic_config();
	struct live_worst w;
	struct live *l;
	(void)state;
	assert_int_equal(live_new(&config, &l), ERR_OK);
	for (enum live_span span = LIVE_ALL; span <= LIVE_HOUR; span++) {
		assert_int_equal(live_worst(l, span, &w), ERR_OK);
		assert_int_equal(w.n, 0);
		assert_int_equal(w.from_ns, 0);
		live_worst_release(&w);
	}
	live_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_span_has_its_own),
		cmocka_unit_test(the_day_keeps_what_hours_took_over_from_minutes),
		cmocka_unit_test(they_outlive_a_restart),
		cmocka_unit_test(before_the_first_packet_there_are_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
