/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the match_*.c files share: the ring's entries, filled and told.  Only for them. */
#ifndef ENGINE_MATCH_PRIVATE_H
#define ENGINE_MATCH_PRIVATE_H

#include "engine/match_strict.h"

static inline int64_t age(const struct match_strict *m, const struct open_request *r)
{
	return m->now_ns - r->time_ns;
}

static inline bool too_old(const struct match_strict *m, const struct open_request *r)
{
	return match_strict_too_old(m, r->time_ns);
}

static inline bool is_question(const struct event *e)
{
	return e->role == EVENT_REQUEST || e->role == EVENT_CONTROL_REQUEST ||
	       e->role == EVENT_PRIVATE_REQUEST;
}

/* RFC 9769: a request for interleaved mode has an origin, and receive differs from transmit. */
static inline bool may_interleave(const struct event *e)
{
	return e->transmit && e->receive != e->key;
}

/* A place in the ring for the event, its addresses noted when rows are wanted; what has no room is told. */
struct open_request *match_remember(struct match_strict *m, const struct event *e);
void match_fill_entry(struct open_request *r, const struct event *e, uint64_t flow, uint32_t client_id,
		      uint32_t server_id);

/* Tells that e answers r, again if r was answered before. */
void match_tell_pair(struct match_strict *m, struct open_request *r, const struct event *e, uint8_t notes);

/* Tells a packet that is no part of a pair. */
void match_tell_lone(struct match_strict *m, const struct event *e, enum exchange_class class,
		     uint32_t client_id, uint32_t server_id);

/* Tells what an entry is when no more can come for it. */
void match_tell_final(const struct match_strict *m, const struct open_request *r, uint8_t notes);

/* match_newest.c: pairing with config->match_newest.  False when the event is of a kind that is treated as in
 * strict mode. */
bool match_newest_event(struct match_strict *m, const struct event *e, uint64_t flow, uint32_t client_id,
			uint32_t server_id);
uint64_t match_newest_key(const struct event *e);

#endif
