/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A live engine says what a run over the same packets says, however they come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "live_traffic.h"

enum { N_PACKETS = 6000, N_SEEDS = 4 };

/* Shows the first line that differs: the whole would fill pages. */
static void assert_same_text(const char *a, const char *b, uint64_t seed)
{
	size_t line = 0;
	assert_non_null(a);
	assert_non_null(b);
	for (size_t i = 0; a[i] || b[i]; i++) {
		if (a[i] != b[i]) {
			print_error("seed %d:\n  %.300s\nagainst\n  %.300s\n", (int)seed, a + line, b + line);
			fail();
		}
		if (a[i] == '\n')
			line = i + 1;
	}
}

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

static void compare_census(enum rt_clock clock, bool ticks, unsigned n_threads)
{
	for (uint64_t seed = 1; seed <= traffic_seeds(N_SEEDS); seed++) {
		struct traffic t = random_traffic(seed, N_PACKETS, clock);
		struct engine_config config = traffic_config();
		char *run = traffic_text(&t, &config, 0, false);
		config.n_threads = n_threads;
		struct live *l = live_of(&t, &config, seed, ticks);
		assert_non_null(l);
		char *live = census_text(l);
		assert_same_text(live, run, seed);
		live_free(l);
		free(live);
		free(run);
		traffic_free(&t);
	}
}

static void the_same_packets_in_odd_pieces_give_the_same_census(void **state)
{
	(void)state;
	compare_census(RT_ORDERLY, false, 1);
	compare_census(RT_ORDERLY, false, 2);
}

static void clocks_that_step_give_the_same_census(void **state)
{
	(void)state;
	compare_census(RT_STEPPING, false, 1);
}

static void time_that_goes_on_between_packets_changes_nothing(void **state)
{
	(void)state;
	compare_census(RT_ORDERLY, true, 1);
}

/* ---- what is asked while it counts --------------------------------------------------------------- */

static uint64_t same_servers(const struct census *c, const struct addr *live_servers, size_t n, uint64_t bits)
{
	uint64_t out = bits & UINT64_C(1) << 63;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < census_n_servers(c) && k < 63; k++)
			if (bits >> i & 1 && addr_equal(&census_server(c, k)->addr, &live_servers[i]))
				out |= UINT64_C(1) << k;
	return out;
}

static char *client_text(const struct client_info *c)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	traffic_put_client(f, c);
	fclose(f);
	return text;
}

static void each_client_reads_as_in_a_census(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= traffic_seeds(N_SEEDS); seed++) {
		struct traffic t = random_traffic(seed, N_PACKETS, RT_ORDERLY);
		struct engine_config config = traffic_config();
		struct census *c = traffic_census(&t, &config, 0, NULL);
		struct live *l = live_of(&t, &config, seed, false);
		struct addr servers[LIVE_SERVER_BITS];
		size_t n = live_server_bits(l, servers);
		for (size_t i = 0; i < census_n_clients(c); i++) {
			struct client_info want, have;
			census_client(c, i, &want);
			assert_true(live_client(l, &want.addr, &have));
			if (census_n_servers(c) <= LIVE_SERVER_BITS)
				have.servers = same_servers(c, servers, n, have.servers);
			else
				have.servers = want.servers;
			char *a = client_text(&have), *b = client_text(&want);
			assert_string_equal(a, b);
			free(a);
			free(b);
		}
		struct addr nobody = traffic_v4(1, 2, 3, 4);
		struct client_info info;
		assert_false(live_client(l, &nobody, &info));
		live_free(l);
		census_free(c);
		traffic_free(&t);
	}
}

