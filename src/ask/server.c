/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/lookup.h"

enum { WAYS_MAX = 8, ADDRESSES_MAX = 3 };

/* How long chronyd's socket is preferred; an answer may have no way back into our directory. */
#define SOCKET_NS (NS_PER_S / 4)

/* One way that is tried. */
struct way {
	enum server_kind kind;
	bool is_unix;
	struct addr addr;
	uint16_t port;
	char label[SERVER_LABEL_MAX];
	enum ask_result opened;
	struct line line;
	union {
		struct control_ask control;
		struct chrony_ask chrony;
	} ask;
};

struct search {
	size_t n;
	struct way ways[WAYS_MAX];
};

static void add_unix(struct search *f, const char *path)
{
	struct way *y = &f->ways[f->n++];

	y->kind = SERVER_CHRONYD;
	y->is_unix = true;
	snprintf(y->label, sizeof(y->label), "%s", path);
	y->opened = line_open_unix(&y->line, path);
}

static void add_udp(struct search *f, enum server_kind kind, const struct lookup_addr *a, uint16_t port)
{
	const struct udp_target to = { .addr = a->addr, .port = port, .scope = a->scope };
	struct way *y = &f->ways[f->n++];

	y->kind = kind;
	y->addr = a->addr;
	y->port = port;
	addr_text(&a->addr, y->label);
	y->opened = line_open_udp(&y->line, &to);
}

/* The first addresses, but one of each family where there are both. */
static size_t few(struct lookup_addr *at, size_t n)
{
	if (n <= ADDRESSES_MAX)
		return n;
	for (size_t i = ADDRESSES_MAX; i < n; i++)
		if (addr_is_v4(&at[i].addr) != addr_is_v4(&at[0].addr)) {
			at[ADDRESSES_MAX - 1] = at[i];
			break;
		}
	return ADDRESSES_MAX;
}

static enum server_found add_ways(struct search *f, const struct server_wish *w, char why[SERVER_WHY_MAX])
{
	struct lookup_addr at[LOOKUP_MAX];
	char reason[LOOKUP_WHY_MAX];
	size_t n;
	const char *path = w->host[0] == '/' ? w->host : w->socket;

	if (path) {
		add_unix(f, path);
		return SERVER_FOUND;
	}
	if (lookup(w->host, w->family, at, &n, reason)) {
		snprintf(why, SERVER_WHY_MAX, "%s", reason);
		return SERVER_NO_NAME;
	}
	n = few(at, n);
	if (w->kind != SERVER_NTPD && lookup_is_ours(&at[0].addr) && access(SERVER_CHRONY_SOCKET, W_OK) == 0)
		add_unix(f, SERVER_CHRONY_SOCKET);
	for (size_t i = 0; i < n; i++) {
		if (w->kind != SERVER_CHRONYD)
			add_udp(f, SERVER_NTPD, &at[i], w->port);
		if (w->kind != SERVER_NTPD)
			add_udp(f, SERVER_CHRONYD, &at[i], w->chrony_port);
	}
	return SERVER_FOUND;
}

static enum ask_result result_of(const struct way *y)
{
	if (y->opened != ASK_OK)
		return y->opened;
	return y->kind == SERVER_NTPD ? y->ask.control.result : y->ask.chrony.result;
}

/* The reason that says most: silence may be a firewall, a refusal is an answer of its own. */
static enum ask_result worst(const struct search *f)
{
	static const enum ask_result order[] = { ASK_INCOMPLETE, ASK_TIMEOUT, ASK_LOCAL, ASK_REFUSED };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		for (size_t k = 0; k < f->n; k++)
			if (result_of(&f->ways[k]) == order[i])
				return order[i];
	return ASK_UNREACHABLE;
}

static void say_why(const struct search *f, char why[SERVER_WHY_MAX])
{
	size_t len = 0;

	why[0] = '\0';
	for (size_t i = 0; i < f->n && len < SERVER_WHY_MAX; i++) {
		const struct way *y = &f->ways[i];
		const char *more = y->line.why[0] ? y->line.why : "no answer";
		int n = y->is_unix ? snprintf(why + len, SERVER_WHY_MAX - len, "%s%s: %s", i ? "; " : "",
					      y->label, more)
				   : snprintf(why + len, SERVER_WHY_MAX - len, "%s%s UDP %u (%s): %s",
					      i ? "; " : "", y->label, y->port,
					      y->kind == SERVER_NTPD ? "mode 6" : "chronyd", more);
		len += n > 0 ? (size_t)n : 0;
	}
}

/* Whether chronyd's socket is there: then its UDP port, which tells less, need not be asked. */
static bool has_socket(const struct search *f)
{
	return f->n && f->ways[0].is_unix && f->ways[0].opened == ASK_OK;
}

static int talk(struct search *f, bool also_chrony_udp, struct ask_patience patience)
{
	struct conversation c[WAYS_MAX];
	size_t which[WAYS_MAX], n = 0;

	for (size_t i = 0; i < f->n; i++) {
		struct way *y = &f->ways[i];
		if (y->opened != ASK_OK || (!also_chrony_udp && y->kind == SERVER_CHRONYD && !y->is_unix))
			continue;
		which[n] = i;
		if (y->kind == SERVER_NTPD) {
			control_ask_begin(&y->ask.control, CONTROL_READSTAT, 0, NULL, 0,
					  (uint16_t)line_random(), patience);
			c[n++] = (struct conversation){ &control_machine, &y->ask.control, &y->line };
		} else {
			chrony_ask_begin(&y->ask.chrony, CHRONY_N_SOURCES, NULL, line_random(), patience);
			c[n++] = (struct conversation){ &chrony_machine, &y->ask.chrony, &y->line };
		}
	}
	int found = n ? line_talk(c, n, NULL) : -1;
	return found < 0 ? -1 : (int)which[found];
}

static void keep(struct server *s, struct way *y, struct ask_patience patience)
{
	s->kind = y->kind;
	s->is_unix = y->is_unix;
	s->addr = y->addr;
	s->port = y->port;
	memcpy(s->label, y->label, sizeof(s->label));
	if (y->kind == SERVER_NTPD) {
		s->control.line = y->line;
		s->control.patience = patience;
	} else {
		s->chronyd.line = y->line;
		s->chronyd.patience = patience;
	}
	y->line = (struct line){ .is_unix = false };
}

enum server_found server_find(struct server *s, const struct server_wish *w, enum ask_result *result,
			      char why[SERVER_WHY_MAX])
{
	struct ask_patience patience = ask_patience_of(w->timeout_ns, w->tries);
	struct search *f = calloc(1, sizeof(*f));
	int found = -1;

	s->kind = SERVER_ANY;
	why[0] = '\0';
	*result = ASK_OK;
	if (!f)
		return SERVER_NO_MEMORY;
	enum server_found e = add_ways(f, w, why);
	if (!e && has_socket(f))
		found = talk(f, false, (struct ask_patience){ SOCKET_NS, SOCKET_NS, 1 });
	if (!e && found < 0)
		found = talk(f, true, patience);
	if (found >= 0) {
		keep(s, &f->ways[found], patience);
	} else if (!e) {
		e = SERVER_NO_ANSWER;
		*result = worst(f);
		say_why(f, why);
	}
	for (size_t i = 0; i < f->n; i++)
		line_close(&f->ways[i].line);
	free(f);
	return e;
}

void server_close(struct server *s)
{
	if (s->kind == SERVER_NTPD)
		line_close(&s->control.line);
	else if (s->kind == SERVER_CHRONYD)
		line_close(&s->chronyd.line);
	s->kind = SERVER_ANY;
}
