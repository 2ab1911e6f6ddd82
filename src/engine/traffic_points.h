/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is captured here in one minute, as points of a reading. */
#ifndef ENGINE_TRAFFIC_POINTS_H
#define ENGINE_TRAFFIC_POINTS_H

#include "engine/live.h"
#include "engine/reading_made.h"

/* clients_86400s: addresses of the last day, as it is now; NAN: not known of that minute. */
void traffic_points(struct reading_made *m, const struct live_point *p, double clients_86400s);

#endif
