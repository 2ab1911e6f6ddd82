/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Graphs of all kinds, of odd data, on odd sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/hash.h"
#include "base/nstime.h"
#include "present/chart_view.h"
#include "present/svg.h"

#define START_NS INT64_C(1772323200000000000)

static struct chart filled(unsigned n, int64_t step_ns, int64_t value)
{
	struct chart c;
	chart_init(&c, &(struct chart_config){ CHART_FINEST_NS, 0, CHART_BUCKETS, 0 });
	for (unsigned i = 0; i < n; i++) {
		chart_value(&c, START_NS + i * step_ns, value + (int64_t)(hash64(i, 1) % 1000));
		chart_event(&c, START_NS + i * step_ns);
		chart_client(&c, START_NS + i * step_ns, hash64(i % 50, 2));
	}
	return c;
}

static struct chart_view view_of(const struct chart *a, const struct chart *b)
{
	return (struct chart_view){
		.scale = 1,
		.y = "delta",
		.title = "</title>\x1b[31m & \"x\"",
		.subtitle = "file <b>.pcap",
		.axis = "response - request",
		.series = { { "one\xff<", a, false }, { "others", b, true } },
		.n_series = b ? 2 : 1,
		.load = a,
		.load_name = "requests",
		.times = { .from_ns = START_NS, .to_ns = START_NS + 100 * NS_PER_S },
	};
}

/* Finite coordinates only, nothing of the strangers' markup. */
static void draw_all_ways(const struct chart_view *v)
{
	static const double sizes[][2] = { { 200, 200 }, { 420, 300 }, { 1200, 640 } };
	struct buf b;

	for (unsigned i = 0; i < 3; i++) {
		struct svg s;
		buf_init(&b, -1);
		svg_begin(&s, &b,
			  &(struct svg_config){
				  .width = sizes[i][0], .height = sizes[i][1], .title = v->title });
		assert_int_equal(chart_view_draw(v, &s.canvas), ERR_OK);
		svg_end(&s);
		buf_char(&b, '\0');
		assert_null(strstr(b.data, "nan"));
		assert_null(strstr(b.data, "inf"));
		assert_null(strstr(b.data, "<b>"));
		assert_null(strchr(b.data, '\x1b'));
		buf_release(&b);
	}
	for (unsigned columns = 10; columns < 500; columns += 170) {
		buf_init(&b, -1);
		assert_int_equal(chart_view_text(v, columns, 24, false, &b), ERR_OK);
		buf_char(&b, '\0');
		assert_null(strchr(b.data, '\x1b'));
		buf_release(&b);
	}
	buf_init(&b, -1);
	assert_int_equal(chart_view_json(v, NULL, 0, "", &b), ERR_OK);
	json_error_t error;
	json_t *parsed = json_loadb(b.data, b.len, JSON_REJECT_DUPLICATES, &error);
	assert_non_null(parsed);
	assert_string_equal(json_string_value(json_object_get(parsed, "schema")), "ntpscope-graph-1");
	json_decref(parsed);
	buf_release(&b);
}

static void draw_all_kinds(struct chart_view v)
{
	for (unsigned scaling = 0; scaling < 3; scaling++) {
		v.scaling = (enum chart_scaling)scaling;
		for (unsigned measure = 0; measure < 3; measure++) {
			v.kind = CHART_OVER_TIME;
			v.measure = (enum chart_measure)measure;
			v.unit = measure == CHART_VALUES   ? CHART_DURATION
				 : measure == CHART_EVENTS ? CHART_RATE
							   : CHART_COUNT;
			for (unsigned clock = 0; clock < 3; clock += 2) {
				v.times.clock = (enum chart_clock)clock;
				draw_all_ways(&v);
			}
		}
		v.measure = CHART_VALUES;
		v.unit = CHART_DURATION;
		v.aggregates = 1u << AGG_MAX | 1u << AGG_AVG;
		draw_all_ways(&v);
		v.aggregates = 0;
		v.kind = CHART_HISTOGRAM;
		draw_all_ways(&v);
		v.kind = CHART_SCATTER;
		v.n_series = 1;
		draw_all_ways(&v);
	}
}

static void ordinary_values_are_drawn(void **state)
{
	struct chart a = filled(5000, 20000000, 20000), b = filled(30, 3 * NS_PER_S, 1000);
	(void)state;
	chart_widen(&b, a.width_ns);
	draw_all_kinds(view_of(&a, &b));
	draw_all_kinds(view_of(&a, NULL));
	chart_release(&a);
	chart_release(&b);
}

static void negative_and_enormous_values_are_drawn(void **state)
{
	static const int64_t values[] = { -1000000, -500, 0, INT64_MAX - 1000, INT64_MIN };
	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		struct chart a = filled(100, NS_PER_S, values[i]);
		draw_all_kinds(view_of(&a, NULL));
		chart_release(&a);
	}
}

static void one_value_and_none_are_drawn(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 2; n++) {
		struct chart a = filled(n, 1, 42);
		struct chart_view v = view_of(&a, NULL);
		draw_all_kinds(v);
		v.times.to_ns = v.times.from_ns;
		draw_all_kinds(v);
		chart_release(&a);
	}
}

static void colour_comes_only_when_asked_for(void **state)
{
	struct chart a = filled(500, NS_PER_S / 5, 20000);
	struct chart_view v = view_of(&a, NULL);
	struct buf b;
	(void)state;
	buf_init(&b, -1);
	chart_view_text(&v, 80, 24, true, &b);
	buf_char(&b, '\0');
	assert_non_null(strstr(b.data, "\x1b[36m"));
	buf_release(&b);
	chart_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordinary_values_are_drawn),
		cmocka_unit_test(negative_and_enormous_values_are_drawn),
		cmocka_unit_test(one_value_and_none_are_drawn),
		cmocka_unit_test(colour_comes_only_when_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
