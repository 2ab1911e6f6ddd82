/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * THE hot path: source → decode → match → track → measure, a superblock of packets at a time.
 *
 *   read        one thread takes the next packets from the source while the others still apply
 *   decode      16 slices, any thread: packet → event, events listed by shard (hash of the client's address)
 *   in between  what needs order across shards: fragments, ICMP errors, NTS-KE
 *   apply       64 shards, any thread: each shard's events of all slices in order; batches prefetch
 *
 * Shards share nothing, so that any number of threads gives identical results.
 *
 * pipeline_run() does it for a source that ends; for one that does not, the steps can be called one by one.
 */
#ifndef ENGINE_PIPELINE_H
#define ENGINE_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/packet.h"
#include "engine/census.h"
#include "engine/config.h"
#include "engine/event.h"
#include "engine/exchange.h"
#include "proto/frame.h"

/* How the pipeline is connected; engine knows no files. */
struct pipeline_io {
	/* Fills at most max packets; *n = 0 and ERR_END at the end.  Bytes stay valid until the next call. */
	enum err (*next)(void *source, struct packet *out, size_t max, size_t *n);
	void *source;

	/* True when the packet passes the capture filter; NULL = all pass.  Called from any thread. */
	bool (*filter)(void *arg, const struct packet *p);
	/* The same for a packet that was put together, d decoded from it; last is its last piece, whose
	 * frame counts as filtered when it does not pass.  NULL = all pass.  One thread at a time. */
	bool (*whole_filter)(void *arg, const struct packet *last, const struct packet *whole,
			     const struct datagram *d);
	void *filter_arg;

	/* Each exchange once, in ascending order of exchange_frame() (in any order, if
	 * rows_in_any_order, which is cheaper and does not wait); NULL = not wanted.  From the thread
	 * that called pipeline_run().  A result other than ERR_OK ends the run with it. */
	enum err (*row)(void *arg, const struct exchange *x);
	void *row_arg;
	bool rows_in_any_order;

	/* What the NTP packets were, once they are applied, a part of a superblock at a time and nearly in
	 * order of frames; may be NULL.  From the thread that called. */
	void (*events)(void *arg, const struct event *events, size_t n);
	void *events_arg;

	/* Now and then, for progress; may be NULL. */
	void (*tick)(void *arg, uint64_t n_packets);
	void *tick_arg;
};

/* Runs the source to its end.  *out is the census of all packets, also when the source broke off with an
 * error (which is returned); NULL only when memory or threads could not be had. */
enum err pipeline_run(const struct engine_config *config, const struct pipeline_io *io, struct census **out);

/* ---- step by step --------------------------------------------------------------------------------- */

enum { PIPELINE_BLOCK = 16384 }; /* packets in a superblock */

struct pipeline;
struct engine_state;
struct worker_sums;

/* io is used as long as the pipeline lives, but for next and tick. */
enum err pipeline_new(const struct engine_config *config, const struct pipeline_io *io,
		      struct pipeline **out);
void pipeline_free(struct pipeline *p);

/* Counts a superblock: n packets, at most PIPELINE_BLOCK, whose times may be changed.  How packets are cut
 * into superblocks changes nothing. */
enum err pipeline_step(struct pipeline *p, struct packet *packets, size_t n);

/* No packets came, and none is on its way, until now_ns: what is too old is told. */
void pipeline_idle(struct pipeline *p, int64_t now_ns);

/* Time of the last packet, or what pipeline_idle() said since. */
int64_t pipeline_now(const struct pipeline *p);

/* What is counted so far lies in the state and, for each thread i < config.n_threads, in sums; the state's
 * own sums are those of before the first packet.  Not while it counts. */
struct engine_state *pipeline_state(struct pipeline *p);
struct worker_sums *pipeline_sums(struct pipeline *p, unsigned i);

/* The state was loaded, and this was its time. */
void pipeline_resume(struct pipeline *p, int64_t now_ns);

/* No packets will come, for all that is known: tells what is open, and puts all sums into the state. */
enum err pipeline_end(struct pipeline *p);

/* After pipeline_end(): the census takes the state over. */
enum err pipeline_census(struct pipeline *p, struct census **out);

#endif
