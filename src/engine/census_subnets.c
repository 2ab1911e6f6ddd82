/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Crowded subnets: the clients of a family are gathered with their nets in an order that puts equal nets
 * beside each other (by a hash of the net, which is shorter to sort by than the net), some at a time so that
 * memory does not grow with the list.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "engine/census_private.h"
#include "engine/reserve.h"
#include "engine/workers.h"

enum {
	AT_A_TIME = 1 << 20, /* clients gathered at once, about: 32 octets each */
	DIGIT_BITS = 11,
	DIGITS = 1 << DIGIT_BITS,
};

struct net_ref {
	uint64_t net;
	uint32_t hash, client;
};

/* The nets of one family: the bits that make a net lie in one 64-bit half of the address. */
struct family {
	const struct census *census;
	bool v6;
	unsigned bits, drop; /* of the 128; low bits of that half that tell no nets apart */
};

/* Those wanted, the most crowded ones so far: cut back to max when there are twice as many. */
struct crowded {
	struct subnet *at;
	size_t n, max;
	uint64_t least;
};

static int most_crowded(const void *pa, const void *pb)
{
	const struct subnet *a = pa, *b = pb;
	if (a->n_clients != b->n_clients)
		return a->n_clients < b->n_clients ? 1 : -1;
	if (a->rx != b->rx)
		return a->rx < b->rx ? 1 : -1;
	return addr_compare(&a->net, &b->net);
}

static void keep_most(struct crowded *k)
{
	qsort(k->at, k->n, sizeof(*k->at), most_crowded);
	if (k->n > k->max)
		k->n = k->max;
}

static void add_client(const struct census *c, struct subnet *s, size_t i)
{
	struct client_info info;
	census_client(c, i, &info);
	s->rx += info.rx;
	s->n_abusive += (info.classes & CLIENT_ABUSIVE) != 0;
}

/* One net's clients. */
static void add_net(struct crowded *k, const struct family *f, const struct net_ref *at, size_t n)
{
	if (n < k->least)
		return;
	if (k->n == 2 * k->max) {
		keep_most(k);
		k->least = k->at[k->max - 1].n_clients; /* smaller ones can no longer be among them */
		if (n < k->least)
			return;
	}
	struct subnet *s = &k->at[k->n++];
	*s = (struct subnet){ .net = addr_truncate(&census_hot(f->census, at->client)->addr, f->bits),
			      .bits = f->bits,
			      .n_clients = n };
	for (size_t i = 0; i < n; i++)
		add_client(f->census, s, at[i].client);
}

/* Clients of the family whose net's hash falls into part of n_parts. */
static size_t gather(const struct family *f, unsigned part, unsigned n_parts, struct net_ref *out, size_t max)
{
	const struct census *c = f->census;
	size_t n = 0;
	for (size_t i = 0; i < c->n_clients; i++) {
		const struct addr *a = &census_hot(c, i)->addr;
		if (addr_is_v4(a) == f->v6)
			continue;
		uint64_t net = load_be64(f->v6 ? a->b : a->b + 8) >> f->drop;
		uint64_t hash = hash64(net, c->state->config.secret);
		if (n_parts > 1 && (hash >> 32) * n_parts >> 32 != part)
			continue;
		if (n < max)
			out[n] = (struct net_ref){ net, (uint32_t)hash, (uint32_t)i };
		n++;
	}
	return n;
}

static void move_by_digit(const struct net_ref *from, struct net_ref *to, size_t n, unsigned shift)
{
	uint32_t start[DIGITS] = { 0 }, sum = 0;
	for (size_t i = 0; i < n; i++)
		start[from[i].hash >> shift & (DIGITS - 1)]++;
	for (unsigned d = 0; d < DIGITS; d++) {
		uint32_t count = start[d];
		start[d] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		to[start[from[i].hash >> shift & (DIGITS - 1)]++] = from[i];
}

/* Nets that share 22 bits of their hash are few: they are told apart by the net itself. */
static void sort_by_net(struct net_ref *at, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct net_ref r = at[i];
		size_t to = i;
		for (;
		     to && (at[to - 1].hash ^ r.hash) << (32 - 2 * DIGIT_BITS) == 0 && at[to - 1].net > r.net;
		     to--)
			at[to] = at[to - 1];
		at[to] = r;
	}
}

