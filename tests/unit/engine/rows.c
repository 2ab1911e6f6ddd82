/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/rows.h"
#include "traffic.h"

enum { N = 20000 };

struct seen {
	uint64_t n, last, below;
	bool once[N + 1];
};

static enum err see(void *arg, const struct exchange *x)
{
	struct seen *s = arg;
	uint64_t frame = exchange_frame(x);
	assert_true(frame > s->last && frame < s->below);
	assert_false(s->once[frame]);
	s->once[frame] = true;
	s->last = frame;
	s->n++;
	return ERR_OK;
}

static void rows_leave_in_order_and_none_is_lost(void **state)
{
	(void)state;
	static struct seen s;
	for (uint64_t seed = 1; seed < 6; seed++) {
		struct row_queue q = { 0 };
		struct row_list lists[3] = { 0 };
		uint64_t random = seed, waiting[64], n_given = 0, next = 1;
		unsigned n_waiting = 0;
		memset(&s, 0, sizeof(s));
		/* Up to 64 frames are open at a time; which is told next is left to chance. */
		while (n_given < N) {
			while (n_waiting < 64 && next <= N)
				waiting[n_waiting++] = next++;
			unsigned k = (unsigned)(traffic_random(&random) % n_waiting);
			struct exchange x = { 0 };
			*(waiting[k] % 3 ? &x.request_frame : &x.response_frame) = waiting[k];
			row_list_add(&lists[traffic_random(&random) % 3], &x);
			n_given++;
			waiting[k] = waiting[--n_waiting];
			if (traffic_random(&random) % 50 && n_given < N)
				continue;
			s.below = UINT64_MAX;
			for (unsigned i = 0; i < n_waiting; i++)
				s.below = waiting[i] < s.below ? waiting[i] : s.below;
			for (unsigned i = 0; i < 3; i++)
				row_queue_take(&q, &lists[i]);
			if (next <= N && next < s.below)
				s.below = next;
			assert_int_equal(row_queue_emit(&q, s.below, see, &s), ERR_OK);
		}
		assert_int_equal(s.n, N);
		for (unsigned i = 0; i < 3; i++)
			row_list_release(&lists[i]);
		row_queue_release(&q);
	}
}

static enum err refuse(void *arg, const struct exchange *x)
{
	(void)x;
	++*(unsigned *)arg;
	return ERR_SYS;
}

static void the_first_error_ends_it(void **state)
{
	(void)state;
	struct row_queue q = { 0 };
	struct row_list l = { 0 };
	unsigned n = 0;
	for (uint64_t i = 1; i < 10; i++)
		row_list_add(&l, &(struct exchange){ .request_frame = i });
	row_queue_take(&q, &l);
	assert_int_equal(l.n, 0);
	assert_int_equal(row_queue_emit(&q, UINT64_MAX, refuse, &n), ERR_SYS);
	assert_int_equal(n, 1);
	row_list_release(&l);
	row_queue_release(&q);
}

static void nothing_is_handed_out_of_nothing(void **state)
{
	(void)state;
	struct row_queue q = { 0 };
	struct row_list l = { 0 };
	unsigned n = 0;
	row_queue_take(&q, &l);
	assert_int_equal(row_queue_emit(&q, UINT64_MAX, refuse, &n), ERR_OK);
	assert_int_equal(row_list_emit(&l, refuse, &n), ERR_OK);
	assert_int_equal(n, 0);
	row_queue_release(&q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_leave_in_order_and_none_is_lost),
		cmocka_unit_test(the_first_error_ends_it),
		cmocka_unit_test(nothing_is_handed_out_of_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
