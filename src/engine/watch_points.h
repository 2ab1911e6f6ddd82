/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one question to a watched server is worth keeping of. */
#ifndef ENGINE_WATCH_POINTS_H
#define ENGINE_WATCH_POINTS_H

#include <stddef.h>

#include "engine/history_point.h"
#include "engine/query_report.h"
#include "engine/reading.h"

/* Fills in up to HISTORY_POINTS_MAX points; returns how many.  What is not known is left out: a gap is
 * a gap. "result" and "reach_polls" are always there; offset, delay and the rest only of a good answer.
 *  reach is the register of the last eight questions. */
size_t watch_points(const struct query_report *r, uint8_t reach,
		    struct history_point out[HISTORY_POINTS_MAX]);

/* What else is known of it, to be shown as it is now: "address", "result", "reach" (octal), "refid",
 * "version"; returns how many. */
size_t watch_facts(const struct query_report *r, uint8_t reach, struct reading_fact out[READING_FACTS_MAX]);

#endif
