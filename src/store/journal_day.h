/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One file of a journal: read line by line, plain or compressed; compressed when its day is over. */
#ifndef STORE_JOURNAL_DAY_H
#define STORE_JOURNAL_DAY_H

#include <stdbool.h>

#include "base/err.h"

/* Behind what there is of a line that was cut, so that it is known: half a number is a number, too. */
enum { JOURNAL_CUT = '?' };

/* Calls line() for each line, without its end, in memory that it may write to; one that is unfinished
 * at the end, or longer than 64 KiB, is left out.  ERR_END: line() returned false.  ERR_SYS;
 * ERR_FORMAT: no zstd, or damaged from some place on. */
enum err journal_day_read(const char *path, bool (*line)(void *arg, char *text), void *arg);

/* What was packed, and what came after that, one or both of which there are; once each also while it is being
 * packed.  As above; of a damaged archive what can be read, then the plain file, then ERR_FORMAT. */
enum err journal_day_read_both(const char *plain, const char *archive, bool (*line)(void *arg, char *text),
			       void *arg);

/* Adds the plain file's contents to archive, which is written beside first, and removes the plain one when
 * all is on the disk; an unfinished line is ended, as one that was cut.  ERR_SYS: the plain one is still
 * there; also while somebody appends to it or packs it, who holds it (flock).  Should the
 * machine stop between the two, the day has its lines twice: better than not at all. */
enum err journal_day_pack(const char *plain, const char *archive);

#endif
