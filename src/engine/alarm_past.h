/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The latest changes of state, ALARM_EVENTS_KEPT of them, each in no more memory than its texts want.  It has
 * no lock.
 */
#ifndef ENGINE_ALARM_PAST_H
#define ENGINE_ALARM_PAST_H

#include "engine/alarms.h"

struct alarm_past_event;

/* All zero before. */
struct alarm_past {
	struct alarm_past_event *at[ALARM_EVENTS_KEPT];
	uint64_t n; /* ever; the newest is at (n - 1) % ALARM_EVENTS_KEPT */
};

void alarm_past_release(struct alarm_past *p);

/* Without memory the oldest one is lost and this one, too: the log has it. */
void alarm_past_add(struct alarm_past *p, const struct alarm_event *e);

/* 0 is the newest.  False: there are no more. */
bool alarm_past_at(const struct alarm_past *p, size_t i, struct alarm_event *out);

#endif
