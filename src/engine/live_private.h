/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a live engine, for the live_*.c files. */
#ifndef ENGINE_LIVE_PRIVATE_H
#define ENGINE_LIVE_PRIVATE_H

#include "engine/client_info.h"
#include "engine/fair_lock.h"
#include "engine/live.h"
#include "engine/live_marks.h"
#include "engine/live_points.h"
#include "engine/live_recent.h"
#include "engine/state.h"

enum {
	LIVE_SLICE = 4096, /* clients that are looked at in one turn of the lock */
	LIVE_SECONDS = 3600,
	LIVE_MINUTES = 10080,
	LIVE_WORST_MAX = N_SHARDS * SHARD_SERVERS_MAX * ENGINE_WORST_MAX,
};

/* Figures that change with time alone, counted by going round the list. */
struct live_recount {
	struct live_totals sums; /* of the round that is on its way */
	unsigned shard;
	size_t place;
	uint64_t step; /* n_steps when it began */
	bool on_its_way;
};

struct live {
	struct fair_lock
		lock; /* for all below but io, packets and seconds, which are the counting thread's */
	struct engine_config config;
	struct pipeline *pipeline;
	struct engine_state *state; /* the pipeline's; NULL once a census took it */
	struct pipeline_io io;
	struct packet *packets;
	size_t n_places;            /* in the arena: more clients there cannot be */
	uint64_t n_steps, n_frames; /* n_frames: numbers given so far */
	struct live_recent recent;
	struct live_points seconds, minutes;
	struct live_counts *counts; /* room to work */
	struct live_marks marks;
	/* Servers in the order in which they were met, and what clients' records say of them. */
	struct addr servers[LIVE_SERVER_BITS];
	size_t n_servers;
	unsigned n_known[N_SHARDS]; /* of a shard's servers, those that have their bits */
	uint64_t two_way_bits;
	bool two_way;
	uint64_t context_step; /* n_steps when the context was made, + 1 */
	struct client_context context;
	struct live_recount recount;
	struct live_totals recounted; /* by the last whole round */
	uint64_t recounted_step;      /* n_steps at its beginning */
};

/* Saves or loads the state and what lies in it: live_save_state.c. */
struct save_stream;
void live_save_state(struct save_stream *s, struct engine_state *state);
void live_save_sums(struct save_stream *s, struct tally *t, struct server_times *times);

/* All of these with the lock held. */

/* The context of client_info_make(), up to date. */
const struct client_context *live_context(struct live *l);

/* Going round the list: whether it is time for another round, to begin it, and to go on by at most max
 * entries. */
bool live_recount_due(const struct live *l);
void live_recount_begin(struct live *l);
void live_recount_some(struct live *l, size_t max);

/* What was counted up to now, when time has come to at_ns; NULL without memory. */
struct since *live_since(const struct live *l, int64_t at_ns);

/* Takes the slowest exchanges from the shards' servers, which begin anew, and adds them to those of all time
 * and, if they are of one, to those of the mark that is to be made.  Without memory nothing happens. */
void live_worst_turn(struct live *l, bool is_marked);

/* In the place of those of all time come those since the mark at from_ns. */
enum err live_worst_of_span(struct live *l, int64_t from_ns);

/* Counts clients' packets since from_ns for a census, if the latest packets reach back so far. */
enum err live_count_lately(struct live *l, int64_t from_ns);

int64_t live_span_ns(enum live_span span);

/* Everything but the addresses in windows: see live_points.h. */
void live_count_all(struct live *l, struct live_counts *out);
void live_unique_at(void *live, int64_t end_ns, uint64_t out[LIVE_POINT_WINDOWS]);

#endif
