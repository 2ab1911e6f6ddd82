/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/board.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "engine/heard.h"

#define SWEEP_NS (60 * NS_PER_S)

/* Most entries have few facts and no satellites: each has memory for what it has. */
struct kept {
	struct heard from;
	int64_t time_ns, ok_ns, changed_ns;
	bool is_ok;
	uint8_t n_polls;
	char why[BOARD_WHY_MAX];
	size_t n_points, n_facts, n_satellites;
	struct board_point *points;
	struct reading_fact *facts;
	struct reading_satellite *satellites;
};

struct board {
	pthread_mutex_t lock;
	struct heard_table entries;
	uint64_t n_refused;
	int64_t swept_ns;
};

static void release(void *entry)
{
	struct kept *k = entry;

	free(k->points);
	free(k->facts);
	free(k->satellites);
}

static const struct heard_kind kept_kind = { sizeof(struct kept), release, NULL };

enum err board_new(struct board **out)
{
	struct board *b = calloc(1, sizeof(*b));

	*out = b;
	if (!b)
		return ERR_MEMORY;
	b->entries.kind = &kept_kind;
	pthread_mutex_init(&b->lock, NULL);
	return ERR_OK;
}

void board_free(struct board *b)
{
	if (!b)
		return;
	heard_release(&b->entries);
	pthread_mutex_destroy(&b->lock);
	free(b);
}

static void sweep(struct board *b, int64_t now_ns)
{
	if (ns_minus(now_ns, b->swept_ns) < SWEEP_NS)
		return;
	heard_sweep(&b->entries, 0, now_ns);
	b->swept_ns = now_ns;
}

void board_forget(struct board *b, const char *target)
{
	pthread_mutex_lock(&b->lock);
	for (size_t i = b->entries.n; i-- > 0;) {
		const struct heard *h = heard_at(&b->entries, i);
		if (strcmp(h->target, target) == 0)
			heard_remove(&b->entries, i);
	}
	pthread_mutex_unlock(&b->lock);
}

static size_t n_parts(const struct board *b, const char *target)
{
	size_t n = 0;

	for (size_t i = 0; i < b->entries.n; i++) {
		const struct heard *h = heard_at(&b->entries, i);
		n += strcmp(h->target, target) == 0;
	}
	return n;
}

static struct kept *add(struct board *b, const struct reading *r, int64_t now_ns)
{
	if (n_parts(b, r->target) >= BOARD_PARTS_MAX)
		return NULL;
	struct kept *k = heard_add(&b->entries, r->target, r->part, r->via, now_ns);
	if (k) {
		k->changed_ns = r->time_ns;
		k->is_ok = r->is_ok;
	}
	return k;
}

/* *at becomes a copy of n things; what was there stays when there is no memory. */
static bool take(void *at, size_t *n_at, const void *from, size_t n, size_t size)
{
	void **p = at;
	void *fresh = n ? malloc(n * size) : NULL;

	if (n && !fresh)
		return false;
	if (n)
		memcpy(fresh, from, n * size);
	free(*p);
	*p = fresh;
	*n_at = n;
	return true;
}

static bool take_points(struct kept *k, const struct reading *r)
{
	struct board_point points[BOARD_POINTS_MAX];
	size_t n = r->n_points < BOARD_POINTS_MAX ? r->n_points : BOARD_POINTS_MAX;

	for (size_t i = 0; i < n; i++) {
		reading_text(points[i].name, sizeof(points[i].name), r->points[i].name);
		points[i].value = r->points[i].value;
	}
	return take(&k->points, &k->n_points, points, n, sizeof(points[0]));
}

static bool fill(struct kept *k, const struct reading *r)
{
	size_t n_facts = r->n_facts < READING_FACTS_MAX ? r->n_facts : READING_FACTS_MAX;
	size_t n_seen = r->n_satellites < READING_SATELLITES_MAX ? r->n_satellites : READING_SATELLITES_MAX;

	if (k->is_ok != r->is_ok)
		k->changed_ns = r->time_ns;
	k->is_ok = r->is_ok;
	k->n_polls = r->n_polls;
	k->time_ns = r->time_ns;
	k->from.every_ns = r->every_ns;
	if (r->is_ok)
		k->ok_ns = r->time_ns;
	reading_text(k->why, sizeof(k->why), r->why ? r->why : "");
	if (!take_points(k, r))
		return false;
	if (n_facts && !take(&k->facts, &k->n_facts, r->facts, n_facts, sizeof(*r->facts)))
		return false;
	return !r->satellites ||
	       take(&k->satellites, &k->n_satellites, r->satellites, n_seen, sizeof(*r->satellites));
}

bool board_put(struct board *b, const struct reading *r, int64_t now_ns)
{
	pthread_mutex_lock(&b->lock);
	sweep(b, now_ns);
	struct kept *k = heard_find(&b->entries, r->target, r->part, r->via);
	if (!k)
		k = add(b, r, now_ns);
	if (k)
		k->from.heard_ns = now_ns;
	bool is_put = k && fill(k, r);
	b->n_refused += !is_put;
	pthread_mutex_unlock(&b->lock);
	return is_put;
}

static void copy(const struct kept *k, struct board_entry *out)
{
	reading_text(out->target, sizeof(out->target), k->from.target);
	reading_text(out->part, sizeof(out->part), k->from.part);
	memcpy(out->why, k->why, sizeof(out->why));
	out->via = k->from.via;
	out->time_ns = k->time_ns;
	out->heard_ns = k->from.heard_ns;
	out->every_ns = k->from.every_ns;
	out->ok_ns = k->ok_ns;
	out->changed_ns = k->changed_ns;
	out->is_ok = k->is_ok;
	out->n_polls = k->n_polls;
	out->n_points = k->n_points;
	out->n_facts = k->n_facts;
	out->n_satellites = k->n_satellites;
	if (k->n_points)
		memcpy(out->points, k->points, k->n_points * sizeof(*k->points));
	if (k->n_facts)
		memcpy(out->facts, k->facts, k->n_facts * sizeof(*k->facts));
	if (k->n_satellites)
		memcpy(out->satellites, k->satellites, k->n_satellites * sizeof(*k->satellites));
}

bool board_at(struct board *b, size_t i, struct board_entry *out)
{
	pthread_mutex_lock(&b->lock);
	bool is_there = i < b->entries.n;
	if (is_there)
		copy(heard_at(&b->entries, i), out);
	pthread_mutex_unlock(&b->lock);
	return is_there;
}

uint64_t board_refused(struct board *b)
{
	pthread_mutex_lock(&b->lock);
	uint64_t n = b->n_refused;
	pthread_mutex_unlock(&b->lock);
	return n;
}

double board_value(const struct board_entry *e, const char *name)
{
	for (size_t i = 0; i < e->n_points; i++)
		if (strcmp(e->points[i].name, name) == 0)
			return e->points[i].value;
	return NAN;
}
