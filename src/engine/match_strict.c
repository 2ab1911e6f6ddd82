/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/match_private.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "base/nstime.h"
#include "proto/ntp.h"

/* open requests, or orphans, with one key in one flow: a flood must not grow a chain */
enum { SAME_KEY_MAX = 8 };

enum err match_strict_init(struct match_strict *m, const struct engine_config *config, unsigned n_shards,
			   struct pool *pool, void (*told)(void *arg, const struct outcome *o), void *arg)
{
	*m = (struct match_strict){
		.timeout_ns = config->timeout_ns,
		.late_ns = config->late_ns > config->timeout_ns ? config->late_ns : config->timeout_ns,
		.reorder_ns = config->reorder_ns,
		.newest = config->match_newest,
		.told = told,
		.arg = arg,
	};
	int64_t keep_ns = m->newest ? 0 : m->late_ns;
	if (m->newest)
		m->timeout_ns = m->late_ns = INT64_MAX / 4;
	bool ok = match_ring_init(&m->ring, config->pending_capacity / n_shards, keep_ns, config->want_rows,
				  pool);
	return ok ? ERR_OK : ERR_MEMORY;
}

void match_strict_release(struct match_strict *m)
{
	match_ring_release(&m->ring);
	*m = (struct match_strict){ 0 };
}

void match_strict_begin(struct match_strict *m, int64_t first_ns)
{
	m->first_ns = first_ns;
}

static const uint64_t OTHER_SIDE_ASKS = UINT64_C(0x94d049bb133111eb);

/* The side that asks is part of the flow, so that a peer does not answer itself. */
static uint64_t flow_of(const struct event *e, uint64_t client_hash, uint64_t server_hash,
			bool asked_by_client)
{
	uint64_t ports = (uint64_t)e->client_port << 16 | e->server_port;
	uint64_t flow = hash_fold(client_hash ^ ports, server_hash | 1);
	return asked_by_client ? flow : flow ^ OTHER_SIDE_ASKS;
}

uint64_t match_strict_flow(const struct event *e, uint64_t client_hash, uint64_t server_hash)
{
	if (e->role == EVENT_SYMMETRIC) /* first it answers the other side */
		return flow_of(e, client_hash, server_hash, !e->to_server);
	return flow_of(e, client_hash, server_hash, is_question(e) == e->to_server);
}

static uint64_t sought_key(const struct match_strict *m, const struct event *e)
{
	if (m->newest)
		return match_newest_key(e);
	return e->role == EVENT_SYMMETRIC ? e->transmit : e->key;
}

uint64_t match_strict_chain(const struct match_strict *m, const struct event *e, uint64_t flow)
{
	return match_ring_hash(flow, sought_key(m, e));
}

static void outcome_of(const struct match_strict *m, const struct open_request *r, enum exchange_class class,
		       struct outcome *o)
{
	/* Field by field: this runs for each exchange, and the addresses are wanted for rows only. */
	o->x.request_frame = r->frame;
	o->x.response_frame = 0;
	o->x.request_ns = r->time_ns;
	o->x.response_ns = 0;
	o->x.turnaround_ns = 0;
	o->x.client_port = r->client_port;
	o->x.server_port = r->server_port;
	o->x.class = (uint8_t) class;
	o->x.version = r->version;
	o->x.mode = r->mode;
	o->x.kiss = KISS_NONE;
	o->x.auth = r->auth;
	o->x.notes = 0;
	o->x.has_turnaround = false;
	o->x.has_offset = false;
	o->client_id = r->client_id;
	o->server_id = r->server_id;
	o->n_packets = 1;
	o->continuation = false;
	const struct open_ends *ends = match_ring_ends(&m->ring, r);
	if (ends) {
		o->x.client = ends->client;
		o->x.server = ends->server;
	}
}

static uint8_t lone_response_notes(const struct match_strict *m, int64_t time_ns, uint64_t origin)
{
	return (uint8_t)((time_ns - m->first_ns <= m->timeout_ns ? NOTE_BEFORE_CAPTURE : 0) |
			 (origin == 0 ? NOTE_ZERO_ORIGIN : 0));
}

