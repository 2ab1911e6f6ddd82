/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What no answer can come for any more by a certain time, though it was not told yet: a shard tells when it
 * sees a packet.  Nothing is changed. */
#ifndef ENGINE_MATCH_OVERDUE_H
#define ENGINE_MATCH_OVERDUE_H

#include "engine/match_strict.h"

/* Tells what was asked, or answered without a question, before before_ns. */
void match_overdue(const struct match_strict *m, int64_t before_ns,
		   void (*told)(void *arg, const struct outcome *o), void *arg);

#endif
