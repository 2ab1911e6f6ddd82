/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of a census of nothing; tests/cli/report_html.py looks at whole ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/pipeline.h"
#include "present/report_html.h"

static enum err nothing(void *source, struct packet *out, size_t max, size_t *n)
{
	(void)source;
	(void)out;
	(void)max;
	*n = 0;
	return ERR_END;
}

static void a_hostile_file_name_stays_text(void **state)
{
	static const char *const paths[] = { "a/<img src=x onerror=alert(1)>&\x1b.pcap" };
	struct engine_config config = engine_config_default();
	struct pipeline_io io = { .next = nothing };
	struct report r = { .source = { .paths = paths, .n_paths = 1, .filter = "</p>", .damage = "<i>" } };
	struct chart empty;
	struct report_graphs g = { .delta = &empty, .load = &empty, .clients = &empty };
	struct census *census = NULL;
	struct buf b;
	(void)state;
	config.capacity = config.pending_capacity = 64;
	pipeline_run(&config, &io, &census);
	assert_non_null(census);
	r.census = census;
	chart_init(&empty, &(struct chart_config){ CHART_FINEST_NS, 0, 64, 0 });
	assert_int_equal(report_init(&r), ERR_OK);
	buf_init(&b, -1);
	assert_int_equal(report_html(&r, &g, &b), ERR_OK);
	buf_char(&b, '\0');
	assert_null(strstr(b.data, "<img"));
	assert_null(strstr(b.data, "<i>"));
	assert_null(strchr(b.data, '\x1b'));
	assert_non_null(strstr(b.data, "&lt;img src=x onerror=alert(1)&gt;&amp;\\x1b.pcap"));
	assert_null(strstr(b.data, "<script"));
	assert_null(strstr(b.data, " style="));
	assert_null(strstr(b.data, "http://www.w3.org/1999")); /* nothing is fetched */
	assert_non_null(strstr(b.data, "</html>"));
	buf_release(&b);
	report_release(&r);
	chart_release(&empty);
	census_free(census);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_hostile_file_name_stays_text) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
