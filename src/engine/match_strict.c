/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/match_strict.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/nstime.h"
#include "proto/ntp.h"

enum {
	RING_LEN_MIN = 256,
	SAME_KEY_MAX = 8, /* open requests with one key in one flow: a flood of them must not grow a chain */
};

enum state {
	STATE_OPEN,     /* a request without an answer */
	STATE_ANSWERED, /* told; kept to know duplicates */
	STATE_ORPHAN,   /* an answer whose request was not seen, yet */
	STATE_TOLD,     /* told early and unlinked; waits to leave the ring */
};

struct open_request {
	uint64_t key;     /* transmit of a request, origin of an orphan */
	uint64_t receive; /* interleaving key of a request, 0 = none; T3 - T2 of an orphan */
	uint64_t flow;
	int64_t time_ns;
	uint64_t frame : 44, state : 2, version : 3, mode : 3, auth : 3, kiss : 4, repeat : 1, linked : 1,
		symmetric : 1, turnaround : 1, unlinked : 1;
	uint32_t client_id, server_id;
	uint32_t next_key, next_receive; /* link to the next older entry of the chain */
	uint32_t uid;
	uint16_t client_port, server_port;
};

struct open_ends {
	struct addr client, server;
};

_Static_assert(sizeof(struct open_request) == 64, "one cache line");

static bool ring_alloc(struct match_strict *m, size_t cap)
{
	bool ends = m->ends != NULL;
	m->cap = cap;
	m->ring = aligned_alloc(64, cap * sizeof(*m->ring));
	m->ends = ends ? malloc(cap * sizeof(*m->ends)) : NULL;
	m->by_key = calloc(cap, sizeof(*m->by_key));
	m->by_receive = calloc(cap, sizeof(*m->by_receive));
	return m->ring && m->by_key && m->by_receive && (m->ends || !ends);
}

static void ring_free(struct match_strict *m)
{
	free(m->ring);
	free(m->ends);
	free(m->by_key);
	free(m->by_receive);
}

enum err match_strict_init(struct match_strict *m, const struct engine_config *config, unsigned n_shards,
			   void (*told)(void *arg, const struct outcome *o), void *arg)
{
	static struct open_ends want;
	*m = (struct match_strict){
		.cap_max = RING_LEN_MIN,
		.head = 1, /* so that link 0, as in fresh chains, leads nowhere */
		.tail = 1,
		.timeout_ns = config->timeout_ns,
		.late_ns = config->late_ns > config->timeout_ns ? config->late_ns : config->timeout_ns,
		.reorder_ns = config->reorder_ns,
		.secret = config->secret,
		.told = told,
		.arg = arg,
		.ends = config->want_rows ? &want : NULL,
	};
	while (m->cap_max < config->pending_capacity / n_shards)
		m->cap_max *= 2;
	return ring_alloc(m, RING_LEN_MIN) ? ERR_OK : ERR_MEMORY;
}

void match_strict_release(struct match_strict *m)
{
	ring_free(m);
	*m = (struct match_strict){ 0 };
}

void match_strict_begin(struct match_strict *m, int64_t first_ns)
{
	m->first_ns = first_ns;
}

static const uint64_t OTHER_SIDE_ASKS = UINT64_C(0x94d049bb133111eb);

/* The side that asks is part of the flow, so that a peer does not answer itself. */
static uint64_t flow_of(const struct match_strict *m, const struct event *e, uint64_t client_hash,
			bool asked_by_client)
{
	uint64_t ports = (uint64_t)e->client_port << 16 | e->server_port;
	uint64_t flow = hash_fold(client_hash ^ ports, hash_addr(&e->server, m->secret) | 1);
	return asked_by_client ? flow : flow ^ OTHER_SIDE_ASKS;
}

static bool is_question(const struct event *e)
{
	return e->role == EVENT_REQUEST || e->role == EVENT_CONTROL_REQUEST ||
	       e->role == EVENT_PRIVATE_REQUEST;
}

uint64_t match_strict_flow(const struct match_strict *m, const struct event *e, uint64_t client_hash)
{
	if (e->role == EVENT_SYMMETRIC)
		return flow_of(m, e, client_hash, !e->to_server); /* first it answers the other side */
	return flow_of(m, e, client_hash, is_question(e) == e->to_server);
}

static size_t chain_of(const struct match_strict *m, uint64_t flow, uint64_t key)
{
	return (size_t)hash_fold(flow ^ key, UINT64_C(0xe7037ed1a0b428db)) & (m->cap - 1);
}

