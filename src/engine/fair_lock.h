/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A lock that is had in the order in which it was asked for.  The counting thread takes it again as soon
 * as it has let go: with an ordinary mutex nobody else would have a turn while packets come fast. */
#ifndef ENGINE_FAIR_LOCK_H
#define ENGINE_FAIR_LOCK_H

#include <pthread.h>
#include <stdint.h>

struct fair_lock {
	pthread_mutex_t mutex; /* held for moments only */
	pthread_cond_t turn;
	uint64_t next, serving; /* numbers of turns: the one to give out, the one that is had */
};

void fair_lock_init(struct fair_lock *l);
void fair_lock_release(struct fair_lock *l);
void fair_lock_take(struct fair_lock *l);
void fair_lock_let_go(struct fair_lock *l);

#endif
