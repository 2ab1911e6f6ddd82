/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Strict pairs in one pass: packets in, the same packets out, each with the request that it answers.  For
 * commands that print as they read and want nothing of frames to come; the rules are match_strict.h's, packet
 * for packet what pipeline.h tells.
 *
 *   source ──▶ [oldest … newest] ──▶ caller
 *
 * An answer without a request waits in this line, since its request may have been captured a moment later
 * (config->reorder_ns); what was captured behind it waits, too.  Nearly always the line is empty, and packets
 * pass without being copied.  It holds PAIR_AHEAD_HELD packets at most, and PAIR_AHEAD_MEMORY octets of them:
 * beyond, the oldest leaves without an answer, and is counted.  So does one whose request comes after the
 * capturing host's clock went back: only then this differs from what the pipeline tells.
 */
#ifndef ENGINE_PAIR_AHEAD_H
#define ENGINE_PAIR_AHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/packet.h"
#include "engine/config.h"
#include "engine/match_wireshark.h"

enum { PAIR_AHEAD_HELD = 1 << 17, PAIR_AHEAD_MEMORY = 64 << 20, PAIR_AHEAD_BATCH = 256 };

struct pair_ahead;

/* next() fills at most max packets, whose bytes stay valid until its next call; false at the end. */
enum err pair_ahead_new(struct pair_ahead **out, const struct engine_config *config,
			bool (*next)(void *arg, struct packet *out, size_t max, size_t *n), void *arg);
void pair_ahead_free(struct pair_ahead *a); /* accepts NULL */

/* The next packets, 1 to PAIR_AHEAD_BATCH of them, and what each answers: valid until the next call.  False
 * at the end. */
bool pair_ahead_next(struct pair_ahead *a, const struct packet **packets, const struct match_answer **answers,
		     size_t *n);

/* Packets that left the line too early for want of room. */
uint64_t pair_ahead_hurried(const struct pair_ahead *a);

#endif
