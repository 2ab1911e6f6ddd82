/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plain poll traffic, as much of it as is asked for, written while it is made.  All clients take part: the
 * first round visits each one once in scattered order, then some ask more often than others.
 */
#include <string.h>

#include "ntpgen.h"

enum { PENDING_MAX = 1 << 16, MAC_LEN = 20, BENCH_PACKETS = 1000000 };

/* A response on its way. */
struct pending {
	int64_t due_ns, request_ns;
	uint64_t request_frame, xmt;
	uint64_t client;
};

struct bench {
	const struct options *o;
	struct sink *s;
	struct rng rng;
	struct addr server4, server6;
	struct pending pending[PENDING_MAX];
	size_t first, n; /* pending[first] is the next one due; sorted */
	uint64_t stride;
	int64_t now_ns;
};

/* Numbers of clients become addresses by mixing that can be undone, so that no two clients share one:
 * 10.0.0.0/8 holds 24 bits, 2001:db8::/32 the rest. */
static uint32_t scatter24(uint32_t x)
{
	x ^= 0x5a17c3; /* or the first client were 10.0.0.0 */
	x = (x ^ x >> 13) * 0x9e3779b1 & 0xffffff;
	x = (x ^ x >> 11) * 0x85ebca6b & 0xffffff;
	return x ^ x >> 12;
}

static uint64_t scatter64(uint64_t x)
{
	x = (x ^ x >> 31) * UINT64_C(0x7fb5d329728ea185);
	x = (x ^ x >> 27) * UINT64_C(0x81dadef4bc2dd44d);
	return x ^ x >> 33;
}

static struct endpoint client_of(uint64_t client)
{
	uint64_t mixed = scatter64(client + 1);
	struct endpoint e = { .port = (uint16_t)(1024 + (mixed >> 20) % 64000) };
	if (client % 5 < 3 && client / 5 * 3 + client % 5 < 1 << 24) {
		uint32_t host = scatter24((uint32_t)(client / 5 * 3 + client % 5));
		uint8_t v4[4] = { 10, (uint8_t)(host >> 16), (uint8_t)(host >> 8), (uint8_t)host };
		e.addr = addr_from_v4(v4);
		if (client % 7 == 0)
			e.port = PORT_NTP;
		return e;
	}
	uint8_t v6[16] = { 0x20, 0x01, 0x0d, 0xb8 };
	put32(v6 + 4, (uint32_t)(mixed >> 32));
	put64(v6 + 8, mixed & 1 ? mixed : mixed & 0xffffffff);
	e.addr = addr_from_v6(v6);
	return e;
}

/* One client in 64 authenticates, the same one always. */
static bool has_mac(uint64_t client)
{
	return client % 64 == 17;
}

static size_t add_mac(struct bench *b, uint64_t client, uint8_t *payload)
{
	if (!has_mac(client))
		return NTP_LEN;
	put32(payload + NTP_LEN, 1 + (uint32_t)(client % 5));
	put64(payload + NTP_LEN + 4, rng_next(&b->rng));
	put64(payload + NTP_LEN + 12, rng_next(&b->rng));
	return NTP_LEN + MAC_LEN;
}

static struct endpoint server_of(const struct bench *b, const struct endpoint *client)
{
	return endpoint_of(addr_is_v4(&client->addr) ? &b->server4 : &b->server6, PORT_NTP);
}

static uint8_t version_of(uint64_t client)
{
	return client % 11 == 3 ? 3 : 4;
}

static void write_response(struct bench *b, const struct pending *p)
{
	uint8_t payload[NTP_LEN + MAC_LEN], frame[FRAME_MAX];
	struct endpoint client = client_of(p->client), server = server_of(b, &client);
	int64_t turnaround = (p->due_ns - p->request_ns) / 2;
	struct ntp_fields f = {
		.version = version_of(p->client),
		.mode = 4,
		.stratum = 1,
		.poll = 6,
		.precision = -24,
		.root_dispersion = 0x00000010,
		.refid = 0x50505300,
		.reference = ntp_time(p->request_ns - p->request_ns % (16 * SEC)),
		.origin = p->xmt,
		.receive = ntp_time(p->request_ns + turnaround / 2) | 1,
		.transmit = ntp_time(p->request_ns + turnaround / 2 + turnaround) & ~UINT64_C(1),
	};
	ntp_put(payload, &f);
	struct wire w = { .src = server, .dst = client, .from_server = true };
	size_t len = frame_udp(frame, &w, payload, add_mac(b, p->client, payload));
	uint64_t number = sink_frame(b->s, p->due_ns, frame, len);
	sink_row(b->s, &(struct truth_row){ .class = CLASS_ANSWERED,
					    .request_frame = p->request_frame,
					    .response_frame = number,
					    .request_ns = p->request_ns,
					    .response_ns = p->due_ns,
					    .client = client,
					    .server = server,
					    .version = f.version,
					    .note = "bench" });
}

