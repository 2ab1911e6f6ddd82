/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a monitor's report draws is what was counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/tally.h"
#include "serve.h"
#include "web/report_charts.h"

struct drawn {
	struct serve s;
	struct report_charts charts;
	struct report_graphs graphs;
	struct census *census;
};

/* Ten minutes of six clients, in that span. */
static struct drawn *draw(enum live_span span)
{
	struct drawn *d = calloc(1, sizeof(*d));
	assert_true(serve_live(&d->s, 6));
	assert_int_equal(report_charts_take(&d->charts, d->s.live, span), ERR_OK);
	assert_int_equal(live_census(d->s.live, span, &d->census), ERR_OK);
	assert_true(report_charts_make(&d->charts, d->census, &d->graphs));
	return d;
}

static void release(struct drawn *d)
{
	report_charts_release(&d->charts);
	census_free(d->census);
	live_free(d->s.live);
	free(d);
}

static uint64_t events(const struct chart *c)
{
	return chart_sum(c, 0, c->n, NULL).n_events;
}

static void each_graph_adds_up_to_what_was_counted(void **state)
{
	(void)state;
	for (int span = LIVE_ALL; span <= LIVE_HOUR; span++) {
		struct drawn *d = draw((enum live_span)span);
		const struct tally *t = census_tally(d->census);
		uint64_t n = 0;
		assert_int_equal(d->charts.width_s, 1);
		assert_int_equal(events(d->graphs.load), t->packets[0]);
		struct chart_sum all = chart_sum(d->graphs.distribution, 0, d->graphs.distribution->n, NULL);
		assert_int_equal(all.n, t->delta.n);
		assert_int_equal(all.max, t->delta.max);
		for (size_t i = 0; i < d->charts.n; i++)
			n += d->charts.points[i].n_deltas;
		assert_int_equal(chart_sum(d->graphs.delta, 0, d->graphs.delta->n, NULL).n, n);
		assert_true(n > 0 && n <= t->delta.n);
		assert_true(d->graphs.times.from_ns >= census_first_ns(d->census));
		assert_true(d->graphs.times.to_ns <= census_last_ns(d->census));
		release(d);
	}
}

/* Within a point nothing is guessed where it is known. */
static void the_percentiles_of_a_point_are_drawn_as_they_are(void **state)
{
	static const uint64_t counts[] = { 1, 2, 3, 10, 11, 28, 100, 12345, UINT64_C(1) << 34 };
	(void)state;
	for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct drawn *d = draw(LIVE_HOUR);
		struct live_point *p = d->charts.points;
		struct spread *spread = calloc(1, sizeof(*spread));
		bool one = counts[i] == 1;
		p[0].n_deltas = counts[i];
		p[0].delta_p50_ns = 31000;
		p[0].delta_min_ns = one ? 31000 : 19000;
		p[0].delta_p90_ns = one ? 31000 : 64000;
		p[0].delta_p99_ns = one ? 31000 : 900000;
		p[0].delta_max_ns = one ? 31000 : counts[i] < 100 ? 900000 : 8000000000;
		if (counts[i] < 11)
			p[0].delta_p90_ns = p[0].delta_p99_ns = p[0].delta_max_ns;
		if (counts[i] == 2)
			p[0].delta_p50_ns = p[0].delta_min_ns;
		d->charts.n = 1;
		report_charts_make(&d->charts, d->census, &d->graphs);
		struct chart_sum s = chart_sum(&d->charts.delta, 0, 1, spread);
		assert_int_equal(s.min, p[0].delta_min_ns);
		assert_int_equal(s.max, p[0].delta_max_ns);
		assert_int_equal(s.n, counts[i] < 1 << 30 ? counts[i] : 1 << 30);
		int64_t p50 = spread_percentile(spread, 0.5), p99 = spread_percentile(spread, 0.99);
		assert_true(llabs(p50 - p[0].delta_p50_ns) * 100 <= p50);
		assert_true(llabs(p99 - p[0].delta_p99_ns) * 100 <= p99);
		free(spread);
		release(d);
	}
}

static void nothing_counted_is_nothing_drawn(void **state)
{
	struct report_charts x;
	struct report_graphs g;
	struct engine_config config = engine_config_default();
	struct census *c;
	struct live *l;
	(void)state;
	config.capacity = 4096;
	config.pending_capacity = 65536;
	assert_int_equal(live_new(&config, &l), ERR_OK);
	assert_int_equal(report_charts_take(&x, l, LIVE_ALL), ERR_OK);
	assert_int_equal(live_census(l, LIVE_ALL, &c), ERR_OK);
	assert_false(report_charts_make(&x, c, &g));
	report_charts_release(&x);
	census_free(c);
	live_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_graph_adds_up_to_what_was_counted),
		cmocka_unit_test(the_percentiles_of_a_point_are_drawn_as_they_are),
		cmocka_unit_test(nothing_counted_is_nothing_drawn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
