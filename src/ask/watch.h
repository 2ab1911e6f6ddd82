/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks a list of servers for the time again and again, each in its own rhythm (engine/watch_plan.h),
 * many of them side by side.  One thread's; whoever runs it calls ask_watch_step() and sleeps until
 * what it returns.
 */
#ifndef ASK_WATCH_H
#define ASK_WATCH_H

#include "ask/query.h"
#include "engine/reading.h"
#include "engine/watch_plan.h"

struct ask_watch;

/* hosts are names or addresses; they are copied, since settings that are read again replace their memory.
 * ERR_MEMORY. */
enum err ask_watch_new(const char *const *hosts, size_t n, int64_t interval_ns,
		       const struct ask_query_options *options, struct ask_watch **out);
void ask_watch_free(struct ask_watch *w); /* accepts NULL */

/* Asks those whose time has come and gives a reading of each to the sink.  Takes as long as the slowest
 * answer, at most the timeout of the options and that of names.  Returns when somebody is due next, by the
 * monotonic clock. */
int64_t ask_watch_step(struct ask_watch *w, const struct reading_sink *sink);

#endif