/* A link is the low half of an entry's number in order of arrival.  Chains run from new to old, so the first
 * link to an entry that has left the ring ends its chain: leaving costs nothing. */
static struct open_request *linked_entry(const struct match_strict *m, uint32_t link)
{
	uint32_t age = (uint32_t)m->tail - link; /* 1 for the newest */
	if (age - 1 >= (uint32_t)(m->tail - m->head))
		return NULL;
	return &m->ring[link & (m->cap - 1)];
}

static uint64_t sought_key(const struct event *e)
{
	return e->role == EVENT_SYMMETRIC ? e->transmit : e->key;
}

void match_strict_prefetch_head(const struct match_strict *m, const struct event *e, uint64_t flow)
{
	__builtin_prefetch(&m->by_key[chain_of(m, flow, sought_key(e))], 1);
}

void match_strict_prefetch_entry(const struct match_strict *m, const struct event *e, uint64_t flow)
{
	const struct open_request *r = linked_entry(m, m->by_key[chain_of(m, flow, sought_key(e))]);
	if (r)
		__builtin_prefetch(r, 1);
}

static int64_t age(const struct match_strict *m, const struct open_request *r)
{
	return m->now_ns - r->time_ns;
}

/* Clocks of capturing hosts step: an entry from far ahead is as old as one from long ago. */
static bool too_long_ago(const struct match_strict *m, int64_t then_ns)
{
	return m->now_ns - then_ns > m->late_ns || then_ns - m->now_ns > m->late_ns;
}

