/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Readings on their way into the history.  Whoever asks servers must not wait for a disk, and the history's
 * files of hundreds of targets take seconds now and then: a thread of its own writes. */
#ifndef CMD_MONITOR_KEEP_H
#define CMD_MONITOR_KEEP_H

#include <pthread.h>

#include "net/log.h"
#include "store/history.h"

enum { KEEPING_MOST = 20000 }; /* readings that wait; of more the points are lost, and that is told */

struct kept;

struct keeping {
	struct history *history; /* of its thread alone while it runs */
	struct log *log;
	pthread_mutex_t lock;
	pthread_cond_t came;
	struct kept *first, *last;
	size_t n;
	uint64_t n_lost, n_told;
	bool runs, ends, is_broken; /* the last line could not be written: told once */
	bool is_behind;             /* round-robin files could not: so is that */
	pthread_t thread;
};

/* All zero before.  False: there is no thread to be had. */
bool keeping_start(struct keeping *k, struct history *h, struct log *log);
void keeping_add(struct keeping *k, const struct reading *r);
/* Returns when all that was added is written. */
void keeping_end(struct keeping *k);

#endif
