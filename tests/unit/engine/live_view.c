/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list sorted and filtered, page by page, against the census of the same packets. */
#include <stdio.h>
#include <strings.h>

#include "live_bench.h"

static void each_order_is_that_of_the_census(void **state)
{
	(void)state;
	struct bench b;
	struct client_info want, have;
	begin(&b);
	for (unsigned by = 0; by < SORT_NAME; by++) {
		for (unsigned descending = 0; descending < 2 && by != SORT_OWED; descending++) {
			struct live_view v;
			uint32_t *order;
			size_t next;
			assert_int_equal(census_sort_clients(b.c, by, descending, &order), ERR_OK);
			assert_int_equal(live_view_make(b.l, by, descending, NULL, &v), ERR_OK);
			assert_int_equal(v.n, b.n);
			assert_int_equal(v.n_total, b.n);
			for (size_t i = 0; i < b.n; i++) {
				census_client(b.c, order[i], &want);
				assert_int_equal(live_view_page(b.l, &v, i, &have, 1, &next), 1);
				assert_int_equal(next, i + 1);
				assert_memory_equal(&have.addr, &want.addr, sizeof(want.addr));
				assert_int_equal(have.rx, want.rx);
			}
			free(order);
			live_view_release(&v);
		}
	}
	end(&b);
}

static void pages_join_without_gap_or_overlap(void **state)
{
	(void)state;
	struct bench b;
	struct live_view v;
	struct client_info page[64];
	size_t offset = 0, n = 0, got;
	struct addr last = { 0 };
	begin(&b);
	assert_int_equal(live_view_make(b.l, SORT_IP, false, NULL, &v), ERR_OK);
	while ((got = live_view_page(b.l, &v, offset, page, 64, &offset)) > 0) {
		for (size_t i = 0; i < got; i++) {
			assert_true(addr_compare(&last, &page[i].addr) < 0);
			last = page[i].addr;
		}
		n += got;
	}
	assert_int_equal(n, b.n);
	assert_int_equal(live_view_page(b.l, &v, b.n + 5, page, 64, &offset), 0);
	live_view_release(&v);
	end(&b);
}

static void a_filter_leaves_those_that_pass(void **state)
{
	(void)state;
	static const char *const filters[] = {
		"rx>5",      "10.0.0.0/8 flag:C", "-alert:none", "class:one-shot", "2001:",           "tx>3",
		"every<60s", "last<1m",           "peak>1",      "-flag:C",        "-10.0.0.0/8 rx>2"
	};
	struct bench b;
	begin(&b);
	for (size_t k = 0; k < sizeof(filters) / sizeof(*filters); k++) {
		struct client_filter f;
		struct client_filter_error error;
		struct client_info info;
		struct live_view v;
		size_t n = 0, next;
		assert_int_equal(client_filter_parse(filters[k], &f, &error), ERR_OK);
		assert_int_equal(live_view_make(b.l, SORT_RX, true, &f, &v), ERR_OK);
		for (size_t i = 0; i < b.n; i++) {
			census_client(b.c, i, &info);
			n += client_filter_match(&f, &info, census_last_ns(b.c));
		}
		assert_true(n > 0 && n < b.n);
		assert_int_equal(v.n, n);
		assert_int_equal(v.n_total, b.n);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(live_view_page(b.l, &v, i, &info, 1, &next), 1);
			assert_true(client_filter_match(&f, &info, v.made_ns));
		}
		live_view_release(&v);
	}
	end(&b);
}

static const char *name_of(void *arg, const struct addr *a)
{
	static const char *const names[] = { "zulu", "Alpha", "mike" };
	(void)arg;
	return addr_is_v4(a) && a->b[15] < 3 ? names[a->b[15]] : NULL;
}

static void names_go_before_the_nameless(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	for (unsigned descending = 0; descending < 2; descending++) {
		struct client_filter f = { .name = name_of };
		struct client_info info;
		struct live_view v;
		size_t next, n_named = 0;
		const char *last = descending ? "zz" : "";
		bool ended = false;
		assert_int_equal(live_view_make(b.l, SORT_NAME, descending, &f, &v), ERR_OK);
		assert_int_equal(v.n, b.n);
		for (size_t i = 0; i < v.n; i++) {
			assert_int_equal(live_view_page(b.l, &v, i, &info, 1, &next), 1);
			const char *name = name_of(NULL, &info.addr);
			assert_false(ended && name);
			ended = !name;
			n_named += !ended;
			if (name)
				assert_true(descending ? strcasecmp(name, last) <= 0
						       : strcasecmp(name, last) >= 0);
			last = name;
		}
		assert_true(n_named >= 3);
		live_view_release(&v);
	}
	end(&b);
}

