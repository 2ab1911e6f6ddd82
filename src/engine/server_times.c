/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/server_times.h"

#include <stdlib.h>

#include "base/hash.h"

void server_times_release(struct server_times *t)
{
	for (size_t i = 0; i < t->cap; i++)
		free(t->at[i]);
	free(t->at);
	*t = (struct server_times){ 0 };
}

/* The place of that server, or the free one where it belongs.  Wants at least one free place. */
static size_t place(struct server_time *const *at, size_t cap, const struct addr *a)
{
	size_t i = (size_t)(hash_addr(a, cap) >> 20) & (cap - 1);
	while (at[i] && !addr_equal(&at[i]->addr, a))
		i = (i + 1) & (cap - 1);
	return i;
}

static bool grow(struct server_times *t)
{
	size_t cap = t->cap ? t->cap * 2 : 16;
	struct server_time **at = calloc(cap, sizeof(*at));
	if (!at)
		return false;
	for (size_t i = 0; i < t->cap; i++)
		if (t->at[i])
			at[place(at, cap, &t->at[i]->addr)] = t->at[i];
	free(t->at);
	t->at = at;
	t->cap = cap;
	return true;
}

static struct server_time *enter(struct server_times *t, const struct addr *a)
{
	if (t->n * 2 >= t->cap && !grow(t))
		return NULL;
	size_t i = place(t->at, t->cap, a);
	if (!t->at[i]) {
		t->at[i] = calloc(1, sizeof(*t->at[i]));
		if (!t->at[i])
			return NULL;
		t->at[i]->addr = *a;
		t->n++;
	}
	return t->at[i];
}

struct server_time *server_times_enter(struct server_times *t, const struct addr *server)
{
	struct server_time *s = enter(t, server);
	if (s) {
		t->before = t->last;
		t->last = s;
	}
	return s;
}

void server_times_add(struct server_times *t, const struct addr *server, const struct exchange *x)
{
	int64_t delta_ns = exchange_delta_ns(x);
	struct server_time *s = server_times_of(t, server);
	if (!s)
		return;
	hist_add(&s->delta, delta_ns);
	if (x->has_turnaround)
		server_time_add_turnaround(s, delta_ns, x->turnaround_ns);
}

struct server_time *server_times_find(const struct server_times *t, const struct addr *server)
{
	return t->cap ? t->at[place(t->at, t->cap, server)] : NULL;
}

void server_times_merge(struct server_times *into, const struct server_times *from)
{
	for (size_t i = 0; i < from->cap; i++) {
		struct server_time *s = from->at[i] ? enter(into, &from->at[i]->addr) : NULL;
		if (!s)
			continue;
		hist_merge(&s->delta, &from->at[i]->delta);
		hist_merge(&s->turnaround, &from->at[i]->turnaround);
		hist_merge(&s->outside, &from->at[i]->outside);
	}
}
