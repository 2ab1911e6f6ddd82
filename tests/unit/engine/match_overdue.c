/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is overdue is what would be told if time came to there, and looking changes nothing. */
#include "engine/match_overdue.h"

#include "match_bench.h"

struct heard {
	struct outcome at[64];
	size_t n;
};

static void hear(void *arg, const struct outcome *o)
{
	struct heard *h = arg;
	assert_true(h->n < 64);
	h->at[h->n++] = *o;
}

static void what_is_overdue_is_what_a_tick_tells(void **state)
{
	(void)state;
	struct bench b;
	struct heard h = { .n = 0 };
	begin(&b);
	for (int i = 0; i < 20; i++) {
		give(&b, question(i * 1000 * MS, 100 + (uint64_t)i));
		if (i % 3 == 0)
			give(&b, answer(i * 1000 * MS + 5 * MS, 100 + (uint64_t)i));
		if (i % 5 == 0)
			give(&b, answer(i * 1000 * MS + 6 * MS, 9000 + (uint64_t)i)); /* of no question */
	}
	size_t n_before = b.n_told;
	match_overdue(&b.m, START, hear, &h);
	assert_int_equal(h.n, 0);
	match_overdue(&b.m, START + 10500 * MS, hear, &h);
	assert_int_equal(b.n_told, n_before);
	match_strict_tick(&b.m, START + 10500 * MS);
	assert_int_equal(b.n_told - n_before, h.n);
	assert_int_equal(h.n, 7 + 3);
	for (size_t i = 0; i < h.n; i++) {
		const struct outcome *told = &b.told[n_before + i];
		assert_int_equal(h.at[i].x.class, told->x.class);
		assert_int_equal(h.at[i].x.request_frame, told->x.request_frame);
		assert_int_equal(h.at[i].x.response_frame, told->x.response_frame);
		assert_int_equal(h.at[i].n_packets, told->n_packets);
	}
	h.n = 0;
	match_overdue(&b.m, START + 10500 * MS, hear, &h);
	assert_int_equal(h.n, 0);
	end_at(&b, START + 100000 * MS);
	done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_overdue_is_what_a_tick_tells),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
