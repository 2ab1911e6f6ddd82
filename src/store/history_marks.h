/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What programs that write and read the round-robin files of a folder tell each other, and their successors
 * when they are killed, in small files in FOLDER/rrd:
 *
 *	lock     held (flock) by whoever reads or writes a file, for less than a millisecond
 *	writer   held by whoever writes, before "lock": who puts files in the place of others holds it for
 *	         longer, and nobody who reads waits for that
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
	int lock_fd, writer_fd, busy_fd;
};

/* Makes FOLDER/rrd.  ERR_SYS; then there is nothing to release. */
enum err history_marks_init(struct history_marks *m, const char *folder);
void history_marks_release(struct history_marks *m);

/* For writing, with "writer" before it; false: somebody holds one of them for longer than is usual (errno
 * EWOULDBLOCK), or it cannot be had. */
bool history_marks_lock(struct history_marks *m);
/* "writer" alone, so that no file changes but all can be read; false as above. */
bool history_marks_lock_writer(struct history_marks *m);
/* Of both. */
void history_marks_unlock(struct history_marks *m);

/* For reading: a descriptor to close; -1: nobody writes here.  Half a second at the most: whoever writes for
 * longer was stopped, and then what there is has to do; in haste, that is -1 after some milliseconds. */
int history_marks_lock_shared(const char *folder, bool is_hasty);
/* To be alone with making files anew: a descriptor to close; -1 with errno, which is EWOULDBLOCK when
 * another does, and nobody wants to wait for him. */
int history_marks_lock_rebuild(const char *folder, bool waits);

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
