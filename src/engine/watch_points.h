/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one question to a watched server is worth keeping of. */
#ifndef ENGINE_WATCH_POINTS_H
#define ENGINE_WATCH_POINTS_H

#include "engine/query_report.h"
#include "engine/reading_made.h"

/* Points: what is not known is left out, a gap is a gap.  "result" and "reach_polls" are always there;
 * offset, delay and the rest only of a good answer.  Facts, to be shown as it is now: "address", "result",
 * "reach", "refid", "version".  reach is the register of the last eight questions. */
void watch_points(struct reading_made *m, const struct query_report *r, uint8_t reach);

#endif
