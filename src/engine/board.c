/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/board.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Most entries have few facts and no satellites: each has memory for what it has. */
struct kept {
	char *target, *part;
	enum watch_via via;
	int64_t time_ns, every_ns, ok_ns, changed_ns;
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
	uint64_t version, n_refused;
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

static bool has_room(struct board *b)
{
	if (b->n == BOARD_ENTRIES_MAX)
		return false;
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

static struct kept *add(struct board *b, const struct reading *r)
{
	if (strlen(r->target) >= HISTORY_TARGET_MAX || strlen(r->part) >= HISTORY_TARGET_MAX || !has_room(b))
		return NULL;
	struct kept *k = &b->at[b->n];
	*k = (struct kept){ .target = strdup(r->target), .part = strdup(r->part), .via = r->via };
	if (!k->target || !k->part) {
		release(k);
		return NULL;
	}
	k->changed_ns = r->time_ns;
	k->is_ok = r->is_ok;
	b->n++;
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

bool board_put(struct board *b, const struct reading *r)
{
	pthread_mutex_lock(&b->lock);
	struct kept *k = find(b, r);
	if (!k)
		k = add(b, r);
	bool is_put = k && fill(k, r);
	b->version++;
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

uint64_t board_version(struct board *b)
{
	pthread_mutex_lock(&b->lock);
	uint64_t version = b->version;
	pthread_mutex_unlock(&b->lock);
	return version;
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

const char *board_fact(const struct board_entry *e, const char *name)
{
	for (size_t i = 0; i < e->n_facts; i++)
		if (strcmp(e->facts[i].name, name) == 0)
			return e->facts[i].text;
	return NULL;
}
