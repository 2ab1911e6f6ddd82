/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every value that was ever measured of watched servers, exact, in files of one UTC day each:
 *
 *	2026-03-01.log	2026-03-01T12:00:00.000000000Z ntp.example.net every_s=64 offset_s=-1.2e-05
 *
 * every_s, always first, is the pace: the next value was expected after that.  Lines of the past may lack it.
 * Only ever appended to, a line at a time, so that a program killed at any moment leaves at most its
 * last line unfinished; such a line is passed over, and ends with "?" when another follows.  Days that have
 * been over for some minutes are compressed (.log.zst).
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/history_point.h"

struct journal;

/* Makes the folder if there is none.  What root makes in it, and the folder, belong to whom the folder around
 * belongs (inherit.h).  ERR_SYS, ERR_MEMORY. */
enum err journal_open(const char *folder, struct journal **out);
void journal_close(struct journal *j); /* accepts NULL */

/* The day of a file, since 1970. */
int64_t journal_day_of(int64_t time_ns);

/* What a target is called in the journal: blanks and controls become '_', UTF-8 stays; cut to
 * HISTORY_TARGET_MAX, not within a character. */
void journal_name(const char *target, char out[HISTORY_TARGET_MAX]);

/* Appends the points of one moment; every_ns 0: the pace is not known.  The target is written as
 * journal_name() has it.  ERR_SYS: nothing was written, or not all of it (a full disk); the next line begins
 * on a line of its own all the same. */
enum err journal_add(struct journal *j, int64_t time_ns, int64_t every_ns, const char *target,
		     const struct history_point *points, size_t n);

/* The day's file that was written last, or could not be: for a message.  "": none yet. */
const char *journal_file(const struct journal *j);

/* "2026-03-01.log.zst" */
enum { JOURNAL_FILE_MAX = 19 };

struct journal_reader {
	/* False ends it. */
	bool (*point)(void *arg, int64_t time_ns, const char *target, const char *name, double value);
	void *arg;
	int64_t every_ns;                     /* out: of the point that is given; 0: its line does not say */
	uint64_t n_lines, n_bad;              /* out: read; of those, not understood */
	uint64_t n_damaged_days;              /* out: compressed files that could not be read to their end */
	char first_damaged[JOURNAL_FILE_MAX]; /* out: the name of the first of them; "": none */
};

/* All points from from_ns on and before to_ns, day by day, in the order they were written.  Of a day that is
 * damaged, what can be read.  ERR_SYS: the folder or a file cannot be read; ERR_MEMORY.  ERR_END: point()
 * ended it. */
enum err journal_read(const char *folder, int64_t from_ns, int64_t to_ns, struct journal_reader *r);

#endif