static void tell_orphan(const struct match_strict *m, const struct open_request *r)
{
	struct outcome o;
	outcome_of(m, r, CLASS_UNSOLICITED, &o);
	o.x.response_frame = o.x.request_frame;
	o.x.response_ns = o.x.request_ns;
	o.x.request_frame = 0;
	o.x.request_ns = 0;
	o.x.kiss = r->kiss;
	o.x.has_turnaround = r->turnaround;
	o.x.turnaround_ns = r->turnaround_ns;
	o.x.notes = lone_response_notes(m, r->time_ns, r->key);
	m->told(m->arg, &o);
}

static enum exchange_class class_without_answer(const struct open_request *r)
{
	if (r->symmetric)
		return r->linked ? CLASS_SYMMETRIC : CLASS_UNANSWERED;
	return r->repeat ? CLASS_RETRANSMITTED : CLASS_UNANSWERED;
}

/* What an entry is when no more can come for it. */
void match_tell_final(const struct match_strict *m, const struct open_request *r, uint8_t notes)
{
	if (r->state == STATE_ORPHAN) {
		tell_orphan(m, r);
	} else if (r->state == STATE_OPEN) {
		struct outcome o;
		outcome_of(m, r, class_without_answer(r), &o);
		o.x.notes = notes;
		m->told(m->arg, &o);
	}
}

static void retire_head(struct match_strict *m, uint8_t notes)
{
	match_tell_final(m, match_ring_pop(&m->ring), notes);
}

struct open_request *match_remember(struct match_strict *m, const struct event *e)
{
	if (!match_ring_has_room(&m->ring)) {
		m->n_forgotten++;
		retire_head(m, NOTE_FORGOTTEN);
	}
	struct open_request *r = match_ring_push(&m->ring, e->time_ns);
	struct open_ends *ends = match_ring_ends(&m->ring, r);
	if (ends)
		*ends = (struct open_ends){ e->client, e->server };
	return r;
}

void match_fill_entry(struct open_request *r, const struct event *e, uint64_t flow, uint32_t client_id,
		      uint32_t server_id)
{
	*r = (struct open_request){
		.key = e->key,
		.flow = flow,
		.time_ns = e->time_ns,
		.frame = e->frame,
		.version = e->version,
		.mode = e->mode,
		.auth = e->auth,
		.kiss = e->kiss,
		.client_id = client_id,
		.server_id = server_id,
		.uid = e->uid,
		.client_port = e->client_port,
		.server_port = e->server_port,
	};
}

/* T3 - T2, unless one of them is missing or the answer is a kiss (whose times are undefined). */
static bool turnaround_of(const struct event *e, int64_t *out)
{
	*out = 0;
	if (e->role != EVENT_RESPONSE || !e->receive || !e->transmit || e->kiss != KISS_NONE)
		return false;
	*out = ntp_diff_ns(e->transmit, e->receive);
	return true;
}

static enum exchange_class class_of_answer(const struct match_strict *m, int64_t delta_ns, uint8_t kiss,
					   uint8_t auth)
{
	if (delta_ns > m->timeout_ns)
		return CLASS_LATE;
	if (auth == NTP_AUTH_CRYPTO_NAK || auth == NTP_AUTH_NTS_NAK || kiss == KISS_NTSN)
		return CLASS_NAK;
	return kiss != KISS_NONE ? CLASS_KOD : CLASS_ANSWERED;
}

