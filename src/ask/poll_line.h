/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A round that is a row of questions to one daemon over one line, each answered before the next is asked
 * (mode 6, chronyd).  The line is opened and closed by its owner.
 */
#ifndef ASK_POLL_LINE_H
#define ASK_POLL_LINE_H

#include "ask/line.h"
#include "ask/poller.h"

struct poll_line {
	struct line line;
	bool is_open;
	bool is_answered; /* somebody is there: from then on an error is an answer, too */
};

/* A question begins: what went wrong before is forgotten.  How long it waits for its answer. */
struct ask_patience poll_line_ask(struct poll_line *l, const struct poll_turn *turn);

enum poll_line_state {
	POLL_LINE_WAITS,    /* the question goes on; *wait says for what it waits */
	POLL_LINE_ANSWERED, /* if only that this is not told */
	POLL_LINE_OVER,     /* there is no answer, poll_line_why() */
};
enum poll_line_state poll_line_step(struct poll_line *l, const struct machine *machine, void *m,
				    struct poll_wait *wait);

/* Why the question with that result has no answer; error: what the daemon's own error is called. */
const char *poll_line_why(const struct poll_line *l, enum ask_result result, const char *error);

#endif
