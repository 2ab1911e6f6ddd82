/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask/control.h"

static void ask_next(void *m, int64_t now_ns, struct ask_action *out)
{
	control_ask_next(m, now_ns, out);
}

static void ask_take(void *m, const uint8_t *p, size_t len, int64_t now_ns)
{
	control_ask_take(m, p, len, now_ns);
}

static void ask_fail(void *m, enum ask_result why)
{
	control_ask_fail(m, why);
}

static enum ask_result ask_result(const void *m)
{
	return ((const struct control_ask *)m)->result;
}

const struct machine control_machine = { ask_next, ask_take, ask_fail, ask_result };

enum ask_result control_query(struct control *c, enum control_opcode opcode, uint16_t association,
			      const char *data, size_t len)
{
	struct conversation talk = { &control_machine, &c->ask, &c->line };

	c->line.why[0] = '\0';
	control_ask_begin(&c->ask, opcode, association, data, len, (uint16_t)line_random(), c->patience);
	line_talk(&talk, 1, NULL);
	return c->ask.result;
}

static void walk_next(void *m, int64_t now_ns, struct ask_action *out)
{
	mru_walk_next(m, now_ns, out);
}

static void walk_take(void *m, const uint8_t *p, size_t len, int64_t now_ns)
{
	mru_walk_take(m, p, len, now_ns);
}

static void walk_fail(void *m, enum ask_result why)
{
	mru_walk_fail(m, why);
}

static enum ask_result walk_result(const void *m)
{
	return ((const struct mru_walk *)m)->result;
}

enum ask_result control_mru(struct control *c, struct mru_walk *w, const struct mru_wish *wish,
			    const volatile int *stop)
{
	static const struct machine machine = { walk_next, walk_take, walk_fail, walk_result };
	struct conversation talk = { &machine, w, &c->line };

	c->line.why[0] = '\0';
	mru_walk_begin(w, wish, (uint16_t)line_random());
	line_talk(&talk, 1, stop);
	return w->result;
}