/* 3000 clients, who all asked once: what is looked for in the middle is known without having sorted. */
static void thousands_of_ties_go_by_address(void **state)
{
	(void)state;
	static const enum client_sort sorts[] = { SORT_RX, SORT_ALERT, SORT_KOD_RATE, SORT_POLL, SORT_IP };
	struct traffic t = { 0 };
	struct engine_config config = traffic_config();
	struct addr server = traffic_v4(192, 0, 2, 1);
	for (unsigned i = 0; i < 3000; i++) {
		struct addr a = traffic_v4(10, 0, (uint8_t)(i * 7 % 3000 / 250), (uint8_t)(i * 7 % 250));
		if (i % 3 == 0)
			a = addr_from_v6((const uint8_t[16]){
				0x20, 1, 0xd, 0xb8, [14] = (uint8_t)(i / 250), [15] = (uint8_t)(i % 250) });
		traffic_ask(&t, TRAFFIC_START, &a, &server, i + 1);
	}
	struct live *l = live_of(&t, &config, 0, false);
	assert_non_null(l);
	for (size_t k = 0; k < 2 * sizeof(sorts) / sizeof(*sorts); k++) {
		struct live_view v;
		struct client_info page[10];
		struct addr last = { 0 };
		bool falls = k % 2 && sorts[k / 2] == SORT_IP;
		size_t next;
		assert_int_equal(live_view_make(l, sorts[k / 2], k % 2, NULL, &v), ERR_OK);
		assert_int_equal(live_view_bytes(&v), 12 * v.n);
		for (size_t at = 200; at < v.n; at += 400) {
			assert_int_equal(live_view_page(l, &v, at, page, 10, &next), 10);
			for (unsigned i = 0; i < 10; i++) {
				assert_true(addr_compare(&last, &page[i].addr) * (falls ? -1 : 1) < 0 ||
					    (at == 200 && i == 0));
				last = page[i].addr;
			}
		}
		live_view_release(&v);
	}
	live_free(l);
	traffic_free(&t);
}

static const char *long_name_of(void *arg, const struct addr *a)
{
	static char name[80];
	(void)arg;
	if (!addr_is_v4(a) || a->b[15] % 4 == 3)
		return NULL;
	snprintf(name, sizeof(name), "%s-%u.pool.example", a->b[15] % 2 ? "dynamic-address" : "Dynamic-Addr",
		 a->b[15] % 5u);
	return name;
}

static void names_that_begin_alike_are_told_apart(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	for (unsigned descending = 0; descending < 2; descending++) {
		struct client_filter f = { .name = long_name_of };
		struct client_info info;
		struct live_view v;
		struct addr last = { 0 };
		char before[80] = "";
		size_t next;
		assert_int_equal(live_view_make(b.l, SORT_NAME, descending, &f, &v), ERR_OK);
		for (size_t i = 0; i < v.n; i++) {
			assert_int_equal(live_view_page(b.l, &v, i, &info, 1, &next), 1);
			const char *name = long_name_of(NULL, &info.addr);
			int names = !name && !*before ? 0 : strcasecmp(before, name ? name : "");
			int order = names ? names : addr_compare(&last, &info.addr);
			/* the nameless are last, whatever the direction */
			assert_true(i == 0 || (!name && *before) || (descending ? order > 0 : order < 0));
			last = info.addr;
			snprintf(before, sizeof(before), "%s", name ? name : "");
		}
		live_view_release(&v);
	}
	end(&b);
}

/* Two thirds of the list age out, and others take their records. */
static void those_who_left_are_skipped_in_a_view(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	struct engine_config config = traffic_config();
	struct addr server = traffic_v4(192, 0, 2, 1);
	struct live_view v;
	struct client_info info[100];
	struct live *l;
	size_t next;
	for (unsigned i = 0; i < 90; i++) {
		struct addr a = traffic_v4(10, 0, 0, i);
		traffic_ask(&t, TRAFFIC_START, &a, &server, i + 1);
	}
	struct live_feed feed = { .t = &t };
	struct live_io io = { .next = live_feed_next, .source = &feed };
	assert_int_equal(live_new(&config, &l), ERR_OK);
	assert_int_equal(live_run(l, &io), ERR_OK);
	assert_int_equal(live_view_make(l, SORT_IP, false, NULL, &v), ERR_OK);
	for (unsigned i = 0; i < 130; i++) {
		struct addr a = i < 30 ? traffic_v4(10, 0, 0, 3 * i) : traffic_v4(10, 1, 0, i);
		traffic_ask(&t, TRAFFIC_START + 86400 * NS_PER_S, &a, &server, i + 1);
		if (i == 29) {
			feed.end_ns = TRAFFIC_START + config.age_out_ns + 7200 * NS_PER_S;
			assert_int_equal(live_run(l, &io), ERR_OK);
		}
	}
	assert_int_equal(live_run(l, &io), ERR_OK);
	assert_int_equal(live_view_page(l, &v, 0, info, 100, &next), 30);
	assert_int_equal(next, 90);
	for (unsigned i = 0; i < 30; i++)
		assert_int_equal(info[i].addr.b[15], 3 * i);
	live_view_release(&v);
	live_free(l);
	traffic_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_order_is_that_of_the_census),
		cmocka_unit_test(pages_join_without_gap_or_overlap),
		cmocka_unit_test(a_filter_leaves_those_that_pass),
		cmocka_unit_test(names_go_before_the_nameless),
		cmocka_unit_test(thousands_of_ties_go_by_address),
		cmocka_unit_test(names_that_begin_alike_are_told_apart),
		cmocka_unit_test(those_who_left_are_skipped_in_a_view),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
