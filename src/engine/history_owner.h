/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several ways to one target may know the same series: its stratum by NTP and by mode 6, an uptime of the
 * daemon and of the machine.  One of them is kept, or a graph would jump between two truths: what we measured
 * ourselves before what a daemon says of itself, a daemon before the machine around it.  When that way falls
 * silent the next one takes over.
 */
#ifndef ENGINE_HISTORY_OWNER_H
#define ENGINE_HISTORY_OWNER_H

#include "base/err.h"
#include "engine/reading.h"

enum { HISTORY_OWNED_MAX = 1 << 16 }; /* series; of more all ways are kept */

struct history_owners;

enum err history_owners_new(struct history_owners **out); /* ERR_MEMORY */
void history_owners_free(struct history_owners *o);       /* accepts NULL */

/* The points of a reading that are kept, in out; returns how many. */
size_t history_owned(struct history_owners *o, const struct reading *r,
		     struct history_point out[HISTORY_POINTS_MAX]);

/* It is asked in other ways from now on: the first that knows a series has it, whoever had it before. */
void history_owners_forget(struct history_owners *o, const char *target);

#endif
