/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A capture as if it happened now: the packets of another source, each when its time has come, counted from
 * the first one.  The same shape as watch.h.
 */
#ifndef SOURCE_REPLAY_H
#define SOURCE_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "source/source.h"

struct replay;

struct replay_config {
	struct source *source; /* stays the caller's */
	double speed;          /* 1: as it was; 60: a minute in a second; 0: as fast as it is read */
	/* Monotonic nanoseconds, and waiting at most so long for them to pass (less is fine); NULL for the
	 * machine's clock. */
	int64_t (*clock)(void *arg);
	void (*wait)(void *arg, int64_t ns);
	void *clock_arg;
};

/* ERR_MEMORY, ERR_SYS. */
enum err replay_new(const struct replay_config *c, struct replay **out);
void replay_free(struct replay *r); /* accepts NULL */

/* Packets whose time has come.  ERR_OK with *n = 0: none has for some 100 ms, and *now_ns is the time that it
 * would be (0 before the first packet).  ERR_END at the end and after replay_stop(); whatever else the source
 * ends with. */
enum err replay_next(void *replay, struct packet *out, size_t max, size_t *n, int64_t *now_ns);

/* From any thread: the next replay_next() ends. */
void replay_stop(struct replay *r);

/* What the source says of itself, from any thread. */
void replay_stats(struct replay *r, struct source_stats *out);

/* True when the last packet was handed out. */
bool replay_is_over(struct replay *r);

#endif
