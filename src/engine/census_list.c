/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "engine/census_private.h"
#include "engine/radix.h"

/* ---- sorting ------------------------------------------------------------------------------------- */

const char *client_sort_name(enum client_sort s)
{
	static const char *const name[N_CLIENT_SORTS] = {
		[SORT_IP] = "ip",
		[SORT_FIRST] = "first",
		[SORT_LAST] = "last",
		[SORT_RX] = "rx",
		[SORT_TX] = "tx",
		[SORT_RX_EVERY] = "rx_every",
		[SORT_ALERT] = "alert",
		[SORT_OWED] = "owed",
		[SORT_PEAK] = "peak",
		[SORT_RX_BYTES] = "rx_bytes",
		[SORT_TX_BYTES] = "tx_bytes",
		[SORT_DELTA] = "delta",
		[SORT_ICMP] = "icmp",
		[SORT_NAME] = "name",
	};
	return name[s];
}

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

static uint64_t sort_key(const struct census *c, size_t i, enum client_sort by)
{
	const struct client_hot *h = census_hot(c, i);
	const struct client_cold *k = census_cold(c, i);
	struct client_info info;

	switch (by) {
	case SORT_FIRST: return key_of_time(k->first_ns);
	case SORT_LAST: return key_of_time(hot_last_ns(h));
	case SORT_RX: return client_rx(h, k);
	case SORT_TX: return client_tx(h, k);
	case SORT_OWED: return k->owed;
	case SORT_PEAK: return k->peak_1s;
	case SORT_RX_BYTES: return k->rx_bytes;
	case SORT_TX_BYTES: return k->tx_bytes;
	case SORT_DELTA: return key_of_double(k->n_deltas ? (double)k->delta_mean_s : -1e300);
	case SORT_ICMP: return k->icmp_errors;
	case SORT_RX_EVERY: census_client(c, i, &info); return key_of_double(info.rx_every_s);
	case SORT_ALERT: census_client(c, i, &info); return info.alert;
	case SORT_IP:
	case SORT_NAME:
	case N_CLIENT_SORTS: break;
	}
	return 0;
}

/* By address: the low half first, then, stably, the high half. */
static enum err sort_by_address(const struct census *c, struct keyed *at)
{
	for (size_t i = 0; i < c->n_clients; i++)
		at[i] = (struct keyed){ load_be64(census_hot(c, i)->addr.b + 8), (uint32_t)i };
	enum err e = radix_sort(at, c->n_clients);
	for (size_t i = 0; i < c->n_clients; i++)
		at[i].key = load_be64(census_hot(c, at[i].value)->addr.b);
	return e ? e : radix_sort(at, c->n_clients);
}

enum err census_sort_clients(const struct census *c, enum client_sort by, bool descending, uint32_t **order)
{
	*order = NULL;
	struct keyed *at = malloc((c->n_clients + 1) * sizeof(*at));
	uint32_t *out = malloc((c->n_clients + 1) * sizeof(*out));
	enum err e = at && out ? sort_by_address(c, at) : ERR_MEMORY;

	if (!e && by != SORT_IP && by != SORT_NAME) {
		for (size_t i = 0; i < c->n_clients; i++) {
			at[i].key = sort_key(c, at[i].value, by);
			/* Falling order keeps ties in rising order of address. */
			if (descending)
				at[i].key = ~at[i].key;
		}
		e = radix_sort(at, c->n_clients);
		descending = false;
	}
	for (size_t i = 0; !e && i < c->n_clients; i++)
		out[descending ? c->n_clients - 1 - i : i] = at[i].value;
	free(at);
	if (e) {
		free(out);
		return e;
	}
	*order = out;
	return ERR_OK;
}

static bool louder(const struct census *c, size_t a, size_t b)
{
	uint64_t ra = client_rx(census_hot(c, a), census_cold(c, a));
	uint64_t rb = client_rx(census_hot(c, b), census_cold(c, b));
	if (ra != rb)
		return ra > rb;
	return addr_compare(&census_hot(c, a)->addr, &census_hot(c, b)->addr) < 0;
}

