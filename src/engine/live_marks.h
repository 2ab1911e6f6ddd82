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
#include "engine/worst_list.h"

enum {
	LIVE_MARK_S = 300,
	LIVE_MARK_HOUR_S = 3600,
	LIVE_MARKS_FINE_S = LIVE_MARK_HOUR_S + LIVE_MARK_S, /* all are kept for so long */
	LIVE_MARKS_KEPT_S = 25 * LIVE_MARK_HOUR_S,
	LIVE_MARKS_MAX = LIVE_MARKS_FINE_S / LIVE_MARK_S + 25 + 1,
	LIVE_MARK_BYTES = 1 << 18,
	LIVE_MARK_WORST = 640, /* slowest exchanges that a mark keeps, ten of 64 servers for example */
};

struct live_mark {
	int64_t at_s;
	uint8_t *data;
	size_t len;
	struct worst_list worst; /* of the time between the mark before and this one */
};

struct live_marks {
	struct live_mark at[LIVE_MARKS_MAX]; /* in order of time */
	size_t n;
	int64_t latest_s; /* a multiple of LIVE_MARK_S: time has come to there */
	bool began;
	uint64_t n_too_large;
	unsigned each_worst;     /* slowest exchanges of a server, at most */
	struct worst_list since; /* those of the time since the latest mark, as far as they were told */
};

void live_marks_release(struct live_marks *m);

/* The moment of which a mark is that is made when time has come to now_s. */
int64_t live_marks_moment(int64_t now_s);

/* True when live_marks_add() for that second would make a mark, or drop some. */
bool live_marks_due(const struct live_marks *m, int64_t now_s);

/* Time has come to now_s, and s is what was counted up to there; s NULL: nobody was asked, for want of
 * memory. */
void live_marks_add(struct live_marks *m, int64_t now_s, struct since *s);

/* The slowest exchanges of the time up to the mark that is to be added next. */
void live_marks_tell_worst(struct live_marks *m, const struct worst_row *rows, size_t n);

/* Adds to out those of the time since the mark at from_ns.  ERR_MEMORY: not all of them are there. */
enum err live_marks_worst(const struct live_marks *m, int64_t from_ns, struct worst_list *out);

/* What was counted up to the mark that lies nearest to from_ns, to be freed; *out NULL: the beginning of
 * all, at first_ns, is nearer. */
enum err live_marks_find(const struct live_marks *m, int64_t from_ns, int64_t first_ns, struct since **out);

uint64_t live_marks_bytes(const struct live_marks *m);

/* Of a time before from_ns: where live_marks_find() would begin. */
int64_t live_marks_nearest(const struct live_marks *m, int64_t from_ns, int64_t first_ns);

/* They outlive a restart with what was counted, and go with it.  The slowest exchanges are a later addition
 * to the form. */
void live_marks_save(struct save_stream *s, struct live_marks *m, bool has_worst);

#endif
