/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/workers.h"
#include "unit/address_space.h"

enum { N_TASKS = 1000 };

struct job {
	_Atomic unsigned times[N_TASKS];
	_Atomic unsigned worker_max, first_calls;
	pthread_t caller;
	bool first_elsewhere;
};

static void task(void *arg, unsigned worker, unsigned i)
{
	struct job *j = arg;
	j->times[i]++;
	unsigned seen = j->worker_max;
	while (worker > seen && !atomic_compare_exchange_weak(&j->worker_max, &seen, worker))
		;
}

static void first(void *arg)
{
	struct job *j = arg;
	j->first_calls++;
	j->first_elsewhere |= !pthread_equal(pthread_self(), j->caller);
}

static void run_rounds(struct workers *w)
{
	static struct job j;
	for (unsigned round = 1; round <= 50; round++) {
		memset(&j, 0, sizeof(j));
		j.caller = pthread_self();
		workers_run(w, task, &j, round % 2 ? N_TASKS : 3, first);
		for (unsigned i = 0; i < N_TASKS; i++)
			assert_int_equal(j.times[i], i < (round % 2 ? N_TASKS : 3) ? 1 : 0);
		assert_int_equal(j.first_calls, 1);
		assert_false(j.first_elsewhere);
		assert_true(j.worker_max < w->n_threads);
	}
	workers_run(w, task, &j, 0, NULL);
}

static void each_task_runs_once_whatever_the_number_of_threads(void **state)
{
	static const unsigned numbers[] = { 1, 2, 3, 7, ENGINE_THREADS_MAX };
	(void)state;
	for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct workers w;
		assert_int_equal(workers_start(&w, numbers[i]), ERR_OK);
		assert_int_equal(w.n_threads, 1); /* nothing to do yet */
		run_rounds(&w);
		assert_int_equal(w.n_threads, numbers[i]);
		workers_stop(&w);
	}
}

static void alone_the_caller_does_it_all(void **state)
{
	static struct job j;
	(void)state;
	j.caller = pthread_self();
	workers_alone(task, &j, 3, first);
	for (unsigned i = 0; i < N_TASKS; i++)
		assert_int_equal(j.times[i], i < 3 ? 1 : 0);
	assert_int_equal(j.first_calls, 1);
	assert_int_equal(j.worker_max, 0);
}

static void a_pool_that_was_never_started_can_be_stopped(void **state)
{
	(void)state;
	struct workers w = { 0 };
	workers_stop(&w);
}

static void nothing(void *arg, unsigned worker, unsigned i)
{
	(void)arg;
	(void)worker;
	(void)i;
}

static void threads_that_cannot_be_had_are_done_without(void **state)
{
	(void)state;
	struct rlimit old;
	struct workers w;
	if (!HAS_BOUND_OF_MEMORY)
		skip();
	for (size_t room = 0; room <= 40; room += 10) {
		/* Room for some stacks, not for all. */
		bound_address_space(room << 20, &old);
		enum err e = workers_start(&w, ENGINE_THREADS_MAX);
		workers_run(&w, nothing, NULL, 1, NULL);
		setrlimit(RLIMIT_AS, &old);
		assert_int_equal(e, ERR_OK);
		assert_true(w.n_threads >= 1 && w.n_threads < ENGINE_THREADS_MAX);
		run_rounds(&w);
		workers_stop(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* First, while no freed stacks wait to be used again. */
		cmocka_unit_test(threads_that_cannot_be_had_are_done_without),
		cmocka_unit_test(each_task_runs_once_whatever_the_number_of_threads),
		cmocka_unit_test(alone_the_caller_does_it_all),
		cmocka_unit_test(a_pool_that_was_never_started_can_be_stopped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
