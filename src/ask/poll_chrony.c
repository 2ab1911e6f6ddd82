/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * chronyd by its own protocol.  A round is a row of questions, each answered before the next is asked:
 * tracking, the counters of the server, then each source, its statistics, its name and its latest
 * packet.  What is not told over the network (counters, packets) is left out.
 *
 * Of this machine its socket is taken where we may write to it; otherwise, and of others, the UDP port.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask/chronyd.h"
#include "ask/poll_line.h"
#include "ask/server.h"
#include "engine/chrony_points.h"
#include "net/clock.h"
#include "net/lookup.h"

enum { PARTS_MAX = 16, SOURCES_MAX = 64 };

enum phase { TRACKING, SERVERSTATS, N_SOURCES, SOURCE, STATS, NAME, NTPDATA };

/* What a round needs. */
struct round {
	struct poll_line line;
	bool has_tracking, has_stats, has_data;
	enum phase phase;
	uint32_t n, at, n_parts, n_reachable;
	struct chrony_source source;
	struct chrony_sourcestats stats;
	struct chrony_ntpdata data;
	char name[CHRONY_NAME_MAX];
	struct reading_made system, made;
	struct chrony_ask ask;
};

struct chrony {
	const struct poll_target *target;
	bool is_refused;    /* over this line the counters are not told */
	bool avoids_socket; /* of this machine: an answer has no way back to us */
	struct chrony_counts counts;
	struct round *round;
};

static void *open_chrony(const struct poll_target *t)
{
	struct chrony *p = calloc(1, sizeof(*p));

	if (p)
		p->target = t;
	return p;
}

static void end(struct chrony *p)
{
	if (p->round)
		line_close(&p->round->line.line);
	free(p->round);
	p->round = NULL;
}

static void ask(struct round *r, const struct poll_turn *turn, enum phase phase, uint32_t index)
{
	static const enum chrony_command commands[] = {
		[TRACKING] = CHRONY_TRACKING,   [SERVERSTATS] = CHRONY_SERVERSTATS,
		[N_SOURCES] = CHRONY_N_SOURCES, [SOURCE] = CHRONY_SOURCE_DATA,
		[STATS] = CHRONY_SOURCESTATS,   [NAME] = CHRONY_SOURCE_NAME,
		[NTPDATA] = CHRONY_NTPDATA,
	};
	const struct chrony_arguments arguments = { .index = index, .addr = r->source.addr };

	r->phase = phase;
	chrony_ask_begin(&r->ask, commands[phase], &arguments, line_random(), poll_line_ask(&r->line, turn));
}

static bool open_line(struct chrony *p, struct line *l, const struct poll_turn *turn)
{
	const struct udp_target to = { .addr = turn->addr,
				       .port = p->target->port ? p->target->port : CHRONY_PORT,
				       .scope = turn->scope };

	if (turn->is_path)
		return line_open_unix(l, p->target->host) == ASK_OK;
	if (!p->target->port && !p->avoids_socket && access(SERVER_CHRONY_SOCKET, W_OK) == 0 &&
	    lookup_is_ours(&turn->addr) && line_open_unix(l, SERVER_CHRONY_SOCKET) == ASK_OK)
		return true;
	return line_open_udp(l, &to) == ASK_OK;
}

static void begin(void *state, const struct poll_turn *turn)
{
	struct chrony *p = state;

	p->round = calloc(1, sizeof(*p->round));
	if (!p->round)
		return;
	p->round->line.is_open = open_line(p, &p->round->line.line, turn);
	ask(p->round, turn, TRACKING, 0);
}

/* ---- readings -------------------------------------------------------------------------------------- */

static void give_source(struct chrony *p, const struct poll_turn *turn)
{
	struct round *r = p->round;

	reading_made_clear(&r->made);
	chrony_part(&r->source, r->made.part, sizeof(r->made.part));
	if (!r->made.part[0] || r->n_parts == PARTS_MAX)
		return;
	r->n_parts++;
	chrony_source_points(&r->made, &r->source, r->has_stats ? &r->stats : NULL,
			     r->has_data ? &r->data : NULL);
	reading_fact(&r->made, "name", r->name);
	poll_give(&poll_chrony, p->target, turn, &r->made, "");
}

static void give_failure(const struct chrony *p, const struct poll_turn *turn)
{
	struct round *r = p->round;

	reading_made_clear(&r->made);
	poll_give(&poll_chrony, p->target, turn, &r->made,
		  poll_line_why(&r->line, r->ask.result, chrony_status_name(r->ask.status)));
}

/* ---- the row of questions -------------------------------------------------------------------------- */

static bool ask_next_source(struct round *r, const struct poll_turn *turn, uint32_t at)
{
	r->at = at;
	r->has_stats = r->has_data = false;
	r->name[0] = '\0';
	if (at >= r->n)
		return false;
	ask(r, turn, SOURCE, at);
	return true;
}

static bool ask_on(struct round *r, const struct poll_turn *turn, enum phase phase, uint32_t index)
{
	ask(r, turn, phase, index);
	return true;
}

