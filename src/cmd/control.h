/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands that ask a server about itself: peers, vars, mru, tracking, ...  One run of them all:
 * options, who it is that answers, the frame of the output, failures.  What each word asks and prints
 * is a function for ntpd and one for chronyd, in the files control_*.c beside.
 */
#ifndef CMD_CONTROL_H
#define CMD_CONTROL_H

#include "ask/server.h"
#include "cmd/command.h"
#include "cmd/output.h"
#include "present/json.h"

/* Exit statuses besides those that query_result_status() gives to what can happen to any question. */
enum { STATUS_INCOMPLETE = 40, STATUS_SERVER_ERROR = 41, STATUS_BAD_ANSWER = 42, STATUS_UNSUPPORTED = 43 };

enum control_format { CONTROL_TABLE, CONTROL_JSON, CONTROL_CSV };

struct control_settings {
	int format; /* enum control_format */
	const char *output;
	const char *socket;
	bool only_v4, only_v6;
	int kind; /* enum server_kind */
	uint64_t port, chrony_port, tries;
	int64_t timeout_ns;
	bool numeric, wide, associations;
	uint64_t association;
	int sort;
	bool reverse, direct;
	uint64_t limit;
	int64_t pace_ns;
};

struct control_run {
	const struct command *self;
	const struct control_settings *s;
	const char *const *args; /* behind the host */
	size_t n_args;
	struct server server;
	struct output out;
	struct jw j; /* CONTROL_JSON: an object is open, and gets its result at the end */
	size_t head_from,
		head_to; /* where the head of a table lies in out, taken back when no row follows it */
	int64_t now_ns;
	char why[256]; /* of a result that is not ASK_OK: a sentence, or "" for the usual one */
};

static inline bool control_is_json(const struct control_run *x)
{
	return x->s->format == CONTROL_JSON;
}

/* What one of the words does.  With ASK_OK it has printed; otherwise maybe some of it. */
typedef enum ask_result control_word(struct control_run *x);

/* Whether the filters of mru are filters. */
bool mru_accepts(struct control_run *x);

control_word ntpd_peers, ntpd_vars, ntpd_clock, ntpd_sysstats, ntpd_iostats, ntpd_monstats, ntpd_mru;
control_word chronyd_peers, chronyd_tracking, chronyd_sources, chronyd_sourcestats, chronyd_serverstats,
	chronyd_activity, chronyd_ntpdata, chronyd_clients, chronyd_authdata, chronyd_selectdata;

/* Asks, and leaves the server's error in x->why. */
enum ask_result control_ask_ntpd(struct control_run *x, enum control_opcode opcode, uint16_t association,
				 const char *data);
enum ask_result control_ask_chronyd(struct control_run *x, enum chrony_command command,
				    const struct chrony_arguments *arguments);

/* x->why for that result, unless it says something already. */
void control_explain(struct control_run *x, enum ask_result r);

#endif
