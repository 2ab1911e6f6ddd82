/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One of the 64 parts of the engine's state: the clients whose address hashes to it, their open requests,
 * and the servers as they saw them.  Only one thread touches a shard at a time.
 */
#ifndef ENGINE_SHARD_H
#define ENGINE_SHARD_H

#include "engine/clients.h"
#include "engine/config.h"
#include "engine/event.h"
#include "engine/match_strict.h"
#include "engine/plain.h"
#include "engine/rows.h"
#include "engine/series.h"
#include "engine/server_times.h"
#include "engine/servers.h"
#include "engine/tally.h"
#include "engine/windows.h"

/* What belongs to the thread that works on the shard for the moment: sums that add in any order. */
struct worker_sums {
	struct tally *tally;
	struct series_builder series;
	struct server_times times;
	struct row_list *rows; /* NULL when no rows are wanted */
};

struct shard {
	struct clients clients;
	struct match_strict match;
	struct servers servers;
	struct windows windows;
	bool short_cuts;     /* plain events take them */
	bool want_continued; /* as in the config */
	int64_t next_age_out_ns;
	int64_t before_ns;         /* time of the event before this one */
	struct worker_sums *sums;  /* of the thread at work */
	const struct event *event; /* at work, for outcomes */
};

enum err shard_init(struct shard *s, const struct engine_config *config, struct client_arena *arena,
		    struct pool *pool, unsigned n_shards);
void shard_release(struct shard *s);

/* Applies n events, in order.  May add flags to them. */
void shard_apply(struct shard *s, struct worker_sums *sums, struct event *const *events, size_t n);

/* Plain events, in order, which the decoder has put into the series. */
struct plain_run {
	const struct plain_batch *batch;
	struct plain_event *events;
	const uint16_t *order; /* their numbers */
	size_t n;
};

/* The same for plain events.  May set bits of them. */
void shard_apply_plain(struct shard *s, struct worker_sums *sums, const struct plain_run *run);

/* Time has come to now_ns, whether the shard saw packets or not; events may still be older by a few
 * minutes. */
void shard_tick(struct shard *s, struct worker_sums *sums, int64_t now_ns);

/* No events until now_ns, and none on its way that is older. */
void shard_idle(struct shard *s, struct worker_sums *sums, int64_t now_ns);

/* No more events: tells what is open. */
void shard_end(struct shard *s, struct worker_sums *sums, int64_t end_ns);

#endif
