/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/chart.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_BUCKETS = 64 };

void chart_init(struct chart *c, const struct chart_config *config)
{
	*c = (struct chart){ .config = *config, .width_ns = config->interval_ns };
	c->err = spread_pool_init(&c->pool, config->max_pages ? config->max_pages : CHART_PAGES);
}

void chart_release(struct chart *c)
{
	for (size_t i = 0; i < c->n; i++)
		distinct_release(&c->at[i].clients);
	free(c->at);
	spread_pool_release(&c->pool);
	*c = (struct chart){ 0 };
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int64_t chart_position(const struct chart *c, int64_t t_ns)
{
	return floor_div(ns_minus(t_ns, c->config.origin_ns), c->width_ns);
}

static void note_range(struct chart_bucket *b, int64_t min, int64_t max)
{
	if (!b->n || min < b->min)
		b->min = min;
	if (!b->n || max > b->max)
		b->max = max;
}

static void bucket_move(struct chart *c, struct chart_bucket *into, struct chart_bucket *from)
{
	if (from->n)
		note_range(into, from->min, from->max);
	into->n += from->n;
	into->n_events += from->n_events;
	into->sum += from->sum;
	spread_merge(&c->pool, &into->spread, from->spread);
	if (from->clients.block) {
		enum err e = ERR_OK;
		if (into->clients.block) {
			e = distinct_merge(&into->clients, &from->clients);
			distinct_release(&from->clients);
		} else {
			into->clients = from->clients;
		}
		if (e)
			c->err = e;
	}
}

/* Doubles the width: pairs of buckets on even borders become one. */
static void coarsen(struct chart *c)
{
	int64_t first = c->first >> 1;
	size_t n = c->n ? (size_t)(((c->first + (int64_t)c->n - 1) >> 1) - first) + 1 : 0;

	for (size_t i = 0; i < c->n; i++) {
		struct chart_bucket b = c->at[i];
		memset(&c->at[i], 0, sizeof(b));
		bucket_move(c, &c->at[(size_t)(((c->first + (int64_t)i) >> 1) - first)], &b);
	}
	c->first = first;
	c->n = n;
	c->width_ns *= 2;
}

static bool grow(struct chart *c, size_t n)
{
	size_t cap = c->cap ? c->cap : FIRST_BUCKETS;

	while (cap < n)
		cap *= 2;
	if (cap == c->cap)
		return true;
	struct chart_bucket *at = realloc(c->at, cap * sizeof(*at));
	if (!at) {
		c->err = ERR_MEMORY;
		return false;
	}
	memset(at + c->cap, 0, (cap - c->cap) * sizeof(*at));
	c->at = at;
	c->cap = cap;
	return true;
}

/* Makes low..high what the buckets cover: no more than max_buckets, and what was covered before is in it. */
static bool cover(struct chart *c, int64_t low, int64_t high)
{
	size_t n = (size_t)(high - low) + 1, shift = c->n ? (size_t)(c->first - low) : 0;

	if (!grow(c, n))
		return false;
	if (shift) {
		memmove(c->at + shift, c->at, c->n * sizeof(*c->at));
		memset(c->at, 0, shift * sizeof(*c->at));
	}
	c->first = low;
	c->n = n;
	return true;
}

/* The bucket of a moment, NULL after a failure.  The width may double on the way. */
static struct chart_bucket *bucket_of(struct chart *c, int64_t t_ns)
{
	if (c->err)
		return NULL;
	for (;;) {
		int64_t at = chart_position(c, t_ns), low = at, high = at;

		if (c->n) {
			int64_t last = c->first + (int64_t)c->n - 1;
			if (at >= c->first && at <= last)
				return &c->at[at - c->first];
			low = at < c->first ? at : c->first;
			high = at > last ? at : last;
		}
		if ((uint64_t)high - (uint64_t)low < c->config.max_buckets)
			return cover(c, low, high) ? &c->at[at - c->first] : NULL;
		coarsen(c);
		if (c->err)
			return NULL;
	}
}

void chart_values(struct chart *c, int64_t t_ns, int64_t value, uint32_t n)
{
	struct chart_bucket *b = n ? bucket_of(c, t_ns) : NULL;
	enum err e;

	while (b && (e = spread_add(&c->pool, &b->spread, value, n)) != ERR_OK) {
		if (e != ERR_LIMIT || c->n < 2) {
			c->err = e;
			return;
		}
		coarsen(c);
		b = bucket_of(c, t_ns);
	}
	if (!b)
		return;
	note_range(b, value, value);
	b->n += n;
	b->sum += (__int128)value * n;
}

void chart_value(struct chart *c, int64_t t_ns, int64_t value)
{
	chart_values(c, t_ns, value, 1);
}

void chart_events(struct chart *c, int64_t t_ns, uint64_t n)
{
	struct chart_bucket *b = bucket_of(c, t_ns);

	if (b)
		b->n_events += n;
}

void chart_event(struct chart *c, int64_t t_ns)
{
	chart_events(c, t_ns, 1);
}

void chart_client(struct chart *c, int64_t t_ns, uint64_t hash)
{
	struct chart_bucket *b = bucket_of(c, t_ns);

	if (b) {
		enum err e = distinct_add(&b->clients, hash);
		if (e)
			c->err = e;
	}
}

void chart_widen(struct chart *c, int64_t width_ns)
{
	while (c->width_ns < width_ns && !c->err)
		coarsen(c);
}

size_t chart_index(const struct chart *c, int64_t t_ns)
{
	int64_t at = chart_position(c, t_ns);

	if (!c->n || at < c->first)
		return 0;
	if (at - c->first >= (int64_t)c->n)
		return c->n;
	size_t i = (size_t)(at - c->first);
	return chart_start_ns(c, i) < t_ns ? i + 1 : i;
}

static double sum_clients(const struct chart *c, size_t from, size_t to)
{
	struct distinct all = { 0 };
	enum err e = ERR_OK;

	if (to - from == 1)
		return distinct_count(&c->at[from].clients);
	for (size_t i = from; i < to && !e; i++)
		e = distinct_merge(&all, &c->at[i].clients);
	double n = distinct_count(&all);
	distinct_release(&all);
	return n;
}

struct chart_sum chart_sum(const struct chart *c, size_t from, size_t to, struct spread *spread)
{
	struct chart_sum s = { 0 };
	__int128 sum = 0;

	if (spread)
		spread_clear(spread);
	to = to > c->n ? c->n : to;
	for (size_t i = from; i < to; i++) {
		const struct chart_bucket *b = &c->at[i];
		s.n_events += b->n_events;
		if (!b->n)
			continue;
		s.min = !s.n || b->min < s.min ? b->min : s.min;
		s.max = !s.n || b->max > s.max ? b->max : s.max;
		s.n += b->n;
		sum += b->sum;
		if (spread)
			spread_collect(spread, &c->pool, b->spread);
	}
	s.sum = (double)sum;
	s.clients = from < to ? sum_clients(c, from, to) : 0;
	return s;
}
