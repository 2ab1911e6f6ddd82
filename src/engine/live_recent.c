/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/live_recent.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/hash.h"

enum recent_part { PART_NONE, PART_REQUEST, PART_ANSWER };

struct recent_packet {
	struct addr client, server;
	int64_t time_ns;
	uint64_t key;
	uint32_t flags;
	uint16_t client_port, payload_len;
	uint8_t version : 4, mode : 3, to_server : 1;
	uint8_t stratum, kiss;
	int8_t poll_log2s;
	uint8_t part;
};

_Static_assert(sizeof(struct recent_packet) == 64, "one cache line");

enum { RECENT_BYTES = LIVE_RECENT * sizeof(struct recent_packet) };

enum err live_recent_init(struct live_recent *r)
{
	void *p = mmap(NULL, RECENT_BYTES, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	*r = (struct live_recent){ .ring = p == MAP_FAILED ? NULL : p };
	return r->ring ? ERR_OK : ERR_MEMORY;
}

void live_recent_release(struct live_recent *r)
{
	if (r->ring)
		munmap(r->ring, RECENT_BYTES);
	*r = (struct live_recent){ 0 };
}

static uint8_t part_of(const struct event *e)
{
	if (e->role == EVENT_REQUEST || e->role == EVENT_CONTROL_REQUEST || e->role == EVENT_PRIVATE_REQUEST)
		return PART_REQUEST;
	if (e->role == EVENT_RESPONSE || e->role == EVENT_CONTROL_RESPONSE ||
	    e->role == EVENT_PRIVATE_RESPONSE)
		return PART_ANSWER;
	return PART_NONE;
}

void live_recent_add(struct live_recent *r, const struct event *events, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct event *e = &events[i];
		if (e->role == EVENT_ICMP_ERROR || e->role == EVENT_OUTSIDE)
			continue;
		r->ring[r->n++ % LIVE_RECENT] = (struct recent_packet){
			.client = e->client,
			.server = e->server,
			.time_ns = e->time_ns,
			.key = e->key,
			.flags = e->flags,
			.client_port = e->client_port,
			.payload_len = e->payload_len,
			.version = e->version & 15,
			.mode = e->mode & 7,
			.to_server = e->to_server,
			.stratum = e->stratum,
			.kiss = e->kiss,
			.poll_log2s = e->poll_log2s,
			.part = part_of(e),
		};
	}
}

static bool is_within(const struct addr *a, const struct addr *net, unsigned bits)
{
	struct addr cut = addr_truncate(a, bits);
	return addr_equal(&cut, net);
}

static void unpack(const struct recent_packet *p, uint64_t number, struct live_packet *out)
{
	*out = (struct live_packet){
		.number = number,
		.time_ns = p->time_ns,
		.client = p->client,
		.server = p->server,
		.key = p->key,
		.delta_ns = -1,
		.flags = p->flags,
		.client_port = p->client_port,
		.payload_len = p->payload_len,
		.version = p->version,
		.mode = p->mode,
		.stratum = p->stratum,
		.kiss = p->kiss,
		.poll_log2s = p->poll_log2s,
		.to_server = p->to_server,
	};
}

static const struct recent_packet *packet(const struct live_recent *r, uint64_t number)
{
	return &r->ring[(number - 1) % LIVE_RECENT];
}

size_t live_recent_find(const struct live_recent *r, uint64_t *from, uint64_t to, const struct addr *net,
			unsigned bits, struct live_packet *out, size_t max)
{
	struct addr cut = bits ? addr_truncate(net, bits) : (struct addr){ 0 };
	size_t n = 0;
	if (*from < live_recent_oldest(r))
		*from = live_recent_oldest(r);
	for (; *from <= to && *from <= r->n && n < max; ++*from) {
		const struct recent_packet *p = packet(r, *from);
		if (!bits || is_within(&p->client, &cut, bits))
			unpack(p, *from, &out[n++]);
	}
	return n;
}

/* ---- their requests ------------------------------------------------------------------------------ */

struct live_asked {
	int64_t time_ns;
	uint32_t packet; /* one of the answers with this key, + 1; 0: a free place */
	bool asked;
};

static bool same_talk(const struct live_packet *a, const struct addr *client, uint16_t client_port,
		      const struct addr *server, uint64_t key)
{
	return a->key == key && a->client_port == client_port && addr_equal(&a->client, client) &&
	       addr_equal(&a->server, server);
}

/* The place of that talk, or the free one where it belongs. */
static struct live_asked *asked(const struct live_recent_pairs *a, const struct addr *client,
				uint16_t client_port, const struct addr *server, uint64_t key)
{
	uint64_t who = hash64(hash_addr(client, a->secret) ^ client_port, a->secret) ^
		       hash_addr(server, a->secret);
	size_t i = (size_t)(hash64(who ^ key, a->secret) >> 20) & a->mask;
	while (a->at[i].packet &&
	       !same_talk(&a->packets[a->at[i].packet - 1], client, client_port, server, key))
		i = (i + 1) & a->mask;
	return &a->at[i];
}

static struct live_asked *asked_by(const struct live_recent_pairs *a, const struct live_packet *p)
{
	return asked(a, &p->client, p->client_port, &p->server, p->key);
}

enum err live_recent_pairs_init(struct live_recent_pairs *a, uint64_t secret, struct live_packet *packets,
				size_t n)
{
	size_t cap = 64;
	while (cap < 2 * n)
		cap *= 2;
	*a = (struct live_recent_pairs){ .secret = secret, .packets = packets, .n = n, .mask = cap - 1 };
	a->at = calloc(cap, sizeof(*a->at));
	if (!a->at)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++)
		if (!packets[i].to_server)
			asked_by(a, &packets[i])->packet = (uint32_t)i + 1;
	return ERR_OK;
}

void live_recent_pairs_release(struct live_recent_pairs *a)
{
	free(a->at);
	*a = (struct live_recent_pairs){ 0 };
}

static void take_request(struct live_recent_pairs *a, const struct recent_packet *p)
{
	struct live_asked *at = asked(a, &p->client, p->client_port, &p->server, p->key);
	at->time_ns = p->time_ns;
	at->asked = at->packet != 0;
}

static void take_answer(struct live_recent_pairs *a, const struct recent_packet *p)
{
	struct live_packet *to = &a->packets[a->next];
	const struct live_asked *at = asked_by(a, to);
	if (p->part == PART_ANSWER && at->asked && to->time_ns >= at->time_ns)
		to->delta_ns = to->time_ns - at->time_ns;
}

void live_recent_pair(const struct live_recent *r, uint64_t from, uint64_t to, struct live_recent_pairs *a)
{
	if (from < live_recent_oldest(r))
		from = live_recent_oldest(r);
	for (; from <= to && from <= r->n; from++) {
		const struct recent_packet *p = packet(r, from);
		if (p->part == PART_REQUEST && p->to_server)
			take_request(a, p);
		while (a->next < a->n && a->packets[a->next].number < from)
			a->next++;
		if (a->next < a->n && a->packets[a->next].number == from)
			take_answer(a, p);
	}
}
