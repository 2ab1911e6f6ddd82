/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/servers.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "crypto/digest.h"
#include "proto/ntp.h"

void server_refid(const struct addr *a, uint8_t out[4])
{
	uint8_t md5[DIGEST_MD5_LEN];
	if (addr_is_v4(a)) {
		memcpy(out, a->b + 12, 4);
		return;
	}
	digest_md5(a->b, sizeof(a->b), md5);
	memcpy(out, md5, 4);
}

enum { SERVERS_AT_FIRST = 4 };

enum err servers_init(struct servers *s, const struct engine_config *config)
{
	*s = (struct servers){
		.n = 1, .cap = SERVERS_AT_FIRST, .n_worst_max = config->n_worst, .secret = config->secret
	};
	hashset_init(&s->pairs, SERVER_PAIRS_MAX);
	s->at = calloc(s->cap, sizeof(*s->at));
	return s->at ? ERR_OK : ERR_MEMORY;
}

void servers_release(struct servers *s)
{
	free(s->at);
	hashset_release(&s->pairs);
	*s = (struct servers){ 0 };
}

static bool grow(struct servers *s)
{
	if (s->n == SHARD_SERVERS_MAX)
		return false;
	struct server_entry *at = realloc(s->at, 2 * s->cap * sizeof(*at));
	if (!at)
		return false;
	memset(at + s->cap, 0, s->cap * sizeof(*at));
	s->at = at;
	s->cap *= 2;
	return true;
}

static unsigned found(struct servers *s, unsigned id)
{
	s->before = s->last;
	return s->last = id;
}

unsigned servers_search(struct servers *s, const struct addr *a)
{
	unsigned mask = sizeof(s->index) / sizeof(s->index[0]) - 1;
	uint64_t hash = hash_addr(a, s->secret);
	unsigned i = (unsigned)(hash >> 40) & mask;
	for (; s->index[i]; i = (i + 1) & mask)
		if (addr_equal(&s->at[s->index[i]].addr, a))
			return found(s, s->index[i]);
	if (s->n == s->cap && !grow(s))
		return SERVER_OTHERS;
	s->index[i] = (uint16_t)s->n;
	s->at[s->n].addr = *a;
	s->at[s->n].hash = hash;
	server_refid(a, s->at[s->n].own_refid);
	return found(s, s->n++);
}

void server_count_client(struct servers *s, unsigned id, const struct addr *client, bool shared_bit)
{
	if (!shared_bit || hashset_add(&s->pairs, hash64(hash_addr(client, s->secret) + id, s->secret)))
		s->at[id].n_clients++;
}

void server_count_event(struct server_entry *s, const struct event *e)
{
	if (e->to_server) {
		s->rx++;
		s->rx_bytes += e->payload_len;
		return;
	}
	s->tx++;
	s->tx_bytes += e->payload_len;
	if (e->kiss)
		s->kisses[e->kiss]++;
	if (e->role == EVENT_RESPONSE && !e->header_cut && e->kiss == KISS_NONE &&
	    e->frame >= s->last_answer_frame) {
		s->last_answer_frame = e->frame;
		s->stratum = e->stratum;
		s->leap = e->leap;
		s->precision_log2s = e->precision_log2s;
		memcpy(s->refid, e->refid, 4);
	}
}

static bool slower(const struct worst *a, const struct worst *b)
{
	if (a->delta_ns != b->delta_ns)
		return a->delta_ns > b->delta_ns;
	return a->response_frame < b->response_frame;
}

static void swap_worst(struct worst *a, struct worst *b)
{
	struct worst t = *a;
	*a = *b;
	*b = t;
}

/* A heap whose top is the one to go next. */
void worst_keep(struct worst *w, unsigned *n, unsigned n_max, const struct worst *candidate)
{
	unsigned i = 0;
	if (n_max == 0)
		return;
	if (*n < n_max) {
		w[i = (*n)++] = *candidate;
		while (i && slower(&w[(i - 1) / 2], &w[i])) {
			swap_worst(&w[(i - 1) / 2], &w[i]);
			i = (i - 1) / 2;
		}
		return;
	}
	if (!slower(candidate, &w[0]))
		return;
	w[0] = *candidate;
	for (;;) {
		unsigned child = 2 * i + 1;
		if (child >= *n)
			return;
		if (child + 1 < *n && slower(&w[child], &w[child + 1]))
			child++;
		if (!slower(&w[i], &w[child]))
			return;
		swap_worst(&w[i], &w[child]);
		i = child;
	}
}

void server_count_slow(struct servers *s, unsigned id, const struct exchange *x, const struct addr *client)
{
	struct server_entry *e = &s->at[id];
	int64_t delta_ns = exchange_delta_ns(x);

	if (!server_is_slow(s, e, delta_ns))
		return;
	struct worst w = {
		.request_frame = x->request_frame,
		.response_frame = x->response_frame,
		.delta_ns = delta_ns,
		.request_ns = x->request_ns,
		.client = *client,
	};
	worst_keep(e->worst, &e->n_worst, s->n_worst_max, &w);
}

void server_count_outcome(struct servers *s, unsigned id, const struct exchange *x, unsigned n_packets,
			  bool is_row)
{
	struct server_entry *e = &s->at[id];

	e->packets[x->class] += n_packets;
	if (!is_row)
		return;
	e->exchanges[x->class]++;
	if (x->notes & NOTE_INTERLEAVED)
		e->n_interleaved++;
	if (x->mode >= NTP_MODE_CONTROL)
		e->control_exchanges[x->class]++;
}
