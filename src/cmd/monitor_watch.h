/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The servers that a monitor watches: a thread asks them, and writes what they say into the history. */
#ifndef CMD_MONITOR_WATCH_H
#define CMD_MONITOR_WATCH_H

#include <pthread.h>
#include <stdatomic.h>

#include "ask/watch.h"
#include "cmd/monitor_options.h"
#include "engine/board.h"
#include "net/log.h"
#include "store/history.h"

struct watching {
	struct ask_watch *watch; /* NULL: nobody is watched */
	struct history *history;
	struct board *board; /* what is known now; NULL with watch */
	struct log *log;
	pthread_t thread;
	bool runs, is_broken; /* the last line could not be written: told once */
	int wake_fd;          /* written to when it shall end */
};

/* Opens the history, before rights are given up; the thread starts with watching_start(), after it.  0, or
 * STATUS_FAILED after one line. */
int watching_open(struct watching *w, const struct command *self, const struct monitor_options *o,
		  struct log *log);
bool watching_start(struct watching *w);
/* Waits for answers that are on their way, a few seconds at the most. */
void watching_close(struct watching *w);

#endif
