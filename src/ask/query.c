/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask/query.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "ask/query_ke.h"
#include "base/nstime.h"
#include "net/clock.h"
#include "net/lookup_many.h"
#include "net/udp.h"
#include "proto/names.h"

/* A server that was named in the key establishment has to be found while others wait. */
static const int64_t lookup_timeout_ns = 2 * NS_PER_S;

/* A flood is read in slices: others have their turn in between, and so has the time. */
enum { EVENTS_AT_ONCE = 64 };

enum phase { PHASE_KE, PHASE_ASK, PHASE_DONE };

struct talk {
	struct query_report *report;
	const struct ask_query_options *o;
	enum phase phase;
	struct query_ke_talk *ke;
	struct udp_target ke_at; /* the time may be had elsewhere */
	struct udp udp;
	unsigned n_elsewhere; /* questions that did not go out through this socket, which counts its own */
	int64_t until_ns;
};

/* ---- over ---------------------------------------------------------------------------------------- */

static void finish(struct talk *t, enum query_result result)
{
	struct query_report *r = t->report;

	query_ke_close(t->ke);
	t->ke = NULL;
	udp_close(&t->udp);
	t->phase = PHASE_DONE;
	query_summary(&r->query, &r->summary);
	r->result = result;
}

static void fail_local(struct talk *t, enum query_result result)
{
	snprintf(t->report->why, sizeof(t->report->why), "%s", strerror(errno));
	finish(t, result);
}

/* What an ICMP error was, for people. */
static void tell_error(struct query_report *r)
{
	const struct query_error *e = &r->query.error;
	char from[ADDR_TEXT_MAX];

	if (e->is_icmp) {
		addr_text(&e->from, from);
		snprintf(r->why, sizeof(r->why), "ICMP from %s: %s", from,
			 icmp_error_name(e->ip_version, e->type, e->code));
	} else if (e->system_error) {
		snprintf(r->why, sizeof(r->why), "%s", strerror(e->system_error));
	}
}

static void finish_query(struct talk *t)
{
	struct query_report *r = t->report;
	struct query_summary s;

	query_summary(&r->query, &s);
	if (s.result == QUERY_REFUSED || s.result == QUERY_UNREACHABLE || s.result == QUERY_LOCAL)
		tell_error(r);
	finish(t, s.result);
}

/* ---- the key establishment ----------------------------------------------------------------------- */

static void begin_ke(struct talk *t, int64_t now_ns)
{
	t->phase = PHASE_KE;
	t->ke = query_ke_open(t->report, t->o, &t->ke_at, now_ns);
	if (!t->ke) {
		errno = ENOMEM;
		fail_local(t, QUERY_LOCAL);
	}
}

/* The key establishment may send us elsewhere for the time. */
static bool go_where_it_said(struct talk *t)
{
	struct query_report *r = t->report;
	struct lookup_one l = { .host = r->ke.server };
	struct addr literal;

	if (r->ke.port)
		r->port = r->ke.port;
	if (!r->ke.server[0])
		return true;
	if (addr_parse(r->ke.server, &literal)) {
		r->addr = literal;
		r->scope = 0;
		return true;
	}
	lookup_many(&l, 1, addr_is_v4(&r->addr) ? 4 : 6, lookup_timeout_ns);
	if (!l.n) {
		snprintf(r->why, sizeof(r->why), "'%s', named by the key establishment: %s", r->ke.server,
			 l.why);
		return false;
	}
	r->addr = l.at[0].addr;
	r->scope = l.at[0].scope;
	return true;
}

static void open_socket(struct talk *t)
{
	struct query_report *r = t->report;
	struct udp_target to = { .addr = r->addr, .port = r->port, .scope = r->scope };

	udp_close(&t->udp);
	t->n_elsewhere = r->query.n_sent;
	if (udp_open(&t->udp, &to, t->o->source))
		fail_local(t,
			   errno == ENETUNREACH || errno == EHOSTUNREACH ? QUERY_UNREACHABLE : QUERY_LOCAL);
	else
		t->phase = PHASE_ASK;
}