void match_tell_pair(struct match_strict *m, struct open_request *r, const struct event *e, uint8_t notes)
{
	struct outcome o;
	bool second = r->state == STATE_ANSWERED;
	int64_t delta_ns = e->time_ns - r->time_ns;
	outcome_of(m, r, second ? CLASS_DUPLICATE : class_of_answer(m, delta_ns, e->kiss, e->auth), &o);
	o.x.response_frame = e->frame;
	o.x.response_ns = e->time_ns;
	o.x.kiss = e->kiss;
	o.x.notes = notes;
	o.x.has_turnaround = turnaround_of(e, &o.x.turnaround_ns) && !(notes & NOTE_INTERLEAVED);
	if (o.x.has_turnaround && match_ring_ends(&m->ring, r))
		exchange_find_offset(&o.x, e->receive, e->transmit);
	o.n_packets = second ? 1 : 2;
	if (second && (e->role == EVENT_CONTROL_RESPONSE || e->role == EVENT_PRIVATE_RESPONSE)) {
		o.continuation = true;
		o.x.class = CLASS_ANSWERED;
	}
	r->state = STATE_ANSWERED;
	m->told(m->arg, &o);
}

static bool may_answer(const struct match_strict *m, const struct open_request *r, uint64_t flow,
		       const struct event *e)
{
	return r->flow == flow && r->uid == e->uid && !too_old(m, r);
}

/* The request that an answer with this origin belongs to.  Of several with one transmit field the oldest
 * that is open and in time comes first, then the newest open one, then an answered one. */
static struct open_request *find_basic(const struct match_strict *m, const struct event *e, uint64_t flow,
				       uint64_t origin)
{
	struct open_request *in_time = NULL, *open = NULL, *answered = NULL;
	struct open_request *r = match_ring_by_key(&m->ring, flow, origin);
	for (; r; r = match_ring_entry(&m->ring, r->next_key)) {
		if (r->key != origin || !may_answer(m, r, flow, e))
			continue;
		if (r->state == STATE_OPEN) {
			if (age(m, r) <= m->timeout_ns)
				in_time = r;
			else if (!open)
				open = r;
		} else if (r->state == STATE_ANSWERED && !answered) {
			answered = r;
		}
	}
	return in_time ? in_time : open ? open : answered;
}

static struct open_request *find_interleaved(const struct match_strict *m, const struct event *e,
					     uint64_t flow, uint64_t origin)
{
	struct open_request *answered = NULL;
	unsigned n_same = 0;
	if (!origin)
		return NULL;
	struct open_request *r = match_ring_by_receive(&m->ring, flow, origin);
	for (; r && n_same < SAME_KEY_MAX; r = match_ring_entry(&m->ring, r->next_receive)) {
		n_same += r->receive == origin;
		if (r->receive != origin || !may_answer(m, r, flow, e))
			continue;
		if (r->state == STATE_OPEN)
			return r;
		if (r->state == STATE_ANSWERED && !answered)
			answered = r;
	}
	return answered;
}

/* Of many orphans with one key, as the victim of a reflection gets them, only the newest wait for a
 * request. */
static void limit_orphans(struct match_strict *m, uint64_t flow, uint64_t key)
{
	struct open_request *oldest = NULL;
	struct open_request *r = match_ring_by_key(&m->ring, flow, key);
	unsigned n = 0;
	for (; r; r = match_ring_entry(&m->ring, r->next_key)) {
		if (r->key != key || r->flow != flow || r->state != STATE_ORPHAN)
			continue;
		oldest = r;
		n++;
	}
	if (n >= SAME_KEY_MAX)
		match_ring_unlink(&m->ring, oldest);
}

static void on_response(struct match_strict *m, const struct event *e, uint64_t flow, uint32_t client_id,
			uint32_t server_id)
{
	struct open_request *r = find_basic(m, e, flow, e->key);
	if (r) {
		match_tell_pair(m, r, e, 0);
		return;
	}
	if (e->role == EVENT_RESPONSE) {
		r = find_interleaved(m, e, flow, e->key);
		if (r) {
			match_tell_pair(m, r, e, NOTE_INTERLEAVED);
			return;
		}
	}
	int64_t turnaround;
	bool has_turnaround = turnaround_of(e, &turnaround);
	limit_orphans(m, flow, e->key);
	r = match_remember(m, e);
	match_fill_entry(r, e, flow, client_id, server_id);
	r->state = STATE_ORPHAN;
	r->turnaround_ns = turnaround;
	r->turnaround = has_turnaround;
	match_ring_link(&m->ring, r);
}

