/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random traffic of every kind that the engine tells apart: questions, answers of all classes, peers,
 * broadcasts, modes 6 and 7, fragments, ICMP errors, TLS, damaged frames, packets without a time, and a clock
 * that steps.
 */
#ifndef TESTS_ENGINE_RANDOM_TRAFFIC_H
#define TESTS_ENGINE_RANDOM_TRAFFIC_H

#include "traffic.h"

enum { RT_MEMORY = 64 };

enum rt_clock {
	RT_ORDERLY,  /* rises, by nanoseconds up to hours */
	RT_STEPPING, /* steps back as well, by seconds up to years */
};

struct rt_asked {
	struct addr client, server;
	uint16_t port;
	uint64_t receive, transmit;
	uint8_t payload[128];
	uint32_t len;
};

struct random_traffic {
	struct traffic *t;
	uint64_t seed;
	int64_t now_ns;
	unsigned n_clients, n_servers;
	struct rt_asked asked[RT_MEMORY];
};

static inline uint64_t rt_below(struct random_traffic *r, uint64_t n)
{
	return traffic_random(&r->seed) % n;
}

static inline struct addr rt_client(struct random_traffic *r, bool v6)
{
	unsigned i = (unsigned)rt_below(r, r->n_clients);
	return v6 ? traffic_v6(i % 3, i) : traffic_v4(10, i % 5, i >> 8, i & 255);
}

static inline struct addr rt_server(struct random_traffic *r, bool v6)
{
	/* Most talk to one server. */
	unsigned i = rt_below(r, 3) ? 0 : (unsigned)rt_below(r, r->n_servers);
	return v6 ? traffic_v6(0xff, i) : traffic_v4(192, 0, 2, i & 255);
}

static inline void rt_question(struct random_traffic *r)
{
	struct rt_asked *a = &r->asked[rt_below(r, RT_MEMORY)];
	bool v6 = rt_below(r, 3) == 0, interleaved = rt_below(r, 5) == 0;
	uint64_t kind = rt_below(r, 12);

	if (kind != 11 || !a->len) { /* 11: the same bytes again */
		*a = (struct rt_asked){ .client = rt_client(r, v6), .server = rt_server(r, v6) };
		a->port = (uint16_t)(rt_below(r, 8) ? 1024 + rt_below(r, 3) : 123);
		a->transmit = rt_below(r, 20) ? traffic_random(&r->seed) : 0;
		a->receive = interleaved ? traffic_random(&r->seed) : 0;
		traffic_header(a->payload, (uint8_t)(3 | (1 + rt_below(r, 5)) << 3), 0, interleaved ? 77 : 0,
			       a->receive, a->transmit);
		a->len = 48;
	}
	if (kind == 0) { /* a MAC */
		memset(a->payload + 48, 0x55, 20);
		a->len = 68;
	} else if (kind == 1) { /* a unique identifier and an authenticator */
		uint8_t *e = a->payload + 48;
		memcpy(e, (const uint8_t[4]){ 1, 4, 0, 36 }, 4);
		for (unsigned i = 0; i < 32; i++)
			e[4 + i] = (uint8_t)traffic_random(&r->seed);
		memcpy(e + 36, (const uint8_t[4]){ 4, 4, 0, 28 }, 4);
		a->len = 112;
	}
	traffic_udp(r->t, r->now_ns, &a->client, a->port, &a->server, 123, a->payload, a->len);
}

static inline void rt_answer(struct random_traffic *r)
{
	const struct rt_asked *a = &r->asked[rt_below(r, RT_MEMORY)];
	uint8_t p[128];
	uint64_t kind = rt_below(r, 16), origin = a->transmit;

	if (!a->len)
		return;
	memcpy(p, a->payload, a->len);
	if (a->receive && rt_below(r, 2))
		origin = a->receive;
	if (kind == 0)
		origin = 0;
	if (kind == 1)
		origin ^= 1;
	traffic_header(p, (uint8_t)((a->payload[0] & 0x38) | 4),
		       (uint8_t)(kind == 2 ? 0 : 1 + rt_below(r, 4)), origin, traffic_random(&r->seed) >> 8,
		       traffic_random(&r->seed) >> 8);
	if (kind == 2)
		memcpy(p + 12, &"RATEDENYRSTRINITNTSNXyz"[4 * rt_below(r, 5)], 4);
	if (kind == 3)
		memset(p + 48, 0, 4);
	traffic_udp(r->t, r->now_ns, &a->server, 123, &a->client, a->port, p, kind == 3 ? 52 : a->len);
}

