/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine beside a running server: packets come in without end, and questions are answered meanwhile.
 *
 *   counting thread   live_run(): source -> pipeline, a superblock at a time under the lock
 *   any other thread  the rest of this header; each call holds the lock for at most a few milliseconds
 *                     (long ones let go of it between shards)
 *   a child process   live_census() after fork(): everything at one moment, while counting goes on
 *
 * Times are packet times: nothing here asks a clock.  now_ns is the time of the latest packet, or later when
 * the source said that time went on without packets.
 */
#ifndef ENGINE_LIVE_H
#define ENGINE_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "engine/census.h"
#include "engine/client_filter.h"
#include "engine/config.h"
#include "engine/pipeline.h"
#include "engine/worst_list.h"

struct live;

enum err live_new(const struct engine_config *config, struct live **out);
void live_free(struct live *l);

/* What is an alert, and when a client is forgotten (alert_*, age_out_ns), from now on: for all clients,
 * whenever they came.  The other settings stay. */
void live_set_thresholds(struct live *l, const struct engine_config *config);

/* ---- counting ------------------------------------------------------------------------------------ */

struct live_io {
	/* As in pipeline.h (frames need no numbers), but ERR_OK with *n = 0 means that nothing came for
	 * now: *now_ns is then the time that it has become (0: unknown).  Called without the lock; it may
	 * wait, at most some 100 ms. */
	enum err (*next)(void *source, struct packet *out, size_t max, size_t *n, int64_t *now_ns);
	void *source;
	bool (*filter)(void *arg, const struct packet *p);
	void *filter_arg;
};

/* Counts until next() gives ERR_END (then ERR_OK) or fails (then that).  At the end what is open counts as
 * unanswered, as at the end of a capture; as long as counting goes on it waits, for late_ns at most. */
enum err live_run(struct live *l, const struct live_io *io);

/* ---- what it counted ----------------------------------------------------------------------------- */

struct live_totals {
	int64_t first_ns, now_ns; /* 0 before the first packet */
	uint64_t n_frames, n_bytes, n_ntp, n_icmp_errors, n_nts_ke, n_malformed, n_fragments;
	uint64_t requests, answers; /* packets from and to clients */
	uint64_t packets[N_CLASSES], exchanges[N_CLASSES];
	uint64_t n_waiting; /* packets of exchanges that are not over: with packets[] they add up to n_ntp */
	uint64_t kisses[N_KISS];
	uint64_t n_clients, n_clients_v6, capacity;
	uint64_t unique[N_WINDOWS]; /* addresses, by enum window */
	uint64_t n_aged_out, n_refused_packets, n_forgotten_requests;
	double refused_addresses; /* an estimate, 2 % */
	/* Worked out from the whole list now and then (as_of_ns), since they change with time alone: */
	int64_t as_of_ns;
	uint64_t n_alert[4], n_active, n_abusive, n_rapid, n_very_slow, n_scanner, n_one_shot;
	uint64_t memory_bytes; /* of all tables, as touched */
};

void live_totals(struct live *l, struct live_totals *out);

/* Servers, most requests first; *out is the caller's to free.  delta and turnaround are NULL in it: see
 * live_point for percentiles over time. */
enum err live_servers(struct live *l, struct server_info **out, size_t *n);

/* Delta times of one server since the start; false when there are none.  (Large: not for the stack.) */
bool live_server_delta(struct live *l, const struct addr *server, struct hist *out);

/* What the bits of client_info.servers mean here: out[i] is the server of bit i, in the order in which they
 * were met, which never changes; bit 63 stands for all others.  Returns how many. */
enum { LIVE_SERVER_BITS = 63 };
size_t live_server_bits(struct live *l, struct addr out[LIVE_SERVER_BITS]);

/* Traffic over time: a point a second for the last hour, a point a minute for the last week. */
struct live_point {
	int64_t start_ns;
	uint32_t width_s;                       /* 1 or 60 */
	uint64_t requests, answers, unanswered; /* packets; requests given up in this span */
	uint64_t new_clients, kods, icmp_errors;
	uint64_t unique_5min, unique_20min, unique_1h; /* at its end */
	uint64_t n_deltas;
	/* within 1 %; 0 when n_deltas is 0 */
	int64_t delta_min_ns, delta_p50_ns, delta_p90_ns, delta_p99_ns, delta_max_ns;
};

/* Points of that width from from_ns on, oldest first, at most max; returns how many. */
size_t live_points(struct live *l, uint32_t width_s, int64_t from_ns, struct live_point *out, size_t max);

/* ---- the list ------------------------------------------------------------------------------------ */

/* An order of all clients that pass a filter, as they were when it was made: ids and words, 12 octets each,
 * sorted where pages are read (engine/lazy_order.h).  Reading a page of it gives today's figures of those
 * clients; one that left since is skipped. */
