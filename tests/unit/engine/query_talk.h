/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A query under a clock of its own, and the server that it talks with. */
#ifndef TESTS_UNIT_ENGINE_QUERY_TALK_H
#define TESTS_UNIT_ENGINE_QUERY_TALK_H

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/nstime.h"
#include "engine/query.h"
#include "proto/ntp_write.h"

enum { MS = 1000000 };

/* 2026-11-26: UTC while now_ns, which no date belongs to, begins at 7 s. */
static const int64_t utc_ns = INT64_C(1795651200) * NS_PER_S;

struct talk {
	struct query q;
	int64_t now_ns, until_ns;
	uint8_t random[QUERY_RANDOM_LEN];
	uint8_t request[QUERY_PACKET_MAX];
	size_t request_len;
	unsigned n_requests;
	struct query_summary sum;
};

static inline int64_t utc(const struct talk *t)
{
	return utc_ns + t->now_ns;
}

static inline struct talk *talk_new(uint8_t samples, const struct ntp_key *key)
{
	const struct query_config config = {
		.version = 4, .samples = samples, .interval_ns = 1000 * MS, .timeout_ns = 300 * MS
	};
	struct talk *t = calloc(1, sizeof(*t));
	t->now_ns = 7 * NS_PER_S;
	query_init(&t->q, &config, key, t->now_ns);
	return t;
}

static inline enum query_do next(struct talk *t)
{
	return query_next(&t->q, t->now_ns, &t->until_ns);
}

/* The request that is due; each has its own random octets. */
static inline void ask(struct talk *t)
{
	assert_int_equal(next(t), QUERY_SEND);
	t->n_requests++;
	for (size_t i = 0; i < sizeof(t->random); i++)
		t->random[i] = (uint8_t)(17 * t->n_requests + i);
	t->request_len = query_request(&t->q, t->now_ns, t->random, t->request);
	query_sent(&t->q, t->n_requests - 1, utc(t), false);
}

/* The server's time is ours plus offset_ns; it answers halfway of delay_ns, and at once. */
static inline void good_header(const struct talk *t, int64_t offset_ns, int64_t delay_ns,
			       struct ntp_header *h)
{
	uint64_t there = nstime_to_ntp(utc(t) + delay_ns / 2 + offset_ns);

	*h = (struct ntp_header){ .version = 4,
				  .mode = 4,
				  .stratum = 2,
				  .precision_log2s = -20,
				  .root_delay = 0x100,
				  .root_dispersion = 0x80,
				  .refid = { 192, 0, 2, 1 },
				  .origin = load_be64(t->request + 40),
				  .receive = there,
				  .transmit = there };
}

static inline void hear_octets(struct talk *t, const uint8_t *octets, size_t len)
{
	uint8_t *p = malloc(len ? len : 1);
	memcpy(p, octets, len);
	query_answer(&t->q, t->now_ns, p, len, utc(t), true);
	free(p);
}

static inline void hear(struct talk *t, const struct ntp_header *h)
{
	uint8_t p[NTP_HEADER_LEN];
	ntp_header_write(h, p);
	hear_octets(t, p, sizeof(p));
}

/* A good answer after delay_ns. */
static inline void answer(struct talk *t, int64_t offset_ns, int64_t delay_ns)
{
	struct ntp_header h;
	good_header(t, offset_ns, delay_ns, &h);
	t->now_ns += delay_ns;
	hear(t, &h);
}

/* Waits as long as the machine wants to; false when it does not wait. */
static inline bool wait_for_it(struct talk *t)
{
	if (next(t) != QUERY_WAIT)
		return false;
	t->now_ns = t->until_ns;
	return true;
}

static inline enum query_result result(struct talk *t)
{
	query_summary(&t->q, &t->sum);
	return t->sum.result;
}

static inline void ends_with(struct talk *t, enum query_result wanted)
{
	assert_int_equal(next(t), QUERY_DONE);
	assert_int_equal(result(t), wanted);
	free(t);
}

#endif
