/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask/poller.h"

#include "net/clock.h"

void poll_give(const struct poller *p, const struct poll_target *t, const struct poll_turn *turn,
	       const struct reading_made *m, const char *why)
{
	const struct reading r = { .target = t->name,
				   .via = p->via,
				   .time_ns = clock_utc_ns(),
				   .every_ns = turn->every_ns,
				   .is_ok = !why[0],
				   .why = why };

	reading_give(m, r, turn->sink);
}
