/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The slowest exchanges of all servers in some span of time.  What the shards' servers keep while they count
 * goes here now and then, so that each span has a list of its own, and lists of spans add up to that of the
 * whole: who is among the slowest of all is among the slowest of its part.
 */
#ifndef ENGINE_WORST_LIST_H
#define ENGINE_WORST_LIST_H

#include <stddef.h>

#include "engine/census.h"
#include "engine/save_stream.h"

struct worst_row {
	struct addr server;
	struct worst x;
};

/* By server, each one's slowest first. */
struct worst_list {
	struct worst_row *at;
	size_t n;
};

void worst_list_release(struct worst_list *l);

/* Adds rows in any order; each server keeps its each_max slowest.  When these are more than max in all, each
 * keeps fewer, then only the slowest of them stay.  ERR_MEMORY changes nothing. */
enum err worst_list_add(struct worst_list *l, const struct worst_row *rows, size_t n, unsigned each_max,
			size_t max);

/* The rows of that server; *n of them. */
const struct worst_row *worst_list_of(const struct worst_list *l, const struct addr *server, size_t *n);

/* Slowest first, whichever server. */
void worst_rows_sort(struct worst_row *rows, size_t n);

/* Loading wants an empty list. */
void worst_list_save(struct save_stream *s, struct worst_list *l, size_t max);

#endif
