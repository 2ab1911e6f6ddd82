/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One question to chronyd and its reply, as a state machine without I/O; ask.h says how it is driven.
 * Datagrams that are no reply to it change nothing. */
#ifndef ENGINE_CHRONY_ASK_H
#define ENGINE_CHRONY_ASK_H

#include <stdbool.h>

#include "engine/ask.h"
#include "proto/chrony.h"

struct chrony_ask {
	enum ask_result result;
	uint16_t status;           /* with ASK_ERROR: chrony_status_name() */
	struct chrony_reply reply; /* with ASK_OK; its data are in bytes */
	unsigned n_sent;
	uint64_t n_stale, n_strange; /* datagrams that were left */

	/* Private. */
	uint8_t bytes[CHRONY_MESSAGE_MAX];
	uint8_t request[CHRONY_MESSAGE_MAX];
	size_t request_len;
	enum chrony_command command;
	struct chrony_arguments arguments;
	uint32_t sequence;
	struct ask_patience patience;
	bool must_send;
	int64_t due_ns;
};

/* sequence: hard to guess. */
void chrony_ask_begin(struct chrony_ask *c, enum chrony_command command,
		      const struct chrony_arguments *arguments, uint32_t sequence,
		      struct ask_patience patience);

void chrony_ask_next(struct chrony_ask *c, int64_t now_ns, struct ask_action *out);
void chrony_ask_take(struct chrony_ask *c, const uint8_t *p, size_t len, int64_t now_ns);
void chrony_ask_fail(struct chrony_ask *c, enum ask_result why);

#endif