size_t census_top_clients(const struct census *c, uint32_t *out, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; max && i < c->n_clients; i++) {
		if (n == max && !louder(c, i, out[n - 1]))
			continue;
		size_t at = n < max ? n++ : n - 1;
		while (at && louder(c, i, out[at - 1])) {
			out[at] = out[at - 1];
			at--;
		}
		out[at] = (uint32_t)i;
	}
	return n;
}

/* ---- crowded subnets ----------------------------------------------------------------------------- */

/* The nets of one family: the bits that make a net lie in one 64-bit half of the address. */
static size_t gather_family(const struct census *c, bool v6, unsigned bits, struct keyed *at)
{
	size_t n = 0;
	for (size_t i = 0; i < c->n_clients; i++) {
		const struct addr *a = &census_hot(c, i)->addr;
		if (addr_is_v4(a) == v6)
			continue;
		uint64_t half = load_be64(v6 ? a->b : a->b + 8);
		unsigned drop = v6 ? 64 - bits : 128 - bits;
		at[n++] = (struct keyed){ drop < 64 ? half >> drop : 0, (uint32_t)i };
	}
	return n;
}

static int most_crowded(const void *pa, const void *pb)
{
	const struct subnet *a = pa, *b = pb;
	if (a->n_clients != b->n_clients)
		return a->n_clients < b->n_clients ? 1 : -1;
	if (a->rx != b->rx)
		return a->rx < b->rx ? 1 : -1;
	return addr_compare(&a->net, &b->net);
}

static void add_to_subnet(const struct census *c, struct subnet *s, size_t i)
{
	struct client_info info;
	census_client(c, i, &info);
	s->rx += info.rx;
	s->n_abusive += (info.classes & CLIENT_ABUSIVE) != 0;
}

/* Appends the nets with enough clients from the sorted pairs; keeps the list at most 2 * max long. */
static void take_nets(const struct census *c, const struct keyed *at, size_t n, unsigned bits, uint64_t least,
		      size_t max, struct subnet *out, size_t *n_out)
{
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && at[end].key == at[i].key; end++)
			;
		if (end - i < least)
			continue;
		struct subnet s = { .net = addr_truncate(&census_hot(c, at[i].value)->addr, bits),
				    .bits = bits,
				    .n_clients = end - i };
		if (*n_out == 2 * max) {
			qsort(out, *n_out, sizeof(*out), most_crowded);
			*n_out = max;
			least = out[max - 1].n_clients; /* smaller ones can no longer be among them */
		}
		for (size_t k = i; k < end; k++)
			add_to_subnet(c, &s, at[k].value);
		out[(*n_out)++] = s;
	}
}

enum err census_subnets(const struct census *c, unsigned v4_bits, unsigned v6_bits, uint64_t min_clients,
			size_t max, struct subnet **out, size_t *n)
{
	double length_s = (double)(c->state->last_ns - c->state->first_ns) * 1e-9;
	struct keyed *at = malloc((c->n_clients + 1) * sizeof(*at));
	enum err e = ERR_OK;

	*n = 0;
	*out = calloc(2 * max + 2, sizeof(**out));
	if (!at || !*out)
		e = ERR_MEMORY;
	for (unsigned v6 = 0; v6 < 2 && !e && max; v6++) {
		unsigned bits = v6 ? v6_bits : v4_bits;
		size_t n_family = bits ? gather_family(c, v6, bits, at) : 0;
		e = radix_sort(at, n_family);
		if (!e)
			take_nets(c, at, n_family, bits, min_clients ? min_clients : 1, max, *out, n);
	}
	free(at);
	if (e) {
		free(*out);
		*out = NULL;
		return e;
	}
	qsort(*out, *n, sizeof(**out), most_crowded);
	*n = *n < max ? *n : max;
	for (size_t i = 0; i < *n; i++)
		(*out)[i].rate_per_s = length_s > 0 ? (double)(*out)[i].rx / length_s : 0;
	return ERR_OK;
}
