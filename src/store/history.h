/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is kept of watched servers and receivers: the journal (journal.h), which has every value and is what
 * counts, and beside it, when built with librrd, round-robin files of fixed size, made from the journal at
 * any time, from which a graph of a month or of ten years is read at once:
 *
 *	FOLDER/2026-03-01.log            the journal
 *	FOLDER/rrd/NAME/offset_s.rrd     NAME escaped, so that it stays in there (history_path.h)
 *	FOLDER/rrd/upto, busy, ...       how far they are (history_marks.h)
 *
 * A name is what reading_name() makes: "target" or "target/part".  A value stands for the time since the one
 * before, but for no longer than 2.5 times its pace: what is longer is a gap, and a gap is no value.  The
 * first of all and the first behind a gap stand for the second before them.
 */
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/history_span.h"
#include "engine/reading.h"

struct history;

/* Makes the folder if there is none.  The round-robin files are brought up to the journal by the first
 * history_turn() or history_add(), which may take minutes after an accident (history_slice).
 * ERR_SYS, ERR_MEMORY.
 * One thread at a time uses it; two programs may write into the same folder. */
enum err history_open(const char *folder, struct history **out);
/* The journal has the reading when this returns; round-robin files follow within a minute.  ERR_SYS: the
 * journal could not be written (journal_add).  A reading without points is not kept. */
enum err history_add(struct history *h, const struct reading *r);
/* To be called now and then, so that what came last does not wait for a reading after it.  How it stands with
 * the round-robin files: ERR_SYS, ERR_MEMORY: they are behind the journal, and tried again. */
enum err history_turn(struct history *h);
/* Of history_add() or history_turn() that failed: the file, and errno of it. */
const char *history_failed(const struct history *h, bool is_add, int *why);
/* All of it, now. */
void history_flush(struct history *h);
/* From now on go_on() is called whenever work on round-robin files has taken a moment: it may call
 * history_add(), which then leaves the turns to history_turn(), and returns false to have the rest left for
 * later.  And nobody is waited for who makes these files anew. */
void history_slice(struct history *h, bool (*go_on)(void *arg), void *arg);
/* Files that would take more than some seconds are left to the next one who opens it.  Accepts NULL. */
void history_close(struct history *h);

struct history_wish {
	const char *name, *series;
	int64_t from_ns, to_ns;
	size_t most; /* so many buckets at the most; 0: 1000 */
};

/* Buckets from the one with from_ns to the one with to_ns.
 *
 * By any thread, in any process, while others write.  Widths are as small as the store knows that time,
 * and as wide as 'most' asks for.  What is not known at all is a span of gaps, not a failure.  ERR_SYS: the
 * folder cannot be read; ERR_MEMORY; ERR_USAGE: from_ns is not before to_ns.  Failed, the span is zero. */
enum err history_read(const char *folder, const struct history_wish *w, struct history_span *out);
/* The same in haste: ERR_UNSUPPORTED rather than to wait for who writes, or to read journals. */
enum err history_read_soon(const char *folder, const struct history_wish *w, struct history_span *out);
void history_span_release(struct history_span *s);

/* Each series that is kept, in no order, and the times of its first and last value, in whole seconds; each()
 * returns false to end it: ERR_END. */
enum err history_list(const char *folder,
		      bool (*each)(void *arg, const char *name, const char *series, int64_t first_ns,
				   int64_t last_ns),
		      void *arg);

#endif
