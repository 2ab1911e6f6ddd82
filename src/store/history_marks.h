/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What programs that write and read the round-robin files of a folder tell each other, and their successors
 * when they are killed, in small files in FOLDER/rrd:
 *
 *	lock     held (flock) by whoever reads or writes a file, for less than a millisecond
 *	rebuild  held by whoever makes files anew from the journal
 *	busy     the name of which a file is written at this moment: killed there, it is in an unknown state
 *	upto     what the journal had before that time is in the files
 *	wanted   names whose files have to be made anew, a line each
 */
#ifndef STORE_HISTORY_MARKS_H
#define STORE_HISTORY_MARKS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/history_point.h"

/* A folder's files, held open by who writes. */
struct history_marks {
	char folder[PATH_MAX];
	int lock_fd, busy_fd;
};

/* Makes FOLDER/rrd.  ERR_SYS; then there is nothing to release. */
enum err history_marks_init(struct history_marks *m, const char *folder);
void history_marks_release(struct history_marks *m);

/* For writing; false: somebody holds it for longer than is usual. */
bool history_marks_lock(struct history_marks *m);
void history_marks_unlock(struct history_marks *m);

/* For reading, as long as it takes, or in haste no longer than is usual: a descriptor to close; -1: nobody
 * writes here, or for too long. */
int history_marks_lock_shared(const char *folder, bool is_hasty);
/* To be alone with making files anew: a descriptor to close; -1 with errno. */
int history_marks_lock_rebuild(const char *folder);

/* Before a file is written, and after it (NULL).  The lock is held. */
void history_marks_busy(struct history_marks *m, const char *name);
/* The name that somebody was busy with when he was killed; false: nobody was. */
bool history_marks_was_busy(struct history_marks *m, char name[HISTORY_TARGET_MAX]);

/* INT64_MIN: nothing is there yet. */
int64_t history_marks_upto_ns(const struct history_marks *m);
enum err history_marks_set_upto(const struct history_marks *m, int64_t time_ns);

enum err history_marks_want(const struct history_marks *m, const char *name);
/* Calls each() for every name that is wanted. */
void history_marks_wanted(const struct history_marks *m, void (*each)(void *arg, const char *name),
			  void *arg);
/* Nothing is wanted any more. */
void history_marks_want_none(const struct history_marks *m);

#endif
