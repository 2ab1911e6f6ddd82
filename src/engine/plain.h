/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What nearly all packets of a busy server are: a request in mode 3 or a response in mode 4 of 48 octets, no
 * kiss, in a plain frame (proto/frame_plain.h).  These take a short cut through the engine, from the frame to
 * an event of one cache line and from there to the counts.  What a plain event means is what the event means
 * that plain_expand() makes of it; a test runs random traffic both ways and wants the same result.
 */
#ifndef ENGINE_PLAIN_H
#define ENGINE_PLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/addr.h"
#include "base/packet.h"
#include "engine/event.h"
#include "proto/frame_plain.h"
#include "proto/ntp.h"

enum {
	PLAIN_OVER_V6 = 1 << 0,
	PLAIN_IN_VLAN = 1 << 1,
	PLAIN_REFID_LOOP = 1 << 2, /* set when it is applied */
};

struct plain_event {
	struct addr client;
	int64_t time_ns;
	uint64_t key, receive, transmit; /* as in struct event */
	uint8_t refid[4];
	uint32_t n_behind; /* its frame, counted from that of its batch */
	uint16_t client_port;
	uint8_t server; /* number in the batch's servers */
	uint8_t first;  /* octet of the header: leap, version, mode */
	uint8_t stratum;
	int8_t poll_log2s, precision_log2s;
	uint8_t bits; /* PLAIN_OVER_V6, ... */
};

_Static_assert(sizeof(struct plain_event) == 64, "one cache line");

enum { PLAIN_SERVERS_MAX = 255, PLAIN_SERVER_SLOTS = 512 };

/* What plain events of one batch leave to it. */
struct plain_batch {
	uint64_t frame; /* of its first packet */
	unsigned n_servers;
	uint8_t recent[2]; /* server of the latest packet over IPv4, over IPv6 */
	struct addr servers[PLAIN_SERVERS_MAX];
	uint8_t slots[PLAIN_SERVER_SLOTS]; /* open addressing: number + 1, 0 = free */
};

void plain_batch_begin(struct plain_batch *b, uint64_t first_frame);

/* The event in full. */
void plain_expand(const struct plain_batch *b, const struct plain_event *e, struct event *out);

/* The slow part of plain_decode(). */
int plain_find_server(struct plain_batch *b, const struct addr *a, bool v6);

/* The number of that server; -1 when there is no room for one more. */
static inline int plain_server_of(struct plain_batch *b, const struct addr *a, bool v6)
{
	unsigned recent = b->recent[v6];
	if (recent < b->n_servers && addr_equal(&b->servers[recent], a))
		return (int)recent;
	return plain_find_server(b, a, v6);
}

/* Made twice, once for requests and once for responses.  All is read before anything is written: octets may
 * alias everything. */
static inline __attribute__((always_inline)) bool plain_fill(struct plain_batch *b, const struct packet *p,
							     const struct frame_plain *f, uint32_t first,
							     bool request, struct plain_event *e)
{
	const uint8_t *o = f->udp + PLAIN_UDP_LEN;
	uint64_t origin = load_be64(o + 24), receive = load_be64(o + 32), transmit = load_be64(o + 40);
	uint64_t n_behind = p->frame - b->frame;
	uint16_t port = load_be16(request ? f->udp : f->udp + 2);
	uint32_t refid;
	struct addr client, server;
	memcpy(&refid, o + 12, 4);
	frame_plain_addrs(f, request ? &client : &server, request ? &server : &client);
	int number = plain_server_of(b, &server, f->v6);
	if (number < 0 || n_behind > UINT32_MAX)
		return false;
	e->client = client;
	e->time_ns = p->time_ns;
	e->key = request ? transmit : origin;
	e->receive = receive;
	e->transmit = request ? origin : transmit;
	memcpy(e->refid, &refid, 4);
	e->n_behind = (uint32_t)n_behind;
	e->client_port = port;
	e->server = (uint8_t)number;
	e->first = (uint8_t)(first >> 24);
	e->stratum = (uint8_t)(first >> 16);
	e->poll_log2s = (int8_t)(first >> 8);
	e->precision_log2s = (int8_t)first;
	e->bits = (uint8_t)((f->v6 ? PLAIN_OVER_V6 : 0) | (f->vlan ? PLAIN_IN_VLAN : 0));
	return true;
}

/* True: the packet is plain, and all of *e is set.  A batch has no room for more than PLAIN_SERVERS_MAX
 * servers: packets of others are not plain.  Not when servers were named (config->n_servers). */
static inline __attribute__((always_inline)) bool plain_decode(struct plain_batch *b, const struct packet *p,
							       struct plain_event *e)
{
	struct frame_plain f = { 0 };
	if (!frame_plain(p, &f) || f.udp_len != PLAIN_UDP_LEN + NTP_HEADER_LEN)
		return false;
	uint32_t first = load_be32(f.udp + PLAIN_UDP_LEN); /* flags, stratum, poll, precision */
	if ((first >> 27 & 7) - 1 >= 4)
		return false;
	/* Mode 3 to the NTP port, or mode 4 from it that is no kiss. */
	if ((first >> 24 & 7) == NTP_MODE_CLIENT)
		return load_be16(f.udp + 2) == NTP_PORT && plain_fill(b, p, &f, first, true, e);
	return (first >> 24 & 7) == NTP_MODE_SERVER && load_be16(f.udp) == NTP_PORT && (first >> 16 & 0xff) &&
	       plain_fill(b, p, &f, first, false, e);
}

static inline bool plain_is_request(const struct plain_event *e)
{
	return (e->first & 7) == NTP_MODE_CLIENT;
}

static inline unsigned plain_version(const struct plain_event *e)
{
	return e->first >> 3 & 7;
}

/* FLAG_CLIENT or FLAG_SERVER, of the version, and of the leap bits. */
static inline uint32_t plain_flags(uint8_t first)
{
	unsigned version = first >> 3 & 7;
	return (FLAG_V1 << (version - 1)) | ((first & 7) == NTP_MODE_CLIENT ? FLAG_CLIENT : FLAG_SERVER) |
	       (first >> 6 == 3 ? FLAG_LEAP_UNKNOWN : 0);
}

#endif
