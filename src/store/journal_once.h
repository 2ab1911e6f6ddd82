/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Into the journal goes what it does not have yet, so that whatever is imported again is there once: a
 * value is known when the journal has one of the same series of the same target at the same nanosecond.
 *
 * Values wait, some hundred thousand of them, until the journal of their time has been read beside them:
 * memory does not grow with either.  Of what comes between two flushes, a file, several values of one moment
 * stay (a log in whole seconds of a server that is asked more often); the same value again does not.
 */
#ifndef STORE_JOURNAL_ONCE_H
#define STORE_JOURNAL_ONCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/history_point.h"

struct journal_once;

/* Makes the folder if there is none.  ERR_SYS, ERR_MEMORY. */
enum err journal_once_open(const char *folder, struct journal_once **out);
/* What was not flushed is lost.  Accepts NULL. */
void journal_once_close(struct journal_once *o);

/* As journal_add().  ERR_SYS, ERR_MEMORY: nothing waits any more, and some of it may be written; to add
 * all of it again does no harm. */
enum err journal_once_add(struct journal_once *o, int64_t time_ns, int64_t every_ns, const char *target,
			  const struct history_point *points, size_t n);
/* All that waits, now; for the end of a file.  Fails as above. */
enum err journal_once_flush(struct journal_once *o);
/* For the message that follows: the file that could not be written, or the folder. */
const char *journal_once_file(const struct journal_once *o);

struct journal_once_counts {
	uint64_t n_added;
	uint64_t n_known; /* left out */
	uint64_t n_other; /* of those, the journal has another value, which stays */
};
struct journal_once_counts journal_once_counts(const struct journal_once *o);

#endif