/* Modes 0, 1, 2, 5, 6 and 7, of any length, between any ports. */
static inline void rt_other_mode(struct random_traffic *r)
{
	bool v6 = rt_below(r, 2), down = rt_below(r, 2);
	struct addr client = rt_client(r, v6), server = rt_server(r, v6);
	uint16_t port = (uint16_t)(rt_below(r, 2) ? 123 : 1024 + rt_below(r, 2));
	uint8_t p[128];
	uint64_t kind = rt_below(r, 6);
	uint32_t len = rt_below(r, 8) ? 48 : (uint32_t)rt_below(r, sizeof(p) + 1);

	for (unsigned i = 0; i < sizeof(p); i++)
		p[i] = (uint8_t)rt_below(r, 4);
	p[0] = (uint8_t)((traffic_random(&r->seed) & 0xf8) | "\0\1\2\5\6\7"[kind]);
	p[1] = (uint8_t)((down ? 0x80 : 0) | rt_below(r, 3));
	if (down)
		traffic_udp(r->t, r->now_ns, &server, 123, &client, port, p, len);
	else
		traffic_udp(r->t, r->now_ns, &client, port, &server, 123, p, len);
}

/* Two peers that take their turns, each naming what it heard last. */
static inline void rt_peers(struct random_traffic *r)
{
	struct addr a = traffic_v4(10, 9, 9, 1), b = traffic_v4(10, 9, 9, 2);
	uint64_t last = 0;
	for (unsigned i = 0, n = 1 + (unsigned)rt_below(r, 5); i < n; i++) {
		uint8_t h[48];
		uint64_t transmit = traffic_random(&r->seed);
		traffic_header(h, (uint8_t)(0x20 | (rt_below(r, 4) ? 1 : 2)), 2, last, last ? last + 9 : 0,
			       transmit);
		if (i & 1)
			traffic_udp(r->t, r->now_ns, &b, 123, &a, 123, h, 48);
		else
			traffic_udp(r->t, r->now_ns, &a, 123, &b, 123, h, 48);
		last = transmit;
		r->now_ns += (int64_t)rt_below(r, 3 * (uint64_t)NS_PER_S);
	}
}

/* An IPv4 question in two pieces, sometimes with one lost or in the wrong order. */
static inline void rt_fragments(struct random_traffic *r)
{
	struct addr client = rt_client(r, false), server = rt_server(r, false);
	uint8_t room[48 + 1024] = { 0 }, piece[2048];
	uint64_t how = rt_below(r, 5);
	uint16_t id = (uint16_t)traffic_random(&r->seed);
	traffic_header(room + 48, 0x23, 0, 0, 0, traffic_random(&r->seed));
	uint8_t *h = traffic_udp_ip(room + 48, 200, &client, TRAFFIC_PORT, &server, 123);
	for (unsigned i = 0; i < 2; i++) {
		bool second = i ^ (how == 0);
		uint32_t from = second ? 104 : 0, len = second ? 104 : 104;
		if (how == 1 && second)
			continue;
		memcpy(piece, h, 20);
		memcpy(piece + 20, h + 20 + from, len);
		traffic_be16(piece + 2, 20 + len);
		traffic_be16(piece + 4, id);
		traffic_be16(piece + 6, (second ? 0 : 0x2000) | from / 8);
		traffic_frame(r->t, r->now_ns, LINK_RAW, piece, 20 + len);
	}
}

/* An error about a packet seen before, or about one that never was. */
static inline void rt_icmp(struct random_traffic *r)
{
	const struct rt_asked *a = &r->asked[rt_below(r, RT_MEMORY)];
	uint8_t room[256] = { 0 }, quoted[256];
	bool v4 = addr_is_v4(&a->client), about_answer = rt_below(r, 2);
	struct addr router = v4 ? traffic_v4(172, 16, 0, (unsigned)rt_below(r, 4))
				: traffic_v6(0xfe, (unsigned)rt_below(r, 4));
	if (!a->len)
		return;
	memcpy(quoted + 48, a->payload, 48);
	const struct addr *from = about_answer ? &a->server : &a->client,
			  *to = about_answer ? &a->client : &a->server;
	uint8_t *q = about_answer ? traffic_udp_ip(quoted + 48, 48, from, 123, to, a->port)
				  : traffic_udp_ip(quoted + 48, 48, from, a->port, to, 123);
	uint32_t len = (uint32_t)(quoted + 96 - q);
	uint8_t *body = room + 48;
	body[0] = v4 ? 3 : 1;
	body[1] = (uint8_t)rt_below(r, 4);
	memcpy(body + 8, q, len);
	uint8_t *h = traffic_ip(body, 8 + len, v4 ? 1 : 58, &router, from);
	traffic_frame(r->t, r->now_ns, LINK_RAW, h, (uint32_t)(body - h) + 8 + len);
}

