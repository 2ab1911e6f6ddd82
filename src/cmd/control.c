/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/control.h"

#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "cmd/control_words.h"
#include "cmd/options.h"
#include "engine/query_result.h"
#include "net/clock.h"

/* ---- failures --------------------------------------------------------------------------------------- */

static const char *usual_words(enum ask_result r)
{
	switch (r) {
	case ASK_OK: return "";
	case ASK_PENDING: return "stopped before the end";
	case ASK_TIMEOUT: return "no answer";
	case ASK_INCOMPLETE: return "only parts of an answer came";
	case ASK_ERROR: return "the server answers with an error";
	case ASK_REFUSED: return "nobody listens there";
	case ASK_UNREACHABLE: return "no way leads there";
	case ASK_LOCAL: return "not allowed here";
	case ASK_BAD_ANSWER: return "the answer makes no sense";
	case ASK_UNSUPPORTED: return "this server has nothing like it";
	}
	return "";
}

static int status_of(enum ask_result r)
{
	switch (r) {
	case ASK_OK: return STATUS_OK;
	case ASK_PENDING: return STATUS_DAMAGED;
	case ASK_TIMEOUT: return query_result_status(QUERY_TIMEOUT);
	case ASK_REFUSED: return query_result_status(QUERY_REFUSED);
	case ASK_UNREACHABLE: return query_result_status(QUERY_UNREACHABLE);
	case ASK_LOCAL: return query_result_status(QUERY_LOCAL);
	case ASK_INCOMPLETE: return STATUS_INCOMPLETE;
	case ASK_ERROR: return STATUS_SERVER_ERROR;
	case ASK_BAD_ANSWER: return STATUS_BAD_ANSWER;
	case ASK_UNSUPPORTED: return STATUS_UNSUPPORTED;
	}
	return STATUS_FAILED;
}

void control_explain(struct control_run *x, enum ask_result r)
{
	const struct line *l = x->server.kind == SERVER_CHRONYD ? &x->server.chronyd.line
								: &x->server.control.line;

	if (!x->why[0])
		snprintf(x->why, sizeof(x->why), "%s", l->why[0] ? l->why : usual_words(r));
}

enum ask_result control_ask_ntpd(struct control_run *x, enum control_opcode opcode, uint16_t association,
				 const char *data)
{
	enum ask_result r = control_query(&x->server.control, opcode, association, data, strlen(data));

	x->why[0] = '\0';
	if (r == ASK_ERROR)
		snprintf(x->why, sizeof(x->why), "%s", control_error_name(x->server.control.ask.error));
	return r;
}

enum ask_result control_ask_chronyd(struct control_run *x, enum chrony_command command,
				    const struct chrony_arguments *arguments)
{
	enum ask_result r = chronyd_query(&x->server.chronyd, command, arguments);
	uint16_t status = x->server.chronyd.ask.status;

	x->why[0] = '\0';
	if (r == ASK_ERROR)
		snprintf(x->why, sizeof(x->why), "%s%s", chrony_status_name(status),
			 status != CHRONY_UNAUTHORISED ? ""
			 : x->server.is_unix           ? ""
						       : " over the network: use its socket, --socket, or "
							 "'opencommands' in chrony.conf");
	return r;
}

/* One line on standard error, and the end of the JSON object. */
static int finish(struct control_run *x, enum ask_result r)
{
	control_explain(x, r);
	if (r != ASK_OK && x->head_to && x->out.buf.len == x->head_to)
		x->out.buf.len = x->head_from;
	if (r == ASK_PENDING)
		command_warning(x->self, "'%s': %s", x->server.label, x->why);
	else if (r != ASK_OK)
		command_error(x->self, "'%s': %s: %s", x->server.label, ask_result_name(r), x->why);
	if (control_is_json(x)) {
		jw_text(&x->j, "result", r == ASK_PENDING ? "stopped" : ask_result_name(r));
		jw_text_or_null(&x->j, "error", r == ASK_OK ? NULL : x->why);
		jw_close(&x->j);
		jw_end(&x->j);
	}
	return output_finish(&x->out, status_of(r));
}

/* ---- one run ---------------------------------------------------------------------------------------- */

