/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/census.h"

#include <math.h>
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

/* What a client is, is computed from its record and the capture's last moment. */
static double seconds(int64_t ns)
{
	return (double)ns * 1e-9;
}

static enum alert alert_of(const struct census *c, const struct client_info *i, bool valid_seen)
{
	const struct engine_config *g = &c->state->config;
	bool enough = i->rx >= g->alert_min_rx;
	/* A capture without any packet from the server says nothing about what it answers. */
	bool two_way = (i->servers & ~c->one_way_bits) != 0;

	if (enough && two_way && (i->tx == 0 || !valid_seen))
		return ALERT_RED;
	if (enough && ((two_way && 2 * i->tx < i->rx) || i->rx_every_s < seconds(g->alert_fast_ns)))
		return ALERT_YELLOW;
	if (i->rx >= g->alert_sleep_min_rx) {
		double limit_s = 2 * i->rx_every_s;
		limit_s = fmax(limit_s, seconds(g->alert_sleep_least_ns));
		limit_s = fmin(limit_s, seconds(g->alert_sleep_most_ns));
		if (seconds(c->state->now_ns - i->last_rx_ns) > limit_s)
			return ALERT_SLEEP;
	}
	return ALERT_NONE;
}

static bool is_active(double n, double rate_s, double age_s)
{
	return ((n > 5 || rate_s > 256) && age_s / 5 < rate_s) || (n > 1 && rate_s < 4 && age_s < 1084) ||
	       (n > 1 && rate_s > 64 && age_s < 300) || age_s < 60;
}

/* Schlitt's classes of pool clients (spec: those of the classic client statistics pages). */
static unsigned classes_of(const struct census *c, const struct client_info *i)
{
	double rate_s = i->rx > 1 ? i->rx_every_s : 0;
	double age_s = seconds(c->state->now_ns - (i->rx ? i->last_rx_ns : i->last_ns));
	unsigned classes = 0;

	if (i->rx && is_active((double)i->rx, rate_s, age_s))
		classes |= CLIENT_ACTIVE;
	if (i->rx >= 100 && rate_s <= 60)
		classes |= CLIENT_RAPID;
	if (classes & CLIENT_ACTIVE && i->rx >= 100 && rate_s <= 30)
		classes |= CLIENT_ABUSIVE;
	if (i->rx >= 10 && rate_s >= 3000)
		classes |= CLIENT_VERY_SLOW;
	if (i->rx_flags & (FLAG_CONTROL | FLAG_PRIVATE) && !(i->rx_flags & (FLAG_CLIENT | FLAG_ACTIVE)))
		classes |= CLIENT_SCANNER;
	return classes;
}

static uint64_t servers_of(const struct census *c, const struct client_hot *h, unsigned mask)
{
	unsigned shard = addr_shard(&h->addr);
	uint64_t bits = 0;
	for (unsigned b = 0; b <= CLIENT_SERVERS; b++)
		if (mask >> b & 1)
			bits |= c->server_bits[shard][b];
	return bits;
}

void census_client(const struct census *c, size_t i, struct client_info *out)
{
	const struct client_hot *h = census_hot(c, i);
	const struct client_cold *k = census_cold(c, i);

	*out = (struct client_info){
		.addr = h->addr,
		.first_ns = k->first_ns,
		.last_ns = hot_last_ns(h),
		.first_rx_ns = h->first_rx_ns,
		.last_rx_ns = h->last_rx_ns,
		.rx = client_rx(h, k),
		.tx = client_tx(h, k),
		.rx_bytes = k->rx_bytes,
		.tx_bytes = k->tx_bytes,
		.rx_flags = h->rx_flags,
		.tx_flags = h->tx_flags,
		.rx_every_s = -1,
		.recent_every_s = h->recent_s > 0 ? (double)h->recent_s : -1,
		.owed = k->owed,
		.peak_1s = k->peak_1s,
		.peak_10s = k->peak_10s,
		.kod_rate = k->kod_rate,
		.kod_deny = k->kod_deny,
		.kod_rstr = k->kod_rstr,
		.icmp_errors = k->icmp_errors,
		.last_port = k->last_port,
		.poll_log2s = (int8_t)(k->poll_bias - 128),
		.n_deltas = k->n_deltas,
		.delta_mean_s = (double)k->delta_mean_s,
		.delta_max_ns = hist_bin_middle(k->delta_max_bin),
		.servers = servers_of(c, h, k->servers),
	};
	if (out->rx > 1)
		out->rx_every_s = seconds(h->last_rx_ns - h->first_rx_ns) / (double)(out->rx - 1);
	out->alert = alert_of(c, out, k->valid_seen);
	out->classes = classes_of(c, out);
}