static void totals_and_servers_are_those_of_a_census(void **state)
{
	(void)state;
	struct traffic t = random_traffic(2, N_PACKETS, RT_ORDERLY);
	struct engine_config config = traffic_config();
	struct census *c = traffic_census(&t, &config, 0, NULL);
	struct live *l = live_of(&t, &config, 7, false);
	struct live_totals o;
	const struct tally *y = census_tally(c);
	const struct list_summary *s = census_summary(c);
	live_totals(l, &o);
	assert_int_equal(o.n_frames, t.n);
	assert_int_equal(o.n_ntp, y->fates[FATE_NTP]);
	assert_int_equal(o.requests, y->packets[0]);
	assert_int_equal(o.answers, y->packets[1]);
	assert_int_equal(o.first_ns, census_first_ns(c));
	assert_int_equal(o.now_ns, census_last_ns(c));
	assert_int_equal(o.n_clients, s->n);
	assert_int_equal(o.n_clients_v6, s->n_v6);
	assert_int_equal(o.unique[WINDOW_ALL], census_unique(c)->now[WINDOW_ALL]);
	assert_memory_equal(o.exchanges, y->class_exchanges, sizeof(o.exchanges));
	assert_memory_equal(o.packets, y->class_packets, sizeof(o.packets));
	assert_int_equal(o.n_waiting, 0);
	assert_int_equal(o.kisses[KISS_RATE], y->kisses[KISS_RATE]);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(o.n_alert[i], s->n_alert[i]);
	assert_int_equal(o.n_active, s->n_active);
	assert_int_equal(o.n_scanner, s->n_scanner);
	assert_int_equal(o.n_one_shot, s->n_one_shot);
	assert_int_equal(o.as_of_ns, o.now_ns);
	assert_true(o.memory_bytes > 1 << 20 && o.memory_bytes < 200 << 20);
	struct server_info *servers;
	size_t n;
	assert_int_equal(live_servers(l, &servers, &n), ERR_OK);
	assert_int_equal(n, census_n_servers(c));
	for (size_t i = 0; i < n; i++) {
		const struct server_info *x = census_server(c, i);
		assert_true(addr_equal(&servers[i].addr, &x->addr));
		assert_int_equal(servers[i].rx, x->rx);
		assert_int_equal(servers[i].n_lost, x->n_lost);
		assert_memory_equal(servers[i].exchanges, x->exchanges, sizeof(x->exchanges));
		assert_memory_equal(servers[i].packets, x->packets, sizeof(x->packets));
		assert_int_equal(servers[i].n_worst, x->n_worst);
		struct hist delta;
		assert_int_equal(live_server_delta(l, &x->addr, &delta), x->delta != NULL && x->delta->n > 0);
		if (x->delta)
			assert_memory_equal(delta.bins, x->delta->bins, sizeof(delta.bins));
	}
	free(servers);
	live_free(l);
	census_free(c);
	traffic_free(&t);
}

/* ---- a child ------------------------------------------------------------------------------------- */

/* Gives the first half, then nothing until it is told to go on. */
struct halves {
	struct live_feed feed;
	size_t half;
	_Atomic bool half_done, go_on;
	struct live *l;
	enum err result;
};

static enum err next_of_halves(void *arg, struct packet *out, size_t max, size_t *n, int64_t *now_ns)
{
	struct halves *h = arg;
	*n = 0;
	*now_ns = 0;
	if (h->feed.at == h->half && !atomic_load(&h->go_on)) {
		atomic_store(&h->half_done, true);
		usleep(100);
		return ERR_OK;
	}
	if (h->feed.at < h->half && max > h->half - h->feed.at)
		max = h->half - h->feed.at;
	return live_feed_next(&h->feed, out, max, n, now_ns);
}

static void *count_halves(void *arg)
{
	struct halves *h = arg;
	struct live_io io = { .next = next_of_halves, .source = h };
	h->result = live_run(h->l, &io);
	return NULL;
}

static void tell_census(struct live *l, int to)
{
	char *text = census_text(l);
	FILE *f = fdopen(to, "w");
	fputs(text, f);
	_exit(fclose(f) == 0 ? 0 : 1);
}

/* What the child of a live that goes on says. */
static char *text_of_child(struct live *l)
{
	int ends[2], status;
	char *text = NULL, room[4096];
	size_t len, n;
	assert_int_equal(pipe(ends), 0);
	live_freeze(l);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		tell_census(l, ends[1]);
	live_thaw(l);
	close(ends[1]);
	FILE *from = fdopen(ends[0], "r"), *f = open_memstream(&text, &len);
	while ((n = fread(room, 1, sizeof(room), from)) > 0)
		fwrite(room, 1, n, f);
	fclose(from);
	fclose(f);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	return text;
}

