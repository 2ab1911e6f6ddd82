/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The latest NTP packets, in a ring of 64 octets each: what a page of passing requests shows.  No locks:
 * the caller's, who looks through it a part at a time. */
#ifndef ENGINE_LIVE_RECENT_H
#define ENGINE_LIVE_RECENT_H

#include "engine/event.h"
#include "engine/live.h"

struct recent_packet;

struct live_recent {
	struct recent_packet *ring; /* LIVE_RECENT */
	uint64_t n;                 /* packets ever; number i lies at (i - 1) % LIVE_RECENT */
};

enum err live_recent_init(struct live_recent *r);
void live_recent_release(struct live_recent *r);

void live_recent_add(struct live_recent *r, const struct event *events, size_t n);

/* The number of the oldest one that is kept. */
static inline uint64_t live_recent_oldest(const struct live_recent *r)
{
	return r->n > LIVE_RECENT ? r->n - LIVE_RECENT + 1 : 1;
}

/* Packets from number *from to `to` of clients in net/bits; *from becomes the number to go on from, which
 * is before `to` + 1 only when there were max of them.  delta_ns is -1 in all. */
size_t live_recent_find(const struct live_recent *r, uint64_t *from, uint64_t to, const struct addr *net,
			unsigned bits, struct live_packet *out, size_t max);

/* n packets in order of numbers, and the latest request of each (client, port, server, key) of their
 * answers, while the ring is gone through once more. */
struct live_recent_pairs {
	uint64_t secret; /* strangers choose keys and ports */
	struct live_packet *packets;
	size_t n, next; /* the first one that is not passed yet */
	struct live_asked *at;
	size_t mask;
};

enum err live_recent_pairs_init(struct live_recent_pairs *a, uint64_t secret, struct live_packet *packets,
				size_t n);
void live_recent_pairs_release(struct live_recent_pairs *a);

/* Goes through packets number `from` to `to`, all parts in rising order: fills delta_ns of the answers. */
void live_recent_pair(const struct live_recent *r, uint64_t from, uint64_t to, struct live_recent_pairs *a);

#endif