struct live_view {
	size_t n_total; /* clients in the list when it was made */
	size_t n;       /* of them, those that passed */
	int64_t made_ns;
	struct live_sorting *sorting; /* private */
};

/* f may be NULL: all.  Its name() is also what SORT_NAME goes by (those without a name last, by address); it
 * has to last as long as the view does, and is called with the lock held, so that it must not call back. */
enum err live_view_make(struct live *l, enum client_sort by, bool descending, const struct client_filter *f,
			struct live_view *out);
void live_view_release(struct live_view *v);
size_t live_view_bytes(const struct live_view *v); /* does not change */

/* Up to max clients from offset on; returns how many, *next is the offset behind them: the end, too, when
 * there is no memory left.  A view is read by one thread at a time. */
size_t live_view_page(struct live *l, struct live_view *v, size_t offset, struct client_info *out, size_t max,
		      size_t *next);

/* All clients in no order, without a view and without memory: *cursor is 0 at first; up to max of them,
 * each once however the list grows meanwhile; 0 at the end. */
size_t live_walk(struct live *l, uint64_t *cursor, struct client_info *out, size_t max);

/* False when it is not in the list. */
bool live_client(struct live *l, const struct addr *a, struct client_info *out);

/* ---- the latest packets -------------------------------------------------------------------------- */

/* The last LIVE_RECENT NTP packets, compact; number counts all of them since the start, from 1. */
enum { LIVE_RECENT = 1 << 17 };

struct live_packet {
	uint64_t number;
	int64_t time_ns;
	struct addr client, server;
	uint64_t key;     /* request: transmit; answer: origin: what pairs them */
	int64_t delta_ns; /* answers: since the latest request with that key, if still there; else -1 */
	uint32_t flags;   /* enum packet_flag */
	uint16_t client_port, payload_len;
	uint8_t version, mode, stratum, kiss;
	int8_t poll_log2s;
	bool to_server;
};

/* Packets after number `after`, oldest first, that belong to clients in prefix net/bits (bits of the
 * 128-bit form; 0 = all); at most max; returns how many, *last is the number to go on from. */
size_t live_recent(struct live *l, uint64_t after, const struct addr *net, unsigned bits,
		   struct live_packet *out, size_t max, uint64_t *last);

/* The number of the latest packet; 0: none yet. */
uint64_t live_recent_newest(struct live *l);

/* ---- the slowest exchanges ----------------------------------------------------------------------- */

/* A part of the time up to now.  It begins at the moment nearest to an hour or a day ago whose sums are
 * still known: within two and a half minutes for an hour, half an hour for a day, as a rule; with the first
 * packet when that is nearer. */
enum live_span { LIVE_ALL, LIVE_DAY, LIVE_HOUR };

/* The ten slowest of each server (engine_config.n_worst), slowest first; an exchange belongs to the time at
 * which it was over. */
struct live_worst {
	int64_t from_ns, to_ns; /* 0 before the first packet */
	struct worst_row *rows;
	size_t n;
};

/* What it gave is to be released; ERR_MEMORY gives nothing. */
enum err live_worst(struct live *l, enum live_span span, struct live_worst *out);
void live_worst_release(struct live_worst *w);

/* ---- all of it at one moment --------------------------------------------------------------------- */

/* Waits for a moment between two superblocks and keeps it until live_thaw(): fork() in between, and the
 * child has a consistent copy that costs no time and little memory. */
void live_freeze(struct live *l);
void live_thaw(struct live *l);

/* live_points() in between, or in such a child. */
size_t live_points_frozen(const struct live *l, uint32_t width_s, int64_t from_ns, struct live_point *out,
			  size_t max);

/* In such a child, or when counting has ended, once: the census of all that was counted, or in a span, which
 * census_span() tells, for reports.  What is open counts as unanswered, and the live is empty afterwards. */
enum err live_census(struct live *l, enum live_span span, struct census **out);

/* ---- saved and restored -------------------------------------------------------------------------- */

/* Everything that must outlive a restart, as a stream of sections for store/snapshot.c; reading it back
 * into a fresh live, before live_run().  To be called where live_census() may be: requests that are open
 * are not saved but end as unanswered, so that all that is counted still adds up.  write() gets pieces in
 * order and returns false to stop. */
enum err live_save(struct live *l, bool (*write)(void *arg, const void *data, size_t len), void *arg);
/* read() fills exactly len octets or returns false.  ERR_UNSUPPORTED when another version wrote it,
 * ERR_FORMAT when it makes no sense; in both cases the live is to be freed. */
enum err live_load(struct live *l, bool (*read)(void *arg, void *data, size_t len), void *arg);

#endif
