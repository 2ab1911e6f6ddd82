/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Peaks and levels of load at their edges.  A slot is ten seconds; the usual is the median of the half hour
 * before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "traffic.h"

#define S NS_PER_S

enum { SLOT_S = 10 };

static struct traffic t;

static void ask(int64_t at_ns, unsigned client)
{
	struct addr a = traffic_v4(10, client >> 16, client >> 8 & 255, client & 255);
	struct addr s = traffic_v4(192, 0, 2, 1);
	traffic_ask(&t, TRAFFIC_START + at_ns, &a, &s, (uint64_t)t.n + 1);
}

/* n requests in each of the slots from..to, of the same clients. */
static void slots(unsigned from, unsigned to, unsigned n)
{
	for (unsigned s = from; s < to; s++)
		for (unsigned i = 0; i < n; i++)
			ask((int64_t)s * SLOT_S * S + i * (SLOT_S * S / n), i);
}

static struct census *count(double factor)
{
	struct engine_config config = traffic_config();
	if (factor > 0)
		config.peak_factor = factor;
	struct census *c = traffic_census(&t, &config, 0, NULL);
	assert_non_null(c);
	traffic_free(&t);
	return c;
}

/* Peaks as "from-to" in slots. */
static void expect_peaks(double factor, const char *want)
{
	char got[256] = "";
	struct census *c = count(factor);
	struct peak *peaks;
	size_t n;

	assert_int_equal(census_peaks(c, &peaks, &n), ERR_OK);
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(got);
		snprintf(got + len, sizeof(got) - len, "%d-%d ",
			 (int)((peaks[i].start_ns - TRAFFIC_START) / (SLOT_S * S)),
			 (int)((peaks[i].end_ns - TRAFFIC_START) / (SLOT_S * S)));
	}
	free(peaks);
	census_free(c);
	assert_string_equal(got, want);
}

static void a_peak_is_above_three_times_the_usual(void **state)
{
	(void)state;
	slots(0, 40, 20);
	slots(40, 41, 60);
	slots(41, 50, 20);
	expect_peaks(0, "");
	slots(0, 40, 20);
	slots(40, 41, 61);
	slots(41, 50, 20);
	expect_peaks(0, "40-41 ");
	slots(0, 40, 20);
	slots(40, 41, 61);
	slots(41, 50, 20);
	expect_peaks(4, "");
}

static void little_traffic_has_no_peaks(void **state)
{
	(void)state;
	slots(0, 40, 1);
	slots(40, 41, 49);
	slots(41, 45, 1);
	expect_peaks(0, "");
	slots(0, 40, 1);
	slots(40, 41, 50);
	slots(41, 45, 1);
	expect_peaks(0, "40-41 ");
}

/* Thirty slots have to lie behind. */
static void the_beginning_is_no_peak(void **state)
{
	(void)state;
	slots(0, 29, 20);
	slots(29, 30, 200);
	slots(30, 40, 20);
	expect_peaks(0, "");
	slots(0, 30, 20);
	slots(30, 31, 200);
	slots(31, 40, 20);
	expect_peaks(0, "30-31 ");
}

/* Up to two quiet slots are inside a peak, three end it. */
static void a_short_lull_does_not_end_a_peak(void **state)
{
	(void)state;
	slots(0, 40, 20);
	slots(40, 42, 100);
	slots(42, 44, 20);
	slots(44, 46, 100);
	slots(46, 49, 20);
	slots(49, 50, 100);
	slots(50, 60, 20);
	expect_peaks(0, "40-46 49-50 ");
}

/* It is measured by what was usual at its onset, which it cannot shift itself. */
static void a_peak_lasts_as_long_as_its_rate_does(void **state)
{
	(void)state;
	slots(0, 100, 5);
	slots(100, 400, 50);
	slots(400, 401, 100);
	slots(401, 420, 50);
	expect_peaks(0, "100-420 ");
	slots(0, 100, 5);
	slots(100, 110, 50);
	slots(110, 300, 5);
	slots(300, 301, 50);
	slots(301, 310, 5);
	expect_peaks(0, "100-110 300-301 ");
}

static void newcomers_of_a_peak_are_counted(void **state)
{
	struct peak *peaks;
	size_t n;

	(void)state;
	slots(0, 40, 20);
	for (unsigned i = 0; i < 80; i++)
		ask(400 * S + i * (S / 8), 1000 + i % 30);
	slots(41, 60, 20);
	struct census *c = count(0);
	assert_int_equal(census_peaks(c, &peaks, &n), ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(peaks[0].new_clients, 30);
	assert_true(peaks[0].usual_new_per_s == 0);
	assert_true(peaks[0].requests_per_s == 8);
	assert_true(peaks[0].usual_per_s == 2);
	free(peaks);
	census_free(c);
}

/* ---- load ---------------------------------------------------------------------------------------- */

/* A second with n exchanges of that delta. */
static void loaded_second(unsigned second, unsigned n, int64_t delta_ns)
{
	struct addr s = traffic_v4(192, 0, 2, 1);
	for (unsigned i = 0; i < n; i++) {
		struct addr a = traffic_v4(10, 0, second & 255, i);
		int64_t at_ns = TRAFFIC_START + second * S + i * 1000000;
		uint64_t transmit = (uint64_t)t.n + 1;
		traffic_ask(&t, at_ns, &a, &s, transmit);
		traffic_answer(&t, at_ns + delta_ns, &a, &s, transmit);
	}
}

static void delta_rises_with_the_load_where_it_does(void **state)
{
	struct load_level l[4];

	(void)state;
	for (unsigned i = 0; i < 40; i++)
		loaded_second(i, 1 + i % 4, 100000 * (1 + i % 4));
	struct census *c = count(0);
	/* 10 seconds of each of 1, 2, 3 and 4 a second: 10, 20, 30 and 40 exchanges of 100. */
	assert_int_equal(census_load_levels(c, l, 4), 3);
	assert_true(l[0].from_per_s == 1 && l[0].to_per_s == 2);
	assert_int_equal(l[0].n, 30);
	assert_int_equal(l[0].delta_max_ns, 200000);
	assert_true(l[0].delta_mean_s > 1.66e-4 && l[0].delta_mean_s < 1.67e-4);
	assert_true(l[1].from_per_s == 3 && l[1].to_per_s == 3);
	assert_int_equal(l[1].n, 30);
	assert_true(l[2].from_per_s == 4 && l[2].to_per_s == 4);
	assert_int_equal(l[2].n, 40);
	assert_true(l[2].delta_mean_s > 3.99e-4 && l[2].delta_mean_s < 4.01e-4);
	assert_int_equal(census_load_levels(c, l, 1), 1);
	assert_int_equal(l[0].n, 100);
	assert_int_equal(census_load_levels(c, l, 0), 0);
	census_free(c);
}

/* Seconds of one rate are never in two levels. */
static void one_rate_is_one_level(void **state)
{
	struct load_level l[4];

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		loaded_second(i, 2, 100000);
	struct census *c = count(0);
	assert_int_equal(census_load_levels(c, l, 4), 1);
	assert_int_equal(l[0].n, 200);
	census_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_peak_is_above_three_times_the_usual),
		cmocka_unit_test(little_traffic_has_no_peaks),
		cmocka_unit_test(the_beginning_is_no_peak),
		cmocka_unit_test(a_short_lull_does_not_end_a_peak),
		cmocka_unit_test(a_peak_lasts_as_long_as_its_rate_does),
		cmocka_unit_test(newcomers_of_a_peak_are_counted),
		cmocka_unit_test(delta_rises_with_the_load_where_it_does),
		cmocka_unit_test(one_rate_is_one_level),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
