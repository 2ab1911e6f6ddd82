/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exchanges on their way out, in ascending order of their frame.  Threads append to lists of their own; the
 * pipeline collects them and lets go what no open exchange can precede any more.
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

/* Moves all rows of from to the end of into. */
void row_list_move(struct row_list *into, struct row_list *from);

/* Sorts by (frame, response frame) and hands out, in order, the rows below before_frame. */
enum err row_list_emit(struct row_list *l, uint64_t before_frame,
		       enum err (*row)(void *arg, const struct exchange *x), void *arg);

#endif
