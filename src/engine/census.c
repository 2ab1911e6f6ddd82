/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/census.h"

#include <stdlib.h>

#include "engine/census_private.h"

void census_free(struct census *c)
{
	if (!c)
		return;
	free(c->servers);
	free(c->icmp.rows);
	engine_state_free(c->state);
	free(c);
}

const struct engine_config *census_config(const struct census *c)
{
	return &c->state->config;
}
const struct tally *census_tally(const struct census *c)
{
	return c->state->sums.tally;
}
int64_t census_first_ns(const struct census *c)
{
	return c->state->first_ns;
}
int64_t census_last_ns(const struct census *c)
{
	return c->state->last_ns;
}
const struct census_span *census_span(const struct census *c)
{
	return c->state->since ? &c->span : NULL;
}
bool census_packets_known(const struct census *c)
{
	return !census_is_part(c) || c->span.packets_known;
}

bool census_is_part(const struct census *c)
{
	return c->state->since && !c->state->since->whole;
}
size_t census_n_servers(const struct census *c)
{
	return c->n_servers;
}
const struct server_info *census_server(const struct census *c, size_t i)
{
	return &c->servers[i];
}
size_t census_n_clients(const struct census *c)
{
	return c->n_clients;
}
bool census_one_way(const struct census *c)
{
	return c->one_way;
}
const struct unique_clients *census_unique(const struct census *c)
{
	return &c->unique;
}
const struct list_summary *census_summary(const struct census *c)
{
	return &c->summary;
}
const struct series *census_series(const struct census *c)
{
	return &c->series;
}
const struct icmp_info *census_icmp(const struct census *c)
{
	return &c->icmp;
}
const struct ntske_info *census_ntske(const struct census *c)
{
	return &c->ntske;
}
const struct fragment_info *census_fragments(const struct census *c)
{
	return &c->fragments;
}

const char *alert_name(enum alert a)
{
	static const char *const name[] = { "none", "sleep", "yellow", "red" };
	return name[a];
}

const char *window_name(enum window w)
{
	static const char *const name[N_WINDOWS] = { "5 min", "20 min", "1 h", "24 h", "7 d", "all" };
	return name[w];
}

int64_t window_ns(enum window w)
{
	static const int64_t minutes[N_WINDOWS] = { 5, 20, 60, 1440, 10080, 0 };
	return w == WINDOW_ALL ? INT64_MAX : minutes[w] * 60 * NS_PER_S;
}

void census_client(const struct census *c, size_t i, struct client_info *out)
{
	client_info_make(&c->context, census_hot(c, i), census_cold(c, i), out);
	if (!c->state->lately.is_known)
		return;
	const struct lately_client *lately = lately_of(&c->state->lately, &out->addr);
	out->rx = lately ? lately->rx : 0;
	out->tx = lately ? lately->tx : 0;
}
