/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lately.h"

#include <stdlib.h>

#include "base/hash.h"

enum { CAP_AT_FIRST = 1024 };

void lately_release(struct lately *l)
{
	free(l->at);
	*l = (struct lately){ 0 };
}

static struct lately_client *place(struct lately_client *at, size_t cap, const struct addr *a,
				   uint64_t secret)
{
	size_t i = (size_t)(hash_addr(a, secret) >> 20) & (cap - 1);
	while ((at[i].rx || at[i].tx) && !addr_equal(&at[i].addr, a))
		i = (i + 1) & (cap - 1);
	return &at[i];
}

static enum err grow(struct lately *l)
{
	size_t cap = l->cap ? 2 * l->cap : CAP_AT_FIRST;
	struct lately_client *at = calloc(cap, sizeof(*at));

	if (!at)
		return ERR_MEMORY;
	for (size_t i = 0; i < l->cap; i++)
		if (l->at[i].rx || l->at[i].tx)
			*place(at, cap, &l->at[i].addr, l->secret) = l->at[i];
	free(l->at);
	l->at = at;
	l->cap = cap;
	return ERR_OK;
}

enum err lately_add(struct lately *l, const struct addr *a, bool to_server)
{
	if (2 * l->n >= l->cap && grow(l))
		return ERR_MEMORY;
	struct lately_client *c = place(l->at, l->cap, a, l->secret);
	l->n += !c->rx && !c->tx;
	c->addr = *a;
	c->rx += to_server;
	c->tx += !to_server;
	return ERR_OK;
}

const struct lately_client *lately_of(const struct lately *l, const struct addr *a)
{
	const struct lately_client *c = l->cap ? place(l->at, l->cap, a, l->secret) : NULL;
	return c && (c->rx || c->tx) ? c : NULL;
}
