/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is saved and loaded is all there, and counting goes on from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "live_traffic.h"
#include "save_store.h"

static char *census_text(struct live *l)
{
	char *text = NULL;
	size_t len;
	struct census *c;
	FILE *f = open_memstream(&text, &len);
	assert_int_equal(live_census(l, LIVE_ALL, &c), ERR_OK);
	traffic_put_census(f, c);
	fclose(f);
	census_free(c);
	return text;
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
	return other;
}

static void assert_same_text(const char *a, const char *b, uint64_t seed)
{
	size_t line = 0;
	for (size_t i = 0; a[i] || b[i]; i++) {
		if (a[i] != b[i])
			fail_msg("seed %d:\n  %.300s\nagainst\n  %.300s\n", (int)seed, a + line, b + line);
		if (a[i] == '\n')
			line = i + 1;
	}
}

static void what_was_saved_is_loaded(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 4; seed++) {
		struct traffic t = random_traffic(seed, 6000, seed == 4 ? RT_STEPPING : RT_ORDERLY);
		struct engine_config config = traffic_config();
		struct live_totals a, b;
		struct live_point p[2][64];
		config.n_threads = 1 + seed % 2;
		config.secret = seed;
		char *want = traffic_text(&t, &config, 0, false);
		struct live *l = live_of(&t, &config, seed, false);
		config.secret = ~seed;
		struct live *other = reloaded(l, &config);
		live_totals(l, &a);
		live_totals(other, &b);
		a.memory_bytes = b.memory_bytes = 0;
		assert_memory_equal(&a, &b, sizeof(a));
		size_t n = live_points(l, 60, 0, p[0], 64);
		assert_int_equal(live_points(other, 60, 0, p[1], 64), n);
		assert_memory_equal(p[0], p[1], n * sizeof(p[0][0]));
		char *have = census_text(other);
		assert_same_text(have, want, seed);
		free(have);
		have = census_text(l); /* saving has changed nothing but that what was open has ended */
		assert_same_text(have, want, seed);
		free(have);
		free(want);
		live_free(other);
		live_free(l);
		traffic_free(&t);
	}
}

/* Exchanges that are complete: nothing is open where the traffic is cut. */
static struct traffic exchanges(unsigned n)
{
	struct traffic t = { 0 };
	uint64_t seed = 9;
	for (unsigned i = 0; i < n; i++) {
		unsigned k = (unsigned)(traffic_random(&seed) % 300);
		struct addr client = k % 3 ? traffic_v4(10, 0, k >> 8, k & 255) : traffic_v6(1, k);
		struct addr server = k % 3 ? traffic_v4(192, 0, 2, k % 5) : traffic_v6(0xff, k % 5);
		int64_t at_ns = TRAFFIC_START + i * 300 * (NS_PER_S / 1000);
		traffic_ask(&t, at_ns, &client, &server, i + 1);
		traffic_answer(&t, at_ns + 1000 * (k + 1), &client, &server, i + 1);
	}
	return t;
}

static void run_part(struct live *l, const struct traffic *t, size_t from, size_t to)
{
	struct traffic part = { .at = t->at + from, .n = to - from };
	struct live_feed feed = { .t = &part, .seed = 3 };
	struct live_io io = { .next = live_feed_next, .source = &feed };
	assert_int_equal(live_run(l, &io), ERR_OK);
}

static void counting_goes_on_as_if_nothing_had_been(void **state)
{
	(void)state;
	struct traffic t = exchanges(3000);
	struct engine_config config = traffic_config();
	struct live *l;
	char *want = traffic_text(&t, &config, 0, false);
	assert_int_equal(live_new(&config, &l), ERR_OK);
	for (size_t from = 0; from < t.n; from += 1000) {
		run_part(l, &t, from, from + 1000);
		config.secret++;
		struct live *next = reloaded(l, &config);
		live_free(l);
		l = next;
	}
	char *have = census_text(l);
	assert_same_text(have, want, 0);
	free(have);
	free(want);
	live_free(l);
	traffic_free(&t);
}