static void a_child_has_the_census_of_one_moment_and_counting_goes_on(void **state)
{
	(void)state;
	struct traffic t = random_traffic(1, N_PACKETS, RT_ORDERLY);
	struct engine_config config = traffic_config();
	struct halves h = { .feed = { .t = &t }, .half = N_PACKETS / 2 };
	pthread_t thread;
	assert_int_equal(live_new(&config, &h.l), ERR_OK);
	assert_int_equal(pthread_create(&thread, NULL, count_halves, &h), 0);
	while (!atomic_load(&h.half_done))
		usleep(100);
	char *child = text_of_child(h.l);
	atomic_store(&h.go_on, true);
	pthread_join(thread, NULL);
	assert_int_equal(h.result, ERR_OK);
	char *whole = census_text(h.l), *want = traffic_text(&t, &config, 0, false);
	assert_same_text(whole, want, 1);
	free(want);
	size_t n = t.n;
	t.n = h.half;
	want = traffic_text(&t, &config, 0, false);
	t.n = n;
	assert_same_text(child, want, 1);
	free(want);
	free(whole);
	free(child);
	live_free(h.l);
	traffic_free(&t);
}

static void after_its_census_a_live_is_empty(void **state)
{
	(void)state;
	struct traffic t = random_traffic(1, 500, RT_ORDERLY);
	struct engine_config config = traffic_config();
	struct live *l = live_of(&t, &config, 0, false);
	struct live_totals o;
	struct live_view v;
	struct client_info info;
	struct server_info *servers;
	struct census *c;
	uint64_t cursor = 0;
	size_t n;
	free(census_text(l));
	live_totals(l, &o);
	assert_int_equal(o.n_clients, 0);
	assert_int_equal(live_walk(l, &cursor, &info, 1), 0);
	assert_false(live_client(l, &info.addr, &info));
	assert_int_equal(live_view_make(l, SORT_RX, true, NULL, &v), ERR_OK);
	assert_int_equal(v.n, 0);
	live_view_release(&v);
	assert_int_equal(live_servers(l, &servers, &n), ERR_USAGE);
	assert_int_equal(live_census(l, LIVE_ALL, &c), ERR_USAGE);
	live_free(l);
	traffic_free(&t);
}

/* ---- time ---------------------------------------------------------------------------------------- */

/* What can be seen before the end is told. */
struct watched {
	struct live_feed feed;
	struct live *l;
	struct live_totals seen;
};

static enum err next_of_watched(void *arg, struct packet *out, size_t max, size_t *n, int64_t *now_ns)
{
	struct watched *w = arg;
	enum err e = live_feed_next(&w->feed, out, max, n, now_ns);
	if (e == ERR_END)
		live_totals(w->l, &w->seen);
	return e;
}

static void requests_time_out_when_nothing_comes_and_at_the_end(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	struct addr client = traffic_v4(10, 0, 0, 1), server = traffic_v4(192, 0, 2, 1);
	struct engine_config config = traffic_config();
	traffic_ask(&t, TRAFFIC_START, &client, &server, 5);
	for (unsigned late = 0; late < 2; late++) {
		struct watched w = {
			.feed = { .t = &t, .end_ns = TRAFFIC_START + (late ? 66 : 60) * NS_PER_S },
		};
		struct live_io io = { .next = next_of_watched, .source = &w };
		struct live_totals o;
		assert_int_equal(live_new(&config, &w.l), ERR_OK);
		assert_int_equal(live_run(w.l, &io), ERR_OK);
		assert_int_equal(w.seen.exchanges[CLASS_UNANSWERED], late);
		assert_int_equal(w.seen.packets[CLASS_UNANSWERED] + w.seen.n_waiting, 1);
		live_totals(w.l, &o);
		assert_int_equal(o.exchanges[CLASS_UNANSWERED], 1);
		assert_int_equal(o.n_waiting, 0);
		assert_int_equal(o.now_ns, TRAFFIC_START + (late ? 66 : 60) * NS_PER_S);
		live_free(w.l);
	}
	traffic_free(&t);
}

