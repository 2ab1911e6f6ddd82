/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pairing as Wireshark does, for whole captures: an answer belongs to the newest request of its conversation,
 * whatever the timestamps in it say, and only the first one counts.
 */
#include "base/nstime.h"
#include "engine/match_private.h"
#include "proto/ntp.h"

static const int64_t NEWEST_KEPT_NS = 64 * NS_PER_S;

/* Wireshark knows a request by its conversation: alone (modes 3 and 4), by sequence (6), by
 * implementation (7). */
uint64_t match_newest_key(const struct event *e)
{
	if (e->mode == NTP_MODE_PRIVATE)
		return UINT64_C(7) << 60 | e->implementation;
	return e->mode == NTP_MODE_CONTROL ? e->key : 1;
}

/* What has been told leaves; of modes 6 and 7, only when no more fragments can be expected. */
static void newest_forget(struct match_strict *m)
{
	while (!match_ring_empty(&m->ring)) {
		const struct open_request *r = match_ring_head(&m->ring);
		if (r->state == STATE_OPEN || (r->state == STATE_ANSWERED && age(m, r) < NEWEST_KEPT_NS))
			return;
		(void)match_ring_pop(&m->ring);
	}
}

static struct open_request *newest_of(const struct match_strict *m, uint64_t flow, uint64_t key)
{
	struct open_request *r = match_ring_by_key(&m->ring, flow, key);
	while (r && (r->key != key || r->flow != flow))
		r = match_ring_entry(&m->ring, r->next_key);
	return r;
}

static void newest_question(struct match_strict *m, const struct event *e, uint64_t flow, uint32_t client_id,
			    uint32_t server_id)
{
	struct open_request *r = newest_of(m, flow, match_newest_key(e));
	if (r) {
		match_tell_final(m, r, 0);
		match_ring_unlink(&m->ring, r);
		r->state = STATE_TOLD;
	}
	r = match_remember(m, e);
	match_fill_entry(r, e, flow, client_id, server_id);
	r->key = match_newest_key(e);
	match_ring_link(&m->ring, r);
}

/* Only the first answer to the newest request counts; in modes 6 and 7 fragments follow it. */
static void newest_response(struct match_strict *m, const struct event *e, uint64_t flow, uint32_t client_id,
			    uint32_t server_id)
{
	struct open_request *r = newest_of(m, flow, match_newest_key(e));
	if (!r || (r->state == STATE_ANSWERED && e->role == EVENT_RESPONSE)) {
		match_tell_lone(m, e, CLASS_UNSOLICITED, client_id, server_id);
		return;
	}
	match_tell_pair(m, r, e, 0);
}

bool match_newest_event(struct match_strict *m, const struct event *e, uint64_t flow, uint32_t client_id,
			uint32_t server_id)
{
	newest_forget(m);
	if (is_question(e))
		newest_question(m, e, flow, client_id, server_id);
	else if (e->role == EVENT_SYMMETRIC)
		match_tell_lone(m, e, CLASS_SYMMETRIC, client_id, server_id);
	else if (e->role <= EVENT_PRIVATE_RESPONSE)
		newest_response(m, e, flow, client_id, server_id);
	else
		return false;
	return true;
}
