/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope clients`: the client list of the captures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/anonymise.h"
#include "cmd/census.h"
#include "cmd/choices.h"
#include "cmd/clients_remote.h"
#include "engine/client_filter.h"
#include "present/client_rows.h"
#include "present/client_sorts.h"

struct settings {
	struct capture_options captures;
	int format; /* enum client_format */
	int sort;   /* index into client_sort_rows */
	bool reverse;
	uint64_t limit;
	struct text_list alerts;
	const char *key_file;
	const char *filter;
	struct remote_options remote;
};

enum { TABLE_COLUMNS = 120 }; /* where no terminal says how many */

#define AT(member) .offset = offsetof(struct settings, member)

static const struct option_row rows[] = {
	{ 0, "format", NULL, "a table to read, or rows for programs", OPTION_CHOICE, AT(format),
	  .choices = "table|json|csv" },
	{ 0, "sort", "KEY", "rx (default) tx first last ip name rx_every alert", OPTION_CHOICE, AT(sort),
	  .choices = client_sort_words },
	{ 0, "reverse", NULL, "the other way round", OPTION_FLAG, AT(reverse) },
	{ 0, "limit", "N", "only the first N after sorting", OPTION_COUNT, AT(limit), .min = 1,
	  .max = UINT64_MAX },
	{ 0, "alert", "WORDS", "only these: red,yellow,sleep,none", OPTION_TEXTS, AT(alerts) },
	{ 0, "filter", "TEXT", "only these: '192.0.2.0/24 rx>100 -flag:R'", OPTION_TEXT, AT(filter) },
	{ 0, "anonymise", "FILE", "tokens for addresses, keyed by this file", OPTION_TEXT, AT(key_file) },
	REMOTE_ROWS(offsetof(struct settings, remote)),
};

static const char *alert_word(unsigned i)
{
	return alert_name((enum alert)i);
}

struct list {
	const struct census *census;
	uint32_t *order;
	size_t n;
};

/* Keeps the clients with an alert of the mask that pass the filter, and no more than limit. */
static void select_clients(const struct census *c, struct list *l, uint64_t alerts,
			   const struct client_filter *filter, uint64_t limit)
{
	size_t kept = 0;
	struct client_info info;

	for (size_t i = 0; i < l->n && kept < limit; i++) {
		if (alerts != UINT64_MAX || filter->n_terms) {
			census_client(c, l->order[i], &info);
			if (!(alerts >> info.alert & 1) ||
			    !client_filter_match(filter, &info, census_last_ns(c)))
				continue;
		}
		l->order[kept++] = l->order[i];
	}
	l->n = kept;
}

/* ---- by name: the engine knows none ---------------------------------------------------------------- */

struct named {
	const char *name;
	uint32_t client;
	struct addr addr; /* ties go by address, whichever way the names go */
	bool reverse;
};

static int by_name(const void *pa, const void *pb)
{
	const struct named *a = pa, *b = pb;
	int order = strcmp(a->name, b->name);

	if (order)
		return a->reverse ? -order : order;
	return addr_compare(&a->addr, &b->addr);
}

static const char *name_of(const struct counted *x, uint32_t client, struct addr *addr)
{
	struct client_info info;
	census_client(x->census, client, &info);
	*addr = info.addr;
	return hosts_name(&x->in.hosts, addr);
}

/* Those with a name come to the front; the rest stays in its order, which is that of addresses. */
static enum err sort_by_name(const struct counted *x, bool reverse, const struct list *l)
{
	struct addr addr;
	size_t n = 0, gap = l->n, named_left;

	for (size_t i = 0; i < l->n; i++)
		n += name_of(x, l->order[i], &addr) != NULL;
	struct named *named = calloc(n + 1, sizeof(*named));
	if (!named)
		return ERR_MEMORY;
	named_left = n;
	for (size_t i = l->n; i-- > 0;) {
		const char *name = name_of(x, l->order[i], &addr);
		if (name)
			named[--named_left] = (struct named){ name, l->order[i], addr, reverse };
		else
			l->order[--gap] = l->order[i];
	}
	qsort(named, n, sizeof(*named), by_name);
	for (size_t i = 0; i < n; i++)
		l->order[i] = named[i].client;
	free(named);
	return ERR_OK;
}

/* ---- the command ----------------------------------------------------------------------------------- */

static enum err sort(const struct counted *x, const struct settings *s, struct list *l)
{
	const struct client_sort_row *row = &client_sort_rows[s->sort];
	enum client_sort by = row->by;
	bool falling = by != SORT_NAME && row->falls != s->reverse;
	enum err e = census_sort_clients(x->census, by, falling, &l->order);

	l->n = census_n_clients(x->census);
	if (!e && by == SORT_NAME)
		e = sort_by_name(x, s->reverse, l);
	return e;
}

static void get_listed(void *arg, size_t i, struct client_info *out)
{
	const struct list *l = arg;
	census_client(l->census, l->order[i], out);
}

static const char *name_in_hosts(void *arg, const struct addr *a)
{
	return hosts_name(arg, a);
}

static int print(struct counted *x, const struct settings *s, uint64_t alerts,
		 const struct client_filter *filter, struct anonymise *key)
{
	struct list l = { .census = x->census };
	struct client_info info;
	struct client_facts facts;
	struct client_rows w = {
		.out = &x->out.buf,
		.facts = &facts,
		.name = x->in.hosts.n ? name_in_hosts : NULL,
		.name_arg = &x->in.hosts,
		.source = &x->info,
		.format = (enum client_format)s->format,
		.color = x->out.color,
		.columns = x->out.terminal ? x->out.columns : TABLE_COLUMNS,
		.token = key ? anonymise_token : NULL,
		.token_arg = key,
	};
	enum err e = sort(x, s, &l);

	if (e) {
		command_error(x->self, "cannot sort the clients: %s", err_text(e));
	} else {
		select_clients(x->census, &l, alerts, filter, s->limit);
		client_facts_of(x->census, &facts);
		client_rows_begin(&w, &(struct client_rows_ahead){ l.n, get_listed, &l });
		for (size_t i = 0; i < l.n && !output_broken(&x->out); i++) {
			census_client(x->census, l.order[i], &info);
			client_rows_row(&w, &info);
		}
		client_rows_end(&w);
	}
	free(l.order);
	return e ? STATUS_FAILED : STATUS_OK;
}

/* ---- of a running monitor ---------------------------------------------------------------------------- */

/* --alert red,yellow as a term of the filter; false when both together are too long for one. */
static bool whole_filter(const struct settings *s, char *out, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < s->alerts.n && n < room; i++)
		n += (size_t)snprintf(out + n, room - n, "%s%s", i ? "," : "alert:", s->alerts.at[i]);
	if (n < room)
		n += (size_t)snprintf(out + n, room - n, "%s%s", n && s->filter ? " " : "",
				      s->filter ? s->filter : "");
	return n < room;
}

static int run_remote(const struct command *self, const struct settings *s, int n_captures)
{
	const struct capture_options *c = &s->captures;
	char filter[1024] = "";

	if (n_captures || c->filter || c->display || c->servers.n || c->hosts || c->capacity || s->key_file) {
		command_error(self,
			      "--url asks a monitor: captures, -f, -Y, --server, --hosts, --capacity and "
			      "--anonymise do not go with it");
		return STATUS_FAILED;
	}
	if (!whole_filter(s, filter, sizeof(filter))) {
		command_error(self, "the filter is too long");
		return STATUS_FAILED;
	}
	const struct clients_wish wish = {
		.format = (enum client_format)s->format,
		.sort = client_sort_rows[s->sort].word,
		.falls = client_sort_rows[s->sort].falls,
		.reverse = s->reverse,
		.limit = s->limit,
		.filter = filter,
		.output = c->output,
		.color = c->color,
	};
	return clients_remote(self, &s->remote, &wish);
}

/* ---- of captures --------------------------------------------------------------------------------- */

static bool parse_filter(const struct command *self, const char *text, struct client_filter *out)
{
	struct client_filter_error error;

	if (client_filter_parse(text ? text : "", out, &error) == ERR_OK)
		return true;
	command_error(self, "--filter, character %zu: %s", error.column, error.message);
	return false;
}

static int count_and_print(struct counted *x, const struct settings *s, uint64_t alerts,
			   struct anonymise *key)
{
	struct client_filter filter;
	int status = STATUS_FAILED;

	if (parse_filter(x->self, s->filter, &filter)) {
		filter.name = x->in.hosts.n ? name_in_hosts : NULL;
		filter.name_arg = &x->in.hosts;
		status = counted_run(x);
		if (!status)
			status = print(x, s, alerts, &filter, key);
	}
	return counted_close(x, status);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct settings s = { .captures = CAPTURE_DEFAULTS, .limit = UINT64_MAX };
	struct anonymise *key = NULL;
	struct counted x;
	uint64_t alerts;
	int status;

	if (!options_parse(self, &s, &argc, argv, &status))
		return status;
	if (!choices_mask(self, "alert", &s.alerts, alert_word, ALERT_RED + 1, &alerts))
		return STATUS_FAILED;
	if (s.remote.url)
		return run_remote(self, &s, argc);
	if (argc < 1) {
		command_error(self,
			      "no capture file: CAPTURE is missing, or --url; try 'ntpscope clients --help'");
		return STATUS_FAILED;
	}
	if (!output_spares(self, s.captures.output, s.key_file))
		return STATUS_FAILED;
	if (s.key_file && !(key = anonymise_new(self, s.key_file)))
		return STATUS_FAILED;
	status = counted_open(&x, self, &s.captures, argc, argv);
	if (!status)
		status = count_and_print(&x, &s, alerts, key);
	anonymise_free(key);
	return status;
}

const struct command cmd_clients = {
	.name = "clients",
	.summary = "the client list, one row each",
	.arguments = "CAPTURE...",
	.about = "Lists every address that sent to a server's NTP port: first and last packet,\n"
		 "counts and flags each way, interval, alert.  Sort keys besides those below:\n"
		 "owed peak rx_bytes tx_bytes delta icmp.",
	.examples = "ntpscope clients capture.pcap\n"
		    "ntpscope clients --alert red,yellow --limit 20 capture.pcap\n"
		    "ntpscope clients --format=csv --sort first capture.pcap > clients.csv\n"
		    "ntpscope clients -Y 'ipv6.addr == 2001:db8::/32' capture.pcap\n"
		    "ntpscope clients --format=json --anonymise secret.key capture.pcap\n"
		    "ntpscope clients --url http://127.0.0.1:8123 --filter 'alert:red last<1h'\n",
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
	.reads_captures = true,
	.prints_at_end = true,
	.min_arguments = 0,
	.run = run,
};
