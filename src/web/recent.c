/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/recent.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/hash.h"
#include "base/nstime.h"

enum { PIECE = 4096, PLACES = RECENT_PACKETS * 2 };

/* ---- packets ------------------------------------------------------------------------------------- */

/* Turns a ring round whose oldest element is at `first` so that it begins with it. */
static bool straighten(struct live_packet *p, size_t n, size_t first)
{
	if (!first)
		return true;
	struct live_packet *copy = malloc(n * sizeof(*copy));
	if (!copy)
		return false;
	memcpy(copy, p + first, (n - first) * sizeof(*p));
	memcpy(copy + (n - first), p, first * sizeof(*p));
	memcpy(p, copy, n * sizeof(*p));
	free(copy);
	return true;
}

/* The time of the oldest packet that is still there. */
static int64_t oldest_ns(struct live *l, const struct addr *all)
{
	struct live_packet p;
	uint64_t last;
	return live_recent(l, 0, all, 0, &p, 1, &last) ? p.time_ns : 0;
}

static enum err collect(struct recent *r, struct live *l, const struct addr *net, unsigned bits)
{
	struct live_packet *piece = malloc(PIECE * sizeof(*piece));
	uint64_t after = 0;
	size_t n, cap = 0, n_seen = 0;

	if (!piece)
		return ERR_MEMORY;
	if (!bits && (after = live_recent_newest(l)) > RECENT_PACKETS)
		after -= RECENT_PACKETS;
	else
		after = 0;
	while ((n = live_recent(l, after, net, bits, piece, PIECE, &after)) > 0) {
		if (n_seen + n > cap && cap < RECENT_PACKETS) {
			cap = cap ? cap * 4 : PIECE;
			if (cap > RECENT_PACKETS)
				cap = RECENT_PACKETS;
			struct live_packet *more = realloc(r->packets, cap * sizeof(*more));
			if (!more) {
				free(piece);
				return ERR_MEMORY;
			}
			r->packets = more;
		}
		for (size_t i = 0; i < n; i++)
			r->packets[n_seen++ % RECENT_PACKETS] = piece[i];
	}
	free(piece);
	r->n = n_seen < RECENT_PACKETS ? n_seen : RECENT_PACKETS;
	return n_seen <= RECENT_PACKETS || straighten(r->packets, r->n, n_seen % RECENT_PACKETS) ? ERR_OK
												 : ERR_MEMORY;
}

/* ---- exchanges ----------------------------------------------------------------------------------- */

/* Strangers choose addresses and keys: the secret keeps them from choosing places. */
static size_t place_of(const struct recent *r, const struct live_packet *p)
{
	return (size_t)hash64(hash_addr(&p->client, r->secret) ^ hash_addr(&p->server, 1) ^ p->key,
			      r->secret) %
	       PLACES;
}

static bool same_talk(const struct live_packet *a, const struct live_packet *b)
{
	return a->key == b->key && addr_equal(&a->client, &b->client) && addr_equal(&a->server, &b->server);
}

/* The place of the latest request like p, or the empty place where it would be. */
static uint32_t *find(const struct recent *r, uint32_t *places, const struct live_packet *p)
{
	size_t i = place_of(r, p);

	while (places[i] != RECENT_NONE && !same_talk(&r->packets[r->exchanges[places[i]].request], p))
		i = (i + 1) % PLACES;
	return &places[i];
}

static void add_request(struct recent *r, uint32_t *places, uint32_t i)
{
	*find(r, places, &r->packets[i]) = (uint32_t)r->n_exchanges;
	r->exchanges[r->n_exchanges++] = (struct recent_exchange){ i, RECENT_NONE, INT64_MIN };
}

static void add_answer(struct recent *r, uint32_t *places, uint32_t i)
{
	const struct live_packet *p = &r->packets[i];
	uint32_t at = *find(r, places, p);
	struct recent_exchange *x = at == RECENT_NONE ? NULL : &r->exchanges[at];

	if (x && x->answer == RECENT_NONE && p->delta_ns >= 0) {
		x->answer = i;
		x->delta_ns = ns_minus(p->time_ns, r->packets[x->request].time_ns);
		return;
	}
	r->exchanges[r->n_exchanges++] = (struct recent_exchange){ RECENT_NONE, i,
								   p->delta_ns >= 0 ? p->delta_ns
										    : INT64_MIN };
}

static enum err pair(struct recent *r)
{
	uint32_t *places = malloc(PLACES * sizeof(*places));

	r->exchanges = calloc(r->n + 1, sizeof(*r->exchanges));
	if (!places || !r->exchanges) {
		free(places);
		return ERR_MEMORY;
	}
	memset(places, 0xff, PLACES * sizeof(*places));
	for (uint32_t i = 0; i < r->n; i++) {
		if (r->packets[i].to_server)
			add_request(r, places, i);
		else
			add_answer(r, places, i);
	}
	free(places);
	return ERR_OK;
}

enum err recent_init(struct recent *r, struct live *l, const struct addr *net, unsigned bits)
{
	static const struct addr all;

	*r = (struct recent){ 0 };
	if (getrandom(&r->secret, sizeof(r->secret), 0) != sizeof(r->secret))
		return ERR_SYS;
	enum err e = collect(r, l, net, bits);
	r->since_ns = r->n && (!bits || r->n == RECENT_PACKETS) ? r->packets[0].time_ns : oldest_ns(l, &all);
	if (!e)
		e = pair(r);
	if (e)
		recent_release(r);
	return e;
}

void recent_release(struct recent *r)
{
	free(r->packets);
	free(r->exchanges);
	*r = (struct recent){ 0 };
}

/* ---- order and intervals -------------------------------------------------------------------------- */

static uint32_t first_of(const struct recent_exchange *x)
{
	return x->request != RECENT_NONE ? x->request : x->answer;
}

static int latest_first(const void *pa, const void *pb)
{
	uint32_t a = first_of(pa), b = first_of(pb);
	return a < b ? 1 : a > b ? -1 : 0;
}

static int longest_first(const void *pa, const void *pb)
{
	const struct recent_exchange *a = pa, *b = pb;
	return a->delta_ns < b->delta_ns ? 1 : a->delta_ns > b->delta_ns ? -1 : latest_first(pa, pb);
}

void recent_sort(struct recent *r, bool by_delta)
{
	qsort(r->exchanges, r->n_exchanges, sizeof(*r->exchanges), by_delta ? longest_first : latest_first);
}

void recent_intervals(const struct recent *r, uint64_t bins[INTERVAL_BINS])
{
	int64_t before_ns = 0;
	bool any = false;

	memset(bins, 0, INTERVAL_BINS * sizeof(*bins));
	for (size_t i = 0; i < r->n; i++) {
		if (!r->packets[i].to_server)
			continue;
		double s = (double)ns_minus(r->packets[i].time_ns, before_ns) / 1e9;
		if (any) {
			double bin = s > 0 ? floor(2 * log2(s)) + 64 : 0;
			bins[bin < 0 ? 0 : bin >= INTERVAL_BINS ? INTERVAL_BINS - 1 : (int)bin]++;
		}
		before_ns = r->packets[i].time_ns;
		any = true;
	}
}
