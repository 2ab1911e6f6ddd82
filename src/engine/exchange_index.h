/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which exchange a frame is part of: filled with the rows of a first pass (see pipeline.h), in any order,
 * asked by frame in a second.  Takes 40 bytes an exchange and 8 a frame, and grows as needed.
 */
#ifndef ENGINE_EXCHANGE_INDEX_H
#define ENGINE_EXCHANGE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/exchange.h"

struct kept_exchange {
	uint32_t request_frame, response_frame; /* 0 = none */
	int64_t delta_ns;                       /* with both frames: exchange_delta_ns() */
	int64_t turnaround_ns, offset_ns;
	uint8_t class, version, mode, kiss, auth, notes;
	bool has_turnaround, has_offset;
};

struct exchange_index {
	struct kept_exchange *at;
	size_t n, cap;
	uint32_t *of_request, *of_response; /* by frame: place in at, plus 1 */
	size_t n_frames;                    /* that both have room for */
};

/* ERR_MEMORY, or ERR_LIMIT for frames beyond 2^32 - 2; the exchange is then not stored. */
enum err exchange_index_add(struct exchange_index *index, const struct exchange *x);

/* Accepts a zeroed index. */
void exchange_index_release(struct exchange_index *index);

/* The exchange that this frame answers, or stands alone in without a request; NULL when there is none. */
const struct kept_exchange *exchange_index_of_response(const struct exchange_index *index, uint64_t frame);

/* The exchange that this frame asks in; of several responses it is the one that counted. */
const struct kept_exchange *exchange_index_of_request(const struct exchange_index *index, uint64_t frame);

#endif
