/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A matcher under test: events are given to it one by one, and what it tells is kept. */
#ifndef TESTS_ENGINE_MATCH_BENCH_H
#define TESTS_ENGINE_MATCH_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "engine/match_strict.h"
#include "proto/ntp.h"

#define MS    INT64_C(1000000)
#define START (INT64_C(1772323200) * NS_PER_S)

enum { CLIENT_PORT = 40000, TOLD_MAX = 4096 };

struct bench {
	struct match_strict m;
	struct outcome *told;
	size_t n_told;
	uint64_t class_packets[N_CLASSES], n_packets;
	uint64_t frame;
};

static inline void on_told(void *arg, const struct outcome *o)
{
	struct bench *b = arg;
	b->class_packets[o->x.class] += o->n_packets;
	if (b->n_told < TOLD_MAX)
		b->told[b->n_told] = *o;
	b->n_told++;
}

static inline void begin_with(struct bench *b, const struct engine_config *config)
{
	memset(b, 0, sizeof(*b));
	b->told = calloc(TOLD_MAX, sizeof(*b->told));
	assert_non_null(b->told);
	assert_int_equal(match_strict_init(&b->m, config, 1, NULL, on_told, b), ERR_OK);
	match_strict_begin(&b->m, START - 3600 * NS_PER_S);
}

static inline struct engine_config config_with_rows(void)
{
	struct engine_config c = engine_config_default();
	c.want_rows = true;
	c.pending_capacity = 1 << 18;
	c.secret = 77;
	return c;
}

static inline void begin(struct bench *b)
{
	struct engine_config c = config_with_rows();
	begin_with(b, &c);
}

static inline void end_at(struct bench *b, int64_t end_ns)
{
	uint64_t sum = 0;
	match_strict_end(&b->m, end_ns);
	for (unsigned i = 0; i < N_CLASSES; i++)
		sum += b->class_packets[i];
	assert_int_equal(sum, b->n_packets);
	match_strict_release(&b->m);
}

static inline void done(struct bench *b)
{
	free(b->told);
}

static inline struct event event_of(int64_t at_ns, enum event_role role, bool to_server, uint64_t key)
{
	struct event e = {
		.client = addr_from_v4((const uint8_t[4]){ 10, 0, 0, 1 }),
		.server = addr_from_v4((const uint8_t[4]){ 192, 0, 2, 1 }),
		.time_ns = START + at_ns,
		.key = key,
		.client_port = CLIENT_PORT,
		.server_port = 123,
		.payload_len = 48,
		.role = (uint8_t)role,
		.version = 4,
		.mode = to_server ? 3 : 4,
		.stratum = to_server ? 0 : 2,
		.to_server = to_server,
	};
	return e;
}

static inline struct event question(int64_t at_ns, uint64_t transmit)
{
	return event_of(at_ns, EVENT_REQUEST, true, transmit);
}

/* T3 - T2 is 2^-9 s: 1,953,125 ns. */
static inline struct event answer(int64_t at_ns, uint64_t origin)
{
	struct event e = event_of(at_ns, EVENT_RESPONSE, false, origin);
	e.receive = UINT64_C(0xe000000000000000);
	e.transmit = e.receive + (1 << 23);
	return e;
}

/* Returns the frame number. */
static inline uint64_t give(struct bench *b, struct event e)
{
	e.frame = ++b->frame;
	b->n_packets++;
	uint64_t flow = match_strict_flow(&e, hash_addr(&e.client, 77), hash_addr(&e.server, 77));
	uint64_t chain = match_strict_chain(&b->m, &e, flow);
	match_strict_prefetch_head(&b->m, chain);
	match_strict_prefetch_entry(&b->m, chain);
	match_strict_event(&b->m, &e, flow, 1, 2);
	return e.frame;
}

/* The outcome number i, which must be this. */
static inline const struct exchange *expect(const struct bench *b, size_t i, enum exchange_class class,
					    uint64_t request, uint64_t response)
{
	assert_true(i < b->n_told);
	const struct exchange *x = &b->told[i].x;
	if (x->class != class)
		fail_msg("outcome %zu is %s, not %s", i, exchange_class_name(x->class),
			 exchange_class_name(class));
	assert_int_equal(x->request_frame, request);
	assert_int_equal(x->response_frame, response);
	return x;
}

static inline struct event peer(int64_t at_ns, bool from_lower, unsigned mode, uint64_t transmit,
				uint64_t origin, uint64_t receive)
{
	struct event e = event_of(at_ns, EVENT_SYMMETRIC, from_lower, transmit);
	e.client_port = 123;
	e.mode = (uint8_t)mode;
	e.transmit = origin;
	e.receive = receive;
	return e;
}

#endif
