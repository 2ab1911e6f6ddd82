/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The journal on its way into round-robin files, which take nothing that is late: in batches of whole days,
 * since within a day's file values may stand in any order.  A batch is of bounded size: of days that are
 * larger only the values of some series are kept, and the days are read again for the others.
 */
#ifndef STORE_HISTORY_INTAKE_H
#define STORE_HISTORY_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/history_table.h"
#include "store/history_values.h"
#include "store/journal.h"

/* So many values are looked at without asking go_on(). */
enum { HISTORY_SLICE = 4096 };

struct history_intake {
	/* In; the table is the caller's, and gets what is new. */
	const char *folder;
	struct history_table *table;
	const struct history_table *only; /* rows named "x": NULL for all names */
	int64_t until_ns;                 /* what is later is left out: the clock was wrong */
	size_t n_most;            /* values at once; 0: a usual number, 128 MB and as much for sorting */
	bool (*go_on)(void *arg); /* NULL, or false: ERR_END */
	void *go_on_arg;
	/* Sorts and empties v, or fails: a series' values then come in the order of their time, from batch to
	 * batch. */
	enum err (*batch)(void *arg, struct history_values *v);
	void *arg;
	/* Out. */
	int64_t newest_ns;              /* 0: nothing */
	uint64_t n_bad, n_damaged_days; /* as journal_reader has them */
	char first_damaged[JOURNAL_FILE_MAX];

	/* Its own. */
	struct history_values values;
	uint32_t row_begin, row_end; /* of which values are kept */
	uint32_t n_seen;
	int64_t from_ns, first_day, day; /* of the batch */
	enum err e;
};

/* From from_ns on; may be called again.  What batch() returned, ERR_SYS, ERR_MEMORY, ERR_END. */
enum err history_intake_read(struct history_intake *in, int64_t from_ns);
void history_intake_release(struct history_intake *in);

#endif
