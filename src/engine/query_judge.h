/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether an answer can be used, and what it says: the checks of RFC 5905 section 8 and RFC 4330 section 5.
 */
#ifndef ENGINE_QUERY_JUDGE_H
#define ENGINE_QUERY_JUDGE_H

#include "engine/query.h"

/* RFC 5905: version 4 cuts longer digests. */
enum { QUERY_V4_DIGEST_MAX = 20 };

/* Judges what came while q waits, q->t4_ns being when; fills in s but for its result. */
enum query_result query_judge(struct query *q, const uint8_t *p, size_t len, bool by_kernel,
			      struct query_sample *s);

/* True for what may come from a stranger: it does not end the wait for the right answer. */
bool query_is_not_it(enum query_result r);

#endif
