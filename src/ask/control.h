/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions of mode 6 to one server, each answered before the next is asked. */
#ifndef ASK_CONTROL_H
#define ASK_CONTROL_H

#include "ask/line.h"
#include "engine/control_ask.h"
#include "engine/mru_walk.h"

struct control {
	struct line line;
	struct ask_patience patience;
	struct control_ask ask; /* the latest question and its answer */
};

/* Asks; with ASK_OK c->ask has the answer, with ASK_ERROR its error, otherwise c->line.why may say more. */
enum ask_result control_query(struct control *c, enum control_opcode opcode, uint16_t association,
			      const char *data, size_t len);

/* Reads the list of addresses; ASK_PENDING: *stop was set. */
enum ask_result control_mru(struct control *c, struct mru_walk *w, const struct mru_wish *wish,
			    const volatile int *stop);

extern const struct machine control_machine; /* of a struct control_ask */

#endif
