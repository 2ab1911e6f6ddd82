/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/monitor_names.h"

#include <stdio.h>
#include <string.h>

#include "cmd/engine.h"
#include "cmd/hosts_file.h"

enum {
	CACHE = 1 << 17,   /* names that are remembered */
	LOOKED_AT = 4096,  /* clients a second, whether they are worth asking about */
	CHUNK = 128,       /* of these, at a time */
	SERVERS_MAX = 512, /* octets */

	/* A client matters that was answered so often, over so long. */
	MATTERS_ANSWERS = 10,
	MATTERS_S = 3600,
};

/* "192.0.2.53,2001:db8::53": as c-ares wants it.  False: too many. */
static bool join(const struct text_list *list, char out[SERVERS_MAX])
{
	size_t n = 0;
	for (size_t i = 0; i < list->n; i++) {
		int len = snprintf(out + n, SERVERS_MAX - n, "%s%s", i ? "," : "", list->at[i]);
		n += (size_t)len;
		if (n >= SERVERS_MAX)
			return false;
	}
	return true;
}

static int open_resolver(struct names *n, const struct monitor_options *o, struct loop *loop)
{
	char servers[SERVERS_MAX] = "";
	struct resolver_config c = {
		.servers = o->dns_servers.n ? servers : NULL,
		.rate = (double)o->dns_rate,
		.again_ns = o->dns_again_ns,
		.cache = CACHE,
		.asks_private = o->dns_private,
		.secret = engine_secret(),
	};
	enum err e = join(&o->dns_servers, servers) ? resolver_new(&c, loop, &n->resolver) : ERR_USAGE;

	if (e == ERR_USAGE)
		monitor_options_wrong(n->self, o, o->dns_servers.at[0], "'%s' is no list of DNS servers",
				      servers);
	else if (e)
		command_error(n->self, "cannot ask the DNS: %s", err_text(e));
	return e ? STATUS_FAILED : STATUS_OK;
}

int names_open(struct names *n, const struct command *self, const struct monitor_options *o,
	       struct loop *loop)
{
	*n = (struct names){ .self = self, .dns_clients = o->dns_clients };
	int status = o->hosts ? hosts_file_read(self, o->hosts, &n->hosts) : STATUS_OK;
	if (!status && o->resolve == RESOLVE_ON)
		status = open_resolver(n, o, loop);
	return status;
}

void names_close(struct names *n)
{
	resolver_free(n->resolver);
	hosts_release(&n->hosts);
	n->resolver = NULL;
}

bool names_reload(struct names *n, const struct monitor_options *o)
{
	struct hosts fresh = { 0 };
	if (o->hosts && hosts_file_read(n->self, o->hosts, &fresh))
		return false;
	hosts_release(&n->hosts);
	n->hosts = fresh;
	n->dns_clients = o->dns_clients;
	if (n->resolver)
		resolver_set_budget(n->resolver, (double)o->dns_rate, o->dns_again_ns);
	return true;
}

const char *names_find(const struct names *n, const struct addr *a)
{
	const char *name = hosts_name(&n->hosts, a);
	return name || !n->resolver ? name : resolver_name(n->resolver, a);
}

static bool matters(const struct client_info *c)
{
	return c->tx >= MATTERS_ANSWERS && c->last_ns - c->first_ns > MATTERS_S * NS_PER_S;
}

static void consider(struct names *n, const struct client_info *c, int64_t now_ns)
{
	bool important = matters(c);
	if ((important || !n->is_suspended) && !hosts_name(&n->hosts, &c->addr))
		resolver_want(n->resolver, &c->addr, important, now_ns);
}

void names_tick(struct names *n, struct live *live, int64_t now_ns)
{
	struct client_info clients[CHUNK];
	struct live_totals totals;

	if (!n->resolver)
		return;
	live_totals(live, &totals);
	n->is_suspended = totals.n_clients > n->dns_clients;
	for (unsigned looked = 0; looked < LOOKED_AT; looked += CHUNK) {
		if (resolver_room(n->resolver, true) < CHUNK || resolver_room(n->resolver, false) < CHUNK)
			break;
		size_t got = live_walk(live, &n->cursor, clients, CHUNK);
		for (size_t i = 0; i < got; i++)
			consider(n, &clients[i], now_ns);
		if (n->cursor == 0)
			break; /* all of them were looked at */
	}
	resolver_tick(n->resolver, now_ns);
}
