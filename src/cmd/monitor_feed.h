/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the monitor's packets come from, and the thread that counts them. */
#ifndef CMD_MONITOR_FEED_H
#define CMD_MONITOR_FEED_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "cmd/monitor_options.h"
#include "engine/live.h"
#include "net/log.h"
#include "source/bpf.h"
#include "source/replay.h"
#include "source/source.h"
#include "source/watch.h"

struct feed {
	const struct command *self;
	struct log *log;
	struct live *live;
	/* One of the two; files belongs to replay. */
	struct watch *watch;
	struct replay *replay;
	struct source *files;
	struct bpf *filter;
	int ended_fd; /* readable once counting has ended */
	bool is_running;
	pthread_t thread;
	atomic_int ended; /* enum err, as live_run() returned it; FEED_GOES_ON before */
};

enum { FEED_GOES_ON = 1 };

/* Opens what the options say.  0, or STATUS_FAILED after a line that says why; close it in either case. */
int feed_open(struct feed *f, const struct command *self, const struct monitor_options *o, struct log *log);
/* Whether they can be opened, as far as that can be said without a right. */
int feed_check(const struct command *self, const struct monitor_options *o);
void feed_close(struct feed *f);

/* Starts the thread.  False: no thread can be had. */
bool feed_start(struct feed *f, struct live *live);

/* Ends it; what came so far is counted. */
void feed_stop(struct feed *f);

/* Interfaces of new settings. */
void feed_reload(struct feed *f, const struct monitor_options *o);

/* How the interfaces are, none for a replay; stats of either. */
size_t feed_devices(struct feed *f, struct watch_device *out, size_t max, struct source_stats *stats);

/* Dropped by kernel and cards so far. */
uint64_t feed_drops(struct feed *f);

/* Counting goes on, or ended because the replay did. */
bool feed_is_well(struct feed *f);

#endif
