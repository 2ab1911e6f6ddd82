/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/slice.h"

#include <stdlib.h>
#include <string.h>

static bool by_shard_init(struct by_shard *b, size_t n)
{
	b->shard_of = malloc(n);
	b->order = malloc(n * sizeof(*b->order));
	return b->shard_of && b->order;
}

static void by_shard_release(struct by_shard *b)
{
	free(b->shard_of);
	free(b->order);
}

enum err slice_init(struct slice *s, size_t n)
{
	*s = (struct slice){ 0 };
	s->plain = aligned_alloc(64, (n + 1) * sizeof(*s->plain));
	s->events = malloc((n + 1) * sizeof(*s->events));
	s->asides = malloc(n * sizeof(*s->asides));
	bool ok = by_shard_init(&s->plain_by, n) && by_shard_init(&s->events_by, n);
	return ok && s->plain && s->events && s->asides ? ERR_OK : ERR_MEMORY;
}

void slice_release(struct slice *s)
{
	free(s->plain);
	free(s->events);
	free(s->asides);
	by_shard_release(&s->plain_by);
	by_shard_release(&s->events_by);
	*s = (struct slice){ 0 };
}

static void sort_by_shard(struct by_shard *b, unsigned n)
{
	uint16_t at[N_SHARDS + 1] = { 0 };
	const uint8_t *shard_of = b->shard_of;
	for (unsigned i = 0; i < n; i++)
		at[shard_of[i] + 1]++;
	for (unsigned i = 0; i < N_SHARDS; i++)
		at[i + 1] = (uint16_t)(at[i + 1] + at[i]);
	memcpy(b->start, at, sizeof(at));
	for (unsigned i = 0; i < n; i++)
		b->order[at[shard_of[i]]++] = (uint16_t)i;
}

void slice_sort(struct slice *s)
{
	sort_by_shard(&s->plain_by, s->n_plain);
	sort_by_shard(&s->events_by, s->n_events);
}

void slice_show(const struct slice *s, void (*show)(void *arg, const struct event *events, size_t n),
		void *arg)
{
	struct event full[64];
	unsigned n = 0, other = 0;
	for (unsigned i = 0; i < s->n_plain; i++) {
		unsigned from = other;
		while (other < s->n_events && s->events[other].frame < slice_plain_frame(s, i))
			other++;
		if (n == sizeof(full) / sizeof(full[0]) || (n && other > from)) {
			show(arg, full, n);
			n = 0;
		}
		if (other > from)
			show(arg, s->events + from, other - from);
		plain_expand(&s->batch, &s->plain[i], &full[n++]);
	}
	if (n)
		show(arg, full, n);
	if (other < s->n_events)
		show(arg, s->events + other, s->n_events - other);
}
