/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sums as they were, to report on the last hour or day: a mark each five minutes of the clock, kept for
 * an hour and five minutes; of older ones the first of each hour, for twenty-five.  A mark is made when the
 * first packet behind its moment comes, or when time has come there without.
 *
 * Marks are octets, some thousand where one server answers, and never more than LIVE_MARK_BYTES: what does
 * not go in there is not marked, and a report begins at another mark.  All of them together are thus at most
 * 38 times that.  When time goes back, the marks that lie ahead are dropped: they were not true.  No locks:
 * the caller's.
 */
#ifndef ENGINE_LIVE_MARKS_H
#define ENGINE_LIVE_MARKS_H

#include "base/err.h"
#include "engine/save_stream.h"
#include "engine/since.h"

enum {
	LIVE_MARK_S = 300,
	LIVE_MARK_HOUR_S = 3600,
	LIVE_MARKS_FINE_S = LIVE_MARK_HOUR_S + LIVE_MARK_S, /* all are kept for so long */
	LIVE_MARKS_KEPT_S = 25 * LIVE_MARK_HOUR_S,
	LIVE_MARKS_MAX = LIVE_MARKS_FINE_S / LIVE_MARK_S + 25 + 1,
	LIVE_MARK_BYTES = 1 << 18,
};

struct live_mark {
	int64_t at_s;
	uint8_t *data;
	size_t len;
};

struct live_marks {
	struct live_mark at[LIVE_MARKS_MAX]; /* in order of time */
	size_t n;
	int64_t latest_s; /* a multiple of LIVE_MARK_S: time has come to there */
	bool began;
	uint64_t n_too_large;
};

void live_marks_release(struct live_marks *m);

/* The moment of which a mark is that is made when time has come to now_s. */
int64_t live_marks_moment(int64_t now_s);

/* True when live_marks_add() for that second would make a mark, or drop some. */
bool live_marks_due(const struct live_marks *m, int64_t now_s);

/* Time has come to now_s, and s is what was counted up to there; s NULL: nobody was asked, for want of
 * memory. */
void live_marks_add(struct live_marks *m, int64_t now_s, struct since *s);

/* What was counted up to the mark that lies nearest to from_ns, to be freed; *out NULL: the beginning of
 * all, at first_ns, is nearer. */
enum err live_marks_find(const struct live_marks *m, int64_t from_ns, int64_t first_ns, struct since **out);

uint64_t live_marks_bytes(const struct live_marks *m);

/* They outlive a restart with what was counted, and go with it. */
void live_marks_save(struct save_stream *s, struct live_marks *m);

#endif
