/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions to one chronyd, each answered before the next is asked. */
#ifndef ASK_CHRONYD_H
#define ASK_CHRONYD_H

#include "ask/line.h"
#include "engine/chrony_ask.h"

struct chronyd {
	struct line line;
	struct ask_patience patience;
	struct chrony_ask ask; /* the latest question and its reply */
};

/* Asks; with ASK_OK c->ask.reply has the reply, with ASK_ERROR its status, otherwise c->line.why may
 * say more. arguments may be NULL. */
enum ask_result chronyd_query(struct chronyd *c, enum chrony_command command,
			      const struct chrony_arguments *arguments);

extern const struct machine chrony_machine; /* of a struct chrony_ask */

#endif
