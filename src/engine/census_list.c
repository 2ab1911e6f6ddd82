/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "engine/census_private.h"
#include "engine/radix.h"

/* ---- sorting ------------------------------------------------------------------------------------- */

/* One sorting: ties go by address. */
struct client_order {
	const struct census *census;
	enum client_sort by;
	uint64_t flip;         /* all ones: falling, though ties keep rising */
	const uint8_t *alerts; /* of each client, since they take long to work out */
};

static uint64_t sort_key(const struct client_order *o, size_t i)
{
	if (o->by == SORT_ALERT)
		return o->alerts[i];
	return client_sort_key(o->by, census_hot(o->census, i), census_cold(o->census, i));
}

static uint64_t address_word(const void *census, uint32_t i, unsigned word)
{
	return load_be64(census_hot(census, i)->addr.b + 8 * (size_t)word);
}

static uint64_t order_word(const void *order, uint32_t i, unsigned word)
{
	const struct client_order *o = order;
	return word ? address_word(o->census, i, word - 1) : sort_key(o, i) ^ o->flip;
}

static uint8_t *all_alerts(const struct census *c)
{
	uint8_t *alerts = malloc(c->n_clients + 1);
	struct client_info info;

	for (size_t i = 0; alerts && i < c->n_clients; i++) {
		census_client(c, i, &info);
		alerts[i] = (uint8_t)info.alert;
	}
	return alerts;
}

static enum err sort_by_key(const struct census *c, enum client_sort by, bool descending, uint32_t *ids)
{
	struct client_order o = { .census = c, .by = by, .flip = descending ? UINT64_MAX : 0 };
	uint8_t *alerts = NULL;

	if (by == SORT_ALERT && !(o.alerts = alerts = all_alerts(c)))
		return ERR_MEMORY;
	size_t n;
	enum err e = radix_order(&(struct radix_keys){ .word = order_word, .arg = &o, .n_words = 3 },
				 c->n_clients, ids, &n);
	free(alerts);
	return e;
}

static enum err sort_by_address(const struct census *c, bool descending, uint32_t *ids)
{
	size_t n;
	enum err e = radix_order(&(struct radix_keys){ .word = address_word, .arg = c, .n_words = 2 },
				 c->n_clients, ids, &n);

	for (size_t i = 0; descending && i < c->n_clients / 2; i++) {
		uint32_t t = ids[i];
		ids[i] = ids[c->n_clients - 1 - i];
		ids[c->n_clients - 1 - i] = t;
	}
	return e;
}

enum err census_sort_clients(const struct census *c, enum client_sort by, bool descending, uint32_t **order)
{
	uint32_t *ids = malloc((c->n_clients + 1) * sizeof(*ids));

	*order = NULL;
	if (!ids)
		return ERR_MEMORY;
	enum err e = by == SORT_IP || by == SORT_NAME ? sort_by_address(c, descending, ids)
						      : sort_by_key(c, by, descending, ids);
	if (e) {
		free(ids);
		return e;
	}
	*order = ids;
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
struct family {
	const struct census *census;
	bool v6;
	unsigned drop; /* low bits of that half that tell no nets apart */
};

static struct family family_of(const struct census *c, bool v6, unsigned bits)
{
	return (struct family){ .census = c, .v6 = v6, .drop = v6 ? 64 - bits : 128 - bits };
}

static uint64_t net_of(const struct family *f, uint32_t i)
{
	const struct addr *a = &census_hot(f->census, i)->addr;
	uint64_t half = load_be64(f->v6 ? a->b : a->b + 8);
	return f->drop < 64 ? half >> f->drop : 0;
}

static uint64_t net_word(const void *family, uint32_t i, unsigned word)
{
	(void)word;
	return net_of(family, i);
}

static bool in_family(const void *family, uint32_t i)
{
	const struct family *f = family;
	return addr_is_v4(&census_hot(f->census, i)->addr) != f->v6;
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

/* The first of ids[from..n) that is in another net than ids[from]. */
static size_t end_of_net(const struct family *f, const uint32_t *ids, size_t from, size_t n)
{
	uint64_t net = net_of(f, ids[from]);
	size_t end = from + 1;
	while (end < n && net_of(f, ids[end]) == net)
		end++;
	return end;
}

/* Appends the nets with enough clients from the sorted ids; keeps the list at most 2 * max long. */
static void take_nets(const struct family *f, const uint32_t *ids, size_t n, unsigned bits, uint64_t least,
		      size_t max, struct subnet *out, size_t *n_out)
{
	for (size_t i = 0, end; i < n; i = end) {
		end = end_of_net(f, ids, i, n);
		if (end - i < least)
			continue;
		struct subnet s = { .net = addr_truncate(&census_hot(f->census, ids[i])->addr, bits),
				    .bits = bits,
				    .n_clients = end - i };
		if (*n_out == 2 * max) {
			qsort(out, *n_out, sizeof(*out), most_crowded);
			*n_out = max;
			least = out[max - 1].n_clients; /* smaller ones can no longer be among them */
			if (s.n_clients < least)
				continue;
		}
		for (size_t k = i; k < end; k++)
			add_to_subnet(f->census, &s, ids[k]);
		out[(*n_out)++] = s;
	}
}

enum err census_subnets(const struct census *c, unsigned v4_bits, unsigned v6_bits, uint64_t min_clients,
			size_t max, struct subnet **out, size_t *n)
{
	double length_s = (double)(c->state->last_ns - c->state->first_ns) * 1e-9;
	uint32_t *ids = malloc((c->n_clients + 1) * sizeof(*ids));
	enum err e = ERR_OK;

	*n = 0;
	*out = calloc(2 * max + 2, sizeof(**out));
	if (!ids || !*out)
		e = ERR_MEMORY;
	for (unsigned v6 = 0; v6 < 2 && !e && max; v6++) {
		unsigned bits = v6 ? v6_bits : v4_bits;
		struct family f = family_of(c, v6, bits);
		size_t n_family = 0;
		if (bits)
			e = radix_order(&(struct radix_keys){ net_word, in_family, &f, 1 }, c->n_clients, ids,
					&n_family);
		if (!e)
			take_nets(&f, ids, n_family, bits, min_clients ? min_clients : 1, max, *out, n);
	}
	free(ids);
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
