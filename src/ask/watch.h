/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks a list of targets again and again, each in its ways and its own rhythm (engine/watch_plan.h), all of
 * them side by side in one thread; whoever is silent keeps nobody waiting.
 *
 * Of a target that names no way all are tried; those that answer are kept, the others are tried again once
 * an hour, and when nobody answers any more.  Names are looked up beside, anew every ten minutes and after
 * every silence; meanwhile the address of before is asked.  A few places are left to names that have an
 * address or were never looked up: those of dead name servers, however many, do not make them wait.
 */
#ifndef ASK_WATCH_H
#define ASK_WATCH_H

#include "ask/poller.h"
#include "base/err.h"
#include "engine/watch_plan.h"
#include "engine/watch_spec.h"

enum {
	ASK_WATCH_AT_ONCE = 128,
	ASK_WATCH_SILENT_AT_ONCE = 96,
	ASK_WATCH_AGAIN_S = 3600,
	ASK_WATCH_LOOKUPS = 64, /* at once */
	ASK_WATCH_LOST_LOOKUPS = 48
};

struct addrinfo;
struct ask_watch;

/* The ways there are, by enum watch_via; NULL where there is none. */
struct ask_pollers {
	const struct poller *at[N_WATCH_WAYS];
	/* Who finds addresses, in many threads at once; NULL: getaddrinfo(). */
	int (*look_up)(const char *host, const char *service, const struct addrinfo *hints,
		       struct addrinfo **out);
};
extern const struct ask_pollers ask_watch_pollers;

/* specs are copied.  interval_ns: how often the time is asked for where nobody said.  now_ns, here and below,
 * is the monotonic clock's.  ERR_MEMORY. */
enum err ask_watch_new(const struct watch_spec *specs, size_t n, int64_t interval_ns,
		       const struct ask_pollers *ways, int64_t now_ns, struct ask_watch **out);
void ask_watch_free(struct ask_watch *w); /* accepts NULL */

/* These from now on.  Whoever is asked as before goes on as before, with all that is known of it; others
 * begin, and answers that are on their way from whoever is not among them are not waited for.  ERR_MEMORY:
 * nothing changes. */
enum err ask_watch_set(struct ask_watch *w, const struct watch_spec *specs, size_t n, int64_t interval_ns,
		       int64_t now_ns);

/* Whether one that is asked as was says goes on when it is to be asked as is says; an interval is for where
 * they say nothing. */
bool ask_watch_goes_on(const struct watch_spec *was, int64_t was_interval_ns, const struct watch_spec *is,
		       int64_t is_interval_ns);

/* Does what is to be done now, without waiting; readings go to the sink.  Returns until when there is nothing
 * to do, unless one of the descriptors is ready sooner. */
int64_t ask_watch_step(struct ask_watch *w, int64_t now_ns, const struct reading_sink *sink);

/* What it waits for; of so many targets at most ask_watch_fds_most().  Returns how many. */
size_t ask_watch_fds(const struct ask_watch *w, struct pollfd *out);
size_t ask_watch_fds_most(size_t n_targets);

#endif
