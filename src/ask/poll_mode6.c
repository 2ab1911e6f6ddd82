/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ntpd and NTPsec by mode 6.  A round is a row of questions, each answered before the next is asked: the
 * associations, the system's variables, its counters, then the variables of each association and, of
 * reference clocks, the clock's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask/control.h"
#include "ask/poll_line.h"
#include "base/bytes.h"
#include "engine/mode6_points.h"
#include "net/clock.h"

/* Asked about, and those of them that become parts; reference clocks always do. */
enum { ASSOCIATIONS_MAX = 48, PARTS_MAX = 16, CONTROL_PORT = 123 };
enum { UNKNOWN_VARIABLE = 5 }; /* an error of mode 6 */

struct clock_known {
	char part[READING_PART_MAX];
	struct mode6_clock_counts counts;
};

enum phase { ASSOCIATIONS, SYSTEM, COUNTS, COUNTS_SHORT, PEER, CLOCK };

struct association {
	uint16_t id, status;
};

/* What a round needs. */
struct round {
	struct poll_line line;
	bool is_clock, has_system;
	enum phase phase;
	size_t n, at, n_parts, n_prototypes, n_reachable;
	struct association list[ASSOCIATIONS_MAX];
	uint16_t system_peer;
	struct reading_made system, made;
	struct control_ask ask;
};

struct mode6 {
	const struct poll_target *target;
	bool is_short; /* it knows but the shorter list of counters */
	struct mode6_counts counts;
	struct clock_known clocks[PARTS_MAX];
	struct round *round;
};

static void *open_mode6(const struct poll_target *t)
{
	struct mode6 *p = calloc(1, sizeof(*p));

	if (p)
		p->target = t;
	return p;
}

static void end(struct mode6 *p)
{
	if (p->round)
		line_close(&p->round->line.line);
	free(p->round);
	p->round = NULL;
}

static void ask(struct round *r, const struct poll_turn *turn, enum phase phase, enum control_opcode opcode,
		uint16_t association, const char *names)
{
	r->phase = phase;
	control_ask_begin(&r->ask, opcode, association, names, strlen(names), (uint16_t)line_random(),
			  poll_line_ask(&r->line, turn));
}

static void begin(void *state, const struct poll_turn *turn)
{
	struct mode6 *p = state;
	struct round *r = calloc(1, sizeof(*r));
	const struct udp_target to = { .addr = turn->addr,
				       .port = p->target->port ? p->target->port : CONTROL_PORT,
				       .scope = turn->scope };

	p->round = r;
	if (!r)
		return;
	r->line.is_open = line_open_udp(&r->line.line, &to) == ASK_OK;
	ask(r, turn, ASSOCIATIONS, CONTROL_READSTAT, 0, "");
}

/* ---- readings -------------------------------------------------------------------------------------- */

static void give_system(const struct mode6 *p, const struct poll_turn *turn)
{
	struct round *r = p->round;
	size_t n_sources = r->n - r->n_prototypes;

	reading_point(&r->system, "sources", (double)n_sources);
	reading_point(&r->system, "sources_reachable", (double)r->n_reachable);
	poll_give(&poll_mode6, p->target, turn, &r->system, "");
}

static void give_failure(const struct mode6 *p, const struct poll_turn *turn)
{
	struct round *r = p->round;

	reading_made_clear(&r->made);
	poll_give(&poll_mode6, p->target, turn, &r->made,
		  poll_line_why(&r->line, r->ask.result, control_error_name(r->ask.error)));
}

/* ---- answers --------------------------------------------------------------------------------------- */

static struct var_list answered(const struct round *r)
{
	return var_list_of(r->ask.data, r->ask.result == ASK_OK ? r->ask.len : 0);
}

/* The selected ones first: of more than we ask about they matter most. */
static int by_selection(const void *pa, const void *pb)
{
	const struct association *a = pa, *b = pb;
	int sa = peer_status_of(a->status).selection, sb = peer_status_of(b->status).selection;

	return sa != sb ? sb - sa : a->id - b->id;
}

static void take_associations(struct round *r)
{
	struct bytes b = bytes_of(r->ask.data, r->ask.len);

	for (; bytes_left(&b) >= 4 && r->n < ASSOCIATIONS_MAX; r->n++) {
		struct association a = { .id = bytes_be16(&b) };
		a.status = bytes_be16(&b);
		r->list[r->n] = a;
		r->n_reachable += peer_status_of(a.status).reach;
	}
	qsort(r->list, r->n, sizeof(r->list[0]), by_selection);
}

static void take_system(struct round *r)
{
	struct var v;
	uint64_t peer;

	mode6_system(&r->system, r->ask.status, answered(r));
	r->has_system = true;
	if (var_find(answered(r), "peer", &v) && var_u64(&v, &peer))
		r->system_peer = (uint16_t)peer;
}