static void clients_grow_old_when_nothing_comes(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	struct addr client = traffic_v4(10, 0, 0, 1), server = traffic_v4(192, 0, 2, 1);
	struct engine_config config = traffic_config();
	traffic_ask(&t, TRAFFIC_START, &client, &server, 5);
	traffic_answer(&t, TRAFFIC_START + 1000, &client, &server, 5);
	for (unsigned old = 0; old < 2; old++) {
		struct live_feed feed = { .t = &t, .end_ns = TRAFFIC_START + config.age_out_ns };
		struct live_io io = { .next = live_feed_next, .source = &feed };
		struct live_totals o;
		struct live *l;
		feed.end_ns += old ? 2 * 3600 * NS_PER_S : -NS_PER_S;
		assert_int_equal(live_new(&config, &l), ERR_OK);
		assert_int_equal(live_run(l, &io), ERR_OK);
		live_totals(l, &o);
		assert_int_equal(o.n_clients, !old);
		assert_int_equal(o.n_aged_out, old);
		assert_int_equal(o.unique[WINDOW_5MIN], 0);
		assert_int_equal(o.unique[WINDOW_ALL], 1);
		live_free(l);
	}
	traffic_free(&t);
}

static void other_thresholds_hold_for_those_who_came_before(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	struct addr client = traffic_v4(10, 0, 0, 1), server = traffic_v4(192, 0, 2, 1);
	struct engine_config config = traffic_config(), other = config;
	struct live_totals o;
	struct live *l;
	for (unsigned i = 0; i < 20; i++) {
		traffic_ask(&t, TRAFFIC_START + i * NS_PER_S, &client, &server, i + 1);
		traffic_answer(&t, TRAFFIC_START + i * NS_PER_S + 1000, &client, &server, i + 1);
	}
	struct live_feed feed = { .t = &t };
	struct live_io io = { .next = live_feed_next, .source = &feed };
	assert_int_equal(live_new(&config, &l), ERR_OK);
	assert_int_equal(live_run(l, &io), ERR_OK);
	live_totals(l, &o);
	assert_int_equal(o.n_alert[ALERT_YELLOW], 1);
	other.alert_fast_ns = 0;
	other.age_out_ns = 1200 * NS_PER_S;
	live_set_thresholds(l, &other);
	live_totals(l, &o);
	assert_int_equal(o.n_alert[ALERT_YELLOW], 0);
	assert_int_equal(o.n_clients, 1);
	assert_int_equal(o.requests, 20);
	/* Two hours later: longer than the age-out is now, shorter than it was. */
	feed.end_ns = TRAFFIC_START + 2 * 3600 * NS_PER_S;
	assert_int_equal(live_run(l, &io), ERR_OK);
	live_totals(l, &o);
	assert_int_equal(o.n_clients, 0);
	assert_int_equal(o.n_aged_out, 1);
	live_free(l);
	traffic_free(&t);
}

static enum err broken(void *source, struct packet *out, size_t max, size_t *n, int64_t *now_ns)
{
	(void)source, (void)out, (void)max;
	*n = 0;
	*now_ns = 0;
	return ERR_SYS;
}

static void an_error_of_the_source_is_handed_on(void **state)
{
	(void)state;
	struct engine_config config = traffic_config();
	struct live_io io = { .next = broken };
	struct live_totals o;
	struct live *l;
	assert_int_equal(live_new(&config, &l), ERR_OK);
	assert_int_equal(live_run(l, &io), ERR_SYS);
	live_totals(l, &o);
	assert_int_equal(o.n_frames, 0);
	assert_int_equal(o.first_ns, 0);
	live_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_packets_in_odd_pieces_give_the_same_census),
		cmocka_unit_test(clocks_that_step_give_the_same_census),
		cmocka_unit_test(time_that_goes_on_between_packets_changes_nothing),
		cmocka_unit_test(each_client_reads_as_in_a_census),
		cmocka_unit_test(totals_and_servers_are_those_of_a_census),
		cmocka_unit_test(a_child_has_the_census_of_one_moment_and_counting_goes_on),
		cmocka_unit_test(after_its_census_a_live_is_empty),
		cmocka_unit_test(requests_time_out_when_nothing_comes_and_at_the_end),
		cmocka_unit_test(clients_grow_old_when_nothing_comes),
		cmocka_unit_test(other_thresholds_hold_for_those_who_came_before),
		cmocka_unit_test(an_error_of_the_source_is_handed_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
