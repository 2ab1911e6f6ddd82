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
	uint32_t link; /* once paired, half a number: the request, or the request before */
	uint16_t client_port, payload_len;
	uint8_t version : 4, mode : 3, to_server : 1;
	uint8_t kiss : 6, part : 2;
	uint8_t stratum;
	int8_t poll_log2s;
};

_Static_assert(sizeof(struct recent_packet) == 64, "one cache line");
_Static_assert(N_KISS <= 64, "six bits");

enum { RECENT_BYTES = LIVE_RECENT * sizeof(struct recent_packet), CHAINS = LIVE_RECENT / 2 };

enum err live_recent_init(struct live_recent *r, uint64_t secret)
{
	void *p = mmap(NULL, RECENT_BYTES, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	*r = (struct live_recent){ .ring = p == MAP_FAILED ? NULL : p, .secret = secret };
	return r->ring ? ERR_OK : ERR_MEMORY;
}

void live_recent_release(struct live_recent *r)
{
	if (r->ring)
		munmap(r->ring, RECENT_BYTES);
	free(r->latest);
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
			.kiss = e->kiss & 63,
			.part = part_of(e) & 3,
			.poll_log2s = e->poll_log2s,
		};
	}
}

static struct recent_packet *packet(const struct live_recent *r, uint64_t number)
{
	return &r->ring[(number - 1) % LIVE_RECENT];
}

/* ---- requests of answers ------------------------------------------------------------------------- */

/* The number before `number` whose low half that is; 0: there is none, or it was overwritten. */
static uint64_t number_of(const struct live_recent *r, uint64_t number, uint32_t low)
{
	uint32_t back = (uint32_t)number - low;
	return back && back < number && number - back >= live_recent_oldest(r) ? number - back : 0;
}

static bool same_talk(const struct recent_packet *a, const struct recent_packet *b)
{
	return a->key == b->key && a->client_port == b->client_port && addr_equal(&a->client, &b->client) &&
	       addr_equal(&a->server, &b->server);
}

static uint32_t *chain_of(const struct live_recent *r, const struct recent_packet *p)
{
	uint64_t who = hash64(hash_addr(&p->client, r->secret) ^ p->client_port, r->secret) ^
		       hash_addr(&p->server, r->secret);
	return &r->latest[(hash64(who ^ p->key, r->secret) >> 20) % CHAINS];
}

/* The low half of its request's number; its own: there is none. */
static uint32_t request_of(const struct live_recent *r, uint64_t number, const struct recent_packet *answer)
{
	uint64_t at = number_of(r, number, *chain_of(r, answer));
	while (at && !(packet(r, at)->part == PART_REQUEST && same_talk(packet(r, at), answer)))
		at = number_of(r, at, packet(r, at)->link);
	return (uint32_t)(at ? at : number);
}

size_t live_recent_pair(struct live_recent *r, size_t max)
{
	uint64_t oldest = live_recent_oldest(r);
	size_t n = 0;

	if (!r->latest && !(r->latest = calloc(CHAINS, sizeof(*r->latest))))
		return 0; /* without delta times then */
	if (r->n_paired + 1 < oldest)
		r->n_paired = oldest - 1;
	for (; n < max && r->n_paired < r->n; n++) {
		struct recent_packet *p = packet(r, ++r->n_paired);
		p->link = (uint32_t)r->n_paired;
		if (p->part == PART_ANSWER) {
			p->link = request_of(r, r->n_paired, p);
		} else if (p->part == PART_REQUEST && p->to_server) {
			uint32_t *latest = chain_of(r, p), number = p->link;
			p->link = *latest;
			*latest = number;
		}
	}
	return n;
}

/* ---- reading ------------------------------------------------------------------------------------- */

static int64_t delta_ns(const struct live_recent *r, uint64_t number, const struct recent_packet *p)
{
	uint64_t request = p->part == PART_ANSWER && number <= r->n_paired ? number_of(r, number, p->link)
									   : 0;
	int64_t asked_ns = request ? packet(r, request)->time_ns : INT64_MAX;
	return p->time_ns >= asked_ns ? p->time_ns - asked_ns : -1;
}

static bool is_within(const struct addr *a, const struct addr *net, unsigned bits)
{
	struct addr cut = addr_truncate(a, bits);
	return addr_equal(&cut, net);
}

static void unpack(const struct live_recent *r, uint64_t number, struct live_packet *out)
{
	const struct recent_packet *p = packet(r, number);

	*out = (struct live_packet){
		.number = number,
		.time_ns = p->time_ns,
		.client = p->client,
		.server = p->server,
		.key = p->key,
		.delta_ns = delta_ns(r, number, p),
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
			unpack(r, *from, &out[n++]);
	}
	return n;
}