static bool take_source(struct chrony *p, const struct poll_turn *turn)
{
	struct round *r = p->round;

	if (!chrony_source(&r->ask.reply, &r->source))
		return ask_next_source(r, turn, r->at + 1);
	r->n_reachable += r->source.reach != 0;
	/* Beyond those that become parts, whether it answers is all that is wanted. */
	if (r->n_parts == PARTS_MAX)
		return ask_next_source(r, turn, r->at + 1);
	return ask_on(r, turn, STATS, r->at);
}

static bool has_address(const struct chrony_source *s)
{
	enum { MODE_REFCLOCK = 2 };
	return s->mode != MODE_REFCLOCK && (s->addr.family == CHRONY_IPV4 || s->addr.family == CHRONY_IPV6);
}

static bool take_of_source(struct chrony *p, const struct poll_turn *turn, bool is_ok)
{
	struct round *r = p->round;
	const struct chrony_reply *reply = &r->ask.reply;

	switch (r->phase) {
	case STATS:
		r->has_stats = is_ok && chrony_sourcestats(reply, &r->stats);
		if (has_address(&r->source))
			return ask_on(r, turn, NAME, 0);
		break;
	case NAME:
		if (!is_ok || !chrony_source_name(reply, r->name))
			r->name[0] = '\0';
		if (!p->is_refused)
			return ask_on(r, turn, NTPDATA, 0);
		break;
	case NTPDATA: r->has_data = is_ok && chrony_ntpdata(reply, &r->data); break;
	case TRACKING:
	case SERVERSTATS:
	case N_SOURCES:
	case SOURCE: break; /* take()'s own */
	}
	give_source(p, turn);
	return ask_next_source(r, turn, r->at + 1);
}

/* An answer is there, if only that this is not told.  False: there is nothing more to ask. */
static bool take(struct chrony *p, const struct poll_turn *turn)
{
	struct round *r = p->round;
	const struct chrony_reply *reply = &r->ask.reply;
	bool is_ok = r->ask.result == ASK_OK;
	struct chrony_tracking t;
	struct chrony_serverstats s;

	switch (r->phase) {
	case TRACKING:
		r->has_tracking = is_ok && chrony_tracking(reply, &t);
		if (r->has_tracking)
			chrony_tracking_points(&r->system, &t);
		return r->has_tracking && ask_on(r, turn, SERVERSTATS, 0);
	case SERVERSTATS:
		p->is_refused = !is_ok;
		if (is_ok && chrony_serverstats(reply, &s))
			chrony_serverstats_points(&r->system, &p->counts, &s, clock_monotonic_ns());
		return ask_on(r, turn, N_SOURCES, 0);
	case N_SOURCES:
		if (!is_ok || !chrony_n_sources(reply, &r->n))
			r->n = 0;
		reading_point(&r->system, "sources", r->n); /* reference clocks among them */
		if (r->n > SOURCES_MAX)
			r->n = SOURCES_MAX;
		return ask_next_source(r, turn, 0);
	case SOURCE: return is_ok ? take_source(p, turn) : ask_next_source(r, turn, r->at + 1);
	case STATS:
	case NAME:
	case NTPDATA: return take_of_source(p, turn, is_ok);
	}
	return false;
}

static enum poll_state finish(struct chrony *p, const struct poll_turn *turn)
{
	struct round *r = p->round;
	enum poll_state s = POLL_SILENT;

	if (r && r->has_tracking) {
		reading_point(&r->system, "sources_reachable", r->n_reachable);
		reading_fact(&r->system, "daemon", "chronyd");
		poll_give(&poll_chrony, p->target, turn, &r->system, "");
		s = POLL_ANSWERED;
	} else if (r) {
		give_failure(p, turn);
	}
	end(p);
	return s;
}

static enum poll_state step(void *state, const struct poll_turn *turn, struct poll_wait *wait)
{
	struct chrony *p = state;
	enum poll_line_state s;
	struct round *r;

	wait->n = 0;
	while ((r = p->round) &&
	       (s = poll_line_step(&r->line, &chrony_machine, &r->ask, wait)) != POLL_LINE_WAITS) {
		if (s == POLL_LINE_ANSWERED && take(p, turn))
			continue;
		/* A socket of ours that nobody answers at, and a port, perhaps. */
		if (r->has_tracking || !r->line.is_open || !r->line.line.is_unix || turn->is_path)
			return finish(p, turn);
		p->avoids_socket = true;
		end(p);
		begin(p, turn);
	}
	if (r)
		return POLL_WAITS;
	return finish(p, turn);
}

static void close_chrony(void *state)
{
	end(state);
	free(state);
}

const struct poller poll_chrony = {
	.via = WATCH_VIA_CHRONY,
	.least_s = 10,
	.least_here_s = 1,
	.usual_s = 60,
	.open = open_chrony,
	.begin = begin,
	.step = step,
	.close = close_chrony,
};
