/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The servers that a monitor watches, and what it sees of the traffic itself: a thread asks, and writes
 * what is said and seen into the history. */
#ifndef CMD_MONITOR_WATCH_H
#define CMD_MONITOR_WATCH_H

#include <pthread.h>
#include <sys/types.h>

#include "ask/watch.h"
#include "cmd/monitor_alarms.h"
#include "cmd/monitor_keep.h"
#include "cmd/monitor_options.h"
#include "engine/board.h"
#include "engine/history_owner.h"
#include "engine/live.h"
#include "engine/reading_made.h"
#include "net/log.h"
#include "store/history.h"

enum { WATCHING_SOCKETS_MAX = 16, WATCHING_LOGINS_MAX = 16 };

/* Of a chronyd's socket, where ours has to be, too. */
struct socket_folder {
	char path[WATCH_HOST_MAX];
	/* Of what the sandbox opened: another folder may have the name by now.  0: it was not there. */
	dev_t device;
	ino_t inode;
};

/* Who is watched. */
struct watch_list {
	int64_t interval_ns; /* where a line is silent */
	size_t n;
	struct watch_spec at[];
};

struct watching {
	struct ask_watch *watch;   /* NULL: nothing is kept */
	struct pollfd *fds;        /* what it waits for, and behind that wake_fd */
	struct live *live;         /* whose traffic is noted each minute; NULL: it is not of now */
	int64_t noted_ns, look_ns; /* up to there; when to look for more */
	struct reading_made *made;
	struct history *history;
	struct board *board;           /* what is known now; NULL with watch */
	struct history_owners *owners; /* which way a series is kept from */
	struct alarming alarming;
	struct log *log;
	pthread_t thread;
	struct keeping keeping;
	bool runs;
	int wake_fd;          /* written to when it shall end, or others are to be watched */
	pthread_mutex_t lock; /* of the next two */
	bool ends;
	struct watch_list *next;  /* from now on; NULL: as before */
	struct watch_list *list;  /* of the thread while it runs */
	struct watch_list *known; /* the latest of these, of whoever opened it */
	bool is_shut_in;
	size_t n_sockets, n_logins;
	struct socket_folder sockets[WATCHING_SOCKETS_MAX];
	char logins[WATCHING_LOGINS_MAX][WATCH_FILE_MAX]; /* folders of files for SNMP */
};

/* Targets are watched, or the traffic of interfaces, whose history is kept where there is a state-dir.
 * Opens the history and the log of alarms, before rights are given up; the thread starts with
 * watching_start(), after it.  actions are borrowed.  0, or STATUS_FAILED after one line. */
int watching_open(struct watching *w, const struct command *self, const struct monitor_options *o,
		  struct actions *actions, struct log *log, struct live *live);
/* Whether all that is to be watched is said rightly: 0, or STATUS_FAILED after one line.  w: what is watched
 * already needs none of its files again; zeroed before watching_open(). */
int watching_check(const struct watching *w, const struct command *self, const struct monitor_options *o);
/* The sandbox has shut us in, to the folders of sockets and logins that were there: what is out of reach from
 * now on is told in the log, now and at each reload.  Before watching_start(). */
void watching_shut_in(struct watching *w);
bool watching_start(struct watching *w);
/* Others from now on, as watching_check() found them right: whoever is new is asked, whoever is gone no more,
 * and whoever stays does not notice.  False: only a start changes that, since there is no history. */
bool watching_reload(struct watching *w, const struct command *self, const struct monitor_options *o);
/* Answers that are on their way are not waited for. */
void watching_close(struct watching *w);

#endif
