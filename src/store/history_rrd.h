/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One round-robin file, of the history, by librrd: a step of a second, so that the
 * least and the greatest value of a minute are those that were measured, and rows of 1 min for 2 days, 5 min
 * for 30 days, 1 h for 400 days and 1 d for 10 years, with average, least, greatest and last value: 0.8 MB,
 * for ever.
 *
 * Whoever writes or reads holds the lock of history_marks.h.  Built without librrd every call is
 * ERR_UNSUPPORTED.
 */
#ifndef STORE_HISTORY_RRD_H
#define STORE_HISTORY_RRD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/history_sum.h"
#include "store/history_values.h"

/* Whether it was built in, and is on this machine. */
bool history_rrd_is_built(void);

struct history_rrd_state {
	int64_t first_s, last_s; /* it knows something from then on; the time of the last value */
};

/* ERR_SYS: there is none (ENOENT) or it cannot be read; ERR_FORMAT: damaged, or none of ours. */
enum err history_rrd_state(const char *path, struct history_rrd_state *out);

/* Adds values of one series, in the order of their time; makes the file when there is none, in a folder
 * that there is.  *n_late: so many were older than what is in it, and were passed over.  ERR_FORMAT as above;
 * ERR_SYS. */
enum err history_rrd_update(const char *path, const struct history_value *v, size_t n, size_t *n_late);

/* The finest rows that reach back to from_s: their width. */
int64_t history_rrd_step_s(const struct history_rrd_state *st, int64_t from_s);

/* Lays rows from sum's start to its end into it: the widest that fit into its buckets, and behind
 * the last whole one of these narrower ones. */
enum err history_rrd_read(const char *path, const struct history_rrd_state *st, struct history_sum *sum);

#endif
