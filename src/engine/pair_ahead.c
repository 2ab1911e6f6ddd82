/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/pair_ahead.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/nstime.h"
#include "engine/decode.h"
#include "engine/finder.h"
#include "engine/match_strict.h"

/* A packet in the line. */
struct held {
	struct packet packet;
	struct match_answer answer;
	int64_t until_ns; /* where it waits */
	bool waits;       /* for a request that may come */
	bool copied;      /* the bytes are ours, no longer the source's */
};

struct pair_ahead {
	struct engine_config config;
	bool (*next)(void *arg, struct packet *out, size_t max, size_t *n);
	void *arg;
	bool ended;
	struct finder finder;
	struct pool *pool;
	struct match_strict shards[N_SHARDS]; /* as the pipeline's, so that each sees the same packets */
	struct plain_batch plain;
	int64_t latest_ns;         /* for packets without a time */
	int64_t before_ns, now_ns; /* what two packets in a row say: one may have a false date */

	struct held *line; /* from head to head + n, in order of frames */
	size_t head, n, cap;
	size_t n_bytes; /* of those copied */
	uint64_t n_hurried;
	struct held *current; /* the one that is being paired */
	bool told;            /* and what it answers is known */

	struct packet packets[PAIR_AHEAD_BATCH]; /* given out */
	struct match_answer answers[PAIR_AHEAD_BATCH];
	void *copies[PAIR_AHEAD_BATCH]; /* to be freed when the caller is done with them */
	size_t n_copies;
};

/* ---- pairing ------------------------------------------------------------------------------------- */

/* The packet of that frame, NULL when it has left the line. */
static struct held *find(struct pair_ahead *a, uint64_t frame)
{
	size_t low = a->head, high = a->head + a->n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (a->line[mid].packet.frame < frame)
			low = mid + 1;
		else
			high = mid;
	}
	return low < a->head + a->n && a->line[low].packet.frame == frame ? &a->line[low] : NULL;
}

static void on_told(void *arg, const struct outcome *o)
{
	struct pair_ahead *a = arg;
	const struct exchange *x = &o->x;
	if (!x->response_frame)
		return;
	bool is_current = x->response_frame == a->current->packet.frame;
	struct held *h = is_current ? a->current : find(a, x->response_frame);
	a->told |= is_current;
	if (!h)
		return;
	h->waits = false;
	if (x->request_frame)
		h->answer = (struct match_answer){ x->request_frame, exchange_delta_ns(x) };
}

/* As in the pipeline: packets without a time get that of the packet before. */
static void note_time(struct pair_ahead *a, struct packet *p)
{
	p->time_ns = p->has_time ? ns_bounded(p->time_ns) : a->latest_ns;
	a->latest_ns = p->time_ns;
	a->now_ns = p->time_ns < a->before_ns ? p->time_ns : a->before_ns;
	a->before_ns = p->time_ns;
}

static bool plain_event_of(struct pair_ahead *a, const struct packet *p, struct event *e)
{
	struct plain_event plain;
	if (p->frame - a->plain.frame > INT32_MAX)
		plain_batch_begin(&a->plain, p->frame);
	if (a->config.n_servers || !plain_decode(&a->plain, p, &plain))
		return false;
	plain_expand(&a->plain, &plain, e);
	return true;
}

static bool event_of(struct pair_ahead *a, const struct packet *p, struct event *e)
{
	struct found found;
	if (plain_event_of(a, p, e))
		return true;
	if (!finder_packet(&a->finder, p, &found))
		return false;
	decode_ntp(&a->config, found.reassembled ? &found.whole : p, &found.datagram, e);
	return true;
}

static bool may_wait(const struct event *e)
{
	return (e->role == EVENT_RESPONSE || e->role == EVENT_CONTROL_RESPONSE ||
		e->role == EVENT_PRIVATE_RESPONSE) &&
	       e->key; /* zero says nothing about who asked */
}

static void pair(struct pair_ahead *a, struct held *h)
{
	struct packet p = h->packet;
	struct event e;
	note_time(a, &p);
	if (!event_of(a, &p, &e))
		return;
	uint64_t secret = a->config.secret;
	uint64_t flow = match_strict_flow(&e, hash_addr(&e.client, secret), hash_addr(&e.server, secret));
	a->current = h;
	a->told = false;
	match_strict_event(&a->shards[addr_shard(&e.client)], &e, flow, 0, 0);
	h->waits = !a->told && may_wait(&e);
	h->until_ns = ns_plus(p.time_ns, a->config.reorder_ns);
}

/* ---- the line ------------------------------------------------------------------------------------ */

