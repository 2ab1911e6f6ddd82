/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "web/openmetrics.h"

static char *print(struct buf *b, bool open)
{
	static const double bounds[] = { 0.5, 1, 64 };
	static const uint64_t bins[] = { 1, 0, 2, 3 };
	struct om o;

	assert_int_equal(buf_init(b, -1), ERR_OK);
	om_begin(&o, b, open);
	om_family(&o, OM_COUNTER, "x_packets", "Packets");
	om_u64(&o, UINT64_MAX, "of", "a\"b\\c\nd\x01\xff\u00fc\u202e", NULL);
	om_family(&o, OM_GAUGE, "x_seconds", "Seconds");
	om_real(&o, 1772323200.5, NULL);
	om_real(&o, 0.25, "a", "1", "b", "2", NULL);
	om_family(&o, OM_INFO, "x", "About");
	om_u64(&o, 1, "version", "7", NULL);
	om_family(&o, OM_GAUGE_HISTOGRAM, "x_sizes", "Sizes");
	om_histogram(&o, bounds, 3, bins, 12.5, NULL, NULL);
	om_family(&o, OM_HISTOGRAM, "x_delta_seconds", "Delta");
	om_histogram(&o, bounds, 1, bins, 0.25, "of", "a\"b");
	om_end(&o);
	buf_char(b, '\0');
	return b->data;
}

static void the_open_format_is_as_its_standard_says(void **state)
{
	struct buf b;
	(void)state;
	assert_string_equal(
		print(&b, true),
		"# TYPE x_packets counter\n# HELP x_packets Packets.\n"
		"x_packets_total{of=\"a\\\"b\\\\c\\nd\\\\x01\\\\xff\u00fc\\\\u202e\"} 18446744073709551615\n"
		"# TYPE x_seconds gauge\n# HELP x_seconds Seconds.\n"
		"x_seconds 1772323200.500000\n"
		"x_seconds{a=\"1\",b=\"2\"} 0.25\n"
		"# TYPE x info\n# HELP x About.\n"
		"x_info{version=\"7\"} 1\n"
		"# TYPE x_sizes gaugehistogram\n# HELP x_sizes Sizes.\n"
		"x_sizes_bucket{le=\"0.5\"} 1\nx_sizes_bucket{le=\"1.0\"} 1\n"
		"x_sizes_bucket{le=\"64.0\"} 3\nx_sizes_bucket{le=\"+Inf\"} 6\n"
		"x_sizes_gsum 12.5\nx_sizes_gcount 6\n"
		"# TYPE x_delta_seconds histogram\n# HELP x_delta_seconds Delta.\n"
		"x_delta_seconds_bucket{of=\"a\\\"b\",le=\"0.5\"} 1\n"
		"x_delta_seconds_bucket{of=\"a\\\"b\",le=\"+Inf\"} 1\n"
		"x_delta_seconds_sum{of=\"a\\\"b\"} 0.25\nx_delta_seconds_count{of=\"a\\\"b\"} 1\n"
		"# EOF\n");
	buf_release(&b);
}

static void the_classic_format_names_counters_by_their_samples(void **state)
{
	struct buf b;
	(void)state;
	char *text = print(&b, false);
	assert_non_null(strstr(text, "# HELP x_packets_total Packets.\n# TYPE x_packets_total counter\n"));
	assert_non_null(strstr(text, "# TYPE x_info gauge\n"));
	assert_non_null(strstr(text, "# TYPE x_sizes histogram\n"));
	assert_non_null(strstr(text, "x_sizes_sum 12.5\nx_sizes_count 6\n"));
	assert_null(strstr(text, "EOF"));
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_open_format_is_as_its_standard_says),
		cmocka_unit_test(the_classic_format_names_counters_by_their_samples),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
