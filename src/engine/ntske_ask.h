/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The client's side of NTS key establishment (RFC 8915 section 4), without I/O: what to write into the TLS
 * session, and what to make of what it brings.
 */
#ifndef ENGINE_NTSKE_ASK_H
#define ENGINE_NTSKE_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/ntske_talk.h"

enum { NTSKE_ANSWER_MAX = 65536, NTSKE_REQUEST_MAX = 64 };

struct ntske_ask {
	uint8_t request[NTSKE_REQUEST_MAX];
	size_t request_len, written;
	uint8_t in[NTSKE_ANSWER_MAX];
	size_t in_len;
	struct ntske_answer answer;
	enum ntske_verdict verdict; /* NTSKE_INCOMPLETE until it is over */
};

void ntske_ask_init(struct ntske_ask *k);

/* What is still to be written; the caller adds to k->written. */
const uint8_t *ntske_ask_output(const struct ntske_ask *k, size_t *len);

/* Takes what came (at_end: and nothing more will).  Returns k->verdict. */
enum ntske_verdict ntske_ask_input(struct ntske_ask *k, const uint8_t *p, size_t len, bool at_end);

#endif
