/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One way to ask a watched target (NTP, mode 6, chronyd, gpsd, SNMP), as the scheduler in ask/watch.h drives
 * it, many side by side in one thread: nothing here blocks, nothing here sleeps.
 *
 *	open()                              once a target, when the monitor starts
 *	begin(), step(), step(), ...        a round: step() is called at once, then whenever one of the
 *	                                    descriptors that it named is ready, or its time has come, until it
 *	                                    says that the round is over
 *	begin(), ...                        the next round, when the scheduler thinks fit: never sooner than
 *	                                    least_s, later and later while nobody answers
 *	close()                             at the end, also in the middle of a round
 *
 * Readings go to turn->sink during step(): of the target, of its parts; and when nobody answered one that
 * says so (is_ok false, and why), which the scheduler keeps to itself while it only tries whether there is
 * somebody.  What a round needs in memory and descriptors is best had in begin() and given back when it is
 * over.
 */
#ifndef ASK_POLLER_H
#define ASK_POLLER_H

#include <poll.h>
#include <stdbool.h>

#include "base/addr.h"
#include "engine/reading_made.h"

enum { POLL_FDS_MAX = 4 };

/* Who is asked: borrowed, and the same from open() to close(). */
struct poll_target {
	const char *name;      /* what readings call it */
	const char *host;      /* as it was given: a name, an address, a path that begins with '/' */
	uint16_t port;         /* 0: the usual one of that way */
	const char *snmp_file; /* who we are for SNMP; "": nobody said */
};

/* One call. */
struct poll_turn {
	struct addr addr; /* of the host, looked up lately; meaningless with is_path */
	uint32_t scope;
	bool is_path;
	bool is_trial;    /* whether there is somebody at all is not known: one short question is enough */
	int64_t now_ns;   /* monotonic */
	int64_t every_ns; /* between two rounds, as it is now: for the readings */
	uint8_t reach;    /* of the rounds before this one, bit 0 is the latest */
	uint8_t n_asked;  /* so many rounds its bits are of */
	/* To be set before the reading: somebody is there, though what is said is no good (an
	 * unsynchronised server). */
	bool *is_there;
	const struct reading_sink *sink;
};

/* What a round waits for. */
struct poll_wait {
	size_t n;
	struct pollfd fds[POLL_FDS_MAX]; /* fd and events; in the next step() revents, too */
	int64_t until_ns;                /* monotonic; step() is called then if not sooner */
};

enum poll_state {
	POLL_WAITS,    /* the round goes on */
	POLL_ANSWERED, /* it is over, and somebody was there */
	POLL_SILENT,   /* it is over, and nobody was */
	POLL_RATE,     /* it is over: to be asked half as often for a day */
	POLL_DENIED,   /* it is over: not wanted here, to be asked once an hour */
};

struct poller {
	enum watch_via via;
	bool is_stream;        /* a round lasts as long as the connection does (gpsd) */
	unsigned least_s;      /* between two rounds */
	unsigned least_here_s; /* the same where it is this machine that is asked; 0: no other */
	unsigned usual_s;      /* the same when nobody said; 0: as often as for the time (watch-interval) */
	void *(*open)(const struct poll_target *t); /* NULL: no memory */
	void (*begin)(void *state, const struct poll_turn *turn);
	enum poll_state (*step)(void *state, const struct poll_turn *turn, struct poll_wait *wait);
	void (*close)(void *state);
};

/* For them: a reading of now goes to the sink.  why: nobody answered; "": somebody did. */
void poll_give(const struct poller *p, const struct poll_target *t, const struct poll_turn *turn,
	       const struct reading_made *m, const char *why);

extern const struct poller poll_ntp, poll_mode6, poll_chrony, poll_gpsd, poll_snmp;

#endif
