/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of each watched target now: the latest reading of each way and part, copied.  One or
 * several threads put, others copy; a lock is held for the copy of one entry.  Bounded (heard.h): what
 * finds no place has that of the entry not heard of for longest, if that one is late; otherwise it is
 * counted.  What was not heard of for three days is given up.
 */
#ifndef ENGINE_BOARD_H
#define ENGINE_BOARD_H

#include "base/err.h"
#include "engine/reading.h"

/* Of one target up to BOARD_PARTS_MAX entries: a hostile server names new parts each time. */
enum { BOARD_PARTS_MAX = 48, BOARD_POINTS_MAX = HISTORY_POINTS_MAX, BOARD_WHY_MAX = 96 };

struct board;

struct board_point {
	char name[HISTORY_NAME_MAX];
	double value;
};

/* A copy. */
struct board_entry {
	char target[HISTORY_TARGET_MAX], part[HISTORY_TARGET_MAX];
	enum watch_via via;
	int64_t time_ns, every_ns; /* of the latest reading */
	int64_t heard_ns;          /* when it came, by the clock of board_put() */
	int64_t ok_ns;             /* of the latest good one; 0: none yet */
	int64_t changed_ns;        /* since when is_ok is as it is */
	bool is_ok;
	uint8_t n_polls; /* as in the latest reading */
	char why[BOARD_WHY_MAX];
	/* Of the latest reading.  Facts and satellites of the latest one that had some. */
	size_t n_points, n_facts, n_satellites;
	struct board_point points[BOARD_POINTS_MAX];
	struct reading_fact facts[READING_FACTS_MAX];
	struct reading_satellite satellites[READING_SATELLITES_MAX];
};

enum err board_new(struct board **out); /* ERR_MEMORY */
void board_free(struct board *b);       /* accepts NULL */

/* now_ns: of a clock that nobody sets.  False: there was no room. */
bool board_put(struct board *b, const struct reading *r, int64_t now_ns);

/* Nothing is known any more of this target, whatever way or part it is of. */
void board_forget(struct board *b, const char *target);

/* Entries by number from 0; false at the end.  When one is given up, those behind it move up or another
 * takes its place: a number may mean another entry from one call to the next, so that a walk may miss one.
 * Whoever comes back to a number looks at the names. */
bool board_at(struct board *b, size_t i, struct board_entry *out);
uint64_t board_refused(struct board *b);

/* The value of a point of an entry; NAN: it has none. */
double board_value(const struct board_entry *e, const char *name);

#endif
