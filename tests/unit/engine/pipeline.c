/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold for any traffic whatever: nothing is lost, and nothing but the packets decides the
 * result. */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "random_traffic.h"

enum { N_PACKETS = 9000, N_SEEDS = 3 };

/* Shows the first line that differs: the whole would fill pages. */
static void assert_same_text(const char *a, const char *b, const char *what, uint64_t seed)
{
	size_t line = 0;
	assert_non_null(a);
	assert_non_null(b);
	for (size_t i = 0; a[i] || b[i]; i++) {
		if (a[i] != b[i]) {
			print_error("%s, seed %d:\n  %.300s\nagainst\n  %.300s\n", what, (int)seed, a + line,
				    b + line);
			fail();
		}
		if (a[i] == '\n')
			line = i + 1;
	}
}

static void check_sums(const struct traffic *t, const struct census *c)
{
	const struct tally *y = census_tally(c);
	uint64_t classes = 0, fates = 0, server_packets = 0, exchanges = 0;

	for (unsigned i = 0; i < N_CLASSES; i++) {
		classes += y->class_packets[i];
		exchanges += y->class_exchanges[i];
	}
	for (unsigned i = 0; i < N_FATES; i++)
		fates += y->fates[i];
	for (size_t i = 0; i < census_n_servers(c); i++)
		for (unsigned k = 0; k < N_CLASSES; k++)
			server_packets += census_server(c, i)->packets[k];
	assert_int_equal(fates, t->n);
	assert_int_equal(y->n_frames, t->n);
	assert_int_equal(classes, y->fates[FATE_NTP]);
	assert_int_equal(server_packets, classes);
	assert_int_equal(y->packets[0] + y->packets[1], y->fates[FATE_NTP]);
	assert_true(exchanges <= classes);
	for (unsigned side = 0; side < 2; side++) {
		uint64_t sizes = 0, auth = 0;
		for (unsigned i = 0; i < N_SIZES; i++)
			sizes += y->sizes[side][i];
		for (unsigned i = 0; i < N_AUTH; i++)
			auth += y->auth[side][i];
		assert_int_equal(sizes, y->packets[side]);
		assert_int_equal(auth, y->packets[side]);
	}
}

static void every_packet_is_in_exactly_one_fate_and_one_class(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= traffic_seeds(6); seed++) {
		struct traffic t = random_traffic(seed, N_PACKETS, seed % 2 ? RT_ORDERLY : RT_STEPPING);
		struct engine_config config = traffic_config();
		struct census *c = traffic_census(&t, &config, 0, NULL);
		assert_non_null(c);
		check_sums(&t, c);
		census_free(c);
		traffic_free(&t);
	}
}

static void random_traffic_meets_every_class_and_fate(void **state)
{
	(void)state;
	uint64_t classes[N_CLASSES] = { 0 }, fates[N_FATES] = { 0 };
	struct traffic t = random_traffic(1, 4 * N_PACKETS, RT_ORDERLY);
	struct engine_config config = traffic_config();
	struct census *c = traffic_census(&t, &config, 0, NULL);
	assert_non_null(c);
	for (unsigned i = 0; i < N_CLASSES; i++)
		classes[i] = census_tally(c)->class_packets[i];
	for (unsigned i = 0; i < N_FATES; i++)
		fates[i] = census_tally(c)->fates[i];
	for (unsigned i = 0; i < N_CLASSES; i++)
		if (!classes[i])
			fail_msg("no packet of class %s", exchange_class_name(i));
	for (unsigned i = 0; i < N_FATES; i++)
		if (!fates[i] && i != FATE_FILTERED)
			fail_msg("no frame of fate %s", fate_name(i));
	assert_true(census_tally(c)->n_interleaved && census_tally(c)->n_reordered &&
		    census_tally(c)->n_zero_origin);
	assert_true(census_fragments(c)->n_reassembled && census_icmp(c)->n_packets);
	census_free(c);
	traffic_free(&t);
}

