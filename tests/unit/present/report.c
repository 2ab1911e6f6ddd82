/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "base/nstime.h"
#include "engine/tally.h"
#include "present/report.h"
#include "talk.h"

static const int64_t start_ns = INT64_C(1772323200000000000);

static struct talk talk;

/* 40 clients; every fifth request is lost. */
static struct census *census_of_40(void)
{
	talk.n = talk.at = 0;
	for (unsigned i = 0; i < 400; i++)
		talk_ask(&talk, 1 + i % 40, start_ns + i * NS_PER_S, i % 5 != 0);
	struct census *c = talk_census(&talk);
	assert_non_null(c);
	return c;
}

static struct report report_of(const struct census *c)
{
	static const char *const paths[] = { "/tmp/some\x1b[31mwhere.pcap" };
	struct report r = {
		.census = c,
		.source = { .paths = paths, .n_paths = 1, .damage = "", .n_frames = talk.n, .elapsed_s = -1 },
		.n_top = 5,
		.n_worst = 2,
	};
	assert_int_equal(report_init(&r), ERR_OK);
	return r;
}

static char *print(const struct report *r, bool json, bool color)
{
	struct buf b;
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	if (json)
		report_json(r, &b);
	else
		report_text(r, &b, color);
	buf_char(&b, '\0');
	return b.data;
}

static void figures_of_a_server_add_up(void **state)
{
	struct census *c = census_of_40();
	(void)state;
	assert_int_equal(census_n_servers(c), 1);
	struct server_outcome o = server_outcome_of(census_server(c, 0));
	assert_int_equal(o.requests, 400);
	assert_int_equal(o.answered, 320);
	assert_int_equal(o.lost, 80);
	assert_int_equal(o.answered + o.kod + o.nak + o.lost + o.retransmitted, o.requests);
	census_free(c);
}

static void the_page_is_plain_text_without_color(void **state)
{
	struct census *c = census_of_40();
	struct report r = report_of(c);
	(void)state;
	char *text = print(&r, false, false);
	assert_null(strchr(text, '\033'));
	assert_non_null(strstr(text, "some\\x1b[31mwhere.pcap"));
	assert_non_null(strstr(text, "80.00 %"));
	assert_non_null(strstr(text, "CLIENTS   40 addresses"));
	assert_non_null(strstr(text, "198.51.100.0/24                  40"));
	assert_non_null(strstr(text, "ERRORS    none"));
	free(text);
	text = print(&r, false, true);
	assert_non_null(strstr(text, "\033[1mCLIENTS\033[0m"));
	free(text);
	report_release(&r);
	census_free(c);
}

static json_int_t number(json_t *root, const char *a, const char *b, const char *key)
{
	json_t *at = json_object_get(root, a);
	if (b)
		at = json_object_get(at, b);
	at = json_object_get(at, key);
	assert_true(json_is_integer(at));
	return json_integer_value(at);
}

static void the_json_adds_up(void **state)
{
	struct census *c = census_of_40();
	struct report r = report_of(c);
	(void)state;
	char *text = print(&r, true, false);
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_string_equal(json_string_value(json_object_get(root, "schema")), "ntpscope-report-1");
	json_int_t packets = 0, frames = 0;
	for (unsigned i = 0; i < N_CLASSES; i++)
		packets += number(root, "exchanges", exchange_class_name(i), "packets");
	for (unsigned i = 0; i < N_FATES; i++)
		frames += number(root, "frames", "by_fate", fate_name(i));
	assert_int_equal(packets, 720);
	assert_int_equal(packets, number(root, "frames", "by_fate", "ntp"));
	assert_int_equal(frames, number(root, "source", NULL, "frames"));
	assert_int_equal(json_array_size(json_object_get(root, "loudest")), 5);
	json_decref(root);
	free(text);
	report_release(&r);
	census_free(c);
}

static void an_empty_capture_has_a_page_too(void **state)
{
	(void)state;
	talk.n = talk.at = 0;
	struct census *c = talk_census(&talk);
	assert_non_null(c);
	struct report r = report_of(c);
	char *text = print(&r, false, false);
	assert_non_null(strstr(text, "0 NTP packets"));
	free(text);
	text = print(&r, true, false);
	json_t *root = json_loads(text, 0, NULL);
	assert_non_null(root);
	assert_true(json_is_null(json_object_get(json_object_get(root, "source"), "first")));
	json_decref(root);
	free(text);
	report_release(&r);
	census_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_of_a_server_add_up),
		cmocka_unit_test(the_page_is_plain_text_without_color),
		cmocka_unit_test(the_json_adds_up),
		cmocka_unit_test(an_empty_capture_has_a_page_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
