/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the helper of monitor_actions.h does with events: one after the other, in two lanes beside each
 * other, commands and webhooks, each thing in a child process with a time limit.  Lines for syslog go out
 * at once.  Bounded: what finds no place in a lane is dropped, and told.
 *
 * A command gets the facts as NTPSCOPE_* in an environment that has nothing else but PATH, and as a line
 * of JSON on its standard input.  What it prints becomes lines of the log, 4 KB of it; the rest is read and
 * dropped.  A webhook gets that line as a POST; a network that fails and a server
 * with a status from 500 on, 408 or 429 are tried three times.
 */
#ifndef CMD_MONITOR_LANES_H
#define CMD_MONITOR_LANES_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/alarms.h"
#include "net/log.h"

enum { LANE_COMMAND, LANE_WEBHOOK, N_LANES };
enum { LANE_MAX = 256, LANE_TRIES = 3, LANE_SAYS_MAX = 4096, LANE_LINE_MAX = 200, LANE_LINE_COSTS = 32 };
enum { LANES_FDS_MAX = 2 * N_LANES };

struct lane_settings {
	const char *command, *webhook; /* NULL: none */
	bool to_syslog;
	int64_t timeout_ns; /* of a command */
};

struct lane {
	size_t n, first;
	struct alarm_event *waiting; /* LANE_MAX of them, once there is one */
	pid_t child;                 /* 0: none is at work */
	int child_fd;                /* readable when it has ended */
	int out_fd;                  /* what it prints; -1: nothing more */
	size_t n_said;               /* octets of that, and what each line costs */
	char line[LANE_LINE_MAX];    /* the one that it is printing */
	size_t n_line;
	bool is_killed;
	int64_t end_ns;   /* then it is killed */
	int64_t again_ns; /* there was no room for a child: not before then; else 0 */
	uint64_t n_dropped;
};

struct lanes {
	struct log *log;
	struct lane_settings settings; /* borrowed */
	struct lane at[N_LANES];
};

void lanes_init(struct lanes *l, struct log *log);
void lanes_use(struct lanes *l, const struct lane_settings *s);

void lanes_add(struct lanes *l, const struct alarm_event *e);
/* Begins and ends what is to begin and end. */
void lanes_step(struct lanes *l, int64_t now_ns);

/* What to wait for; how long at the most. */
size_t lanes_poll(const struct lanes *l, struct pollfd out[LANES_FDS_MAX]);
int lanes_wait_ms(const struct lanes *l, int64_t now_ns);
bool lanes_are_idle(const struct lanes *l);

/* Kills what is at work. */
void lanes_end(struct lanes *l);

#endif