/* An answer that was captured just before its request. */
static bool adopt_orphan(struct match_strict *m, const struct event *e, uint64_t flow, uint32_t client_id,
			 uint32_t server_id, struct open_request *orphan)
{
	int64_t delta_ns = orphan->time_ns - e->time_ns;
	struct outcome o;

	if (delta_ns > m->reorder_ns || delta_ns < -m->reorder_ns || orphan->uid != e->uid)
		return false;
	outcome_of(m, orphan, class_of_answer(m, delta_ns, orphan->kiss, orphan->auth), &o);
	o.x.response_frame = orphan->frame;
	o.x.response_ns = orphan->time_ns;
	o.x.request_frame = e->frame;
	o.x.request_ns = e->time_ns;
	o.x.version = e->version;
	o.x.mode = e->mode;
	o.x.auth = e->auth;
	o.x.kiss = orphan->kiss;
	o.x.has_turnaround = orphan->turnaround;
	o.x.turnaround_ns = orphan->turnaround_ns;
	o.x.notes = NOTE_REORDERED;
	o.n_packets = 2;
	m->told(m->arg, &o);
	match_ring_unlink(&m->ring, orphan);
	orphan->state = STATE_TOLD;
	/* The request is remembered, so that a second answer is known as one. */
	struct open_request *r = match_remember(m, e);
	match_fill_entry(r, e, flow, client_id, server_id);
	r->state = STATE_ANSWERED;
	match_ring_link(&m->ring, r);
	return true;
}

/* Prepares the chain for one more request with this key: finds out whether it is a repetition, drops what is
 * no longer needed, and returns an orphan that waits for it. */
static struct open_request *before_question(struct match_strict *m, const struct event *e, uint64_t flow,
					    bool *repeat)
{
	struct open_request *orphan = NULL, *oldest_open = NULL;
	struct open_request *r = match_ring_by_key(&m->ring, flow, e->key), *next;
	unsigned n_open = 0;

	*repeat = false;
	for (; r; r = next) {
		next = match_ring_entry(&m->ring, r->next_key);
		if (r->key != e->key || r->flow != flow || too_old(m, r))
			continue;
		if (r->state == STATE_ORPHAN) {
			/* Zero says nothing about who asked. */
			orphan = e->key ? r : NULL;
			continue;
		}
		*repeat = e->key != 0 && e->mode < NTP_MODE_CONTROL;
		if (r->state == STATE_ANSWERED) {
			match_ring_unlink(&m->ring, r);
		} else {
			oldest_open = r;
			n_open++;
		}
	}
	if (n_open >= SAME_KEY_MAX) {
		match_tell_final(m, oldest_open, 0);
		match_ring_unlink(&m->ring, oldest_open);
		oldest_open->state = STATE_TOLD;
	}
	return orphan;
}

static void on_question(struct match_strict *m, const struct event *e, uint64_t flow, uint32_t client_id,
			uint32_t server_id, bool linked)
{
	bool repeat;
	struct open_request *orphan = before_question(m, e, flow, &repeat);
	if (orphan && adopt_orphan(m, e, flow, client_id, server_id, orphan))
		return;
	struct open_request *r = match_remember(m, e);
	match_fill_entry(r, e, flow, client_id, server_id);
	r->repeat = repeat;
	r->symmetric = e->role == EVENT_SYMMETRIC;
	r->linked = linked;
	if (may_interleave(e) && (e->role == EVENT_REQUEST || e->role == EVENT_SYMMETRIC))
		r->receive = e->receive;
	match_ring_link(&m->ring, r);
}

