/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The limits of health rules as settings: words for people, "RULE WARN CRITICAL for N".  A rule without
 * numbers is RULE on or RULE off.
 */
#ifndef ENGINE_ALARM_LIMITS_H
#define ENGINE_ALARM_LIMITS_H

#include "engine/alarm_rules.h"

enum { ALARM_WHY_MAX = 160, ALARM_SETTING_MAX = 96 };

/* Takes one setting: "offset 10ms 50ms", "offset 10ms 50ms for 3" (readings), "... for 5min", "loss - 20"
 * (no warning), "offset off", "offset on".  What is not said stays.  False: why says what is wrong. */
bool alarm_limits_take(struct alarm_limits *l, const char *text, char why[ALARM_WHY_MAX]);

/* A limit as such a setting. */
void alarm_limit_text(enum alarm_rule rule, const struct alarm_limit *l, char out[ALARM_SETTING_MAX]);

#endif
