/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/client_info.h"

#include <string.h>

#include "base/hash.h"
#include "base/nstime.h"

static enum alert alert_of(const struct client_context *x, const struct client_info *i, bool valid_seen)
{
	const struct engine_config *g = x->config;
	bool enough = i->rx >= g->alert_min_rx;
	/* A capture without any packet from the server says nothing about what it answers. */
	bool two_way = (i->servers & ~x->one_way_bits) != 0;

	if (enough && two_way && (i->tx == 0 || !valid_seen))
		return ALERT_RED;
	if (enough && ((two_way && 2 * i->tx < i->rx) || i->rx_every_s < ns_seconds(g->alert_fast_ns)))
		return ALERT_YELLOW;
	if (i->rx >= g->alert_sleep_min_rx) {
		double limit_s = 2 * i->rx_every_s, least_s = ns_seconds(g->alert_sleep_least_ns),
		       most_s = ns_seconds(g->alert_sleep_most_ns);
		limit_s = limit_s < least_s ? least_s : limit_s > most_s ? most_s : limit_s;
		if (ns_seconds(x->now_ns - i->last_rx_ns) > limit_s)
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
static unsigned classes_of(const struct client_context *x, const struct client_info *i)
{
	double rate_s = i->rx > 1 ? i->rx_every_s : 0;
	double age_s = ns_seconds(x->now_ns - (i->rx ? i->last_rx_ns : i->last_ns));
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

static uint64_t servers_of(const struct client_context *x, const struct client_hot *h, unsigned mask)
{
	unsigned shard = addr_shard(&h->addr);
	uint64_t bits = 0;
	for (; mask; mask &= mask - 1)
		bits |= x->server_bits[shard][__builtin_ctz(mask)];
	return bits;
}

void client_info_marks(const struct client_context *x, const struct client_hot *h,
		       const struct client_cold *k, struct client_info *out)
{
	out->addr = h->addr;
	out->last_ns = client_last_ns(h);
	out->last_rx_ns = h->last_rx_ns;
	out->rx = client_rx(h, k);
	out->tx = client_tx(h, k);
	out->rx_flags = h->rx_flags;
	out->tx_flags = h->tx_flags;
	out->rx_every_s = out->rx > 1 ? ns_seconds(h->last_rx_ns - k->first_rx_ns) / (double)(out->rx - 1)
				      : -1;
	out->servers = servers_of(x, h, h->servers);
	out->alert = alert_of(x, out, h->valid_seen);
	out->classes = classes_of(x, out);
}

void client_info_make(const struct client_context *x, const struct client_hot *h, const struct client_cold *k,
		      struct client_info *out)
{
	*out = (struct client_info){
		.first_ns = k->first_ns,
		.first_rx_ns = k->first_rx_ns,
		.rx_bytes = client_rx_bytes(h, k),
		.tx_bytes = client_tx_bytes(h, k),
		.recent_every_s = h->recent_s > 0 ? (double)h->recent_s : -1,
		.owed = k->owed,
		.peak_1s = k->peak_1s,
		.peak_10s = k->peak_10s,
		.kod_rate = k->kod_rate,
		.kod_deny = k->kod_deny,
		.kod_rstr = k->kod_rstr,
		.icmp_errors = k->icmp_errors,
		.last_port = h->last_port,
		.poll_log2s = (int8_t)(h->poll_bias - 128),
		.n_deltas = client_n_deltas(h, k),
		.delta_mean_s = (double)h->delta_mean_s,
		.delta_max_ns = hist_bin_middle(h->delta_max_bin),
	};
	client_info_marks(x, h, k, out);
}

/* ---- order --------------------------------------------------------------------------------------- */

/* Doubles of either sign as integers of the same order. */
static uint64_t key_of_double(double v)
{
	uint64_t u;
	memcpy(&u, &v, sizeof(u));
	return u >> 63 ? ~u : u | UINT64_C(1) << 63;
}

static uint64_t key_of_time(int64_t t_ns)
{
	return (uint64_t)t_ns ^ UINT64_C(1) << 63;
}

static const uint64_t UNDEFINED = UINT64_MAX; /* no figure's key */

static uint64_t rx_every_key(const struct client_hot *h, const struct client_cold *k)
{
	uint64_t rx = client_rx(h, k);
	return rx > 1 ? key_of_double((double)(h->last_rx_ns - k->first_rx_ns) * 1e-9 / (double)(rx - 1))
		      : UNDEFINED;
}

static uint64_t delta_key(const struct client_hot *h, const struct client_cold *k, uint64_t key)
{
	return client_n_deltas(h, k) ? key : UNDEFINED;
}

static uint64_t figure_key(enum client_sort by, const struct client_hot *h, const struct client_cold *k,
			   const struct client_info *info)
{
	switch (by) {
	case SORT_FIRST: return key_of_time(k->first_ns);
	case SORT_LAST: return key_of_time(client_last_ns(h));
	case SORT_RX: return client_rx(h, k);
	case SORT_TX: return client_tx(h, k);
	case SORT_OWED: return k->owed;
	case SORT_PEAK: return k->peak_1s;
	case SORT_PEAK_10S: return k->peak_10s;
	case SORT_RX_BYTES: return client_rx_bytes(h, k);
	case SORT_TX_BYTES: return client_tx_bytes(h, k);
	case SORT_DELTA: return delta_key(h, k, key_of_double((double)h->delta_mean_s));
	case SORT_DELTA_MAX: return delta_key(h, k, h->delta_max_bin);
	case SORT_DELTAS: return client_n_deltas(h, k);
	case SORT_ICMP: return k->icmp_errors;
	case SORT_RX_EVERY: return rx_every_key(h, k);
	case SORT_RECENT_EVERY: return h->recent_s > 0 ? key_of_double((double)h->recent_s) : UNDEFINED;
	case SORT_POLL: return client_rx(h, k) ? h->poll_bias : UNDEFINED;
	case SORT_PORT: return client_rx(h, k) ? h->last_port : UNDEFINED;
	case SORT_KOD_RATE: return k->kod_rate;
	case SORT_KOD_DENY: return k->kod_deny;
	case SORT_KOD_RSTR: return k->kod_rstr;
	case SORT_RX_FLAGS: return h->rx_flags;
	case SORT_TX_FLAGS: return h->tx_flags;
	case SORT_SERVERS: return (uint64_t)__builtin_popcountll(info->servers);
	case SORT_ALERT: return info->alert;
	case SORT_CLASSES: return info->classes;
	case SORT_IP:
	case SORT_NAME:
	case N_CLIENT_SORTS: break;
	}
	return 0;
}

uint64_t client_sort_key(enum client_sort by, bool descending, const struct client_hot *h,
			 const struct client_cold *k, const struct client_info *info)
{
	uint64_t key = figure_key(by, h, k, info);
	return descending && key != UNDEFINED ? UNDEFINED - 1 - key : key;
}
