/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which frame answers which, for printing request and response numbers: filled in a first pass over the
 * captures, asked in a second.  Grows as needed: 24 bytes a pair while it is filled, 28 once sealed.
 */
#ifndef ENGINE_PAIRS_H
#define ENGINE_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct pair {
	uint64_t request, response; /* frame numbers */
	int64_t delta_ns;           /* capture time of the response minus that of the request */
};

struct pairs {
	struct pair *at;      /* by response once sealed */
	uint32_t *by_request; /* indices into at, by request, then response */
	size_t n, cap;
};

/* ERR_MEMORY, or ERR_LIMIT beyond 2^32 - 1 pairs; the pair is then not stored. */
enum err pairs_add(struct pairs *p, uint64_t request, uint64_t response, int64_t delta_ns);

/* Makes the look-ups work.  Pairs may have come in any order. */
enum err pairs_seal(struct pairs *p);

void pairs_release(struct pairs *p);

/* The pair of a response frame, or NULL.  *hint, at first 0, makes look-ups in rising order cheap. */
const struct pair *pairs_of_response(const struct pairs *p, uint64_t frame, size_t *hint);

/* The first pair (least response frame) of a request frame, or NULL. */
const struct pair *pairs_of_request(const struct pairs *p, uint64_t frame, size_t *hint);

#endif
