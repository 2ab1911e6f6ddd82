/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/hashset.h"

#include <stdlib.h>

void hashset_init(struct hashset *s, size_t n_max)
{
	*s = (struct hashset){ .n_max = n_max };
}

void hashset_release(struct hashset *s)
{
	free(s->at);
	*s = (struct hashset){ 0 };
}

static size_t place(const uint64_t *at, size_t cap, uint64_t h)
{
	size_t i = (h ^ h >> 29) & (cap - 1);
	while (at[i] && at[i] != h)
		i = (i + 1) & (cap - 1);
	return i;
}

static bool grow(struct hashset *s)
{
	size_t cap = s->cap ? s->cap * 2 : 64;
	uint64_t *at = calloc(cap, sizeof(*at));
	if (!at)
		return false;
	for (size_t i = 0; i < s->cap; i++)
		if (s->at[i])
			at[place(at, cap, s->at[i])] = s->at[i];
	free(s->at);
	s->at = at;
	s->cap = cap;
	return true;
}

bool hashset_add(struct hashset *s, uint64_t h)
{
	h |= h == 0;
	if (s->cap && s->at[place(s->at, s->cap, h)] == h)
		return false;
	if (s->n >= s->n_max || (s->n * 2 >= s->cap && !grow(s))) {
		s->full = true;
		return false;
	}
	s->at[place(s->at, s->cap, h)] = h;
	s->n++;
	return true;
}
