/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/heard.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/nstime.h"

static void release_one(const struct heard_kind *k, struct heard *h)
{
	k->release(h);
	free(h->target);
	free(h->part);
}

void heard_release(struct heard_table *t)
{
	for (size_t i = 0; i < t->n; i++)
		release_one(t->kind, heard_at(t, i));
	free(t->at);
	t->at = NULL;
	t->n = t->cap = 0;
}

static uint64_t hash_of(const char *target, const char *part, enum watch_via via)
{
	return hash_text(part, hash_text(target, (uint64_t)via + 1));
}

void *heard_find(const struct heard_table *t, const char *target, const char *part, enum watch_via via)
{
	uint64_t hash = hash_of(target, part, via);

	for (size_t i = 0; i < t->n; i++) {
		struct heard *h = heard_at(t, i);
		if (h->hash == hash && h->via == via && strcmp(h->part, part) == 0 &&
		    strcmp(h->target, target) == 0)
			return h;
	}
	return NULL;
}

static bool may_go(const struct heard_kind *k, const void *entry)
{
	return !k->may_go || k->may_go(entry);
}

/* The place of the one not heard of for longest. */
static struct heard *give_up_place(struct heard_table *t, int64_t now_ns)
{
	struct heard *oldest = NULL;

	for (size_t i = 0; i < t->n; i++) {
		struct heard *h = heard_at(t, i);
		if ((!oldest || h->heard_ns < oldest->heard_ns) &&
		    reading_is_late(h->heard_ns, h->every_ns, now_ns) && may_go(t->kind, h))
			oldest = h;
	}
	if (oldest)
		release_one(t->kind, oldest);
	return oldest;
}

static bool has_room(struct heard_table *t)
{
	if (t->n < t->cap)
		return true;
	size_t cap = t->cap ? 2 * t->cap : 16;
	void *at = realloc(t->at, cap * t->kind->size);
	if (!at)
		return false;
	t->at = at;
	t->cap = cap;
	return true;
}

void *heard_add(struct heard_table *t, const char *target, const char *part, enum watch_via via,
		int64_t now_ns)
{
	struct heard fresh = { .hash = hash_of(target, part, via), .via = via }, *h = NULL;

	if (strlen(target) >= HISTORY_TARGET_MAX || strlen(part) >= HISTORY_TARGET_MAX)
		return NULL;
	fresh.target = strdup(target);
	fresh.part = strdup(part);
	if (fresh.target && fresh.part && t->n == HEARD_MOST)
		h = give_up_place(t, now_ns);
	else if (fresh.target && fresh.part && has_room(t))
		h = heard_at(t, t->n++);
	if (!h) {
		free(fresh.target);
		free(fresh.part);
		return NULL;
	}
	memset(h, 0, t->kind->size);
	*h = fresh;
	return h;
}

void heard_remove(struct heard_table *t, size_t i)
{
	release_one(t->kind, heard_at(t, i));
	t->n--;
	memmove(heard_at(t, i), heard_at(t, i + 1), (t->n - i) * t->kind->size);
}

/* Those behind move up. */
void heard_sweep(struct heard_table *t, int64_t began_ns, int64_t now_ns)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		struct heard *h = heard_at(t, i);
		int64_t since_ns = h->heard_ns > began_ns ? h->heard_ns : began_ns;
		if (ns_minus(now_ns, since_ns) > HEARD_GONE_S * NS_PER_S && may_go(t->kind, h)) {
			release_one(t->kind, h);
			continue;
		}
		if (n != i)
			memcpy(heard_at(t, n), h, t->kind->size);
		n++;
	}
	t->n = n;
}
