/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/name_cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { LOOK_AT = 32 }; /* entries, for the one whose place is taken */

enum err name_cache_init(struct name_cache *c, size_t capacity, uint64_t secret)
{
	size_t size = 16;
	while (size < capacity + capacity / 3)
		size *= 2;
	*c = (struct name_cache){ .mask = size - 1, .most = capacity, .secret = secret };
	c->at = calloc(size, sizeof(*c->at));
	return c->at ? ERR_OK : ERR_MEMORY;
}

void name_cache_release(struct name_cache *c)
{
	for (size_t i = 0; c->at && i <= c->mask; i++)
		free(c->at[i].name);
	free(c->at);
	*c = (struct name_cache){ 0 };
}

static size_t home(const struct name_cache *c, const struct addr *a)
{
	return hash_addr(a, c->secret) & c->mask;
}

/* Its entry, or the free one where it would be. */
static struct name_entry *place(const struct name_cache *c, const struct addr *a)
{
	size_t i = home(c, a);
	while (c->at[i].used && !addr_equal(&c->at[i].addr, a))
		i = (i + 1) & c->mask;
	return &c->at[i];
}

struct name_entry *name_cache_find(const struct name_cache *c, const struct addr *a)
{
	struct name_entry *e = place(c, a);
	return e->used ? e : NULL;
}

/* Entries behind the hole move up to where a search finds them. */
void name_cache_remove(struct name_cache *c, struct name_entry *e)
{
	size_t hole = (size_t)(e - c->at);

	c->n--;
	c->n_named -= e->name != NULL;
	free(e->name);
	for (size_t i = (hole + 1) & c->mask; c->at[i].used; i = (i + 1) & c->mask) {
		size_t far = (i - home(c, &c->at[i].addr)) & c->mask;
		if (far >= ((i - hole) & c->mask)) {
			c->at[hole] = c->at[i];
			hole = i;
		}
	}
	c->at[hole] = (struct name_entry){ 0 };
}

/* The one asked for longest ago among the next few; one that waits has its turn yet to come. */
static void make_place(struct name_cache *c)
{
	struct name_entry *oldest = NULL;
	size_t looked = 0;

	for (size_t step = 0; step <= c->mask && looked < LOOK_AT; step++) {
		struct name_entry *e = &c->at[c->hand = (c->hand + 1) & c->mask];
		if (!e->used)
			continue;
		looked++;
		if (e->asked_ns != NAME_NEVER && (!oldest || e->asked_ns < oldest->asked_ns))
			oldest = e;
	}
	if (!oldest) /* all of them wait: any will do */
		for (oldest = &c->at[c->hand]; !oldest->used;)
			oldest = &c->at[c->hand = (c->hand + 1) & c->mask];
	c->n_dropped++;
	name_cache_remove(c, oldest);
}

struct name_entry *name_cache_add(struct name_cache *c, const struct addr *a)
{
	if (c->n == c->most)
		make_place(c);
	struct name_entry *e = place(c, a);
	*e = (struct name_entry){ .addr = *a, .used = true, .asked_ns = NAME_NEVER };
	c->n++;
	return e;
}

bool name_cache_set(struct name_cache *c, struct name_entry *e, const char *name)
{
	char *copy = name ? strdup(name) : NULL;
	if (name && !copy)
		return false;
	c->n_named += (copy != NULL) - (e->name != NULL);
	free(e->name);
	e->name = copy;
	return true;
}
