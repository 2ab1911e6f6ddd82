/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our own question for the time, one a round. */
#include <stdlib.h>
#include <string.h>

#include "ask/poller.h"
#include "ask/query.h"
#include "base/nstime.h"
#include "engine/watch_plan.h"
#include "engine/watch_points.h"

struct ntp {
	const struct poll_target *target;
	uint16_t port;
	struct ask_query_options options;
	struct query_report *report; /* of the round */
	struct ask_query *ask;
};

static void *open_ntp(const struct poll_target *t)
{
	struct ntp *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->target = t;
	p->port = t->port ? t->port : NTP_PORT;
	p->options.config = (struct query_config){
		.version = 4, .samples = 1, .interval_ns = 2 * NS_PER_S, .timeout_ns = 2 * NS_PER_S
	};
	return p;
}

static void end(struct ntp *p)
{
	ask_query_free(p->ask);
	free(p->report);
	p->ask = NULL;
	p->report = NULL;
}

static void begin(void *state, const struct poll_turn *turn)
{
	struct ntp *p = state;

	p->report = calloc(1, sizeof(*p->report));
	if (!p->report)
		return;
	p->report->host = p->target->host;
	p->report->addr = turn->addr;
	p->report->scope = turn->scope;
	p->report->port = p->port;
	p->report->result = QUERY_NONE;
	p->ask = ask_query_begin(p->report, &p->options);
}

/* One that is not synchronised answers, too: its leap, stratum and result tell what is wrong. */
static bool has_answered(const struct query_report *r)
{
	return r->result == QUERY_OK || r->result == QUERY_UNSYNCHRONISED;
}

static enum poll_state state_of(const struct query_report *r)
{
	const char *code = r->result == QUERY_KOD ? r->query.kiss : "";

	if (has_answered(r))
		return POLL_ANSWERED;
	if (strcmp(code, "RATE") == 0)
		return POLL_RATE;
	return strcmp(code, "DENY") == 0 || strcmp(code, "RSTR") == 0 ? POLL_DENIED : POLL_SILENT;
}

static void give(const struct ntp *p, const struct poll_turn *turn)
{
	const struct query_report *r = p->report;
	struct reading_made m;
	bool is_ok = has_answered(r);
	const struct reading reading = { .target = p->target->name,
					 .via = WATCH_VIA_NTP,
					 .time_ns = r->asked_ns,
					 .every_ns = turn->every_ns,
					 .is_ok = is_ok,
					 .n_polls = watch_plan_asked(turn->n_asked),
					 .why = is_ok       ? ""
						: r->why[0] ? r->why
							    : query_result_name(r->result) };

	reading_made_clear(&m);
	watch_points(&m, r, (uint8_t)(turn->reach << 1 | is_ok));
	*turn->is_there = r->summary.best || r->result == QUERY_KOD;
	reading_give(&m, reading, turn->sink);
}

static enum poll_state step(void *state, const struct poll_turn *turn, struct poll_wait *wait)
{
	struct ntp *p = state;
	enum poll_state s = POLL_SILENT;

	wait->n = 1;
	if (p->ask && ask_query_step(p->ask, &wait->fds[0].fd, &wait->fds[0].events, &wait->until_ns))
		return POLL_WAITS;
	wait->n = 0;
	if (p->ask) {
		s = state_of(p->report);
		give(p, turn);
	}
	end(p);
	return s;
}

static void close_ntp(void *state)
{
	end(state);
	free(state);
}

const struct poller poll_ntp = {
	.via = WATCH_VIA_NTP,
	.least_s = WATCH_LEAST_S,
	.open = open_ntp,
	.begin = begin,
	.step = step,
	.close = close_ntp,
};
