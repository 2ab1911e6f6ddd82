/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of what can be asked for, and the way there. */
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

#include "web/web_private.h"

static const char *const none[] = { NULL };
static const char *const of_clients[] = { "sort", "order", "filter", "offset", "limit", "view", NULL };
static const char *const of_stream[] = { "sort", "order", "filter", "limit", NULL };
static const char *const of_client[] = { "limit", NULL };
static const char *const of_series[] = { "width", "from", "to", NULL };
static const char *const of_exchanges[] = { "client", "sort", "limit", NULL };
static const char *const of_report[] = { "format", "span", NULL };
static const char *const of_worst[] = { "span", "limit", NULL };
static const char *const of_targets[] = { "target", NULL };
static const char *const of_history[] = { "name", "series", "from", "to", "most", NULL };
static const char *const of_alarms[] = { "target", "limit", NULL };
static const char *const of_events[] = { "prefix", "rate", NULL };

static const struct route routes[] = {
	{ "/api/v1/clients", api_clients, of_clients, false },
	{ "/api/v1/clients.json", api_clients_json, of_stream, false },
	{ "/api/v1/clients.csv", api_clients_csv, of_stream, false },
	{ "/api/v1/summary", api_summary, none, false },
	{ "/api/v1/series", api_series, of_series, false },
	{ "/api/v1/exchanges", api_exchanges, of_exchanges, false },
	{ "/api/v1/worst", api_worst, of_worst, false },
	{ "/api/v1/report", api_report, of_report, false },
	{ "/api/v1/events", api_events, of_events, false },
	{ "/api/v1/targets", api_targets, of_targets, false },
	{ "/api/v1/history", api_history, of_history, false },
	{ "/api/v1/history/series", api_history_series, of_targets, false },
	{ "/api/v1/alarms", api_alarms, of_alarms, false },
	{ "/api/v1/about", api_about, none, false },
	{ "/metrics", api_metrics, none, false },
	{ "/healthz", api_health, none, true },
};

static const char below_clients[] = "/api/v1/clients/";
static const struct route dossier = { below_clients, api_client, of_client, false };

static const struct route *find(const char *path)
{
	if (strncmp(path, below_clients, sizeof(below_clients) - 1) == 0)
		return &dossier;
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
		if (strcmp(routes[i].path, path) == 0)
			return &routes[i];
	return NULL;
}

static const char *header(struct request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

struct addr web_peer(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection,
								       MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct addr a = { 0 };
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (info && info->client_addr->sa_family == AF_INET) {
		memcpy(&v4, info->client_addr, sizeof(v4));
		return addr_from_v4((const uint8_t *)&v4.sin_addr);
	}
	if (info && info->client_addr->sa_family == AF_INET6) {
		memcpy(&v6, info->client_addr, sizeof(v6));
		return addr_from_v6((const uint8_t *)&v6.sin6_addr);
	}
	return a;
}

struct forwarded_text {
	char text[1024]; /* the end of it, when there is more */
	size_t len;
};

/* Several headers of that name are one. */
static enum MHD_Result add_forwarded(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct forwarded_text *t = arg;
	size_t len = value ? strlen(value) : 0, room = sizeof(t->text) - 2;

	(void)kind;
	if (!value || strcasecmp(name, "X-Forwarded-For") != 0)
		return MHD_YES;
	if (len > room) {
		value += len - room;
		len = room;
	}
	if (t->len + len > room) {
		size_t kept = room - len;
		memmove(t->text, t->text + t->len - kept, kept);
		t->len = kept;
	}
	t->text[t->len++] = ',';
	memcpy(t->text + t->len, value, len);
	t->len += len;
	t->text[t->len] = '\0';
	return MHD_YES;
}

/* Who asks, and for what, if there is a proxy that is believed. */
static struct addr unwrap(struct request *r)
{
	struct web *w = r->web;
	struct addr from = web_peer(r->connection);
	struct connection *c = web_connection(r->connection);
	struct forwarded_text t = { .len = 0 };

	if (!forwarded_is_proxy(&w->proxies, &from))
		return from;
	MHD_get_connection_values(r->connection, MHD_HEADER_KIND, add_forwarded, &t);
	from = forwarded_asker(&w->proxies, &from, t.len ? t.text : NULL);
	if (c && !forwarded_is_proxy(&w->proxies, &from))
		connections_belong(&w->connections, c, &from, w->config.max_per_address);
	r->url.path += forwarded_prefix(header(r, "X-Forwarded-Prefix"), r->url.path);
	return from;
}

static void tell_wrong(const struct request *r, const struct addr *from)
{
	char ip[ADDR_TEXT_MAX];

	addr_text(from, ip);
	web_log(r->web, true, "%d wrong passwords or tokens from %s, which is refused for a minute",
		GUARD_TRIES, ip);
}

/* True when the asker may go on; otherwise *done is what queueing the refusal gave. */
static bool may_pass(struct request *r, const struct addr *from, enum MHD_Result *done)
{
	if (!guard_host(&r->web->guard, header(r, "Host"))) {
		*done = reply_error(
			r, MHD_HTTP_FORBIDDEN, NULL,
			"this page answers to addresses and localhost only, so that other sites cannot "
			"read it through a name of theirs; name this host in the configuration");
		return false;
	}
	switch (guard_credentials(&r->web->guard, header(r, "Authorization"), from, clock_monotonic_ns())) {
	case GUARD_PASS: return true;
	case GUARD_ASK:
		*done = reply_error(r, MHD_HTTP_UNAUTHORIZED, NULL, "a password or token is required");
		return false;
	case GUARD_WRONG_LAST: tell_wrong(r, from); __attribute__((fallthrough));
	case GUARD_WRONG:
		*done = reply_error(r, MHD_HTTP_UNAUTHORIZED, NULL, "the password or token is wrong");
		return false;
	case GUARD_TOO_MANY:
		*done = reply_error(r, MHD_HTTP_TOO_MANY_REQUESTS, NULL,
				    "too many wrong passwords or tokens from your address; wait a minute");
		return false;
	}
	return false;
}

bool routes_is_read(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

enum MHD_Result routes_answer(struct request *r, const char *method)
{
	enum MHD_Result done = MHD_NO;

	if (r->checked)
		return r->route->answer(r);
	r->is_head = strcmp(method, "HEAD") == 0;
	if (!routes_is_read(method))
		return reply_error(r, MHD_HTTP_METHOD_NOT_ALLOWED, NULL,
				   "nothing here can be changed: only GET and HEAD");
	struct addr from = unwrap(r);
	r->route = find(r->url.path);
	if (!(r->route && r->route->open) && !may_pass(r, &from, &done))
		return done;
	if (r->url.wrong)
		return reply_wrong(r);
	if (!r->route)
		return reply_asset(r);
	url_allow(&r->url, r->route->parameters);
	if (r->url.wrong)
		return reply_wrong(r);
	r->checked = true;
	return r->route->answer(r);
}