static void compare_threads(enum rt_clock clock)
{
	static const unsigned threads[] = { 2, 3, 5 };
	for (uint64_t seed = 1; seed <= traffic_seeds(N_SEEDS); seed++) {
		struct traffic t = random_traffic(seed, N_PACKETS, clock);
		struct engine_config config = traffic_config();
		char *one = traffic_text(&t, &config, seed, true);
		for (unsigned i = 0; i < 3; i++) {
			config.n_threads = threads[i];
			char *more = traffic_text(&t, &config, seed, true);
			assert_same_text(one, more, "threads", seed);
			free(more);
		}
		free(one);
		traffic_free(&t);
	}
}

static void any_number_of_threads_gives_the_same_census_and_rows(void **state)
{
	(void)state;
	compare_threads(RT_ORDERLY);
}

static void threads_agree_when_the_clock_steps(void **state)
{
	(void)state;
	compare_threads(RT_STEPPING);
}

static void the_secret_changes_nothing(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= traffic_seeds(N_SEEDS); seed++) {
		struct traffic t = random_traffic(seed, N_PACKETS, RT_STEPPING);
		struct engine_config config = traffic_config();
		char *one = traffic_text(&t, &config, 0, true);
		for (unsigned i = 1; i < 4; i++) {
			config.secret = UINT64_C(0x1234567890abcdef) * i;
			char *other = traffic_text(&t, &config, 0, true);
			assert_same_text(one, other, "secret", seed);
			free(other);
		}
		free(one);
		traffic_free(&t);
	}
}

static void the_size_of_batches_changes_nothing(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= traffic_seeds(2 * N_SEEDS); seed++) {
		/* Rows of idle parts are let go by the time of whole batches: see shard_tick(). */
		bool rows = seed % 2;
		struct traffic t = random_traffic(seed, N_PACKETS, rows ? RT_ORDERLY : RT_STEPPING);
		struct engine_config config = traffic_config();
		config.n_threads = 2;
		char *one = traffic_text(&t, &config, 0, rows);
		for (unsigned i = 1; i < 4; i++) {
			char *other = traffic_text(&t, &config, i, rows);
			assert_same_text(one, other, "batches", seed);
			free(other);
		}
		free(one);
		traffic_free(&t);
	}
}

static void asking_for_rows_changes_no_count(void **state)
{
	(void)state;
	struct traffic t = random_traffic(5, N_PACKETS, RT_ORDERLY);
	struct engine_config config = traffic_config();
	char *with = traffic_text(&t, &config, 0, true);
	char *without = traffic_text(&t, &config, 0, false);
	assert_non_null(with);
	assert_same_text(strstr(with, "from "), without, "rows", 5);
	free(with);
	free(without);
	traffic_free(&t);
}

static void the_short_cuts_change_nothing(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= traffic_seeds(4 * N_SEEDS); seed++) {
		struct traffic t = random_traffic(seed, N_PACKETS, seed % 2 ? RT_ORDERLY : RT_STEPPING);
		struct engine_config config = traffic_config();
		if (seed % 4 == 0) {
			config.capacity = 128;
			config.pending_capacity = 64;
		}
		char *with = traffic_text(&t, &config, seed, false);
		config.no_short_cuts = true;
		char *without = traffic_text(&t, &config, seed, false);
		assert_same_text(with, without, "short cuts", seed);
		free(with);
		free(without);
		traffic_free(&t);
	}
}

/* Few clients, few open requests: what is turned away must not depend on threads or secret either. */
static void full_tables_are_full_in_the_same_way(void **state)
{
	(void)state;
	struct traffic t = random_traffic(8, N_PACKETS, RT_ORDERLY);
	struct engine_config config = traffic_config();
	config.capacity = 128;
	config.pending_capacity = 64;
	char *one = traffic_text(&t, &config, 0, true);
	assert_non_null(one);
	for (unsigned i = 2; i < 4; i++) {
		config.n_threads = i;
		config.secret = i * 99;
		char *other = traffic_text(&t, &config, i, true);
		assert_same_text(one, other, "full tables", i);
		free(other);
	}
	free(one);
	struct census *c = traffic_census(&t, &config, 0, NULL);
	assert_non_null(c);
	check_sums(&t, c);
	assert_true(census_n_clients(c) <= 128);
	assert_true(census_summary(c)->n_refused_packets > 0);
	census_free(c);
	traffic_free(&t);
}

