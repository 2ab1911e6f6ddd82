/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine's state as octets: what was counted is there after loading, and half of it is no state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/live_private.h"
#include "live_traffic.h"
#include "save_store.h"

/* The octets of that state; to be freed. */
static struct save_store saved(struct engine_state *state)
{
	struct save_store to = { 0 };
	struct save_stream *s = calloc(1, sizeof(*s));
	assert_non_null(s);
	s->write = save_store_write;
	s->arg = &to;
	live_save_state(s, state);
	assert_true(save_finish(s));
	free(s);
	return to;
}

static bool load(struct save_store *from, struct engine_state *state)
{
	struct save_stream *s = calloc(1, sizeof(*s));
	assert_non_null(s);
	s->read = save_store_read;
	s->arg = from;
	live_save_state(s, state);
	bool ok = !s->bad;
	free(s);
	return ok;
}

/* What a step counts lies with its thread; only pipeline_end() puts it into the state. */
static struct pipeline *counted(const struct engine_config *config, const struct pipeline_io *io,
				uint64_t seed)
{
	struct traffic t = random_traffic(seed, 3000, RT_STEPPING);
	struct pipeline *p;
	assert_int_equal(pipeline_new(config, io, &p), ERR_OK);
	assert_int_equal(pipeline_step(p, t.at, t.n), ERR_OK);
	assert_int_equal(pipeline_end(p), ERR_OK);
	traffic_free(&t);
	return p;
}

/* Sets of addresses may lie in another order. */
static void check_same(const struct engine_state *a, const struct engine_state *b)
{
	assert_memory_equal(a->sums.tally, b->sums.tally, sizeof(struct tally));
	assert_int_equal(a->first_ns, b->first_ns);
	assert_int_equal(a->last_ns, b->last_ns);
	assert_int_equal(a->sums.series.n, b->sums.series.n);
	for (unsigned i = 0; i < N_SHARDS; i++) {
		const struct shard *x = &a->shards[i], *y = &b->shards[i];
		assert_int_equal(x->clients.n, y->clients.n);
		assert_int_equal(x->servers.n, y->servers.n);
		for (unsigned k = 0; k < x->servers.n; k++)
			assert_memory_equal(&x->servers.at[k], &y->servers.at[k], sizeof(x->servers.at[k]));
	}
}

static void what_is_loaded_is_what_was_saved(void **state)
{
	(void)state;
	const struct engine_config config = traffic_config();
	const struct pipeline_io io = { 0 };
	for (uint64_t seed = 1; seed <= 4; seed++) {
		struct pipeline *p = counted(&config, &io, seed), *q;
		struct save_store one = saved(pipeline_state(p)), two;
		assert_int_equal(pipeline_new(&config, &io, &q), ERR_OK);
		assert_true(load(&one, pipeline_state(q)));
		assert_int_equal(one.at, one.len);
		two = saved(pipeline_state(q));
		assert_int_equal(one.len, two.len);
		check_same(pipeline_state(p), pipeline_state(q));
		assert_true(one.len > 1000);
		free(one.data);
		free(two.data);
		pipeline_free(p);
		pipeline_free(q);
	}
}

static void a_part_of_it_is_refused(void **state)
{
	(void)state;
	const struct engine_config config = traffic_config();
	const struct pipeline_io io = { 0 };
	struct pipeline *p = counted(&config, &io, 9);
	struct save_store whole = saved(pipeline_state(p));
	for (size_t len = 0; len < whole.len; len += 1 + whole.len / 40) {
		struct save_store part = { .data = whole.data, .len = len };
		struct pipeline *q;
		assert_int_equal(pipeline_new(&config, &io, &q), ERR_OK);
		assert_false(load(&part, pipeline_state(q)));
		pipeline_free(q);
	}
	free(whole.data);
	pipeline_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_loaded_is_what_was_saved),
		cmocka_unit_test(a_part_of_it_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
