/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The limits of health rules as settings: words for people, "RULE WARN CRITICAL for N at TARGET".  A rule
 * without numbers is RULE on or RULE off.  Without a target it is for all that have none of their own.
 */
#ifndef ENGINE_ALARM_LIMITS_H
#define ENGINE_ALARM_LIMITS_H

#include "engine/alarm_rules.h"

enum { ALARM_WHY_MAX = 160, ALARM_SETTING_MAX = 96 };

/* Takes one setting: "offset 10ms 50ms", "offset 10ms 50ms for 3" (readings), "... for 5min", "loss - 20"
 * (no warning), "offset off", "offset on", "... at gps1", "... at ntpd/NMEA(0)" (a part of it).  What is not
 * said stays; at a target it is that of whoever it would be judged by without a limit of its own.  False: why
 * says what is wrong. */
bool alarm_limits_take(struct alarm_limits *l, const char *text, char why[ALARM_WHY_MAX]);

/* Takes them in the order that it wants: those for all, then those of targets, then those of parts.  False:
 * *wrong is the one that is. */
bool alarm_limits_take_all(struct alarm_limits *l, const char *const *texts, size_t n, size_t *wrong,
			   char why[ALARM_WHY_MAX]);

/* What stands behind "at", of a setting that need not be right; "" is for all. */
void alarm_limit_name(const char *text, char out[HISTORY_TARGET_MAX]);

/* Whether both are of one rule at one target, which nobody can have meant: why says so. */
bool alarm_limit_is_again(const char *earlier, const char *text, char why[ALARM_WHY_MAX]);

/* A limit as such a setting. */
void alarm_limit_text(enum alarm_rule rule, const struct alarm_limit *l, char out[ALARM_SETTING_MAX]);

#endif
