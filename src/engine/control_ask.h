/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One question of mode 6 and its answer (RFC 9327), as a state machine without I/O; ask.h says how it
 * is driven.
 *
 * The answer comes in fragments, in any order, some doubled, some never.  A fragment cannot be asked
 * for on its own: when one stays away the whole question goes out again under the next sequence number,
 * so that values of two moments do not mix, and what still comes under the old number is counted and
 * left.  Datagrams that are no answer to this question (another sequence number, opcode or association,
 * a fragment over another one) change nothing: anybody may send them.
 */
#ifndef ENGINE_CONTROL_ASK_H
#define ENGINE_CONTROL_ASK_H

#include <stdbool.h>

#include "engine/ask.h"
#include "proto/ntp_control.h"

enum { CONTROL_ANSWER_MAX = 65536, CONTROL_PIECES_MAX = 160 };

struct control_ask {
	enum ask_result result;
	uint16_t status; /* of the answer: a status word of RFC 9327 section 3 */
	uint8_t error;   /* with ASK_ERROR: control_error_name() */
	uint32_t len;    /* with ASK_OK: octets of data */
	uint8_t data[CONTROL_ANSWER_MAX];

	unsigned n_sent;                        /* questions */
	unsigned n_pieces;                      /* of this answer */
	uint64_t n_doubled, n_stale, n_strange; /* datagrams that were left */

	/* Private. */
	uint8_t request[CONTROL_REQUEST_MAX];
	size_t request_len;
	enum control_opcode opcode;
	uint16_t sequence, association;
	struct ask_patience patience;
	bool must_send, has_last;
	int64_t due_ns;
	uint32_t n_octets;
	struct {
		uint32_t from, to;
	} pieces[CONTROL_PIECES_MAX];
};

/* sequence: any, hard to guess, for the first question; the following numbers are for further ones. */
void control_ask_begin(struct control_ask *c, enum control_opcode opcode, uint16_t association,
		       const char *data, size_t data_len, uint16_t sequence, struct ask_patience patience);

void control_ask_next(struct control_ask *c, int64_t now_ns, struct ask_action *out);
void control_ask_take(struct control_ask *c, const uint8_t *p, size_t len, int64_t now_ns);

/* What the driver found itself, ASK_REFUSED for example: the question is over at once. */
void control_ask_fail(struct control_ask *c, enum ask_result why);

#endif
