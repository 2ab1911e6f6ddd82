/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the engine is told before the first packet.  Every threshold of the client list is here, so that it
 * is a setting and a test can stand on both sides of its edge.  Durations in nanoseconds.
 */
#ifndef ENGINE_CONFIG_H
#define ENGINE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/nstime.h"

enum { ENGINE_SERVERS_MAX = 64, ENGINE_THREADS_MAX = 64, ENGINE_WORST_MAX = 100 };

struct engine_config {
	/* Servers named by --server; none: the server side is found from the traffic, packet by packet. */
	struct addr servers[ENGINE_SERVERS_MAX];
	unsigned n_servers;

	unsigned n_threads; /* 1..ENGINE_THREADS_MAX; changes speed, never results */
	uint64_t secret;    /* random: keys the tables; changes nothing that is shown */

	int64_t timeout_ns; /* a request without answer for longer is unanswered: 5 s */
	int64_t late_ns;    /* an answer after the timeout is `late` up to here: 64 s */
	int64_t reorder_ns; /* an answer captured before its request pairs up to here: 1 s */

	uint64_t capacity;         /* clients; rounded up to a multiple of the number of shards */
	uint64_t clients_expected; /* some so many; 0: not known.  Changes speed, never results */
	uint64_t pending_capacity; /* requests remembered at once, rounded likewise */
	int64_t age_out_ns;        /* silent for longer: the entry goes: 7 days */
	int64_t age_out_min_ns;    /* under pressure the age-out shrinks down to this: 20 min */

	/* pair as Wireshark does: the newest request, whatever its timestamps, no timeout */
	bool match_newest;
	bool no_short_cuts; /* every packet goes the long way: for the test that compares the two */
	bool want_rows;     /* exchanges are told with their addresses, to a sink (see pipeline.h) */
	/* Further packets of an answer are told to the sink, too, as exchanges with NOTE_CONTINUED. */
	bool want_continued;

	/* Alerts (spec: highest first wins). */
	uint64_t alert_min_rx;                             /* red and yellow need this many packets: 10 */
	int64_t alert_fast_ns;                             /* yellow below this mean interval: 8 s */
	uint64_t alert_sleep_min_rx;                       /* 3 */
	int64_t alert_sleep_least_ns, alert_sleep_most_ns; /* bounds of 2 x rx_every: 64 s, 36 h */

	unsigned n_worst;   /* slowest exchanges kept a server: 10 */
	double peak_factor; /* a peak is a rate above this many times the trailing median: 3 */
};

/* The defaults that the comments above name; one thread, secret 0, capacity 16 Mi clients. */
struct engine_config engine_config_default(void);

#endif
