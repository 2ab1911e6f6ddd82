/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of the slowest exchanges: adding parts gives the whole, and there are never too many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/worst_list.h"
#include "save_store.h"
#include "traffic.h"

static struct worst_row row(unsigned server, int64_t delta_ns, uint64_t frame)
{
	return (struct worst_row){
		.server = traffic_v4(192, 0, 2, server),
		.x = { .delta_ns = delta_ns, .response_frame = frame, .request_ns = (int64_t)frame * 1000 },
	};
}

static struct worst_row random_row(uint64_t *random, uint64_t frame)
{
	return row((unsigned)(traffic_random(random) % 5), (int64_t)(traffic_random(random) % 300) - 50,
		   frame);
}

static void assert_same(const struct worst_list *a, const struct worst_list *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		assert_true(addr_equal(&a->at[i].server, &b->at[i].server));
		assert_int_equal(a->at[i].x.delta_ns, b->at[i].x.delta_ns);
		assert_int_equal(a->at[i].x.response_frame, b->at[i].x.response_frame);
	}
}

static void parts_add_up_to_the_whole(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 20; seed++) {
		struct worst_row rows[500];
		struct worst_list whole = { 0 }, parts = { 0 };
		uint64_t random = seed;
		for (size_t i = 0; i < 500; i++)
			rows[i] = random_row(&random, i + 1);
		assert_int_equal(worst_list_add(&whole, rows, 500, 10, SIZE_MAX), ERR_OK);
		assert_int_equal(whole.n, 50);
		for (size_t i = 0; i < 500;) {
			size_t n = traffic_random(&random) % 80;
			n = n < 500 - i ? n : 500 - i;
			assert_int_equal(worst_list_add(&parts, rows + i, n, 10, SIZE_MAX), ERR_OK);
			i += n;
		}
		assert_same(&parts, &whole);
		worst_list_release(&whole);
		worst_list_release(&parts);
	}
}

static void a_server_has_its_own_ones_slowest_first(void **state)
{
	struct worst_row rows[] = { row(2, 7, 1), row(1, 5, 2), row(2, 9, 3), row(1, 6, 4), row(1, 6, 3) };
	struct addr one = traffic_v4(192, 0, 2, 1), nobody = traffic_v4(192, 0, 2, 3);
	struct worst_list l = { 0 };
	size_t n;
	(void)state;
	assert_null(worst_list_of(&l, &one, &n));
	worst_list_add(&l, rows, 5, 2, 100);
	const struct worst_row *found = worst_list_of(&l, &one, &n);
	assert_int_equal(n, 2);
	assert_int_equal(found[0].x.response_frame, 3);
	assert_int_equal(found[1].x.response_frame, 4);
	assert_null(worst_list_of(&l, &nobody, &n));
	assert_int_equal(n, 0);
	worst_rows_sort(l.at, l.n);
	assert_int_equal(l.at[0].x.delta_ns, 9);
	worst_list_release(&l);
}

static void too_many_servers_keep_fewer_each_and_then_only_the_slowest(void **state)
{
	struct worst_row rows[2550];
	struct worst_list l = { 0 };
	(void)state;
	for (unsigned i = 0; i < 2550; i++)
		rows[i] = row(i % 255, i, i + 1);
	worst_list_add(&l, rows, 2550, 10, 1500);
	assert_int_equal(l.n, 255 * 5);
	worst_list_add(&l, rows, 2550, 10, 100);
	assert_int_equal(l.n, 100);
	for (size_t i = 0; i < l.n; i++)
		assert_true(l.at[i].x.delta_ns >= 2450);
	worst_list_release(&l);
}

static void what_was_saved_is_loaded_and_nonsense_is_not(void **state)
{
	struct worst_list l = { 0 }, other = { 0 };
	struct save_store store = { 0 };
	uint64_t random = 1;
	(void)state;
	for (uint64_t i = 1; i < 200; i++) {
		struct worst_row r = random_row(&random, i);
		worst_list_add(&l, &r, 1, 7, SIZE_MAX);
	}
	struct save_stream *s = calloc(1, sizeof(*s));
	s->write = save_store_write;
	s->arg = &store;
	worst_list_save(s, &l, 100);
	assert_true(save_finish(s));
	*s = (struct save_stream){ .read = save_store_read, .arg = &store };
	worst_list_save(s, &other, 100);
	assert_false(s->bad);
	assert_same(&l, &other);
	worst_list_release(&other);
	store.at = 0;
	*s = (struct save_stream){ .read = save_store_read, .arg = &store };
	worst_list_save(s, &other, 34);
	assert_true(s->bad);
	worst_list_release(&other);
	worst_list_release(&l);
	free(store.data);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_add_up_to_the_whole),
		cmocka_unit_test(a_server_has_its_own_ones_slowest_first),
		cmocka_unit_test(too_many_servers_keep_fewer_each_and_then_only_the_slowest),
		cmocka_unit_test(what_was_saved_is_loaded_and_nonsense_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