static void begin_json(struct control_run *x, const char *host)
{
	char schema[64];

	if (!control_is_json(x))
		return;
	snprintf(schema, sizeof(schema), "ntpscope-%s-1", x->self->name);
	jw_begin(&x->j, &x->out.buf);
	jw_open(&x->j, NULL, JW_OBJECT | JW_LINES);
	jw_text(&x->j, "schema", schema);
	jw_time(&x->j, "asked_at", x->now_ns);
	jw_text(&x->j, "host", host);
	if (x->server.kind == SERVER_ANY)
		return;
	jw_text(&x->j, "daemon", x->server.kind == SERVER_NTPD ? "ntpd" : "chronyd");
	if (x->server.is_unix) {
		jw_text(&x->j, "socket", x->server.label);
	} else {
		jw_addr(&x->j, "address", &x->server.addr);
		jw_u64(&x->j, "port", x->server.port);
	}
}

static enum ask_result answer(struct control_run *x, const struct control_words *w)
{
	control_word *word = x->server.kind == SERVER_NTPD ? w->ntpd : w->chronyd;

	if (word)
		return word(x);
	snprintf(x->why, sizeof(x->why), "%s answers there, and has nothing like it",
		 x->server.kind == SERVER_NTPD ? "ntpd" : "chronyd");
	return ASK_UNSUPPORTED;
}

/* Nobody was found: the same forms. */
static int not_found(struct control_run *x, const char *host, enum server_found e, enum ask_result r,
		     const char *why)
{
	const char *name = e == SERVER_NO_NAME ? "dns" : ask_result_name(r);

	command_error(x->self, "'%s': %s: %s", host, name, why);
	if (control_is_json(x)) {
		jw_text(&x->j, "result", name);
		jw_text(&x->j, "error", why);
		jw_close(&x->j);
		jw_end(&x->j);
	}
	return output_finish(&x->out, e == SERVER_NO_NAME ? query_result_status(QUERY_DNS) : status_of(r));
}

static int ask(struct control_run *x, const char *host, const struct control_words *w)
{
	const struct control_settings *s = x->s;
	const struct server_wish wish = {
		.host = host,
		.socket = s->socket,
		.family = s->only_v4   ? 4
			  : s->only_v6 ? 6
				       : 0,
		.port = (uint16_t)s->port,
		.chrony_port = (uint16_t)s->chrony_port,
		.kind = w->ntpd ? (enum server_kind)s->kind : SERVER_CHRONYD,
		.timeout_ns = s->timeout_ns,
		.tries = (unsigned)s->tries,
	};
	char why[SERVER_WHY_MAX];
	enum ask_result r;
	enum server_found e = server_find(&x->server, &wish, &r, why);

	if (e == SERVER_NO_MEMORY) {
		command_error(x->self, "%s", err_text(ERR_MEMORY));
		return STATUS_FAILED;
	}
	x->now_ns = clock_utc_ns();
	int status = output_open(&x->out, x->self, s->output, COLOR_AUTO);
	if (!status) {
		begin_json(x, host);
		status = e ? not_found(x, host, e, r, why) : finish(x, answer(x, w));
	}
	server_close(&x->server);
	return status;
}

int control_run(const struct command *self, int argc, char **argv)
{
	struct control_settings s = {
		.port = 123,
		.chrony_port = CHRONY_PORT,
		.tries = 3,
		.timeout_ns = 5 * NS_PER_S,
	};
	struct control_run x = { .self = self, .s = &s };
	int status;

	if (!options_parse(self, &s, &argc, argv, &status))
		return status;
	if (s.only_v4 && s.only_v6) {
		command_error(self, "-4 and -6 do not go together");
		return STATUS_FAILED;
	}
	const struct control_words *w = control_words_of(self);
	int n_hosts = argc > 0;
	const char *host = n_hosts ? argv[0] : s.socket ? s.socket : "localhost";
	x.args = (const char *const *)(argv + n_hosts);
	x.n_args = (size_t)(argc - n_hosts);
	if (x.n_args && !w->takes_arguments) {
		command_error(self, "one host is enough: '%s' is too many", x.args[0]);
		return STATUS_FAILED;
	}
	if (w->accepts && !w->accepts(&x)) {
		command_error(self, "%s", x.why);
		return STATUS_FAILED;
	}
	return ask(&x, host, w);
}
