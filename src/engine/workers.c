/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/workers.h"

static void work(struct workers *w, unsigned number)
{
	for (;;) {
		unsigned i = atomic_fetch_add_explicit(&w->next_task, 1, memory_order_relaxed);
		if (i >= w->n_tasks)
			return;
		w->task(w->arg, number, i);
	}
}

static void *thread_main(void *arg)
{
	struct worker_self *self = arg;
	struct workers *w = self->pool;
	pthread_mutex_lock(&w->gate);
	pthread_mutex_unlock(&w->gate);
	for (;;) {
		pthread_barrier_wait(&w->start);
		if (w->quit)
			return NULL;
		work(w, self->number);
		pthread_barrier_wait(&w->done);
	}
}

enum err workers_start(struct workers *w, unsigned n_threads)
{
	unsigned n = 1;
	*w = (struct workers){ .n_threads = 1 };
	if (n_threads < 2)
		return ERR_OK;
	/* How many threads there will be is known when they are there: until then they wait at the gate. */
	pthread_mutex_init(&w->gate, NULL);
	pthread_mutex_lock(&w->gate);
	for (; n < n_threads; n++) {
		w->selves[n] = (struct worker_self){ w, n };
		if (pthread_create(&w->threads[n], NULL, thread_main, &w->selves[n]))
			break; /* fewer threads change nothing but speed */
	}
	w->n_threads = n;
	pthread_barrier_init(&w->start, NULL, n);
	pthread_barrier_init(&w->done, NULL, n);
	pthread_mutex_unlock(&w->gate);
	return ERR_OK;
}

void workers_stop(struct workers *w)
{
	if (w->n_threads < 2)
		return;
	w->quit = true;
	pthread_barrier_wait(&w->start);
	for (unsigned i = 1; i < w->n_threads; i++)
		pthread_join(w->threads[i], NULL);
	pthread_barrier_destroy(&w->start);
	pthread_barrier_destroy(&w->done);
}

void workers_run(struct workers *w, void (*task)(void *arg, unsigned worker, unsigned i), void *arg,
		 unsigned n_tasks, void (*first)(void *arg))
{
	w->task = task;
	w->arg = arg;
	w->n_tasks = n_tasks;
	atomic_store(&w->next_task, 0);
	if (w->n_threads > 1)
		pthread_barrier_wait(&w->start);
	if (first)
		first(arg);
	work(w, 0);
	if (w->n_threads > 1)
		pthread_barrier_wait(&w->done);
}
