/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One file of a journal: read line by line, plain or compressed; compressed when its day is over. */
#ifndef STORE_JOURNAL_DAY_H
#define STORE_JOURNAL_DAY_H

#include <stdbool.h>

#include "base/err.h"

/* Behind what there is of a line that was cut, so that it is known: half a number is a number, too. */
enum { JOURNAL_CUT = '?' };

/* It is there, but no file that anybody could read: a pipe, a folder, a link to nowhere. */
bool journal_day_is_strange(const char *path);

/* Calls line() for each line of what was packed, and of what came after that, one or both of which there are,
 * and of each line once also while it is being packed.  Lines come without their end, in memory that may
 * be written to; one that is unfinished at the end, or longer than 64 KiB, is left out.  ERR_END: line()
 * returned false.  ERR_SYS.  ERR_FORMAT: an archive that is no zstd, or damaged from some place on, or either
 * is no file: when all that can be read was given. */
enum err journal_day_read(const char *plain, const char *archive, bool (*line)(void *arg, char *text),
			  void *arg);

/* Adds the plain file's contents to archive, which is written beside first, and removes the plain one when
 * all is on the disk; an unfinished line is ended, as one that was cut.  ERR_SYS: the plain one is still
 * there; also while somebody appends to it or packs it, who holds it (flock).  Should the
 * machine stop between the two, the day has its lines twice: better than not at all. */
enum err journal_day_pack(const char *plain, const char *archive);

#endif
