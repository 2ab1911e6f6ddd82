/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a monitor does about alarms: a command, a webhook, a line for syslog; once for each change of state.
 *
 * A helper process does it.  It is made before the monitor shuts itself in, which may start no programs then;
 * it has no rights of root, reads no packets, and hears of events over a socket.  Which command and which
 * address that are, it knows from the settings alone, which it reads itself: nobody who talks to the monitor
 * chooses them.  Whoever watches never waits for it: what does not fit into the socket is lost, and counted.
 */
#ifndef CMD_MONITOR_ACTIONS_H
#define CMD_MONITOR_ACTIONS_H

#include <sys/types.h>

#include "cmd/monitor_options.h"
#include "engine/alarms.h"
#include "net/log.h"

struct actions {
	int fd;                  /* -1: there is no helper */
	pid_t helper;            /* 0: it has ended */
	bool is_missed;          /* it has ended, and there would be something to do */
	_Atomic uint64_t n_lost; /* settings are sent by another thread than events */
	struct log *log;
};

/* Whether the settings make sense.  False after one line on standard error. */
bool actions_check(const struct command *self, const struct monitor_options *o);

/* Makes the helper, if the settings have something for it to do, now or when they are read again; call it
 * before anything else is open, and before there are threads.  argv is read again by actions_reload().
 * 0, or STATUS_FAILED after one line. */
int actions_open(struct actions *a, const struct command *self, const struct monitor_options *o, int argc,
		 char **argv, struct log *log);
/* What was sent is still done, for some seconds at the most, by the helper alone. */
void actions_close(struct actions *a);

/* To be called now and then by the thread that opened them: a helper that has ended, which takes somebody who
 * kills it, is told of, once, and no zombie.  No other can be made by then. */
void actions_look(struct actions *a, const struct monitor_options *o);

/* Full, or gone: it was lost, since the helper has much to do, or has ended. */
enum actions_sent { ACTIONS_SENT, ACTIONS_FULL, ACTIONS_GONE };
enum actions_sent actions_send(struct actions *a, const struct alarm_event *e);
/* The helper reads the settings anew. */
void actions_reload(struct actions *a, const struct monitor_options *fresh);

#endif
