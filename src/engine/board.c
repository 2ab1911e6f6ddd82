/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/board.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"

#define GONE_NS  (3 * 86400 * NS_PER_S)
#define SWEEP_NS (60 * NS_PER_S)

/* Most entries have few facts and no satellites: each has memory for what it has. */
struct kept {
	char *target, *part;
	enum watch_via via;
	int64_t time_ns, heard_ns, every_ns, ok_ns, changed_ns;
	bool is_ok;
	char why[BOARD_WHY_MAX];
	size_t n_points, n_facts, n_satellites;
	struct board_point *points;
	struct reading_fact *facts;
	struct reading_satellite *satellites;
};

struct board {
	pthread_mutex_t lock;
	struct kept *at;
	size_t n, cap;
	uint64_t n_refused;
	int64_t swept_ns;
};

enum err board_new(struct board **out)
{
	struct board *b = calloc(1, sizeof(*b));

	*out = b;
	if (!b)
		return ERR_MEMORY;
	pthread_mutex_init(&b->lock, NULL);
	return ERR_OK;
}

static void release(struct kept *k)
{
	free(k->target);
	free(k->part);
	free(k->points);
	free(k->facts);
	free(k->satellites);
}

void board_free(struct board *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->n; i++)
		release(&b->at[i]);
	free(b->at);
	pthread_mutex_destroy(&b->lock);
	free(b);
}

static struct kept *find(struct board *b, const struct reading *r)
{
	for (size_t i = 0; i < b->n; i++) {
		struct kept *k = &b->at[i];
		if (k->via == r->via && strcmp(k->part, r->part) == 0 && strcmp(k->target, r->target) == 0)
			return k;
	}
	return NULL;
}

/* Those of that target, or NULL: those not heard of since then.  Those behind move up. */
static void give_up(struct board *b, const char *target, int64_t since_ns)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		struct kept k = b->at[i];
		if (target ? strcmp(k.target, target) == 0 : k.heard_ns < since_ns)
			release(&k);
		else
			b->at[n++] = k;
	}
	b->n = n;
}

static void sweep(struct board *b, int64_t now_ns)
{
	if (ns_minus(now_ns, b->swept_ns) < SWEEP_NS)
		return;
	give_up(b, NULL, ns_minus(now_ns, GONE_NS));
	b->swept_ns = now_ns;
}

void board_forget(struct board *b, const char *target)
{
	pthread_mutex_lock(&b->lock);
	give_up(b, target, 0);
	pthread_mutex_unlock(&b->lock);
}

/* The place of the one not heard of for longest; NULL: that one is not late. */
static struct kept *give_up_place(struct board *b, int64_t now_ns)
{
	struct kept *oldest = &b->at[0];

	for (size_t i = 1; i < b->n; i++)
		if (b->at[i].heard_ns < oldest->heard_ns)
			oldest = &b->at[i];
	if (!reading_is_late(oldest->heard_ns, oldest->every_ns, now_ns))
		return NULL;
	release(oldest);
	return oldest;
}

static bool has_room(struct board *b)
{
	if (b->n < b->cap)
		return true;
	size_t cap = b->cap ? 2 * b->cap : 16;
	struct kept *at = realloc(b->at, cap * sizeof(*at));
	if (!at)
		return false;
	b->at = at;
	b->cap = cap;
	return true;
}

static size_t n_parts(const struct board *b, const char *target)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += strcmp(b->at[i].target, target) == 0;
	return n;
}

static struct kept *add(struct board *b, const struct reading *r, int64_t now_ns)
{
	struct kept *k = NULL;
	struct kept fresh = { .via = r->via, .changed_ns = r->time_ns, .is_ok = r->is_ok };

	if (strlen(r->target) >= HISTORY_TARGET_MAX || strlen(r->part) >= HISTORY_TARGET_MAX ||
	    n_parts(b, r->target) >= BOARD_PARTS_MAX)
		return NULL;
	fresh.target = strdup(r->target);
	fresh.part = strdup(r->part);
	if (fresh.target && fresh.part && b->n == BOARD_ENTRIES_MAX)
		k = give_up_place(b, now_ns);
	else if (fresh.target && fresh.part && has_room(b))
		k = &b->at[b->n++];
	if (k)
		*k = fresh;
	else
		release(&fresh);
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
	k->time_ns = r->time_ns;
	k->every_ns = r->every_ns;
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
	struct kept *k = find(b, r);
	if (!k)
		k = add(b, r, now_ns);
	if (k)
		k->heard_ns = now_ns;
	bool is_put = k && fill(k, r);
	b->n_refused += !is_put;
	pthread_mutex_unlock(&b->lock);
	return is_put;
}

static void copy(const struct kept *k, struct board_entry *out)
{
	reading_text(out->target, sizeof(out->target), k->target);
	reading_text(out->part, sizeof(out->part), k->part);
	memcpy(out->why, k->why, sizeof(out->why));
	out->via = k->via;
	out->time_ns = k->time_ns;
	out->heard_ns = k->heard_ns;
	out->every_ns = k->every_ns;
	out->ok_ns = k->ok_ns;
	out->changed_ns = k->changed_ns;
	out->is_ok = k->is_ok;
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
	bool is_there = i < b->n;
	if (is_there)
		copy(&b->at[i], out);
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
