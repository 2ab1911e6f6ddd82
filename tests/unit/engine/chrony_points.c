/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/nstime.h"
#include "engine/chrony_points.h"
#include "engine/history_series.h"

static double point(const struct reading_made *m, const char *name)
{
	for (size_t i = 0; i < m->n_points; i++)
		if (strcmp(m->points[i].name, name) == 0)
			return m->points[i].value;
	return NAN;
}

static bool is_near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

static const char *fact(const struct reading_made *m, const char *name)
{
	for (size_t i = 0; i < m->n_facts; i++)
		if (strcmp(m->facts[i].name, name) == 0)
			return m->facts[i].text;
	return "";
}

/* Each name has its row in the table. */
static void check_names(const struct reading_made *m)
{
	for (size_t i = 0; i < m->n_points; i++)
		if (!history_series_find(m->points[i].name))
			fail_msg("no series %s", m->points[i].name);
}

static struct chrony_source source(uint16_t mode, uint32_t id)
{
	struct chrony_source s = { .mode = mode,
				   .stratum = 2,
				   .reach = 0x5f,
				   .offset_s = 0.25,
				   .error_s = 0.01,
				   .addr = { .family = CHRONY_IPV4, .id = id } };
	addr_parse("192.0.2.1", &s.addr.addr);
	return s;
}

static void a_clock_that_is_behind_has_a_positive_offset(void **state)
{
	struct chrony_tracking t = { .refid = 0x47505300,
				     .stratum = 1,
				     .correction_s = 0.003,
				     .rms_offset_s = 1e-6,
				     .frequency_ppm = -3.5,
				     .root_delay_s = 0.02,
				     .root_dispersion_s = 0.001 };
	struct reading_made m;
	(void)state;
	reading_made_clear(&m);
	chrony_tracking_points(&m, &t);
	check_names(&m);
	assert_true(is_near(point(&m, "clock_offset_s"), 0.003) && is_near(point(&m, "frequency_ppm"), -3.5));
	assert_true(is_near(point(&m, "root_distance_s"), 0.011) && is_near(point(&m, "stratum"), 1));
	assert_string_equal(fact(&m, "refid"), "GPS");
	assert_string_equal(fact(&m, "system_peer"), "");
	t.stratum = 2;
	reading_made_clear(&m);
	chrony_tracking_points(&m, &t);
	assert_string_equal(fact(&m, "refid"), "71.80.83.0");
}

static void a_source_that_is_behind_has_a_negative_offset(void **state)
{
	const struct chrony_sourcestats stats = { .refid = 0xc0000201, .deviation_s = 2e-6 };
	const struct chrony_ntpdata data = { .peer_delay_s = 0.004 };
	struct chrony_source s = source(0, 0xc0000201);
	struct reading_made m;
	char part[64];
	(void)state;
	reading_made_clear(&m);
	chrony_source_points(&m, &s, &stats, &data);
	check_names(&m);
	assert_true(is_near(point(&m, "offset_s"), -0.25) && is_near(point(&m, "bound_s"), 0.01));
	assert_true(is_near(point(&m, "jitter_s"), 2e-6) && is_near(point(&m, "delay_s"), 0.004));
	assert_true(is_near(point(&m, "reach_polls"), 6));
	assert_string_equal(fact(&m, "reach"), "137");
	assert_string_equal(fact(&m, "selection"), "selected");
	assert_string_equal(fact(&m, "address"), "192.0.2.1");
	chrony_part(&s, part, sizeof(part));
	assert_string_equal(part, "192.0.2.1");
	s.since_sample_s = UINT32_MAX;
	reading_made_clear(&m);
	chrony_source_points(&m, &s, NULL, NULL);
	assert_true(isnan(point(&m, "offset_s")) && is_near(point(&m, "stratum"), 2));
}

static void a_reference_clock_is_called_by_its_name(void **state)
{
	struct chrony_source s = source(2, 0x50505330);
	char part[64];
	(void)state;
	chrony_part(&s, part, sizeof(part));
	assert_string_equal(part, "PPS0");
	s = (struct chrony_source){ .addr = { .family = CHRONY_ID } };
	chrony_part(&s, part, sizeof(part));
	assert_string_equal(part, "");
}

/* Those of an older chronyd have 32 bits and go on from 0. */
static void narrow_counters_run_over_and_wide_ones_do_not(void **state)
{
	static const unsigned known[] = { 7, 12 };
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct chrony_serverstats s = { .ntp_hits = UINT32_MAX - 9, .n_known = known[i] };
		struct chrony_counts c = { 0 };
		struct reading_made m;
		reading_made_clear(&m);
		chrony_serverstats_points(&m, &c, &s, NS_PER_S);
		s.ntp_hits = 50;
		chrony_serverstats_points(&m, &c, &s, 61 * NS_PER_S);
		assert_true(i ? isnan(point(&m, "received_per_s")) : is_near(point(&m, "received_per_s"), 1));
	}
}

static void counters_become_rates_and_a_reset_a_gap(void **state)
{
	struct chrony_serverstats s = { .ntp_hits = 1000, .ntp_drops = 10, .n_known = 7 };
	struct chrony_counts c = { 0 };
	struct reading_made m;
	(void)state;
	reading_made_clear(&m);
	chrony_serverstats_points(&m, &c, &s, NS_PER_S);
	assert_int_equal(m.n_points, 0);
	s.ntp_hits = 1600;
	chrony_serverstats_points(&m, &c, &s, 61 * NS_PER_S);
	check_names(&m);
	assert_true(is_near(point(&m, "received_per_s"), 10) && is_near(point(&m, "dropped_per_s"), 0));
	assert_true(isnan(point(&m, "authenticated_per_s")));
	reading_made_clear(&m);
	s.ntp_hits = 5;
	chrony_serverstats_points(&m, &c, &s, 121 * NS_PER_S);
	assert_true(isnan(point(&m, "received_per_s")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clock_that_is_behind_has_a_positive_offset),
		cmocka_unit_test(a_source_that_is_behind_has_a_negative_offset),
		cmocka_unit_test(a_reference_clock_is_called_by_its_name),
		cmocka_unit_test(narrow_counters_run_over_and_wide_ones_do_not),
		cmocka_unit_test(counters_become_rates_and_a_reset_a_gap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