struct row_order {
	uint64_t last, n, packets;
};

static enum err see_row(void *arg, const struct exchange *x)
{
	struct row_order *o = arg;
	assert_true(exchange_frame(x) >= o->last);
	o->last = exchange_frame(x);
	o->n++;
	o->packets += x->class == CLASS_DUPLICATE ? 1 : (x->request_frame != 0) + (x->response_frame != 0);
	return ERR_OK;
}

static void rows_come_in_the_order_of_their_frames_and_as_many_as_counted(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= traffic_seeds(N_SEEDS); seed++) {
		struct traffic t = random_traffic(seed, 2 * N_PACKETS, RT_STEPPING);
		struct engine_config config = traffic_config();
		struct traffic_source source = { .t = &t, .seed = seed };
		struct row_order o = { 0 };
		struct pipeline_io io = {
			.next = traffic_next, .source = &source, .row = see_row, .row_arg = &o
		};
		struct census *c;
		uint64_t exchanges = 0;
		config.want_rows = seed % 2; /* with addresses or without */
		config.n_threads = 3;
		assert_int_equal(pipeline_run(&config, &io, &c), ERR_OK);
		for (unsigned i = 0; i < N_CLASSES; i++)
			exchanges += census_tally(c)->class_exchanges[i];
		assert_int_equal(o.n, exchanges);
		/* Later fragments of answers in modes 6 and 7 are packets without a row. */
		assert_true(o.packets <= census_tally(c)->fates[FATE_NTP]);
		assert_true(o.packets * 10 > census_tally(c)->fates[FATE_NTP] * 9);
		census_free(c);
		traffic_free(&t);
	}
}

static enum err broken_source(void *arg, struct packet *out, size_t max, size_t *n)
{
	struct traffic_source *s = arg;
	if (s->at >= s->t->n / 2) {
		*n = 0;
		return ERR_FORMAT;
	}
	return traffic_next(s, out, max, n);
}

static void a_broken_source_leaves_what_was_read(void **state)
{
	(void)state;
	struct traffic t = random_traffic(3, N_PACKETS, RT_ORDERLY);
	struct engine_config config = traffic_config();
	struct traffic_source source = { .t = &t };
	struct pipeline_io io = { .next = broken_source, .source = &source };
	struct census *c;
	assert_int_equal(pipeline_run(&config, &io, &c), ERR_FORMAT);
	assert_non_null(c);
	assert_int_equal(census_tally(c)->n_frames, source.at);
	assert_true(source.at > 0);
	census_free(c);
	traffic_free(&t);
}

static enum err stop_at_ten(void *arg, const struct exchange *x)
{
	unsigned *n = arg;
	(void)x;
	return ++*n == 10 ? ERR_END : ERR_OK;
}

static void a_row_that_is_refused_ends_the_run(void **state)
{
	(void)state;
	struct traffic t = random_traffic(3, N_PACKETS, RT_ORDERLY);
	struct engine_config config = traffic_config();
	struct traffic_source source = { .t = &t };
	unsigned n = 0;
	struct pipeline_io io = {
		.next = traffic_next, .source = &source, .row = stop_at_ten, .row_arg = &n
	};
	struct census *c;
	config.want_rows = true;
	enum err e = pipeline_run(&config, &io, &c);
	assert_int_equal(e, ERR_END);
	census_free(c);
	traffic_free(&t);
}

static bool odd_frames_only(void *arg, const struct packet *p)
{
	(void)arg;
	return p->frame % 2;
}

static void filtered_frames_are_counted_and_nothing_else(void **state)
{
	(void)state;
	struct traffic t = random_traffic(3, N_PACKETS, RT_ORDERLY);
	struct engine_config config = traffic_config();
	struct traffic_source source = { .t = &t };
	struct pipeline_io io = { .next = traffic_next, .source = &source, .filter = odd_frames_only };
	struct census *c;
	assert_int_equal(pipeline_run(&config, &io, &c), ERR_OK);
	check_sums(&t, c);
	assert_int_equal(census_tally(c)->fates[FATE_FILTERED], t.n / 2);
	census_free(c);
	traffic_free(&t);
}

