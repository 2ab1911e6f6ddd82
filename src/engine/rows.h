/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exchanges on their way out, in ascending order of exchange_frame().  Threads append to lists of their own;
 * the pipeline collects them in a queue and lets go what no open exchange can precede any more.
 */
#ifndef ENGINE_ROWS_H
#define ENGINE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/exchange.h"

struct row_list {
	struct exchange *at;
	size_t n, cap;
	enum err err; /* sticky */
};

void row_list_release(struct row_list *l);
void row_list_add(struct row_list *l, const struct exchange *x);

/* A heap of places in a pool of rows: what is held is what waits, at 112 bytes a row. */
struct row_queue {
	struct row_place {
		uint64_t frame;
		uint32_t row;
	} * heap;
	size_t n, cap;
	struct exchange *pool;
	size_t pool_cap;
	uint32_t *free_rows; /* of the pool, n_free of them */
	size_t n_free;
	enum err err; /* sticky */
};

void row_queue_release(struct row_queue *q);

/* Moves all rows of the list into the queue. */
void row_queue_take(struct row_queue *q, struct row_list *from);

/* Hands out, in order, the rows below before_frame.  Ends with the first error of row(). */
enum err row_queue_emit(struct row_queue *q, uint64_t before_frame,
			enum err (*row)(void *arg, const struct exchange *x), void *arg);

/* Hands out the rows of a list as they come, and empties it. */
enum err row_list_emit(struct row_list *l, enum err (*row)(void *arg, const struct exchange *x), void *arg);

#endif
