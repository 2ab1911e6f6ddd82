/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/workers.h"

/* A round lasts a millisecond or so, and waking a thread costs a good part of a tenth of one, so that it pays
 * to look around for a moment before going to sleep: some 50 µs. */
enum { LOOKS = 1000 };

static inline void look_away(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#else
	__asm__ volatile("" ::: "memory");
#endif
}

static bool wait_a_moment(_Atomic unsigned *v, unsigned value, bool for_change)
{
	for (unsigned i = 0; i < LOOKS; i++) {
		if ((atomic_load_explicit(v, memory_order_acquire) == value) != for_change)
			return true;
		look_away();
	}
	return false;
}

static void wait_for_round(struct workers *w, unsigned before)
{
	if (wait_a_moment(&w->round, before, true))
		return;
	pthread_mutex_lock(&w->lock);
	while (atomic_load(&w->round) == before)
		pthread_cond_wait(&w->begun, &w->lock);
	pthread_mutex_unlock(&w->lock);
}

static void begin_round(struct workers *w)
{
	atomic_store(&w->n_idle, 0);
	pthread_mutex_lock(&w->lock);
	atomic_fetch_add(&w->round, 1);
	pthread_cond_broadcast(&w->begun);
	pthread_mutex_unlock(&w->lock);
}

static void wait_for_others(struct workers *w)
{
	if (wait_a_moment(&w->n_idle, w->n_threads - 1, false))
		return;
	pthread_mutex_lock(&w->lock);
	while (atomic_load(&w->n_idle) != w->n_threads - 1)
		pthread_cond_wait(&w->done, &w->lock);
	pthread_mutex_unlock(&w->lock);
}

static void be_idle(struct workers *w)
{
	if (atomic_fetch_add(&w->n_idle, 1) + 1 != w->n_threads - 1)
		return;
	pthread_mutex_lock(&w->lock);
	pthread_cond_signal(&w->done);
	pthread_mutex_unlock(&w->lock);
}

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
	for (unsigned round = 0;; round++) {
		wait_for_round(w, round);
		if (w->quit)
			return NULL;
		work(w, self->number);
		be_idle(w);
	}
}

enum err workers_start(struct workers *w, unsigned n_threads)
{
	*w = (struct workers){ .n_threads = 1, .n_wanted = n_threads };
	return ERR_OK;
}

/* At the first round that needs them: those who never count much need none, and whoever starts it all can
 * give up privileges first. */
static void start_threads(struct workers *w)
{
	unsigned n = 1, n_wanted = w->n_wanted;
	w->n_wanted = 0;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->begun, NULL);
	pthread_cond_init(&w->done, NULL);
	for (; n < n_wanted; n++) {
		w->selves[n] = (struct worker_self){ w, n };
		if (pthread_create(&w->threads[n], NULL, thread_main, &w->selves[n]))
			break; /* fewer threads change nothing but speed */
	}
	w->n_threads = n; /* read by the others in a round, which is yet to come */
	if (n > 1)
		return;
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->begun);
	pthread_cond_destroy(&w->done);
}

void workers_stop(struct workers *w)
{
	if (w->n_threads < 2)
		return;
	w->quit = true;
	begin_round(w);
	for (unsigned i = 1; i < w->n_threads; i++)
		pthread_join(w->threads[i], NULL);
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->begun);
	pthread_cond_destroy(&w->done);
}

void workers_run(struct workers *w, void (*task)(void *arg, unsigned worker, unsigned i), void *arg,
		 unsigned n_tasks, void (*first)(void *arg))
{
	w->task = task;
	w->arg = arg;
	w->n_tasks = n_tasks;
	atomic_store(&w->next_task, 0);
	if (w->n_wanted > 1)
		start_threads(w);
	if (w->n_threads > 1)
		begin_round(w);
	if (first)
		first(arg);
	work(w, 0);
	if (w->n_threads > 1)
		wait_for_others(w);
}

void workers_alone(void (*task)(void *arg, unsigned worker, unsigned i), void *arg, unsigned n_tasks,
		   void (*first)(void *arg))
{
	if (first)
		first(arg);
	for (unsigned i = 0; i < n_tasks; i++)
		task(arg, 0, i);
}
