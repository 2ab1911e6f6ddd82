/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POOL_FIRST = 256 };

enum err spread_pool_init(struct spread_pool *p, uint32_t max)
{
	*p = (struct spread_pool){ .n = 1, .max = max };
	return ERR_OK;
}

void spread_pool_release(struct spread_pool *p)
{
	free(p->at);
	*p = (struct spread_pool){ 0 };
}

/* A zeroed page, or 0 with the reason in *e. */
static uint32_t take_page(struct spread_pool *p, enum err *e)
{
	if (p->free) {
		uint32_t page = p->free;
		p->free = p->at[page].next;
		memset(&p->at[page], 0, sizeof(p->at[page]));
		return page;
	}
	if (p->n > p->max) {
		*e = ERR_LIMIT;
		return 0;
	}
	if (p->n >= p->cap) {
		uint32_t cap = p->cap ? p->cap * 2 : POOL_FIRST;
		cap = cap > p->max + 1 ? p->max + 1 : cap;
		struct spread_page *grown = realloc(p->at, cap * sizeof(*grown));
		if (!grown) {
			*e = ERR_MEMORY;
			return 0;
		}
		p->at = grown;
		p->cap = cap;
	}
	memset(&p->at[p->n], 0, sizeof(p->at[p->n]));
	return p->n++;
}

/* Key and bin of a value; negative ones mirror ~value, so that -1 lies where 0 does. */
static int32_t place_of(int64_t value, unsigned *bin)
{
	uint64_t v = value < 0 ? ~(uint64_t)value : (uint64_t)value;
	int32_t page = 0;

	if (v >= SPREAD_BINS) {
		unsigned octave = 63 - (unsigned)__builtin_clzll(v) - 6;
		page = (int32_t)octave + 1;
		v = (v >> octave) - SPREAD_BINS;
	}
	*bin = (unsigned)v;
	return value < 0 ? ~page : page;
}

static uint32_t sum_capped(uint32_t a, uint32_t b)
{
	return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

enum err spread_add(struct spread_pool *p, uint32_t *head, int64_t value, uint32_t n)
{
	unsigned bin;
	int32_t key = place_of(value, &bin);
	uint32_t page = *head;
	enum err e = ERR_OK;

	while (page && p->at[page].key != key)
		page = p->at[page].next;
	if (!page) {
		page = take_page(p, &e);
		if (!page)
			return e;
		p->at[page].key = key;
		p->at[page].next = *head;
		*head = page;
	}
	p->at[page].n[bin] = sum_capped(p->at[page].n[bin], n);
	return ERR_OK;
}

void spread_merge(struct spread_pool *p, uint32_t *head, uint32_t from)
{
	while (from) {
		uint32_t next = p->at[from].next, page = *head;

		while (page && p->at[page].key != p->at[from].key)
			page = p->at[page].next;
		if (page) {
			for (unsigned i = 0; i < SPREAD_BINS; i++)
				p->at[page].n[i] = sum_capped(p->at[page].n[i], p->at[from].n[i]);
			p->at[from].next = p->free;
			p->free = from;
		} else {
			p->at[from].next = *head;
			*head = from;
		}
		from = next;
	}
}

void spread_clear(struct spread *s)
{
	s->n = 0;
	for (unsigned p = 0; p < SPREAD_PAGES; p++)
		if (s->used[p])
			memset(s->bins[p], 0, sizeof(s->bins[p]));
	memset(s->used, 0, sizeof(s->used));
}

/* Pages of negative values come first and run backwards, as do their bins. */
static unsigned row_of(int32_t key)
{
	return (unsigned)(SPREAD_HALF + key);
}

static unsigned column_of(int32_t key, unsigned bin)
{
	return key < 0 ? SPREAD_BINS - 1 - bin : bin;
}

void spread_collect(struct spread *s, const struct spread_pool *p, uint32_t head)
{
	for (; head; head = p->at[head].next) {
		const struct spread_page *page = &p->at[head];
		unsigned row = row_of(page->key);

		s->used[row] = true;
		for (unsigned i = 0; i < SPREAD_BINS; i++) {
			s->bins[row][column_of(page->key, i)] += page->n[i];
			s->n += page->n[i];
		}
	}
}

void spread_count(struct spread *s, int64_t value, uint64_t n)
{
	unsigned bin;
	int32_t key = place_of(value, &bin);

	s->used[row_of(key)] = true;
	s->bins[row_of(key)][column_of(key, bin)] += n;
	s->n += n;
}

/* Least and greatest magnitude of a bin of a page of values that are not negative. */
static uint64_t low_of(unsigned page, unsigned bin)
{
	return page == 0 ? bin : (uint64_t)(SPREAD_BINS + bin) << (page - 1);
}

static uint64_t high_of(unsigned page, unsigned bin)
{
	return low_of(page, bin) + (page == 0 ? 0 : (UINT64_C(1) << (page - 1)) - 1);
}

int64_t spread_bin_low(unsigned p, unsigned i)
{
	if (p >= SPREAD_HALF)
		return (int64_t)low_of(p - SPREAD_HALF, i);
	return (int64_t)~high_of(SPREAD_HALF - 1 - p, SPREAD_BINS - 1 - i);
}

int64_t spread_bin_high(unsigned p, unsigned i)
{
	if (p >= SPREAD_HALF)
		return (int64_t)high_of(p - SPREAD_HALF, i);
	return (int64_t)~low_of(SPREAD_HALF - 1 - p, SPREAD_BINS - 1 - i);
}

int64_t spread_percentile(const struct spread *s, double share)
{
	double want = ceil(share * (double)s->n);
	uint64_t rank = want < 1 ? 1 : (uint64_t)want, seen = 0;

	rank = rank > s->n ? s->n : rank;
	for (unsigned p = 0; p < SPREAD_PAGES && s->n; p++) {
		for (unsigned i = 0; s->used[p] && i < SPREAD_BINS; i++) {
			seen += s->bins[p][i];
			if (seen >= rank) {
				int64_t low = spread_bin_low(p, i);
				return low + (spread_bin_high(p, i) - low) / 2;
			}
		}
	}
	return 0;
}
