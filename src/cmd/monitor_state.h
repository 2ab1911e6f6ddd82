/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the monitor has counted, kept over restarts: a snapshot each snapshot-interval, made by a child
 * process while counting goes on, and one at the end.
 */
#ifndef CMD_MONITOR_STATE_H
#define CMD_MONITOR_STATE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "cmd/monitor_options.h"
#include "engine/live.h"
#include "net/log.h"
#include "net/loop.h"
#include "store/snapshot.h"

enum { STATE_TROUBLE_MAX = 256 };

struct state {
	const struct command *self;
	struct log *log;
	struct loop *loop;
	struct live *live;
	char path[PATH_MAX]; /* "": nothing is kept */
	struct snapshot_moment start;
	uint64_t identity;
	int timer;
	int folder;  /* held open, and locked: nobody else saves there */
	pid_t child; /* 0: none is at work */
	int child_fd;
	uint64_t n_saved;
	char *trouble; /* of STATE_TROUBLE_MAX: what somebody should look at, "" while all is well */
};

/* Makes the folder if there is none; one that root makes is the user's.  0, or
 * STATUS_FAILED after one line. */
int state_make_folder(const struct command *self, const char *path, const char *user);

/* Makes the live: with what was saved, or fresh, and the log says why. trouble is borrowed. 0, or
 * STATUS_FAILED after a line that says what is wrong. */
int state_open(struct state *s, const struct command *self, const struct monitor_options *o, struct log *log,
	       char *trouble, struct live **out);

/* Saves in intervals from now on. */
int state_begin(struct state *s, struct loop *loop, int64_t interval_ns);
void state_set_interval(struct state *s, int64_t interval_ns);

/* Counting has ended: saves for the last time. */
void state_end(struct state *s);

#endif