static inline void rt_odd_frame(struct random_traffic *r)
{
	uint8_t p[200];
	for (unsigned i = 0; i < sizeof(p); i++)
		p[i] = (uint8_t)traffic_random(&r->seed);
	switch (rt_below(r, 5)) {
	case 0: /* rubbish */
		traffic_frame(r->t, r->now_ns, LINK_ETHERNET, p, (uint32_t)rt_below(r, sizeof(p)));
		break;
	case 1: /* a link type that nobody has */ traffic_frame(r->t, r->now_ns, 9999, p, 60); break;
	case 2: { /* TCP to the NTS-KE port */
		struct addr client = rt_client(r, false), server = rt_server(r, false);
		memset(p + 60, 0, 20);
		traffic_be16(p + 60, 50000);
		traffic_be16(p + 62, 4460);
		p[72] = 0x50;
		uint8_t *h = traffic_ip(p + 60, 20 + 60, 6, &client, &server);
		traffic_frame(r->t, r->now_ns, LINK_RAW, h, 100);
		break;
	}
	default: /* a packet of before, cut or damaged, or all the same */
		if (r->t->n) {
			struct packet old = r->t->at[rt_below(r, r->t->n)];
			uint8_t copy[4096];
			memcpy(copy, old.data, old.caplen);
			if (old.caplen && rt_below(r, 2))
				copy[rt_below(r, old.caplen)] ^= (uint8_t)(1 << rt_below(r, 8));
			uint32_t keep = rt_below(r, 2) ? old.caplen : (uint32_t)rt_below(r, old.caplen + 1);
			struct packet *q = traffic_frame(r->t, r->now_ns, old.link, copy, keep);
			q->len = old.len;
			q->has_time = rt_below(r, 8) != 0;
			if (!q->has_time)
				q->time_ns = 0;
		}
	}
}

static inline void rt_step_clock(struct random_traffic *r, enum rt_clock clock)
{
	static const int64_t span_ns[] = { 1,
					   1000,
					   1000000,
					   NS_PER_S,
					   5 * NS_PER_S,
					   60 * NS_PER_S,
					   3600 * NS_PER_S,
					   86400 * NS_PER_S,
					   3 * 365 * 86400 * NS_PER_S };
	uint64_t p = rt_below(r, 1000);
	unsigned span = p < 600   ? (unsigned)rt_below(r, 3)
			: p < 950 ? 2
			: p < 985 ? 3
			: p < 995 ? 4 + (p & 1)
				  : 6;
	if (clock == RT_STEPPING && rt_below(r, 300) == 0)
		span = 6 + (unsigned)rt_below(r, 3);
	int64_t by = (int64_t)rt_below(r, (uint64_t)span_ns[span] + 1);
	if (clock == RT_STEPPING && rt_below(r, 20) == 0)
		by = -by;
	r->now_ns += by;
}

/* Two of three frames get an Ethernet header, one of these a VLAN tag: so are frames in captures, and the
 * short cuts are for them. */
static inline void rt_wrap(struct traffic *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->at[i];
		if (p->link != LINK_RAW || i % 3 == 0 || !p->caplen)
			continue;
		bool vlan = i % 3 == 2, v6 = p->data[0] >> 4 == 6;
		uint32_t room = vlan ? 18 : 14;
		uint8_t *data = calloc(1, room + p->caplen);
		if (vlan)
			data[12] = 0x81;
		data[room - 2] = v6 ? 0x86 : 0x08;
		data[room - 1] = v6 ? 0xdd : 0x00;
		memcpy(data + room, p->data, p->caplen);
		free((void *)(uintptr_t)p->data);
		p->data = data;
		p->link = LINK_ETHERNET;
		p->caplen += room;
		p->len += room;
	}
}

static inline struct traffic random_traffic(uint64_t seed, size_t n_packets, enum rt_clock clock)
{
	struct traffic t = { 0 };
	struct random_traffic r = { .t = &t, .seed = seed, .now_ns = TRAFFIC_START, .n_servers = 12 };
	r.n_clients = seed % 2 ? 40 : 700;
	while (t.n < n_packets) {
		uint64_t p = rt_below(&r, 100);
		rt_step_clock(&r, clock);
		if (p < 40)
			rt_question(&r);
		else if (p < 78)
			rt_answer(&r);
		else if (p < 88)
			rt_other_mode(&r);
		else if (p < 90)
			rt_peers(&r);
		else if (p < 92)
			rt_fragments(&r);
		else if (p < 95)
			rt_icmp(&r);
		else
			rt_odd_frame(&r);
	}
	rt_wrap(&t);
	return t;
}

#endif