static void add_all(struct crowded *k, const struct family *f, struct net_ref *at, struct net_ref *other,
		    size_t n)
{
	move_by_digit(at, other, n, 0);
	move_by_digit(other, at, n, DIGIT_BITS);
	sort_by_net(at, n);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && at[to].net == at[from].net;)
			to++;
		add_net(k, f, at + from, to - from);
	}
}

static enum err add_family(struct crowded *k, const struct family *f)
{
	size_t n_clients = f->census->n_clients;
	unsigned n_parts = (unsigned)(n_clients / AT_A_TIME + 1);
	size_t max = n_parts == 1 ? n_clients : 0; /* what is not touched costs nothing */
	for (unsigned part = 0; part < n_parts && n_parts > 1; part++) {
		size_t n = gather(f, part, n_parts, NULL, 0);
		max = n > max ? n : max;
	}
	struct net_ref *at = reserve_pages((2 * max + 1) * sizeof(*at));
	if (!at)
		return ERR_MEMORY;
	for (unsigned part = 0; part < n_parts; part++)
		add_all(k, f, at, at + max, gather(f, part, n_parts, at, max));
	reserve_release(at, (2 * max + 1) * sizeof(*at));
	return ERR_OK;
}

/* The families are found side by side. */
struct both {
	struct family families[2];
	struct crowded crowded[2];
	enum err e[2];
};

enum { WORTH_TWO = 1 << 15 }; /* clients */

static void find_crowded(void *arg, unsigned worker, unsigned i)
{
	struct both *b = arg;
	(void)worker;
	if (b->families[i].bits && !b->e[i])
		b->e[i] = add_family(&b->crowded[i], &b->families[i]);
}

/* Of both, in k. */
static void finish(const struct census *c, struct crowded *k, const struct crowded *other)
{
	memcpy(k->at + k->n, other->at, other->n * sizeof(*k->at));
	k->n += other->n;
	int64_t from_ns = c->state->lately.is_known ? c->span.from_ns : c->began_ns;
	double length_s = (double)(c->state->last_ns - from_ns) * 1e-9;
	keep_most(k);
	for (size_t i = 0; i < k->n; i++)
		k->at[i].rate_per_s = length_s > 0 ? (double)k->at[i].rx / length_s : 0;
}

enum err census_subnets(const struct census *c, unsigned v4_bits, unsigned v6_bits, uint64_t min_clients,
			size_t max, struct subnet **out, size_t *n)
{
	struct both b = { .families = { { c, false, v4_bits, 128 - v4_bits },
					{ c, true, v6_bits, 64 - v6_bits } } };
	struct workers w;
	enum err e = ERR_OK;

	for (unsigned i = 0; i < 2; i++) {
		struct crowded *k = &b.crowded[i];
		*k = (struct crowded){ .at = calloc(4 * max + 2, sizeof(*k->at)),
				       .max = max,
				       .least = min_clients ? min_clients : 1 };
		b.e[i] = k->at ? ERR_OK : ERR_MEMORY;
	}
	if (max) {
		workers_start(&w, c->n_clients < WORTH_TWO ? 1 : c->state->config.n_threads);
		workers_run(&w, find_crowded, &b, 2, NULL);
		workers_stop(&w);
	}
	e = b.e[0] ? b.e[0] : b.e[1];
	if (!e)
		finish(c, &b.crowded[0], &b.crowded[1]);
	else
		free(b.crowded[0].at);
	free(b.crowded[1].at);
	*out = e ? NULL : b.crowded[0].at;
	*n = e ? 0 : b.crowded[0].n;
	return e;
}
