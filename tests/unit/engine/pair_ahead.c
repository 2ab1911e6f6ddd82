/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairs in one pass are those that the pipeline tells of the whole capture. */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/pair_ahead.h"
#include "random_traffic.h"

enum { MAX_FRAMES = 20000 };

/* A source whose bytes are gone with the next call, as those of an unpacked file are. */
struct feed {
	const struct traffic *t;
	size_t at, step;
	uint8_t *bytes[PAIR_AHEAD_BATCH];
	size_t n_bytes;
};

static void forget(struct feed *f)
{
	while (f->n_bytes)
		free(f->bytes[--f->n_bytes]);
}

static bool feed_next(void *arg, struct packet *out, size_t max, size_t *n)
{
	struct feed *f = arg;
	forget(f);
	for (*n = 0; *n < max && *n < f->step && f->at < f->t->n; f->at++) {
		struct packet *p = &out[(*n)++];
		*p = f->t->at[f->at];
		uint8_t *copy = malloc(p->caplen ? p->caplen : 1);
		memcpy(copy, p->data, p->caplen);
		p->data = f->bytes[f->n_bytes++] = copy;
	}
	return *n > 0;
}

struct pairs_found {
	struct match_answer of[MAX_FRAMES + 1];
	size_t n_frames, n_pairs;
	uint64_t n_hurried;
};

/* Every packet comes out once, in order and whole. */
static void run(const struct traffic *t, const struct engine_config *config, size_t step,
		struct pairs_found *out)
{
	struct feed f = { .t = t, .step = step };
	struct pair_ahead *a;
	const struct packet *packets;
	const struct match_answer *answers;
	size_t n;

	memset(out, 0, sizeof(*out));
	assert_true(t->n <= MAX_FRAMES);
	assert_int_equal(pair_ahead_new(&a, config, feed_next, &f), ERR_OK);
	while (pair_ahead_next(a, &packets, &answers, &n)) {
		assert_in_range(n, 1, PAIR_AHEAD_BATCH);
		for (size_t i = 0; i < n; i++) {
			const struct packet *p = &t->at[out->n_frames++];
			assert_int_equal(packets[i].frame, p->frame);
			assert_int_equal(packets[i].time_ns, p->time_ns);
			assert_int_equal(packets[i].caplen, p->caplen);
			assert_memory_equal(packets[i].data, p->data, p->caplen);
			out->of[p->frame] = answers[i];
			out->n_pairs += answers[i].request != 0;
		}
	}
	assert_int_equal(out->n_frames, t->n);
	out->n_hurried = pair_ahead_hurried(a);
	pair_ahead_free(a);
	forget(&f);
}

static enum err on_row(void *arg, const struct exchange *x)
{
	struct pairs_found *out = arg;
	if (x->request_frame && x->response_frame) {
		out->of[x->response_frame] = (struct match_answer){ x->request_frame, exchange_delta_ns(x) };
		out->n_pairs++;
	}
	return ERR_OK;
}

static void run_pipeline(const struct traffic *t, const struct engine_config *config, struct pairs_found *out)
{
	struct engine_config c = *config;
	struct traffic_source source = { .t = t };
	struct pipeline_io io = { .next = traffic_next,
				  .source = &source,
				  .row = on_row,
				  .row_arg = out,
				  .rows_in_any_order = true };
	struct census *census;
	memset(out, 0, sizeof(*out));
	c.want_rows = c.want_continued = true;
	assert_int_equal(pipeline_run(&c, &io, &census), ERR_OK);
	census_free(census);
}

static struct pairs_found ours, theirs;

static void compare(const struct traffic *t, const struct engine_config *c, size_t step)
{
	run(t, c, step, &ours);
	run_pipeline(t, c, &theirs);
	for (size_t i = 1; i <= t->n; i++)
		if (ours.of[i].request != theirs.of[i].request ||
		    ours.of[i].delta_ns != theirs.of[i].delta_ns)
			fail_msg("frame %zu answers %llu here, %llu there", i,
				 (unsigned long long)ours.of[i].request,
				 (unsigned long long)theirs.of[i].request);
	assert_int_equal(ours.n_pairs, theirs.n_pairs);
	assert_int_equal(ours.n_hurried, 0);
}