static void step_ke(struct talk *t, int64_t now_ns)
{
	enum query_result result = query_ke_step(t->ke, now_ns);

	if (result == QUERY_NONE) {
		/* Its own deadline is looked at here: now and then is often enough. */
		t->until_ns = now_ns + NS_PER_S / 10;
		return;
	}
	query_ke_close(t->ke);
	t->ke = NULL;
	t->until_ns = now_ns;
	if (result == QUERY_OK && t->o->ke_only) {
		finish(t, QUERY_OK);
		return;
	}
	if (result != QUERY_OK && !t->report->query.n_sent) {
		finish(t, result);
		return;
	}
	if (result == QUERY_OK && !go_where_it_said(t)) {
		finish(t, QUERY_DNS);
		return;
	}
	query_renewed(&t->report->query, now_ns, result);
	if (t->udp.fd < 0 || t->report->ke.server[0])
		open_socket(t);
	else
		t->phase = PHASE_ASK;
}

/* ---- the questions ------------------------------------------------------------------------------- */

static void send_request(struct talk *t, int64_t now_ns)
{
	struct query *q = &t->report->query;
	uint8_t random[QUERY_RANDOM_LEN], packet[QUERY_PACKET_MAX];
	int64_t t1_ns;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random)) {
		fail_local(t, QUERY_LOCAL);
		return;
	}
	size_t len = query_request(q, now_ns, random, packet);
	if (!len) {
		errno = EMSGSIZE;
		fail_local(t, QUERY_LOCAL);
		return;
	}
	enum err e = udp_send(&t->udp, packet, len, &t1_ns);
	int error = errno;
	t->n_elsewhere += e != ERR_OK;
	query_sent(q, q->n_sent - 1U, t1_ns, false);
	/* An error of a packet before, of which udp_next() tells more, or one of this machine. */
	if (e && error != ECONNREFUSED && error != EHOSTUNREACH && error != ENETUNREACH)
		query_error(q, now_ns, &(struct query_error){ .system_error = error });
}

static void take_error(struct talk *t, const struct udp_event *e, int64_t now_ns)
{
	query_error(&t->report->query, now_ns,
		    &(struct query_error){ .is_icmp = e->is_icmp,
					   .is_refused = e->error == ECONNREFUSED,
					   .ip_version = addr_is_v4(&t->report->addr) ? 4 : 6,
					   .type = e->icmp_type,
					   .code = e->icmp_code,
					   .system_error = e->error,
					   .from = e->from });
}

static void receive(struct talk *t, int64_t now_ns)
{
	struct query *q = &t->report->query;
	uint8_t packet[QUERY_PACKET_MAX];
	struct udp_event e;

	for (int i = 0; i < EVENTS_AT_ONCE && udp_next(&t->udp, packet, sizeof(packet), &e); i++) {
		if (e.what == UDP_SENT)
			query_sent(q, t->n_elsewhere + e.nth, e.time_ns, true);
		else if (e.what == UDP_ERROR)
			take_error(t, &e, now_ns);
		else
			/* What is longer than any answer is none. */
			query_answer(q, now_ns, packet, e.is_cut ? 0 : e.len, e.time_ns, e.kernel_stamp);
	}
}

static void step_query(struct talk *t, int64_t now_ns)
{
	struct query *q = &t->report->query;

	receive(t, now_ns);
	while (t->phase == PHASE_ASK) {
		switch (query_next(q, now_ns, &t->until_ns)) {
		case QUERY_SEND: send_request(t, now_ns); break;
		case QUERY_RENEW:
			begin_ke(t, now_ns);
			t->until_ns = now_ns;
			return;
		case QUERY_DONE: finish_query(t); return;
		default: return;
		}
	}
}

/* ---- all of them --------------------------------------------------------------------------------- */

static void begin(struct talk *t, struct query_report *r, const struct ask_query_options *o, int64_t now_ns)
{
	*t = (struct talk){ .report = r,
			    .o = o,
			    .ke_at = { .addr = r->addr, .port = o->ke_port, .scope = r->scope },
			    .udp.fd = -1,
			    .until_ns = now_ns };
	r->ke_only = o->ke_only;
	r->asked_ns = clock_utc_ns();
	query_init(&r->query, &o->config, o->key, now_ns);
	if (o->config.has_nts)
		begin_ke(t, now_ns);
	else
		open_socket(t);
}

static void step(struct talk *t, int64_t now_ns)
{
	if (t->phase == PHASE_KE)
		step_ke(t, now_ns);
	else if (t->phase == PHASE_ASK)
		step_query(t, now_ns);
}

