/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The latest NTP packets, in a ring of 64 octets each: what a page of passing requests shows.  No locks: the
 * caller's, who looks through it a part at a time.
 *
 * Answers find their requests only when somebody reads: whoever does goes on where the one before stopped, so
 * that a packet is looked at once, however many read.
 */
#ifndef ENGINE_LIVE_RECENT_H
#define ENGINE_LIVE_RECENT_H

#include "engine/event.h"
#include "engine/live.h"

struct recent_packet;

struct live_recent {
	struct recent_packet *ring; /* LIVE_RECENT */
	uint64_t n;                 /* packets ever; number i lies at (i - 1) % LIVE_RECENT */
	uint64_t n_paired;          /* up to which number answers know their requests */
	uint32_t *latest; /* requests by hash, each leads to the one before; NULL: nobody has read */
	uint64_t secret;  /* of that hash: strangers choose keys and ports */
};

enum err live_recent_init(struct live_recent *r, uint64_t secret);
void live_recent_release(struct live_recent *r);

void live_recent_add(struct live_recent *r, const struct event *events, size_t n);

/* The number of the oldest one that is kept. */
static inline uint64_t live_recent_oldest(const struct live_recent *r)
{
	return r->n > LIVE_RECENT ? r->n - LIVE_RECENT + 1 : 1;
}

/* Looks at the next packets, at most max, and finds the requests of answers: the latest one before it of the
 * same client, port, server and key that is still there.  Returns how many; 0 when all have been looked
 * at. */
size_t live_recent_pair(struct live_recent *r, size_t max);

/* Packets from number *from to `to` of clients in net/bits; *from becomes the number to go on from, which
 * is before `to` + 1 only when there were max of them.  delta_ns is that of answers whose requests were
 * found. */
size_t live_recent_find(const struct live_recent *r, uint64_t *from, uint64_t to, const struct addr *net,
			unsigned bits, struct live_packet *out, size_t max);

#endif
