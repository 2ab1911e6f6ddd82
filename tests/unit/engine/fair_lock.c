/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/fair_lock.h"

enum { N_THREADS = 4, N_TURNS = 2000 };

struct shared {
	struct fair_lock lock;
	uint64_t n; /* by the lock */
	_Atomic bool stop;
	uint64_t n_greedy;
};

static void *count(void *arg)
{
	struct shared *s = arg;
	for (unsigned i = 0; i < N_TURNS; i++) {
		fair_lock_take(&s->lock);
		s->n++;
		fair_lock_let_go(&s->lock);
	}
	return NULL;
}

static void one_at_a_time_has_it(void **state)
{
	(void)state;
	struct shared s = { 0 };
	pthread_t threads[N_THREADS];
	fair_lock_init(&s.lock);
	for (unsigned i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, count, &s), 0);
	for (unsigned i = 0; i < N_THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(s.n, N_THREADS * N_TURNS);
	fair_lock_release(&s.lock);
}

static void *be_greedy(void *arg)
{
	struct shared *s = arg;
	while (!atomic_load(&s->stop)) {
		fair_lock_take(&s->lock);
		s->n_greedy++;
		fair_lock_let_go(&s->lock);
	}
	return NULL;
}

/* Whoever asks has it after one more turn of the other at most. */
static void one_who_takes_it_again_at_once_shuts_nobody_out(void **state)
{
	(void)state;
	struct shared s = { 0 };
	pthread_t greedy;
	fair_lock_init(&s.lock);
	assert_int_equal(pthread_create(&greedy, NULL, be_greedy, &s), 0);
	for (unsigned i = 0; i < 100; i++) {
		fair_lock_take(&s.lock);
		uint64_t ticket = s.lock.serving;
		fair_lock_let_go(&s.lock);
		fair_lock_take(&s.lock);
		assert_true(s.lock.serving > ticket);
		fair_lock_let_go(&s.lock);
	}
	atomic_store(&s.stop, true);
	pthread_join(greedy, NULL);
	assert_true(s.lock.serving == s.lock.next);
	fair_lock_release(&s.lock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_at_a_time_has_it),
		cmocka_unit_test(one_who_takes_it_again_at_once_shuts_nobody_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
