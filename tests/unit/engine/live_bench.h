/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A live engine that has counted some traffic, and the census of the same packets to compare it with. */
#ifndef TESTS_ENGINE_LIVE_BENCH_H
#define TESTS_ENGINE_LIVE_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "live_traffic.h"

enum { N_PACKETS = 6000 };

struct bench {
	struct traffic t;
	struct engine_config config;
	struct live *l;
	struct census *c;
	struct client_info *all; /* as in the census */
	size_t n;
};

static inline void begin(struct bench *b)
{
	*b = (struct bench){ .t = random_traffic(2, N_PACKETS, RT_ORDERLY), .config = traffic_config() };
	b->l = live_of(&b->t, &b->config, 3, false);
	assert_non_null(b->l);
	b->c = traffic_census(&b->t, &b->config, 0, NULL);
	b->n = census_n_clients(b->c);
	assert_true(b->n > 500);
}

static inline void end(struct bench *b)
{
	live_free(b->l);
	census_free(b->c);
	traffic_free(&b->t);
}

#endif