static void points_go_on_behind_a_gap(void **state)
{
	(void)state;
	struct traffic t = exchanges(200); /* a minute */
	struct engine_config config = traffic_config();
	struct live_point p[200];
	struct live *l;
	for (size_t i = 200; i < t.n; i++)
		t.at[i].time_ns += 50 * NS_PER_S;
	assert_int_equal(live_new(&config, &l), ERR_OK);
	run_part(l, &t, 0, 200);
	size_t before = live_points(l, 1, 0, p, 200);
	struct live *other = reloaded(l, &config);
	run_part(other, &t, 200, t.n);
	size_t after = live_points(other, 1, 0, p, 200);
	assert_int_equal(after - before, 80);
	uint64_t requests = 0;
	for (size_t i = 0; i < after; i++) {
		requests += p[i].requests;
		assert_true(i < before || i >= before + 50 || p[i].requests == 0);
		assert_true(i == 0 || p[i].start_ns == p[i - 1].start_ns + NS_PER_S);
	}
	/* Without the seconds that were not over. */
	assert_true(requests >= 190 && requests <= 200);
	live_free(other);
	live_free(l);
	traffic_free(&t);
}

static enum err load(const struct engine_config *config, struct save_store *store, size_t len)
{
	struct save_store part = { .data = store->data, .len = len };
	struct live *l;
	assert_int_equal(live_new(config, &l), ERR_OK);
	enum err e = live_load(l, save_store_read, &part);
	live_free(l);
	return e;
}

static void what_is_cut_or_of_another_version_is_refused(void **state)
{
	(void)state;
	struct traffic t = random_traffic(1, 300, RT_ORDERLY);
	struct engine_config config = traffic_config();
	struct live *l = live_of(&t, &config, 0, false);
	struct save_store store = { 0 };
	assert_int_equal(live_save(l, save_store_write, &store), ERR_OK);
	assert_int_equal(load(&config, &store, store.len), ERR_OK);
	assert_int_equal(load(&config, &store, 0), ERR_UNSUPPORTED);
	for (size_t len = store.len - 1; len > 20; len -= len / 7 + 1)
		assert_int_not_equal(load(&config, &store, len), ERR_OK);
	store.data[4]++;
	assert_int_equal(load(&config, &store, store.len), ERR_UNSUPPORTED);
	free(store.data);
	live_free(l);
	traffic_free(&t);
}

static void a_smaller_list_takes_what_has_room(void **state)
{
	(void)state;
	struct traffic t = random_traffic(2, 6000, RT_ORDERLY);
	struct engine_config config = traffic_config();
	struct live *l = live_of(&t, &config, 0, false);
	struct live_totals a, b;
	live_totals(l, &a);
	config.capacity = 128;
	struct live *other = reloaded(l, &config);
	live_totals(other, &b);
	assert_true(a.n_clients > 500 && b.n_clients <= 128 && b.n_clients > 100);
	assert_int_equal(b.n_aged_out, a.n_clients - b.n_clients);
	assert_int_equal(b.requests, a.requests);
	live_free(other);
	live_free(l);
	traffic_free(&t);
}

static bool write_little(void *arg, const void *data, size_t len)
{
	size_t *left = arg;
	(void)data;
	if (len > *left)
		return false;
	*left -= len;
	return true;
}

static void a_full_disk_is_told(void **state)
{
	(void)state;
	struct traffic t = random_traffic(2, 6000, RT_ORDERLY);
	struct engine_config config = traffic_config();
	struct live *l = live_of(&t, &config, 0, false);
	size_t left = 10000;
	assert_int_equal(live_save(l, write_little, &left), ERR_SYS);
	live_free(l);
	traffic_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_saved_is_loaded),
		cmocka_unit_test(counting_goes_on_as_if_nothing_had_been),
		cmocka_unit_test(points_go_on_behind_a_gap),
		cmocka_unit_test(what_is_cut_or_of_another_version_is_refused),
		cmocka_unit_test(a_smaller_list_takes_what_has_room),
		cmocka_unit_test(a_full_disk_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
