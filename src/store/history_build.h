/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values on their way into round-robin files: as they come, and from the journal. */
#ifndef STORE_HISTORY_BUILD_H
#define STORE_HISTORY_BUILD_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/history_marks.h"
#include "store/history_table.h"
#include "store/history_values.h"
#include "store/journal.h"

/* So many values may wait when files cannot be written now; then they are left to the journal. */
enum { HISTORY_WAIT_MOST = 1 << 18 };

struct history_feed {
	struct history_marks marks;
	struct history_table table;
	struct history_values values;
	int64_t newest_ns; /* of all that was added; 0: nothing yet */
	bool is_behind;    /* something is in the journal only: catch up */
	/* Failed (ERR_SYS, ERR_FORMAT): the file, for a message; errno is of it. */
	char failed[PATH_MAX];
	/* Called between slices of what takes long: a file, some thousand values.  It may add values; false:
	 * the rest is left for later, ERR_END.  NULL: all at once. */
	bool (*go_on)(void *arg);
	void *arg;
};

/* ERR_SYS, ERR_MEMORY. */
enum err history_feed_init(struct history_feed *f, const char *folder);
void history_feed_release(struct history_feed *f);

/* A value for the next flush.  What finds no place, sets is_behind. */
void history_feed_add(struct history_feed *f, const char *name, const char *series, int64_t time_ns,
		      int64_t every_ns, double value);

/* Into the files, up to until_ns: readings of one series may come by several ways, and not in the order of
 * their times.  ERR_SYS: not all of it; what could not be written waits, and does not keep out the others.
 * ERR_END: go_on() had enough. */
enum err history_feed_flush(struct history_feed *f, int64_t now_ns, int64_t until_ns);

/* What a predecessor left: files that he was busy with, that are damaged or wanted are made anew, and what
 * the journal has and the files have not is added.  ERR_SYS, ERR_MEMORY; what could not be written is wanted
 * then.  ERR_END: go_on() had enough, or another makes files anew: to be done later (is_behind). */
enum err history_feed_catch_up(struct history_feed *f, int64_t now_ns);

/* Makes the files of these names anew from the journal, or those of all names (n 0), beside the old ones,
 * and puts them in their place.  What is later than now_ns by a day is left out: the clock was wrong.
 * Failed, the old ones stay.  ERR_SYS, ERR_MEMORY; ERR_UNSUPPORTED: built without librrd. */
struct history_made {
	size_t n_files;
	uint64_t n_bad, n_damaged_days; /* of the journal, passed over (journal.h) */
	char first_damaged[JOURNAL_FILE_MAX];
	char failed[PATH_MAX]; /* the file because of which it failed */
};
enum err history_rebuild(const char *folder, const char *const *names, size_t n, int64_t now_ns,
			 struct history_made *made);

#endif
