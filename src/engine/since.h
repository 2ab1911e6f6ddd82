/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All that can be told of a part of the time by taking away: the sums as they were when it began.  What the
 * list of clients, the series and the sets of addresses know is not here; see census.h for what a census of a
 * part of the time makes of those.
 *
 *	sums now - sums then = what was counted since then
 *
 * An exchange belongs to the moment at which it was over: what was open when the part began counts in it.
 */
#ifndef ENGINE_SINCE_H
#define ENGINE_SINCE_H

#include "engine/census.h"
#include "engine/fragments.h"
#include "engine/icmp_errors.h"
#include "engine/ntske_seen.h"
#include "engine/save_stream.h"
#include "engine/server_times.h"

/* Servers with sums of their own, the busiest ones; where there are more, the last entry is the rest. */
enum { SINCE_SERVERS = 64 };

struct since {
	int64_t from_ns, asked_ns; /* where it begins, and where it was to begin */
	bool whole;                /* it is all that was counted: nothing is taken away */
	struct tally *tally;       /* NULL when whole */
	struct server_times times; /* of the servers below, the rest at the address zero */
	struct server_info servers[SINCE_SERVERS];
	size_t n_servers;
	bool has_rest;
	uint64_t icmp_packets, icmp_answer_quoted, icmp_rows[ICMP_ROWS_MAX];
	uint64_t ntske_segments, ntske_client_hellos, ntske_server_hellos, ntske_alerts, ntske_without_alpn,
		ntske_cut, ntske_names[NTSKE_NAMES_MAX];
	struct fragments_stats fragments;
	uint64_t n_forgotten, n_aged_out, n_refused_packets;
};

struct engine_state;
struct worker_sums;

/* NULL without memory. */
struct since *since_new(void);
void since_free(struct since *s);

/* The sums of now, when time has come to at_ns: those of the state and of the n threads' that are not merged
 * into it yet. */
enum err since_take(struct since *s, const struct engine_state *state, const struct worker_sums *const *sums,
		    size_t n, int64_t at_ns);

/* The sums to and from octets; whether they can be is for the stream to say. */
void since_save(struct save_stream *stream, struct since *s);

/* Takes the sums away from the state's, but for the servers': those lie in the shards, and are known once
 * they are folded. */
void since_take_away(const struct since *s, struct engine_state *state);

/* The same for the folded list; who did nothing since then is no longer in it. */
void since_take_away_servers(const struct since *s, struct server_info *list, size_t *n);

#endif
