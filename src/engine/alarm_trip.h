/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of an alarm that know time: a limit that counts as exceeded only when that has held, and as kept
 * only when that has held; how long what flaps has to be quiet; and the median of a value over a week, in
 * bounded memory.  Time is an argument; all zero is the beginning of each.
 */
#ifndef ENGINE_ALARM_TRIP_H
#define ENGINE_ALARM_TRIP_H

#include <stdbool.h>
#include <stdint.h>

/* ---- one limit ------------------------------------------------------------------------------------ */

/* All zero: not exceeded. */
struct alarm_trip {
	bool is_set;
	unsigned n;       /* readings in a row that say the opposite */
	int64_t since_ns; /* of the first of them */
};

struct alarm_need {
	unsigned readings;
	int64_t set_ns, clear_ns; /* how long, to be set and to be clear */
};

/* True: is_set has changed. */
bool alarm_trip_step(struct alarm_trip *t, bool says_set, const struct alarm_need *need, int64_t now_ns);

/* ---- what flaps ------------------------------------------------------------------------------------ */

/* How often something was raised again within an hour of the time before. */
struct alarm_flaps {
	unsigned n;
	int64_t raised_ns; /* the latest time */
};

void alarm_flaps_raised(struct alarm_flaps *f, int64_t now_ns);
/* How long it has to be good now: nothing for the first two, then 5 minutes, 10, 20, 40, an hour. */
int64_t alarm_flaps_calm_ns(const struct alarm_flaps *f);

/* ---- medians --------------------------------------------------------------------------------------- */

enum { ALARM_SLOTS = 168 /* hours */, ALARM_SLOTS_LEAST = 3 };

/* The means of the last 168 hours in which there was something.  All zero: empty. */
struct alarm_median {
	int64_t hour; /* that is under way */
	double sum;
	unsigned n;
	unsigned n_slots, next;
	float slots[ALARM_SLOTS];
};

void alarm_median_add(struct alarm_median *m, double value, int64_t now_ns);
/* NAN: fewer than three hours are complete. */
double alarm_median_get(const struct alarm_median *m);

#endif
