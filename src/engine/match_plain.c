/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The short cuts of match_strict.h: what is neither repeated nor waited for, as nearly all is. */
#include "engine/match_private.h"
#include "proto/ntp.h"

/* match_fill_entry() for these. */
static inline void fill(struct open_request *r, const struct plain_event *e, uint64_t frame, uint64_t flow,
			uint32_t client_id, uint32_t server_id)
{
	*r = (struct open_request){
		.key = e->key,
		.flow = flow,
		.time_ns = e->time_ns,
		.frame = frame,
		.version = plain_version(e),
		.mode = NTP_MODE_CLIENT,
		.client_id = client_id,
		.server_id = server_id,
		.client_port = e->client_port,
		.server_port = NTP_PORT,
	};
}

bool match_plain_request(struct match_strict *m, const struct plain_event *e, uint64_t frame, uint64_t flow,
			 uint64_t chain, uint32_t client_id, uint32_t server_id)
{
	struct match_ring *q = &m->ring;
	if (q->tail - q->head >= q->cap)
		return false;
	uint32_t *head = &q->by_key[chain & match_ring_mask(q)];
	for (const struct open_request *o = match_ring_entry(q, *head); o;
	     o = match_ring_entry(q, o->next_key))
		if (o->key == e->key && o->flow == flow)
			return false;
	uint32_t self = (uint32_t)q->tail;
	struct open_request *r = match_ring_push(q, e->time_ns);
	fill(r, e, frame, flow, client_id, server_id);
	if (e->transmit && e->receive != e->key) { /* may be interleaved: see may_interleave() */
		r->receive = e->receive;
		match_ring_link(q, r);
		return true;
	}
	r->next_key = match_ring_next_after(q, self, *head);
	r->next_receive = match_ring_nowhere(self);
	*head = self;
	return true;
}

const struct open_request *match_plain_response(struct match_strict *m, const struct plain_event *e,
						uint64_t flow, uint64_t chain)
{
	struct match_ring *q = &m->ring;
	struct open_request *r = NULL, *o = match_ring_entry(q, q->by_key[chain & match_ring_mask(q)]);
	for (; o; o = match_ring_entry(q, o->next_key)) {
		if (o->key != e->key || o->flow != flow)
			continue;
		if (r)
			return NULL;
		r = o;
	}
	if (!r || r->state != STATE_OPEN || r->mode != NTP_MODE_CLIENT || r->uid != 0)
		return NULL;
	if (age(m, r) > m->timeout_ns || too_old(m, r))
		return NULL;
	r->state = STATE_ANSWERED;
	return r;
}
