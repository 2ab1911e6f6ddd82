/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask/chronyd.h"

static void ask_next(void *m, int64_t now_ns, struct ask_action *out)
{
	chrony_ask_next(m, now_ns, out);
}

static void ask_take(void *m, const uint8_t *p, size_t len, int64_t now_ns)
{
	chrony_ask_take(m, p, len, now_ns);
}

static void ask_fail(void *m, enum ask_result why)
{
	chrony_ask_fail(m, why);
}

static enum ask_result ask_result(const void *m)
{
	return ((const struct chrony_ask *)m)->result;
}

const struct machine chrony_machine = { ask_next, ask_take, ask_fail, ask_result };

enum ask_result chronyd_query(struct chronyd *c, enum chrony_command command,
			      const struct chrony_arguments *arguments)
{
	struct conversation talk = { &chrony_machine, &c->ask, &c->line };

	c->line.why[0] = '\0';
	chrony_ask_begin(&c->ask, command, arguments, line_random(), c->patience);
	line_talk(&talk, 1, NULL);
	return c->ask.result;
}
