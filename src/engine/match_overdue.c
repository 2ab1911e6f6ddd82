/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/match_overdue.h"

#include "engine/match_private.h"

void match_overdue(const struct match_strict *m, int64_t before_ns,
		   void (*told)(void *arg, const struct outcome *o), void *arg)
{
	const struct match_ring *q = &m->ring;
	struct match_strict to = *m;

	to.told = told;
	to.arg = arg;
	for (uint64_t i = q->head; i < q->tail; i++) {
		const struct open_request *r = &q->at[i & (q->cap - 1)];
		if (r->time_ns >= before_ns)
			return; /* as match_strict_tick() stops */
		match_tell_final(&to, r, 0);
	}
}