static void random_traffic_is_paired_as_in_the_pipeline(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct traffic t = random_traffic(seed, 4000, RT_ORDERLY);
		struct engine_config c = traffic_config();
		if (seed % 3 == 0) {
			c.servers[0] = traffic_v4(192, 0, 2, 0);
			c.n_servers = 1;
		}
		compare(&t, &c, seed % 2 ? PAIR_AHEAD_BATCH : 3);
		assert_true(ours.n_pairs > 100);
		traffic_free(&t);
	}
}

static const struct addr client = { .b = { [10] = 0xff, 0xff, 10, 0, 0, 1 } };
static const struct addr server = { .b = { [10] = 0xff, 0xff, 192, 0, 2, 1 } };

static void an_answer_waits_for_a_request_that_was_captured_after_it(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	struct engine_config c = traffic_config();
	traffic_ask(&t, 0, &client, &server, 7);
	traffic_answer(&t, NS_PER_S, &client, &server, 8);
	for (int i = 0; i < 600; i++) /* more than a batch */
		traffic_ask(&t, NS_PER_S + i * 1000, &client, &server, (uint64_t)(1000 + i));
	traffic_ask(&t, 2 * NS_PER_S, &client, &server, 8); /* as late as may be */
	traffic_answer(&t, 2 * NS_PER_S + 500, &client, &server, 7);
	compare(&t, &c, PAIR_AHEAD_BATCH);
	assert_int_equal(ours.of[2].request, 603);
	assert_int_equal(ours.of[2].delta_ns, -NS_PER_S);
	assert_int_equal(ours.of[604].request, 1);
	traffic_free(&t);
}

static void it_waits_no_longer_than_it_may(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	struct engine_config c = traffic_config();
	traffic_answer(&t, 0, &client, &server, 8);
	traffic_ask(&t, NS_PER_S + 1, &client, &server, 8);
	compare(&t, &c, 1);
	assert_int_equal(ours.n_pairs, 0);
	traffic_free(&t);
}

static void one_packet_with_a_false_date_ends_no_wait(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	struct engine_config c = traffic_config();
	traffic_answer(&t, 0, &client, &server, 8);
	struct addr other = traffic_v4(10, 0, 0, 2);
	traffic_ask(&t, 5000 * NS_PER_S, &other, &server, 9);
	traffic_ask(&t, 1000, &client, &server, 8);
	compare(&t, &c, 1);
	assert_int_equal(ours.of[1].request, 3);
	traffic_free(&t);
}

/* Only answers: a capture of one direction, all within the time that they may wait. */
static void the_line_has_a_bound_and_counts_who_left_too_early(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	struct engine_config c = traffic_config();
	c.reorder_ns = INT64_MAX;
	for (int i = 0; i < 3000; i++) {
		struct packet *p = (traffic_answer(&t, i * 1000, &client, &server, (uint64_t)(i + 1)),
				    &t.at[t.n - 1]);
		uint8_t *large = calloc(1, 65535);
		memcpy(large, p->data, p->caplen);
		free((void *)(uintptr_t)p->data);
		p->data = large;
		p->caplen = p->len = 65535;
	}
	run(&t, &c, PAIR_AHEAD_BATCH, &ours);
	assert_int_equal(ours.n_pairs, 0);
	assert_in_range(ours.n_hurried, 3000 - PAIR_AHEAD_MEMORY / 65535 - PAIR_AHEAD_BATCH - 1,
			3000 - PAIR_AHEAD_MEMORY / 65535 + PAIR_AHEAD_BATCH);
	traffic_free(&t);
}

static void no_packets_give_none(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	struct engine_config c = traffic_config();
	compare(&t, &c, 1);
	assert_int_equal(ours.n_frames, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_traffic_is_paired_as_in_the_pipeline),
		cmocka_unit_test(an_answer_waits_for_a_request_that_was_captured_after_it),
		cmocka_unit_test(it_waits_no_longer_than_it_may),
		cmocka_unit_test(one_packet_with_a_false_date_ends_no_wait),
		cmocka_unit_test(the_line_has_a_bound_and_counts_who_left_too_early),
		cmocka_unit_test(no_packets_give_none),
	};
	mallopt(M_PERTURB, 0); /* the pipeline reserves much and touches little of it */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