static void drain(struct bench *b, int64_t until_ns)
{
	while (b->n && b->pending[b->first].due_ns <= until_ns) {
		write_response(b, &b->pending[b->first]);
		b->first++;
		if (--b->n == 0)
			b->first = 0;
	}
}

/* Insertion from the end: nearly always the new one is the last. */
static bool enqueue(struct bench *b, const struct pending *p)
{
	if (b->first + b->n == PENDING_MAX) {
		memmove(b->pending, b->pending + b->first, b->n * sizeof b->pending[0]);
		b->first = 0;
	}
	if (b->n == PENDING_MAX)
		return false;
	size_t i = b->first + b->n++;
	for (; i > b->first && b->pending[i - 1].due_ns > p->due_ns; i--)
		b->pending[i] = b->pending[i - 1];
	b->pending[i] = *p;
	return true;
}

static void write_request(struct bench *b, uint64_t client, bool lost)
{
	uint8_t payload[NTP_LEN + MAC_LEN], frame[FRAME_MAX];
	struct endpoint from = client_of(client), server = server_of(b, &from);
	struct ntp_fields f = {
		.version = version_of(client),
		.mode = 3,
		.poll = (int8_t)(6 + client % 5),
		.precision = 32,
		.transmit = rng_next(&b->rng),
	};
	ntp_put(payload, &f);
	struct wire w = { .src = from,
			  .dst = server,
			  .ip_id = (uint16_t)rng_next(&b->rng),
			  .ttl = (uint8_t)(44 + client % 17) };
	size_t len = frame_udp(frame, &w, payload, add_mac(b, client, payload));
	int64_t t = sink_time(b->s, b->now_ns);
	struct pending p = { .request_ns = t,
			     .xmt = f.transmit,
			     .client = client,
			     .due_ns = sink_time(b->s, b->now_ns + draw_delta(&b->rng)) };
	p.request_frame = sink_frame(b->s, t, frame, len);
	if (lost || !enqueue(b, &p))
		sink_row(b->s, &(struct truth_row){ .class = CLASS_UNANSWERED,
						    .request_frame = p.request_frame,
						    .request_ns = t,
						    .client = from,
						    .server = server,
						    .version = f.version,
						    .note = "bench" });
}

/* Some clients ask far more often than others. */
static uint64_t choose_client(struct bench *b, uint64_t k)
{
	uint64_t n = b->o->n_clients, first = b->o->first_client;
	if (k < n)
		return first + (uint64_t)((__uint128_t)k * b->stride % n);
	uint64_t x = rng_below(&b->rng, n);
	return first + (rng_percent(&b->rng, 40) ? rng_below(&b->rng, x + 1) : x);
}

static uint64_t gcd(uint64_t a, uint64_t b)
{
	return b ? gcd(b, a % b) : a;
}

int bench_run(const struct options *o, struct sink *s)
{
	static struct bench b; /* too large for the stack */
	uint64_t n_packets = o->n_packets ? o->n_packets : BENCH_PACKETS;
	b = (struct bench){ .o = o,
			    .s = s,
			    .server4 = server_address(true),
			    .server6 = server_address(false),
			    .now_ns = o->start_ns };
	rng_seed(&b.rng, o->seed, 1);
	b.stride = (uint64_t)((double)o->n_clients * 0.6180339887) | 1;
	while (gcd(b.stride, o->n_clients) != 1)
		b.stride++;
	int64_t gap_ns = (int64_t)(2 * (uint64_t)SEC / o->rate);
	uint64_t seen = 0;
	for (uint64_t k = 0; s->n_frames + b.n < n_packets; k++) {
		b.now_ns += rng_exp(&b.rng, gap_ns);
		drain(&b, b.now_ns);
		bool lost = rng_below(&b.rng, 1000) < o->loss_permille || s->n_frames + b.n + 1 == n_packets;
		write_request(&b, choose_client(&b, k), lost);
		if (k < o->n_clients)
			seen++;
	}
	drain(&b, INT64_MAX);
	s->n_clients = seen;
	return 0;
}
