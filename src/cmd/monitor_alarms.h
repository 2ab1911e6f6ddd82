/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The alarms of a monitor: readings go into engine/alarms.h, changes into the log, the event log, and to
 * whoever acts on them (monitor_actions.h).  Made and fed by who watches; read by the page.
 */
#ifndef CMD_MONITOR_ALARMS_H
#define CMD_MONITOR_ALARMS_H

#include <limits.h>

#include "cmd/monitor_actions.h"
#include "cmd/monitor_events.h"
#include "cmd/monitor_options.h"
#include "engine/alarms.h"
#include "net/log.h"

struct alarming {
	struct alarms *alarms; /* NULL: nobody is watched */
	struct event_log events;
	char folder[PATH_MAX];   /* of the history */
	struct actions *actions; /* borrowed; may be NULL */
	struct log *log;
	int64_t tick_ns; /* the next one */
	bool is_broken;  /* the event log could not be written: told once */
	bool is_full;    /* actions were lost: told once */
};

/* Whether the settings ask for what can be: limits for targets that are watched.  False after one line on
 * standard error. */
bool alarming_check(const struct command *self, const struct monitor_options *o);

/* What stood before is known again, from the event log in that folder.  0, or STATUS_FAILED after one
 * line. */
int alarming_open(struct alarming *a, const struct command *self, const struct monitor_options *o,
		  const char *folder, struct actions *actions, struct log *log);
void alarming_close(struct alarming *a);

/* Of the thread that watches.  now_ns: monotonic; a tick may come as often as it likes. */
void alarming_take(struct alarming *a, const struct reading *r, int64_t now_ns);
void alarming_tick(struct alarming *a, int64_t utc_ns, int64_t now_ns);
/* It is watched no longer, or in another way: why tells which. */
void alarming_forget(struct alarming *a, const char *target, const char *why);
/* It begins anew to be asked: in a new rhythm, or as somebody else. */
void alarming_ask_anew(struct alarming *a, const char *target);

/* Limits anew, from any thread.  False: they stay. */
bool alarming_reload(struct alarming *a, const struct command *self, const struct monitor_options *o);

#endif
