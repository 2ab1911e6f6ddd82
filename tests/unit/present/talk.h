/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A census of a small conversation, for tests of what is printed from one. */
#ifndef TESTS_UNIT_PRESENT_TALK_H
#define TESTS_UNIT_PRESENT_TALK_H

#include <string.h>

#include "engine/pipeline.h"
#include "proto/ntp.h"

enum { TALK_PACKETS_MAX = 4096, TALK_LEN = 20 + 8 + NTP_HEADER_LEN };

struct talk {
	uint8_t bytes[TALK_PACKETS_MAX][TALK_LEN];
	struct packet packets[TALK_PACKETS_MAX];
	size_t n, at;
	uint64_t stamp;
};

static inline void talk_be16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void talk_be64(uint8_t *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> (56 - 8 * i));
}

/* One plain IPv4 packet between client 198.51.100.host (from 256 on in the next nets) and server
 * 192.0.2.123. */
static inline uint8_t *talk_packet(struct talk *t, unsigned host, bool question, int64_t time_ns)
{
	uint8_t *p = t->bytes[t->n];
	const uint8_t client[4] = { 198, 51, (uint8_t)(100 + (host >> 8)), (uint8_t)host },
		      server[4] = { 192, 0, 2, 123 };

	memset(p, 0, TALK_LEN);
	p[0] = 0x45;
	talk_be16(p + 2, TALK_LEN);
	p[8] = 64;
	p[9] = 17;
	memcpy(p + 12, question ? client : server, 4);
	memcpy(p + 16, question ? server : client, 4);
	talk_be16(p + 20, question ? 40000 : 123);
	talk_be16(p + 22, question ? 123 : 40000);
	talk_be16(p + 24, 8 + NTP_HEADER_LEN);
	p[28] = question ? 0x23 : 0x24;
	p[29] = question ? 0 : 2;
	p[30] = 6;
	t->packets[t->n] = (struct packet){
		.data = p,
		.time_ns = time_ns,
		.frame = t->n + 1,
		.caplen = TALK_LEN,
		.len = TALK_LEN,
		.link = LINK_IPV4,
		.has_time = true,
	};
	t->n++;
	return p + 28;
}

/* A request at time_ns, and its answer 50 µs later when wanted. */
static inline void talk_ask(struct talk *t, unsigned host, int64_t time_ns, bool answered)
{
	uint64_t stamp = UINT64_C(0xed00000000000001) + ((uint64_t)t->n << 32);
	talk_be64(talk_packet(t, host, true, time_ns) + 40, stamp);
	if (!answered)
		return;
	uint8_t *a = talk_packet(t, host, false, time_ns + 50000);
	talk_be64(a + 24, stamp);
	talk_be64(a + 32, stamp + 1000);
	talk_be64(a + 40, stamp + 2000);
}

static inline enum err talk_next(void *arg, struct packet *out, size_t max, size_t *n)
{
	struct talk *t = arg;
	*n = t->n - t->at < max ? t->n - t->at : max;
	memcpy(out, t->packets + t->at, *n * sizeof(*out));
	t->at += *n;
	return *n ? ERR_OK : ERR_END;
}

/* NULL when it fails. */
static inline struct census *talk_census(struct talk *t)
{
	struct engine_config config = engine_config_default();
	struct pipeline_io io = { .next = talk_next, .source = t };
	struct census *c = NULL;

	config.capacity = 4096;
	config.pending_capacity = 65536;
	pipeline_run(&config, &io, &c);
	return c;
}

#endif
