/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask/poll_line.h"

struct ask_patience poll_line_ask(struct poll_line *l, const struct poll_turn *turn)
{
	l->line.why[0] = '\0';
	return turn->is_trial ? ask_patience_of(NS_PER_S * 3 / 2, 1) : ask_patience_of(3 * NS_PER_S, 2);
}

enum poll_line_state poll_line_step(struct poll_line *l, const struct machine *machine, void *m,
				    struct poll_wait *wait)
{
	const struct conversation c = { machine, m, &l->line };

	wait->n = 0;
	if (!l->is_open)
		return POLL_LINE_OVER;
	wait->fds[0] = (struct pollfd){ .events = POLLIN };
	if (line_step(&c, &wait->fds[0].fd, &wait->until_ns)) {
		wait->n = 1;
		return POLL_LINE_WAITS;
	}
	enum ask_result result = machine->result(m);
	if (result != ASK_OK && !(result == ASK_ERROR && l->is_answered))
		return POLL_LINE_OVER;
	l->is_answered = true;
	return POLL_LINE_ANSWERED;
}

const char *poll_line_why(const struct poll_line *l, enum ask_result result, const char *error)
{
	if (l->line.why[0])
		return l->line.why;
	if (!l->is_open)
		return "no socket";
	if (result == ASK_ERROR)
		return error;
	return result == ASK_TIMEOUT ? "no answer" : ask_result_name(result);
}
