/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pool of threads that works off numbered tasks of one kind at a time.  The caller is one of them.
 */
#ifndef ENGINE_WORKERS_H
#define ENGINE_WORKERS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/err.h"
#include "engine/config.h"

struct workers {
	unsigned n_threads; /* the caller included */
	unsigned n_wanted;  /* before they are started */
	void (*task)(void *arg, unsigned worker, unsigned i);
	void *arg;
	unsigned n_tasks;
	_Atomic unsigned next_task;
	bool quit;
	_Atomic unsigned round;  /* of tasks: a change is the sign to begin */
	_Atomic unsigned n_idle; /* threads that are done with this round */
	pthread_mutex_t lock;    /* for those who sleep, having waited in vain */
	pthread_cond_t begun, done;
	pthread_t threads[ENGINE_THREADS_MAX];
	struct worker_self {
		struct workers *pool;
		unsigned number;
	} selves[ENGINE_THREADS_MAX];
};

/* At most n_threads; they begin to live with the first workers_run(). */
enum err workers_start(struct workers *w, unsigned n_threads);
void workers_stop(struct workers *w);

/* Runs task(arg, worker, i) once for each i < n_tasks, each on some thread; worker is that thread's number.
 * first(arg) runs on the calling thread before it takes tasks; NULL = nothing.  Returns when all are done. */
void workers_run(struct workers *w, void (*task)(void *arg, unsigned worker, unsigned i), void *arg,
		 unsigned n_tasks, void (*first)(void *arg));

/* The same in the calling thread, as worker 0: for tasks so small that waking the others costs more. */
void workers_alone(void (*task)(void *arg, unsigned worker, unsigned i), void *arg, unsigned n_tasks,
		   void (*first)(void *arg));

#endif