/* Waits until something comes or the first time is reached. */
static void wait_for_any(const struct talk *talks, struct pollfd *fds, size_t n,
			 const volatile sig_atomic_t *stop)
{
	int64_t until_ns = INT64_MAX;

	for (size_t i = 0; i < n; i++) {
		const struct talk *t = &talks[i];
		fds[i] = (struct pollfd){ .fd = -1 };
		if (t->phase == PHASE_DONE)
			continue;
		fds[i].fd = t->phase == PHASE_KE ? query_ke_fd(t->ke) : t->udp.fd;
		fds[i].events = t->phase == PHASE_KE ? query_ke_events(t->ke) : POLLIN;
		until_ns = t->until_ns < until_ns ? t->until_ns : until_ns;
	}
	int64_t left_ns = until_ns - clock_monotonic_ns();
	if (left_ns < 0)
		left_ns = 0;
	struct timespec wait = { .tv_sec = left_ns / NS_PER_S, .tv_nsec = left_ns % NS_PER_S };
	/* Its signal is held back but here, so that none is missed between looking and waiting. */
	sigset_t none;
	sigemptyset(&none);
	ppoll(fds, n, &wait, stop ? &none : NULL);
}

static void tell(const struct talk *talks, size_t n, const struct ask_query_options *o,
		 void (*watch)(void *arg, const struct ask_query_progress *p), void *arg)
{
	struct ask_query_progress p = { 0 };

	for (size_t i = 0; watch && i < n; i++) {
		if (!talks[i].report)
			continue;
		bool is_done = talks[i].phase == PHASE_DONE;
		p.n_servers++;
		p.n_done += is_done;
		p.n_questions += o->config.samples;
		p.n_over += is_done ? o->config.samples : talks[i].report->query.n_samples;
	}
	if (watch)
		watch(arg, &p);
}

/* Those for which something came or whose time is reached.  How many go on. */
static size_t step_all(struct talk *talks, const struct pollfd *fds, size_t n)
{
	size_t n_left = 0;

	for (size_t i = 0; i < n; i++) {
		if (talks[i].phase == PHASE_DONE)
			continue;
		int64_t now_ns = clock_monotonic_ns();
		if (fds[i].revents || now_ns >= talks[i].until_ns)
			step(&talks[i], now_ns);
		n_left += talks[i].phase != PHASE_DONE;
	}
	return n_left;
}

/* Whoever waits does so no longer: what came, came. */
static void end_all(struct talk *talks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (talks[i].phase != PHASE_DONE)
			finish_query(&talks[i]);
}

enum err ask_queries(struct query_report *reports, size_t n, const struct ask_query_options *o,
		     void (*watch)(void *arg, const struct ask_query_progress *p), void *arg)
{
	struct talk *talks = calloc(n ? n : 1, sizeof(*talks));
	struct pollfd *fds = calloc(n ? n : 1, sizeof(*fds));

	if (!talks || !fds) {
		free(talks);
		free(fds);
		return ERR_MEMORY;
	}
	for (size_t i = 0; i < n; i++) {
		talks[i] = (struct talk){ .phase = PHASE_DONE, .udp.fd = -1 };
		if (reports[i].result == QUERY_NONE)
			begin(&talks[i], &reports[i], o, clock_monotonic_ns());
	}
	while (step_all(talks, fds, n)) {
		if (o->stop && *o->stop) {
			end_all(talks, n);
			break;
		}
		tell(talks, n, o, watch, arg);
		wait_for_any(talks, fds, n, o->stop);
	}
	free(talks);
	free(fds);
	return ERR_OK;
}

struct ask_query {
	struct talk talk;
};

struct ask_query *ask_query_begin(struct query_report *report, const struct ask_query_options *o)
{
	struct ask_query *q = calloc(1, sizeof(*q));

	if (q)
		begin(&q->talk, report, o, clock_monotonic_ns());
	return q;
}

bool ask_query_step(struct ask_query *q, int *fd, short *events, int64_t *until_ns)
{
	struct talk *t = &q->talk;

	step(t, clock_monotonic_ns());
	if (t->phase == PHASE_DONE)
		return false;
	*fd = t->phase == PHASE_KE ? query_ke_fd(t->ke) : t->udp.fd;
	*events = t->phase == PHASE_KE ? query_ke_events(t->ke) : POLLIN;
	*until_ns = t->until_ns;
	return true;
}

void ask_query_free(struct ask_query *q)
{
	if (!q)
		return;
	query_ke_close(q->talk.ke);
	udp_close(&q->talk.udp);
	free(q);
}
