/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of three words, looked at here and there, against qsort. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/lazy_order.h"
#include "traffic.h"

enum { WORDS = 3, MANY = 300000 };

struct made {
	uint64_t (*word)[WORDS];
	size_t n_asked; /* words beyond the first one */
};

static void words_of(void *arg, unsigned level, const uint32_t *ids, size_t n, uint64_t *out)
{
	struct made *m = arg;
	for (size_t i = 0; i < n; i++)
		out[i] = m->word[ids[i]][level];
	m->n_asked += n;
}

static unsigned next_level(void *arg, unsigned level, uint64_t word)
{
	(void)arg, (void)word;
	return level + 1 < WORDS ? level + 1 : LAZY_ORDER_LEVELS;
}

static int compare(const void *pa, const void *pb, void *arg)
{
	const struct made *m = arg;
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
	for (unsigned w = 0; w < WORDS; w++)
		if (m->word[a][w] != m->word[b][w])
			return m->word[a][w] < m->word[b][w] ? -1 : 1;
	return 0;
}

/* Words of that many bits, high ones if `high`; the last one tells all apart. */
static struct made make(size_t n, unsigned bits0, unsigned bits1, bool high)
{
	struct made m = { .word = malloc((n + 1) * sizeof(*m.word)) };
	uint64_t seed = 64 * bits0 + bits1 + n;
	assert_non_null(m.word);
	for (size_t i = 0; i < n; i++) {
		unsigned bits[2] = { bits0, bits1 };
		for (unsigned w = 0; w < 2; w++) {
			uint64_t r = traffic_random(&seed);
			m.word[i][w] = bits[w] == 0 ? 5
				       : high       ? r >> 1 << (64 - bits[w])
						    : r >> (64 - bits[w]);
		}
		m.word[i][2] = i * UINT64_C(0x9e3779b97f4a7c15);
	}
	return m;
}

static void begin(struct lazy_order *o, const struct made *m, size_t n)
{
	assert_int_equal(lazy_order_init(o, n + 10), ERR_OK);
	for (size_t i = 0; i < n; i++)
		lazy_order_add(o, m->word[i][0], (uint32_t)i);
	assert_int_equal(lazy_order_close(o, 0), ERR_OK);
}

static uint32_t *sorted(struct made *m, size_t n)
{
	uint32_t *ids = malloc((n + 1) * sizeof(*ids));
	assert_non_null(ids);
	for (size_t i = 0; i < n; i++)
		ids[i] = (uint32_t)i;
	qsort_r(ids, n, sizeof(*ids), compare, m);
	return ids;
}

static void look(struct lazy_order *o, struct made *m, const uint32_t *want, size_t from, size_t to)
{
	struct lazy_words w = { .words = words_of, .next = next_level, .arg = m };
	assert_int_equal(lazy_order_settle(o, &w, from, to), ERR_OK);
	to = to < o->n ? to : o->n;
	if (from < to)
		assert_memory_equal(o->ids + from, want + from, (to - from) * sizeof(*want));
}

static void wherever_one_looks_it_is_what_qsort_puts_there(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 1023, 1024, 1025, 20000, MANY };
	static const unsigned bits[][2] = { { 64, 0 }, { 2, 20 }, { 0, 0 }, { 11, 64 }, { 40, 1 }, { 1, 0 } };
	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		for (size_t k = 0; k < 2 * sizeof(bits) / sizeof(*bits); k++) {
			size_t n = sizes[i];
			struct made m = make(n, bits[k / 2][0], bits[k / 2][1], k % 2);
			uint32_t *want = sorted(&m, n);
			struct lazy_order o;
			begin(&o, &m, n);
			look(&o, &m, want, n / 2, n / 2 + 100);
			look(&o, &m, want, 0, 10);
			look(&o, &m, want, n - (n ? 1 : 0), n + 5);
			look(&o, &m, want, n / 3, n / 2 + 10);
			look(&o, &m, want, n / 2, n / 2 + 100);
			look(&o, &m, want, 0, n);
			lazy_order_release(&o);
			free(want);
			free(m.word);
		}
	}
}

/* Half of the words are below 1000, the others anywhere. */
static void uneven_words_are_sorted_too(void **state)
{
	(void)state;
	struct made m = make(MANY, 64, 0, false);
	for (size_t i = 0; i < MANY; i += 2)
		m.word[i][0] %= 1000;
	uint32_t *want = sorted(&m, MANY);
	struct lazy_order o;
	begin(&o, &m, MANY);
	for (size_t at = 0; at < MANY; at += 9999)
		look(&o, &m, want, at, at + 100);
	for (size_t at = 0; at < MANY; at += 128)
		look(&o, &m, want, at, at + 128);
	lazy_order_release(&o);
	free(want);
	free(m.word);
}

/* A page costs no more than the first words say, where these tell rows apart. */
static void further_words_are_asked_for_where_one_looks(void **state)
{
	(void)state;
	struct made m = make(MANY, 10, 64, false);
	uint32_t *want = sorted(&m, MANY);
	struct lazy_order o;
	begin(&o, &m, MANY);
	look(&o, &m, want, MANY / 2, MANY / 2 + 100);
	assert_true(m.n_asked > 0 && m.n_asked < MANY / 50);
	lazy_order_release(&o);
	free(want);
	free(m.word);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wherever_one_looks_it_is_what_qsort_puts_there),
		cmocka_unit_test(uneven_words_are_sorted_too),
		cmocka_unit_test(further_words_are_asked_for_where_one_looks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
