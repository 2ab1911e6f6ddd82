/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Limits of one target alone, beside those that hold for all: a receiver next door is judged by microseconds,
 * a server of the pool by milliseconds.  What has none of its own is judged by that of the target whose part
 * it is, and else by that for all.
 *
 * struct alarm_limits is a value as long as nobody has a limit of his own; with one, whoever made it releases
 * it.
 */
#ifndef ENGINE_ALARM_OWN_H
#define ENGINE_ALARM_OWN_H

#include "base/err.h"
#include "engine/alarm_rules.h"

/* Whether name is a target, or a part of it: "ntpd", "ntpd/NMEA(0)". */
bool alarm_own_is_of(const char *name, const char *target);

/* The limit that holds for what is called so: see reading_name(). */
const struct alarm_limit *alarm_own_find(const struct alarm_limits *l, enum alarm_rule rule,
					 const char *name);

/* ERR_MEMORY; ERR_USAGE when it has one of that rule already. */
enum err alarm_own_add(struct alarm_limits *l, const struct alarm_own *own);

/* ERR_MEMORY: then it has none of their own. */
enum err alarm_limits_copy(struct alarm_limits *out, const struct alarm_limits *l);
void alarm_limits_release(struct alarm_limits *l); /* accepts one that is all zero */

#endif
