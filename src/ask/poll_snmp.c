/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SNMP agents: a LANTIME, any machine.  A round is a row of questions, see engine/mib_round.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask/poller.h"
#include "ask/snmp.h"
#include "ask/snmp_file.h"
#include "base/nstime.h"
#include "engine/mib_round.h"

struct round {
	struct agent_talk *talk;
	enum agent_state state;
	int fd;
	struct mib_round mib;
	struct mib_report report;
};

struct target {
	const struct poll_target *who;
	struct agent *agent;
	char why[SNMP_FILE_WHY_MAX]; /* there is no agent */
	struct mib_rates rates;
	struct round *round;
};

static void know_agent(struct target *t)
{
	struct snmp_login login = snmp_login_default();
	enum err e = ERR_OK;

	if (t->who->snmp_file && t->who->snmp_file[0])
		e = snmp_file_read(t->who->snmp_file, &login, t->why);
	if (!e) {
		e = agent_new(&login, &t->agent);
		if (e)
			snprintf(t->why, sizeof(t->why), "%s",
				 e == ERR_UNSUPPORTED ? "this build has not that digest or cipher"
						      : err_text(e));
	}
	explicit_bzero(&login, sizeof(login));
}

static void *open_snmp(const struct poll_target *who)
{
	struct target *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->who = who;
	know_agent(t);
	return t;
}

static void end(struct target *t)
{
	if (t->round)
		agent_talk_free(t->round->talk);
	free(t->round);
	t->round = NULL;
}

static void close_snmp(void *state)
{
	struct target *t = state;

	end(t);
	agent_free(t->agent);
	free(t);
}

static void ask_next(struct round *r)
{
	struct mib_question q;

	if (mib_round_next(&r->mib, &q))
		r->state = agent_talk_ask(r->talk, &q);
}

static void begin(void *state, const struct poll_turn *turn)
{
	struct target *t = state;
	int64_t timeout_ns = turn->is_trial ? NS_PER_S * 3 / 2 : 2 * NS_PER_S;
	struct round *r = t->agent ? malloc(sizeof(*r)) : NULL;

	t->round = r;
	if (!r)
		return;
	r->talk = NULL;
	r->state = AGENT_FAILED;
	mib_round_begin(&r->mib, agent_is_v1(t->agent));
	if (agent_talk_new(t->agent, &turn->addr, turn->scope, t->who->port, timeout_ns,
			   turn->is_trial ? 1 : 3, &r->talk))
		return;
	r->fd = agent_talk_fd(r->talk);
	ask_next(r);
}

/* ---- readings ------------------------------------------------------------------------------------ */

static enum poll_state give_report(struct target *t, const struct poll_turn *turn)
{
	struct round *r = t->round;

	if (!mib_round_report(&r->mib, &t->rates, turn->now_ns, &r->report))
		poll_give(&poll_snmp, t->who, turn, &r->report.at[0],
			  "the agent shows nothing that is known here");
	else
		for (size_t i = 0; i < r->report.n; i++)
			poll_give(&poll_snmp, t->who, turn, &r->report.at[i], "");
	end(t);
	return POLL_ANSWERED;
}

static enum poll_state give_up(struct target *t, const struct poll_turn *turn)
{
	struct reading_made nothing;
	const struct round *r = t->round;
	const char *why = t->why[0]                  ? t->why
			  : !r || !r->talk           ? "no memory, or no socket"
			  : r->state == AGENT_SILENT ? "no answer"
						     : agent_talk_why(r->talk);

	reading_made_clear(&nothing);
	poll_give(&poll_snmp, t->who, turn, &nothing, why);
	end(t);
	return POLL_SILENT;
}

static void take_answer(struct round *r)
{
	const struct agent_answer *a = agent_talk_answer(r->talk);

	mib_round_take(&r->mib, a->at, a->n, a->error, a->error_index);
	ask_next(r);
}

static enum poll_state step(void *state, const struct poll_turn *turn, struct poll_wait *wait)
{
	struct target *t = state;
	struct round *r = t->round;
	bool is_ready = wait->n && wait->fds[0].revents;

	if (!r || !r->talk)
		return give_up(t, turn);
	if (r->state == AGENT_WAITS)
		r->state = agent_talk_step(r->talk, is_ready);
	if (r->state == AGENT_ANSWERED)
		take_answer(r);
	if (r->state == AGENT_WAITS) {
		wait->n = 1;
		wait->fds[0] = (struct pollfd){ .fd = r->fd, .events = POLLIN };
		wait->until_ns = turn->now_ns + agent_talk_wait_ns(r->talk) + NS_PER_S / 1000;
		return POLL_WAITS;
	}
	if (r->state == AGENT_ANSWERED)
		return give_report(t, turn);
	/* Half of the story would be taken for all of it: parts would be missing. */
	return give_up(t, turn);
}

const struct poller poll_snmp = {
	.via = WATCH_VIA_SNMP,
	.least_s = 10,
	.usual_s = 60,
	.open = open_snmp,
	.begin = begin,
	.step = step,
	.close = close_snmp,
};
