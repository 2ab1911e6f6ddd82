/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/history_owner.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/nstime.h"

struct owned {
	uint64_t key;               /* of target, part and series; 0: free */
	uint64_t target;            /* of that alone */
	int64_t heard_ns, until_ns; /* of its latest reading; when it is late */
	enum watch_via via;
};

struct history_owners {
	struct owned *at; /* open addressing, half empty at least */
	size_t n, cap;
};

enum { CAP_LEAST = 1024 };

/* Readings are dated when they begin: one may be told that much later than another that began after it. */
static const int64_t slack_ns = 60 * NS_PER_S;

enum err history_owners_new(struct history_owners **out)
{
	struct history_owners *o = calloc(1, sizeof(*o));

	*out = o;
	if (!o)
		return ERR_MEMORY;
	o->cap = CAP_LEAST;
	o->at = calloc(o->cap, sizeof(*o->at));
	if (o->at)
		return ERR_OK;
	free(o);
	*out = NULL;
	return ERR_MEMORY;
}

void history_owners_free(struct history_owners *o)
{
	if (!o)
		return;
	free(o->at);
	free(o);
}

static int rank_of(enum watch_via via)
{
	static const int ranks[N_WATCH_VIA] = {
		[WATCH_VIA_NTP] = 0,  [WATCH_VIA_CHRONY] = 1,  [WATCH_VIA_MODE6] = 2,  [WATCH_VIA_GPSD] = 3,
		[WATCH_VIA_SNMP] = 4, [WATCH_VIA_TRAFFIC] = 5, [WATCH_VIA_IMPORT] = 6,
	};
	return ranks[via];
}

static uint64_t add_text(uint64_t key, const char *text)
{
	for (; *text; text++)
		key = (key ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return (key ^ 0x100) * UINT64_C(0x100000001b3);
}

static uint64_t key_of_target(const char *target)
{
	return add_text(UINT64_C(0xcbf29ce484222325), target);
}

static uint64_t key_of(const struct reading *r, const char *series)
{
	uint64_t key = add_text(add_text(key_of_target(r->target), r->part), series);

	return key ? key : 1;
}

static struct owned *slot_of(struct owned *at, size_t cap, uint64_t key)
{
	size_t i = (size_t)hash64(key, 0) & (cap - 1);

	while (at[i].key && at[i].key != key)
		i = (i + 1) & (cap - 1);
	return &at[i];
}

static void grow(struct history_owners *o)
{
	struct owned *at = calloc(2 * o->cap, sizeof(*at));

	if (!at)
		return;
	for (size_t i = 0; i < o->cap; i++)
		if (o->at[i].key)
			*slot_of(at, 2 * o->cap, o->at[i].key) = o->at[i];
	free(o->at);
	o->at = at;
	o->cap *= 2;
}

/* One that was heard of in the future says nothing of now: the clock was set back. */
static bool is_alive(const struct owned *w, int64_t now_ns)
{
	return now_ns < w->until_ns && ns_minus(w->heard_ns, now_ns) < slack_ns;
}

/* Once it is late, the next way may have the series. */
static bool is_owner(struct history_owners *o, const struct reading *r, const char *series)
{
	uint64_t key = key_of(r, series);

	if (2 * (o->n + 1) > o->cap)
		grow(o);
	struct owned *w = slot_of(o->at, o->cap, key);
	if (!w->key) {
		if (o->n == HISTORY_OWNED_MAX || 2 * (o->n + 1) > o->cap)
			return true;
		o->n++;
		w->key = key;
		w->target = key_of_target(r->target);
	} else if (w->via != r->via && rank_of(r->via) > rank_of(w->via) && is_alive(w, r->time_ns)) {
		return false;
	}
	w->via = r->via;
	w->heard_ns = r->time_ns;
	w->until_ns = r->time_ns + reading_late_ns(r->every_ns);
	return true;
}

size_t history_owned(struct history_owners *o, const struct reading *r,
		     struct history_point out[HISTORY_POINTS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_points && n < HISTORY_POINTS_MAX; i++)
		if (is_owner(o, r, r->points[i].name))
			out[n++] = r->points[i];
	return n;
}

void history_owners_forget(struct history_owners *o, const char *target)
{
	uint64_t key = key_of_target(target);

	for (size_t i = 0; i < o->cap; i++)
		if (o->at[i].key && o->at[i].target == key)
			o->at[i].until_ns = INT64_MIN;
}
