/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is wrong with watched servers and receivers: readings go in, changes of state come out, once each.
 * The rules are in alarm_rules.h.  One thread gives readings and time, others ask what stands and what was;
 * a lock is held while a state or an event is copied.  Bounded (heard.h): a source of readings that finds
 * no place has that of the one silent for longest of which nothing stands; without such a one it is
 * counted.
 *
 *	alarms_new(&limits, &a);
 *	alarms_replay(a, &event) ...              events of the time before, oldest first
 *	alarms_take(a, reading, now, &sink) ...   and alarms_tick(a, utc, now, &sink) now and then
 *
 * Two clocks: UTC is shown; what is late, how long something holds, and how often it was raised is judged by
 * now_ns, of a clock that nobody sets.
 */
#ifndef ENGINE_ALARMS_H
#define ENGINE_ALARMS_H

#include "base/err.h"
#include "engine/alarm_rules.h"

enum { ALARM_TEXT_MAX = 200, ALARM_EVENTS_KEPT = 1000 };

struct alarms;

/* A change of state.  A copy; target, part and text have no control characters, but are a stranger's. */
struct alarm_event {
	int64_t time_ns;
	char target[HISTORY_TARGET_MAX], part[HISTORY_TARGET_MAX]; /* part: "" for the server itself */
	enum watch_via via;
	enum alarm_rule rule;
	enum alarm_level from, to;
	double value; /* what was judged: an offset has its sign; NAN: none */
	double limit; /* that was in force, and is exceeded or kept again; NAN: none, or nobody knows */
	char text[ALARM_TEXT_MAX];
};

/* How it is now. */
struct alarm_state {
	char target[HISTORY_TARGET_MAX], part[HISTORY_TARGET_MAX];
	enum watch_via via;
	enum alarm_rule rule;
	enum alarm_level level;
	int64_t since_ns; /* it is at this level */
	int64_t time_ns;  /* of the latest reading that said something of it */
	double value;
	double limit; /* when the level was reached */
	char text[ALARM_TEXT_MAX];
};

/* Where changes go; called without the lock. */
struct alarm_sink {
	void (*changed)(void *arg, const struct alarm_event *e);
	void *arg;
};

enum err alarms_new(const struct alarm_limits *l, struct alarms **out); /* ERR_MEMORY */
void alarms_free(struct alarms *a);                                     /* accepts NULL */

/* Other limits from the next reading on, from any thread; they are copied.  What stands of a rule that is
 * off, or off for that target, ends at the next tick.  ERR_MEMORY: they stay as they were. */
enum err alarms_set_limits(struct alarms *a, const struct alarm_limits *l);

/* What happened before: the state becomes the event's, and it is among the events, unless it goes from a
 * level to the same. */
void alarms_replay(struct alarms *a, const struct alarm_event *e);

/* A reading that is about to be taken may be the first with a value whose median of seven days is wanted: the
 * name of its series, else NULL.  Then what is known of those days can be given, oldest first. */
const char *alarms_wants_past(struct alarms *a, const struct reading *r, unsigned which);
void alarms_learn(struct alarms *a, const struct reading *r, unsigned which, double value, int64_t time_ns);

/* One thread at a time for these three. */
void alarms_take(struct alarms *a, const struct reading *r, int64_t now_ns, const struct alarm_sink *sink);
/* Silence is an alarm, too; and what nothing is heard of any more is ended at last.  Once a second is often
 * enough; a tick is no reading, but each reading that did not come counts as one. */
void alarms_tick(struct alarms *a, int64_t utc_ns, int64_t now_ns, const struct alarm_sink *sink);

/* It is watched no longer, or in another way: what stands of the target ends, whatever way or part it is of,
 * with these words, and nothing is remembered but its events. */
void alarms_forget(struct alarms *a, const char *target, const char *why, int64_t utc_ns,
		   const struct alarm_sink *sink);
/* It begins anew to be asked, in a new rhythm for one: its reach register is empty, and judged when it is
 * full. */
void alarms_ask_anew(struct alarms *a, const char *target);

/* Each state of at least that level (ALARM_OK: all that was ever judged), target by target in the order in
 * which they came; *cursor begins with 0.  False at the end.  Where a target is given up
 * in between, a walk may miss another one. */
bool alarms_next(struct alarms *a, size_t *cursor, enum alarm_level least, struct alarm_state *out);

/* The latest events, 0 is the newest.  False: there are no more. */
bool alarms_event_at(struct alarms *a, size_t i, struct alarm_event *out);

/* Changes whenever an event came. */
uint64_t alarms_version(struct alarms *a);
/* Readings of sources for which there was no room. */
uint64_t alarms_refused(struct alarms *a);

#endif
