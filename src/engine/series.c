/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/series.h"

#include <string.h>
#include <sys/mman.h>

#include "base/nstime.h"

enum err series_init(struct series_builder *s)
{
	*s = (struct series_builder){ 0 };
	void *p = mmap(NULL, SERIES_MAX * sizeof(*s->at), PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return ERR_MEMORY;
	s->at = p;
	return ERR_OK;
}

void series_clear(struct series_builder *s)
{
	struct bucket *at = s->at;
	memset(at, 0, s->n * sizeof(*at));
	*s = (struct series_builder){ .at = at };
}

void series_release(struct series_builder *s)
{
	if (s->at)
		munmap(s->at, SERIES_MAX * sizeof(*s->at));
	*s = (struct series_builder){ 0 };
}

static void bucket_add(struct bucket *into, const struct bucket *from)
{
	bool had = into->n_deltas;
	into->requests += from->requests;
	into->answers += from->answers;
	into->unanswered += from->unanswered;
	into->new_clients += from->new_clients;
	into->delta_sum_ns = (int64_t)((uint64_t)into->delta_sum_ns + (uint64_t)from->delta_sum_ns);
	if (from->n_deltas && (!had || from->delta_max_ns > into->delta_max_ns))
		into->delta_max_ns = from->delta_max_ns;
	into->n_deltas += from->n_deltas;
}

/* Doubles the width: pairs of buckets on even borders become one. */
static void coarsen(struct series_builder *s)
{
	int64_t first = s->first >> 1;
	size_t n = s->n ? (size_t)(((s->first + (int64_t)s->n - 1) >> 1) - first) + 1 : 0;
	for (size_t i = 0; i < s->n; i++) {
		struct bucket b = s->at[i];
		size_t to = (size_t)(((s->first + (int64_t)i) >> 1) - first);
		s->at[i] = (struct bucket){ 0 };
		bucket_add(&s->at[to], &b);
	}
	s->first = first;
	s->n = n;
	s->width_log2++;
}

/* Makes position `at` (in units of the width) part of the series; the width may double on the way. */
static size_t reach(struct series_builder *s, int64_t second)
{
	for (;;) {
		int64_t at = second >> s->width_log2;
		if (!s->n) {
			s->first = at;
			s->n = 1;
			return 0;
		}
		int64_t low = at < s->first ? at : s->first;
		int64_t high = s->first + (int64_t)s->n - 1;
		high = at > high ? at : high;
		if (high - low < SERIES_MAX) {
			size_t shift = (size_t)(s->first - low);
			if (shift) {
				memmove(s->at + shift, s->at, s->n * sizeof(*s->at));
				memset(s->at, 0, shift * sizeof(*s->at));
			}
			s->first = low;
			s->n = (size_t)(high - low) + 1;
			return (size_t)(at - low);
		}
		coarsen(s);
	}
}

struct bucket *series_find(struct series_builder *s, int64_t t_ns)
{
	int64_t second = t_ns / NS_PER_S - (t_ns % NS_PER_S < 0);
	int64_t at = (second >> s->width_log2) - s->first;
	s->here_ns = second * NS_PER_S;
	s->here = s->n && at >= 0 && at < (int64_t)s->n ? &s->at[at] : &s->at[reach(s, second)];
	return s->here;
}

void series_merge(struct series_builder *into, const struct series_builder *from)
{
	while (into->width_log2 < from->width_log2) {
		if (into->n)
			coarsen(into);
		else
			into->width_log2++;
	}
	for (size_t i = 0; i < from->n; i++) {
		int64_t second = (from->first + (int64_t)i) * (INT64_C(1) << from->width_log2);
		bucket_add(&into->at[reach(into, second)], &from->at[i]);
	}
}
