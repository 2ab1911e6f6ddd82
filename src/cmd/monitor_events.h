/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log of alarms: one JSON object a line, only ever appended to.
 *
 *	{"time":"2026-03-01T12:00:00.000000000Z","target":"ntp.example.net","part":"","via":"ntp",
 *	 "rule":"offset","from":"ok","to":"warn","value":0.0123,"limit_s":0.01,
 *	 "text":"Offset 12.3 ms, limit 10.0 ms"}
 *
 * A file of 4 MB becomes events.log.1, in the place of the one before; the next one begins with what stands,
 * lines whose "from" is their "to".  A line that a kill left unfinished is passed over.
 */
#ifndef CMD_MONITOR_EVENTS_H
#define CMD_MONITOR_EVENTS_H

#include <limits.h>

#include "base/buf.h"
#include "engine/alarms.h"

enum { EVENT_LINE_MAX = 8192, EVENT_LOG_BYTES = 4000000 };

struct event_log {
	char path[PATH_MAX]; /* "": there is none */
	int fd;
	int64_t bytes, most_bytes; /* in it; before it is turned over */
	bool is_cut;               /* its last line is unfinished: the next one ends it first */
};

/* An event as such a line, with its newline. */
void event_line(const struct alarm_event *e, struct buf *out);
/* And back.  False: it is none. */
bool event_parse(const char *line, size_t len, struct alarm_event *out);

/* Reads what was, oldest first, into the alarms; then it is ready to be written to.  Whoever may write there
 * later need not be who opens it: the file belongs to the folder's owner.  ERR_SYS: see errno. */
enum err event_log_open(struct event_log *l, const char *folder, struct alarms *a);
void event_log_close(struct event_log *l); /* accepts one that was never opened, all zero */

/* ERR_SYS: see errno; the next line begins on a line of its own all the same. */
enum err event_log_add(struct event_log *l, struct alarms *a, const struct alarm_event *e);

#endif