void match_tell_lone(struct match_strict *m, const struct event *e, enum exchange_class class,
		     uint32_t client_id, uint32_t server_id)
{
	struct outcome o = {
		.x = { .response_frame = e->to_server ? 0 : e->frame,
		       .request_frame = e->to_server ? e->frame : 0,
		       .request_ns = e->to_server ? e->time_ns : 0,
		       .response_ns = e->to_server ? 0 : e->time_ns,
		       .client = e->client,
		       .server = e->server,
		       .client_port = e->client_port,
		       .server_port = e->server_port,
		       .class = (uint8_t) class,
		       .version = e->version,
		       .mode = e->mode,
		       .kiss = e->kiss,
		       .auth = e->auth },
		.client_id = client_id,
		.server_id = server_id,
		.n_packets = 1,
	};
	m->told(m->arg, &o);
}

/* Peers ask and answer at once (RFC 5905 section 9): a passive one that replies in time has answered; what
 * is sent at a peer's own pace only shows that the other side was heard. */
static void on_symmetric(struct match_strict *m, const struct event *e, uint64_t flow, uint32_t client_id,
			 uint32_t server_id)
{
	uint64_t origin = e->transmit;
	struct open_request *r = origin ? find_basic(m, e, flow, origin) : NULL;
	if (!r)
		r = find_interleaved(m, e, flow, origin);
	if (r && r->symmetric)
		r->linked = 1;
	if (e->mode == NTP_MODE_PASSIVE) {
		if (r && r->state == STATE_OPEN && age(m, r) <= m->timeout_ns)
			match_tell_pair(m, r, e, 0);
		else
			match_tell_lone(m, e, CLASS_SYMMETRIC, client_id, server_id);
		return;
	}
	on_question(m, e, flow ^ OTHER_SIDE_ASKS, client_id, server_id, origin != 0);
}

void match_strict_event(struct match_strict *m, const struct event *e, uint64_t flow, uint32_t client_id,
			uint32_t server_id)
{
	match_strict_advance(m, e->time_ns);
	if (m->newest && match_newest_event(m, e, flow, client_id, server_id))
		return;
	switch ((enum event_role)e->role) {
	case EVENT_REQUEST:
	case EVENT_CONTROL_REQUEST:
	case EVENT_PRIVATE_REQUEST: on_question(m, e, flow, client_id, server_id, false); break;
	case EVENT_RESPONSE:
	case EVENT_CONTROL_RESPONSE:
	case EVENT_PRIVATE_RESPONSE: on_response(m, e, flow, client_id, server_id); break;
	case EVENT_SYMMETRIC: on_symmetric(m, e, flow, client_id, server_id); break;
	case EVENT_BROADCAST: match_tell_lone(m, e, CLASS_BROADCAST, client_id, server_id); break;
	case EVENT_MALFORMED: match_tell_lone(m, e, CLASS_MALFORMED, client_id, server_id); break;
	case EVENT_ICMP_ERROR: break;
	case EVENT_STRANGE:
	case EVENT_OUTSIDE: match_tell_lone(m, e, CLASS_OTHER, client_id, server_id); break;
	}
}

void match_strict_retire(struct match_strict *m)
{
	while (!match_ring_empty(&m->ring) && match_strict_too_old(m, m->ring.head_ns))
		retire_head(m, 0);
}

void match_strict_tick(struct match_strict *m, int64_t before_ns)
{
	while (!match_ring_empty(&m->ring) && m->ring.head_ns < before_ns)
		retire_head(m, 0);
}

void match_strict_end(struct match_strict *m, int64_t end_ns)
{
	m->now_ns = end_ns;
	while (!match_ring_empty(&m->ring))
		retire_head(m, end_ns - m->ring.head_ns <= m->timeout_ns ? NOTE_CAPTURE_END : 0);
}

uint64_t match_strict_oldest_frame(struct match_strict *m)
{
	const struct match_ring *q = &m->ring;
	if (m->told_to < q->head)
		m->told_to = q->head;
	for (; m->told_to < q->tail; m->told_to++) {
		const struct open_request *r = &q->at[m->told_to & (q->cap - 1)];
		if (r->state == STATE_OPEN || r->state == STATE_ORPHAN)
			return r->frame;
	}
	return UINT64_MAX;
}