/* The counters of that clock; NULL: there are too many. */
static struct mode6_clock_counts *counts_of(struct mode6 *p, const char *part)
{
	for (size_t i = 0; i < PARTS_MAX; i++) {
		struct clock_known *k = &p->clocks[i];
		if (!k->part[0])
			snprintf(k->part, sizeof(k->part), "%s", part);
		if (strcmp(k->part, part) == 0)
			return &k->counts;
	}
	return NULL;
}

/* Notes whether it is a clock, whose own variables are to be asked for; another one has its reading now. */
static void take_peer(struct mode6 *p, const struct poll_turn *turn)
{
	struct round *r = p->round;
	struct peer_vars v;

	peer_vars_parse(&v, r->list[r->at].id, r->ask.status, r->ask.data, r->ask.len);
	r->is_clock = mode6_is_clock(&v);
	reading_made_clear(&r->made);
	if (mode6_is_prototype(&v)) {
		r->n_prototypes++;
		return;
	}
	mode6_part(&v, r->made.part, sizeof(r->made.part));
	mode6_peer(&r->made, &v);
	if (v.association == r->system_peer)
		reading_fact(&r->system, "system_peer", r->made.part);
	if (!r->is_clock && r->made.part[0] && r->n_parts < PARTS_MAX) {
		r->n_parts++;
		poll_give(&poll_mode6, p->target, turn, &r->made, "");
	}
}

/* What is known of the association is there even when nothing is said of the clock. */
static void take_clock(struct mode6 *p, const struct poll_turn *turn, bool is_ok)
{
	struct round *r = p->round;
	struct mode6_clock_counts *c = is_ok ? counts_of(p, r->made.part) : NULL;

	if (c)
		mode6_clock(&r->made, c, r->ask.status, answered(r), clock_monotonic_ns());
	poll_give(&poll_mode6, p->target, turn, &r->made, "");
}

/* ---- the row of questions -------------------------------------------------------------------------- */

static bool ask_next_peer(struct round *r, const struct poll_turn *turn, size_t at)
{
	r->at = at;
	if (at >= r->n)
		return false;
	ask(r, turn, PEER, CONTROL_READVAR, r->list[at].id, "");
	return true;
}

static bool ask_counts(const struct mode6 *p, const struct poll_turn *turn)
{
	ask(p->round, turn, p->is_short ? COUNTS_SHORT : COUNTS, CONTROL_READVAR, 0,
	    mode6_count_names(p->is_short));
	return true;
}

/* An answer is there, if only that it does not know of what we ask.  False: there is nothing more to ask. */
static bool take(struct mode6 *p, const struct poll_turn *turn)
{
	struct round *r = p->round;
	bool is_ok = r->ask.result == ASK_OK;

	switch (r->phase) {
	case ASSOCIATIONS:
		take_associations(r);
		ask(r, turn, SYSTEM, CONTROL_READVAR, 0, "");
		return true;
	case SYSTEM:
		if (is_ok)
			take_system(r);
		return ask_counts(p, turn);
	case COUNTS:
		if (!is_ok && r->ask.error == UNKNOWN_VARIABLE) {
			p->is_short = true;
			return ask_counts(p, turn);
		}
		__attribute__((fallthrough));
	case COUNTS_SHORT:
		if (is_ok)
			mode6_counts(&r->system, &p->counts, answered(r), clock_monotonic_ns());
		return ask_next_peer(r, turn, 0);
	case PEER:
		r->is_clock = false;
		if (is_ok)
			take_peer(p, turn);
		if (!r->is_clock)
			return ask_next_peer(r, turn, r->at + 1);
		ask(r, turn, CLOCK, CONTROL_READCLOCK, r->list[r->at].id, "");
		return true;
	case CLOCK: take_clock(p, turn, is_ok); return ask_next_peer(r, turn, r->at + 1);
	}
	return false;
}

static enum poll_state step(void *state, const struct poll_turn *turn, struct poll_wait *wait)
{
	struct mode6 *p = state;
	struct round *r = p->round;
	enum poll_state s = POLL_SILENT;

	wait->n = 0;
	while (r) {
		enum poll_line_state now = poll_line_step(&r->line, &control_machine, &r->ask, wait);
		if (now == POLL_LINE_WAITS)
			return POLL_WAITS;
		if (now == POLL_LINE_OVER || !take(p, turn))
			break;
	}
	if (r && r->has_system) {
		give_system(p, turn);
		s = POLL_ANSWERED;
	} else if (r) {
		give_failure(p, turn);
	}
	end(p);
	return s;
}

static void close_mode6(void *state)
{
	end(state);
	free(state);
}

const struct poller poll_mode6 = {
	.via = WATCH_VIA_MODE6,
	.least_s = 10,
	.least_here_s = 1,
	.usual_s = 60,
	.open = open_mode6,
	.begin = begin,
	.step = step,
	.close = close_mode6,
};
