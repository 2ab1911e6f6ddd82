/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/live_points.h"

#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"

enum err live_points_init(struct live_points *p, uint32_t width_s, size_t cap,
			  void (*unique)(void *arg, int64_t end_ns, uint64_t out[LIVE_POINT_WINDOWS]),
			  void *arg)
{
	*p = (struct live_points){ .cap = cap, .width_s = width_s, .unique = unique, .arg = arg };
	p->ring = calloc(cap, sizeof(*p->ring));
	return p->ring ? ERR_OK : ERR_MEMORY;
}

void live_points_release(struct live_points *p)
{
	free(p->ring);
	p->ring = NULL;
}

static const struct live_point *point(const struct live_points *p, size_t i)
{
	return &p->ring[(p->first + i) % p->cap];
}

static int64_t start_of(const struct live_points *p, int64_t now_s)
{
	int64_t rest = now_s % p->width_s;
	return now_s - (rest < 0 ? rest + p->width_s : rest);
}

/* The middle of the bin of the value with that many below or at it. */
static int64_t value_at(const uint64_t *n, uint64_t rank)
{
	uint64_t sum = 0;
	for (unsigned i = 0; i < HIST_BINS; i++) {
		sum += n[i];
		if (sum >= rank)
			return hist_bin_middle(i);
	}
	return 0;
}

static uint64_t rank_of(uint64_t n, unsigned percent)
{
	uint64_t rank = (n * percent + 99) / 100;
	return rank ? rank : 1;
}

static void take_deltas(struct live_point *to, const struct live_counts *before,
			const struct live_counts *now)
{
	uint64_t n[HIST_BINS];
	for (unsigned i = 0; i < HIST_BINS; i++) {
		n[i] = now->deltas[i] - before->deltas[i];
		to->n_deltas += n[i];
	}
	if (!to->n_deltas)
		return;
	to->delta_min_ns = value_at(n, 1);
	to->delta_p50_ns = value_at(n, rank_of(to->n_deltas, 50));
	to->delta_p90_ns = value_at(n, rank_of(to->n_deltas, 90));
	to->delta_p99_ns = value_at(n, rank_of(to->n_deltas, 99));
	to->delta_max_ns = value_at(n, to->n_deltas);
}

static const uint64_t nobody[LIVE_POINT_WINDOWS];

/* The present point is over; now NULL: nothing was counted in it.  False when nobody was seen in any window
 * that ends with it: nor in a later one, unless somebody comes. */
static bool end_point(struct live_points *p, const struct live_counts *now, bool anybody)
{
	struct live_point at = { .start_ns = ns_times(p->start_s, NS_PER_S), .width_s = p->width_s };
	uint64_t unique[LIVE_POINT_WINDOWS] = { 0 };

	if (now) {
		at.requests = now->requests - p->before.requests;
		at.answers = now->answers - p->before.answers;
		at.unanswered = now->unanswered - p->before.unanswered;
		at.new_clients = now->new_clients - p->before.new_clients;
		at.kods = now->kods - p->before.kods;
		at.icmp_errors = now->icmp_errors - p->before.icmp_errors;
		take_deltas(&at, &p->before, now);
		p->before = *now;
	}
	p->start_s += p->width_s;
	if (anybody)
		p->unique(p->arg, ns_times(p->start_s, NS_PER_S), unique);
	at.unique_5min = unique[0];
	at.unique_20min = unique[1];
	at.unique_1h = unique[2];
	if (p->n == p->cap) {
		p->ring[p->first] = at;
		p->first = (p->first + 1) % p->cap;
	} else {
		p->ring[(p->first + p->n++) % p->cap] = at;
	}
	return memcmp(unique, nobody, sizeof(nobody)) != 0;
}

static void go_back(struct live_points *p, int64_t start_s)
{
	int64_t start_ns = ns_times(start_s, NS_PER_S);
	while (p->n && point(p, p->n - 1)->start_ns >= start_ns)
		p->n--;
	p->start_s = start_s;
}

void live_points_advance(struct live_points *p, int64_t now_s, const struct live_counts *now)
{
	int64_t start_s = start_of(p, now_s), span_s = (int64_t)p->cap * p->width_s;

	if (!p->began) {
		p->began = true;
		p->start_s = start_s;
		return;
	}
	if (start_s < p->start_s) {
		go_back(p, start_s);
		return;
	}
	bool anybody = true;
	if (start_s > p->start_s)
		end_point(p, now, anybody);
	if (start_s - p->start_s > span_s) { /* a long silence: no more of it than is kept */
		p->n = 0;
		p->start_s = start_s - span_s;
	}
	while (p->start_s < start_s)
		anybody = end_point(p, NULL, anybody);
}

size_t live_points_copy(const struct live_points *p, int64_t from_ns, struct live_point *out, size_t max)
{
	size_t low = 0, high = p->n;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (point(p, middle)->start_ns < from_ns)
			low = middle + 1;
		else
			high = middle;
	}
	size_t n = p->n - low < max ? p->n - low : max;
	for (size_t i = 0; i < n; i++)
		out[i] = *point(p, low + i);
	return n;
}