static void no_packets_give_an_empty_census(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	struct engine_config config = traffic_config();
	char *text = traffic_text(&t, &config, 0, true);
	assert_non_null(text);
	free(text);
	config.n_threads = 4;
	struct census *c = traffic_census(&t, &config, 0, NULL);
	assert_non_null(c);
	assert_int_equal(census_n_clients(c), 0);
	assert_int_equal(census_n_servers(c), 0);
	assert_int_equal(census_first_ns(c), 0);
	assert_false(census_one_way(c));
	census_free(c);
}

/* A capture may claim any time from 1677 to 2262; the distance of its ends does not fit 63 bits. */
static void the_ends_of_time_lie_in_one_capture(void **state)
{
	(void)state;
	static const int64_t times[] = { TRAFFIC_START, INT64_MAX,     INT64_MIN, 0, -1,
					 INT64_MIN + 1, INT64_MAX - 1, 1 };
	struct traffic t = { 0 };
	struct engine_config config = traffic_config();
	struct addr client = traffic_v4(10, 0, 0, 1), server = traffic_v4(192, 0, 2, 1);
	for (unsigned i = 0; i < 64; i++) {
		traffic_ask(&t, times[i % 8], &client, &server, i / 2 + 1);
		traffic_answer(&t, times[(i + i / 8) % 8], &client, &server, i / 2 + 1);
	}
	char *one = traffic_text(&t, &config, 0, true);
	config.n_threads = 2;
	char *two = traffic_text(&t, &config, 0, true);
	assert_same_text(one, two, "ends of time", 0);
	free(one);
	free(two);
	struct census *c = traffic_census(&t, &config, 0, NULL);
	assert_non_null(c);
	check_sums(&t, c);
	census_free(c);
	traffic_free(&t);
}

static void times_before_1970_are_times_like_others(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	struct engine_config config = traffic_config();
	struct addr client = traffic_v4(10, 0, 0, 1), server = traffic_v4(192, 0, 2, 1);
	for (int i = 0; i < 400000; i += 400) {
		traffic_ask(&t, (i - 200000) * NS_PER_S - 5, &client, &server, (uint64_t)i + 1);
		traffic_answer(&t, (i - 200000) * NS_PER_S, &client, &server, (uint64_t)i + 1);
	}
	config.n_threads = 2;
	struct census *c = traffic_census(&t, &config, 0, NULL);
	assert_non_null(c);
	const struct series *s = census_series(c);
	uint64_t requests = 0;
	for (size_t i = 0; i < s->n; i++)
		requests += s->at[i].requests;
	assert_int_equal(requests, 1000);
	assert_true(s->start_s <= -200001 && s->start_s > -200001 - (int64_t)s->width_s);
	assert_int_equal(census_tally(c)->class_exchanges[CLASS_ANSWERED], 1000);
	census_free(c);
	traffic_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_packet_is_in_exactly_one_fate_and_one_class),
		cmocka_unit_test(random_traffic_meets_every_class_and_fate),
		cmocka_unit_test(any_number_of_threads_gives_the_same_census_and_rows),
		cmocka_unit_test(threads_agree_when_the_clock_steps),
		cmocka_unit_test(the_secret_changes_nothing),
		cmocka_unit_test(the_short_cuts_change_nothing),
		cmocka_unit_test(the_size_of_batches_changes_nothing),
		cmocka_unit_test(asking_for_rows_changes_no_count),
		cmocka_unit_test(full_tables_are_full_in_the_same_way),
		cmocka_unit_test(rows_come_in_the_order_of_their_frames_and_as_many_as_counted),
		cmocka_unit_test(a_broken_source_leaves_what_was_read),
		cmocka_unit_test(a_row_that_is_refused_ends_the_run),
		cmocka_unit_test(filtered_frames_are_counted_and_nothing_else),
		cmocka_unit_test(no_packets_give_an_empty_census),
		cmocka_unit_test(the_ends_of_time_lie_in_one_capture),
		cmocka_unit_test(times_before_1970_are_times_like_others),
	};
	/* Each run reserves much and touches little of it; under MALLOC_PERTURB_ all would be written. */
	mallopt(M_PERTURB, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