static bool make_room(struct pair_ahead *a)
{
	if (a->head && a->n)
		memmove(a->line, a->line + a->head, a->n * sizeof(*a->line));
	a->head = 0;
	if (a->n + PAIR_AHEAD_BATCH <= a->cap)
		return true;
	size_t cap = 2 * a->cap + 2 * PAIR_AHEAD_BATCH;
	struct held *line = realloc(a->line, cap * sizeof(*line));
	if (!line)
		return false;
	a->line = line;
	a->cap = cap;
	return true;
}

/* The source is about to be asked for more: what is left in the line keeps its bytes. */
static bool keep(struct pair_ahead *a)
{
	for (size_t i = a->n; i-- > 0 && !a->line[a->head + i].copied;) {
		struct held *h = &a->line[a->head + i];
		uint8_t *copy = malloc(h->packet.caplen ? h->packet.caplen : 1);
		if (!copy)
			return false;
		memcpy(copy, h->packet.data, h->packet.caplen);
		h->packet.data = copy;
		h->copied = true;
		a->n_bytes += h->packet.caplen;
	}
	return true;
}

static void read_more(struct pair_ahead *a)
{
	struct packet batch[PAIR_AHEAD_BATCH];
	size_t n = 0;
	a->ended = !a->next(a->arg, batch, PAIR_AHEAD_BATCH, &n);
	for (size_t i = 0; i < n; i++) {
		struct held *h = &a->line[a->head + a->n++];
		*h = (struct held){ .packet = batch[i] };
		pair(a, h);
	}
}

/* Packets leave the line until one has to wait; with force it does not. */
static size_t leave(struct pair_ahead *a, bool force)
{
	size_t n = 0;
	for (; a->n && n < PAIR_AHEAD_BATCH; n++) {
		struct held *h = &a->line[a->head];
		if (h->waits && a->now_ns <= h->until_ns && !a->ended) {
			if (!force)
				break;
			a->n_hurried++;
		}
		a->packets[n] = h->packet;
		a->answers[n] = h->answer;
		if (h->copied) {
			a->copies[a->n_copies++] = (void *)(uintptr_t)h->packet.data;
			a->n_bytes -= h->packet.caplen;
		}
		a->head++;
		a->n--;
	}
	return n;
}

static void free_copies(struct pair_ahead *a)
{
	while (a->n_copies)
		free(a->copies[--a->n_copies]);
}

bool pair_ahead_next(struct pair_ahead *a, const struct packet **packets, const struct match_answer **answers,
		     size_t *n)
{
	free_copies(a);
	*packets = a->packets;
	*answers = a->answers;
	for (;;) {
		*n = leave(a, a->n > PAIR_AHEAD_HELD || a->n_bytes > PAIR_AHEAD_MEMORY);
		if (*n || a->ended)
			return *n > 0;
		if (!keep(a) || !make_room(a))
			*n = leave(a, true);
		if (*n)
			return true;
		read_more(a);
	}
}

uint64_t pair_ahead_hurried(const struct pair_ahead *a)
{
	return a->n_hurried;
}

/* ---- life ---------------------------------------------------------------------------------------- */

enum err pair_ahead_new(struct pair_ahead **out, const struct engine_config *config,
			bool (*next)(void *arg, struct packet *out, size_t max, size_t *n), void *arg)
{
	struct pair_ahead *a = calloc(1, sizeof(*a));
	enum err e = a ? ERR_OK : ERR_MEMORY;
	*out = NULL;
	if (!a)
		return e;
	a->config = *config;
	a->config.want_rows = false;
	a->next = next;
	a->arg = arg;
	a->before_ns = INT64_MAX;
	finder_init(&a->finder, FINDER_STRICT, false, config->secret);
	e = pool_new(&a->pool);
	for (unsigned i = 0; i < N_SHARDS && !e; i++)
		e = match_strict_init(&a->shards[i], &a->config, N_SHARDS, a->pool, on_told, a);
	if (!e && !make_room(a))
		e = ERR_MEMORY;
	if (e)
		pair_ahead_free(a);
	else
		*out = a;
	return e;
}

void pair_ahead_free(struct pair_ahead *a)
{
	if (!a)
		return;
	free_copies(a);
	for (size_t i = 0; i < a->n; i++)
		if (a->line[a->head + i].copied)
			free((void *)(uintptr_t)a->line[a->head + i].packet.data);
	for (unsigned i = 0; i < N_SHARDS; i++)
		match_strict_release(&a->shards[i]);
	pool_free(a->pool);
	finder_release(&a->finder);
	free(a->line);
	free(a);
}
