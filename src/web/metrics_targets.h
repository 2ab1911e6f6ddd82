/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Watched servers and receivers for /metrics: whether each answers, its latest values in base units, and its
 * alarms.  Labels: target, part ("" for the server itself) and via; names are of the settings or of servers,
 * and escaped.  Bounded, since servers decide how many parts they have: METRICS_ENTRIES_MAX of them, each
 * with at most one sample a family; what is left out is counted in ntpscope_targets_hidden.
 */
#ifndef WEB_METRICS_TARGETS_H
#define WEB_METRICS_TARGETS_H

#include "engine/alarms.h"
#include "engine/board.h"
#include "web/openmetrics.h"

enum { METRICS_ENTRIES_MAX = 1000, METRICS_ALARMS_MAX = 10000, METRICS_NAME_MAX = 96 };

/* Values older than three of their intervals and a minute are left out: a gap is a gap.  Either may be
 * NULL. */
/* now_ns: by the clock of board_put(). */
void metrics_targets(struct om *o, struct board *board, struct alarms *alarms, int64_t now_ns);

/* What series i of engine/history_series.h is called here.  False: there is none. */
bool metrics_targets_name(size_t i, char out[METRICS_NAME_MAX]);

#endif
