/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/fair_lock.h"

void fair_lock_init(struct fair_lock *l)
{
	*l = (struct fair_lock){ 0 };
	pthread_mutex_init(&l->mutex, NULL);
	pthread_cond_init(&l->turn, NULL);
}

void fair_lock_release(struct fair_lock *l)
{
	pthread_cond_destroy(&l->turn);
	pthread_mutex_destroy(&l->mutex);
}

void fair_lock_take(struct fair_lock *l)
{
	pthread_mutex_lock(&l->mutex);
	uint64_t mine = l->next++;
	while (mine != l->serving)
		pthread_cond_wait(&l->turn, &l->mutex);
	pthread_mutex_unlock(&l->mutex);
}

void fair_lock_let_go(struct fair_lock *l)
{
	pthread_mutex_lock(&l->mutex);
	l->serving++;
	/* Few wait at a time, and only one of them knows that it is its turn. */
	if (l->serving != l->next)
		pthread_cond_broadcast(&l->turn);
	pthread_mutex_unlock(&l->mutex);
}