static bool too_old(const struct match_strict *m, const struct open_request *r)
{
	return too_long_ago(m, r->time_ns);
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
	o->x.class = (uint8_t)class;
	o->x.version = r->version;
	o->x.mode = r->mode;
	o->x.kiss = KISS_NONE;
	o->x.auth = r->auth;
	o->x.notes = 0;
	o->x.has_turnaround = false;
	o->client_id = r->client_id;
	o->server_id = r->server_id;
	o->n_packets = 1;
	o->continuation = false;
	if (m->ends) {
		o->x.client = m->ends[r - m->ring].client;
		o->x.server = m->ends[r - m->ring].server;
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
	o.x.turnaround_ns = (int64_t)r->receive;
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
static void tell_final(const struct match_strict *m, const struct open_request *r, uint8_t notes)
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

static uint32_t link_of(const struct match_strict *m, const struct open_request *r)
{
	uint64_t slot = (uint64_t)(r - m->ring);
	return (uint32_t)(m->head + ((slot - m->head) & (m->cap - 1)));
}

/* Takes an entry that stays in the ring out of its chain, so that a flood of one key keeps it short. */
static void unlink_entry(struct match_strict *m, struct open_request *r)
{
	uint32_t self = link_of(m, r);
	uint32_t *p = &m->by_key[chain_of(m, r->flow, r->key)];
	struct open_request *at;
	while (*p != self && (at = linked_entry(m, *p)))
		p = &at->next_key;
	if (*p == self)
		*p = r->next_key;
	if (r->receive && r->state != STATE_ORPHAN) {
		p = &m->by_receive[chain_of(m, r->flow, r->receive)];
		while (*p != self && (at = linked_entry(m, *p)))
			p = &at->next_receive;
		if (*p == self)
			*p = r->next_receive;
	}
	r->unlinked = 1;
}

static void retire_head(struct match_strict *m, uint8_t notes)
{
	struct open_request *r = &m->ring[m->head & (m->cap - 1)];
	m->head++;
	if (m->head < m->tail)
		m->head_ns = m->ring[m->head & (m->cap - 1)].time_ns;
	__builtin_prefetch(&m->ring[(m->head + 2) & (m->cap - 1)], 1);
	tell_final(m, r, notes);
}

static void link_entry(struct match_strict *m, struct open_request *r)
{
	uint32_t self = link_of(m, r);
	uint32_t *p = &m->by_key[chain_of(m, r->flow, r->key)];
	r->next_key = *p;
	*p = self;
	r->next_receive = 0;
	if (r->receive && r->state != STATE_ORPHAN) {
		p = &m->by_receive[chain_of(m, r->flow, r->receive)];
		r->next_receive = *p;
		*p = self;
	}
}

static bool ring_grow(struct match_strict *m)
{
	struct match_strict old = *m;
	if (m->cap >= m->cap_max)
		return false;
	if (!ring_alloc(m, m->cap * 2)) {
		ring_free(m);
		*m = old;
		return false;
	}
	for (uint64_t i = m->head; i < m->tail; i++) {
		struct open_request *r = &m->ring[i & (m->cap - 1)];
		*r = old.ring[i & (old.cap - 1)];
		if (m->ends)
			m->ends[i & (m->cap - 1)] = old.ends[i & (old.cap - 1)];
		if (!r->unlinked)
			link_entry(m, r);
	}
	ring_free(&old);
	return true;
}

static struct open_request *ring_push(struct match_strict *m, const struct event *e)
{
	if (m->tail - m->head == m->cap && !ring_grow(m)) {
		m->n_forgotten++;
		retire_head(m, NOTE_FORGOTTEN);
	}
	if (m->head == m->tail)
		m->head_ns = e->time_ns;
	struct open_request *r = &m->ring[m->tail++ & (m->cap - 1)];
	__builtin_prefetch(r + 1, 1);
	if (m->ends)
		m->ends[r - m->ring] = (struct open_ends){ e->client, e->server };
	return r;
}

static void fill_entry(struct open_request *r, const struct event *e, uint64_t flow, uint32_t client_id,
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

static enum exchange_class class_of_answer(const struct match_strict *m, int64_t delta_ns, uint8_t kiss, uint8_t auth)
{
	if (delta_ns > m->timeout_ns)
		return CLASS_LATE;
	if (auth == NTP_AUTH_CRYPTO_NAK || auth == NTP_AUTH_NTS_NAK || kiss == KISS_NTSN)
		return CLASS_NAK;
	return kiss != KISS_NONE ? CLASS_KOD : CLASS_ANSWERED;
}

static void tell_pair(struct match_strict *m, struct open_request *r, const struct event *e, uint8_t notes)
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
	o.n_packets = second ? 1 : 2;
	if (second && (e->role == EVENT_CONTROL_RESPONSE || e->role == EVENT_PRIVATE_RESPONSE)) {
		o.continuation = true;
		o.x.class = CLASS_ANSWERED;
	}
	r->state = STATE_ANSWERED;
	m->told(m->arg, &o);
}

static bool may_answer(const struct match_strict *m, const struct open_request *r, uint64_t flow, const struct event *e)
{
	return r->flow == flow && r->uid == e->uid && !too_old(m, r);
}

/* The request that an answer with this origin belongs to.  Of several with one transmit field the oldest
 * that is open and in time comes first, then the newest open one, then an answered one. */
static struct open_request *find_basic(const struct match_strict *m, const struct event *e, uint64_t flow,
				       uint64_t origin)
{
	struct open_request *in_time = NULL, *open = NULL, *answered = NULL;
	struct open_request *r = linked_entry(m, m->by_key[chain_of(m, flow, origin)]);
	for (; r; r = linked_entry(m, r->next_key)) {
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
	if (!origin)
		return NULL;
	struct open_request *r = linked_entry(m, m->by_receive[chain_of(m, flow, origin)]);
	for (; r; r = linked_entry(m, r->next_receive)) {
		if (r->receive != origin || !may_answer(m, r, flow, e))
			continue;
		if (r->state == STATE_OPEN)
			return r;
		if (r->state == STATE_ANSWERED && !answered)
			answered = r;
	}
	return answered;
}

static void on_response(struct match_strict *m, const struct event *e, uint64_t flow, uint32_t client_id,
			uint32_t server_id)
{
	struct open_request *r = find_basic(m, e, flow, e->key);
	if (r) {
		tell_pair(m, r, e, 0);
		return;
	}
	if (e->role == EVENT_RESPONSE) {
		r = find_interleaved(m, e, flow, e->key);
		if (r) {
			tell_pair(m, r, e, NOTE_INTERLEAVED);
			return;
		}
	}
	int64_t turnaround;
	bool has_turnaround = turnaround_of(e, &turnaround);
	r = ring_push(m, e);
	fill_entry(r, e, flow, client_id, server_id);
	r->state = STATE_ORPHAN;
	r->receive = (uint64_t)turnaround;
	r->turnaround = has_turnaround;
	link_entry(m, r);
}

/* An answer that was captured just before its request. */
static bool adopt_orphan(struct match_strict *m, const struct event *e, uint64_t flow, uint32_t client_id,
			 uint32_t server_id, struct open_request *orphan)
{
	int64_t delta_ns = orphan->time_ns - e->time_ns;
	struct outcome o;
	struct open_request asked;

	if (delta_ns > m->reorder_ns || delta_ns < -m->reorder_ns || orphan->uid != e->uid)
		return false;
	fill_entry(&asked, e, flow, client_id, server_id);
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
	o.x.turnaround_ns = (int64_t)orphan->receive;
	o.x.notes = NOTE_REORDERED;
	o.n_packets = 2;
	/* The request takes the entry over, so that a second answer is known as one. */
	uint32_t next = orphan->next_key;
	*orphan = asked;
	orphan->next_key = next;
	orphan->state = STATE_ANSWERED;
	m->told(m->arg, &o);
	return true;
}

/* Prepares the chain for one more request with this key: finds out whether it is a repetition, drops what is
 * no longer needed, and returns an orphan that waits for it. */
static struct open_request *before_question(struct match_strict *m, const struct event *e, uint64_t flow, bool *repeat)
{
	struct open_request *orphan = NULL, *oldest_open = NULL;
	struct open_request *r = linked_entry(m, m->by_key[chain_of(m, flow, e->key)]), *next;
	unsigned n_open = 0;

	*repeat = false;
	for (; r; r = next) {
		next = linked_entry(m, r->next_key);
		if (r->key != e->key || r->flow != flow || too_old(m, r))
			continue;
		if (r->state == STATE_ORPHAN) {
			/* Zero says nothing about who asked. */
			orphan = e->key ? r : NULL;
			continue;
		}
		*repeat = e->key != 0;
		if (r->state == STATE_ANSWERED) {
			unlink_entry(m, r);
		} else {
			oldest_open = r;
			n_open++;
		}
	}
	if (n_open >= SAME_KEY_MAX) {
		tell_final(m, oldest_open, 0);
		unlink_entry(m, oldest_open);
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
	struct open_request *r = ring_push(m, e);
	fill_entry(r, e, flow, client_id, server_id);
	r->repeat = repeat;
	r->symmetric = e->role == EVENT_SYMMETRIC;
	r->linked = linked;
	/* RFC 9769: a request for interleaved mode has an origin, and receive differs from transmit. */
	if (e->transmit && e->receive != e->key &&
	    (e->role == EVENT_REQUEST || e->role == EVENT_SYMMETRIC))
		r->receive = e->receive;
	link_entry(m, r);
}

static void tell_lone(struct match_strict *m, const struct event *e, enum exchange_class class,
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
		       .class = (uint8_t)class,
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
			tell_pair(m, r, e, 0);
		else
			tell_lone(m, e, CLASS_SYMMETRIC, client_id, server_id);
		return;
	}
	on_question(m, e, flow ^ OTHER_SIDE_ASKS, client_id, server_id, origin != 0);
}

void match_strict_event(struct match_strict *m, const struct event *e, uint64_t flow, uint32_t client_id,
			uint32_t server_id)
{
	m->now_ns = e->time_ns;
	while (m->head < m->tail && too_long_ago(m, m->head_ns))
		retire_head(m, 0);
	switch ((enum event_role)e->role) {
	case EVENT_REQUEST:
	case EVENT_CONTROL_REQUEST:
	case EVENT_PRIVATE_REQUEST:
		on_question(m, e, flow, client_id, server_id, false);
		break;
	case EVENT_RESPONSE:
	case EVENT_CONTROL_RESPONSE:
	case EVENT_PRIVATE_RESPONSE:
		on_response(m, e, flow, client_id, server_id);
		break;
	case EVENT_SYMMETRIC:
		on_symmetric(m, e, flow, client_id, server_id);
		break;
	case EVENT_BROADCAST:
		tell_lone(m, e, CLASS_BROADCAST, client_id, server_id);
		break;
	case EVENT_MALFORMED:
		tell_lone(m, e, CLASS_MALFORMED, client_id, server_id);
		break;
	case EVENT_ICMP_ERROR:
		break;
	case EVENT_STRANGE:
	case EVENT_OUTSIDE:
		tell_lone(m, e, CLASS_OTHER, client_id, server_id);
		break;
	}
}

void match_strict_tick(struct match_strict *m, int64_t before_ns)
{
	while (m->head < m->tail && m->ring[m->head & (m->cap - 1)].time_ns < before_ns)
		retire_head(m, 0);
}

void match_strict_end(struct match_strict *m, int64_t end_ns)
{
	m->now_ns = end_ns;
	while (m->head < m->tail) {
		const struct open_request *r = &m->ring[m->head & (m->cap - 1)];
		retire_head(m, age(m, r) <= m->timeout_ns ? NOTE_CAPTURE_END : 0);
	}
}

uint64_t match_strict_oldest_frame(const struct match_strict *m)
{
	/* Entries that were told stay in the ring for a while: rows behind them may be complete already, but
	 * waiting for them keeps this O(1). */
	return m->head < m->tail ? m->ring[m->head & (m->cap - 1)].frame : UINT64_MAX;
}
