/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#include "engine/reserve.h"

/* Room for POOL_SLOTS tables of one size.  A slot is used a second time only when all were used once:
 * what has been given back has lost its large page. */
struct block {
	size_t len;
	uint8_t *at;
	uint64_t used;
	unsigned n_taken; /* slots that were ever used */
};

struct pool {
	pthread_mutex_t lock;
	struct block *blocks;
	size_t n, cap;
	size_t page; /* small ones */
};

enum { LINE = 64 };

_Static_assert(POOL_SLOTS == 64, "block.used");

enum err pool_new(struct pool **out)
{
	struct pool *p = calloc(1, sizeof(*p));

	*out = p;
	if (!p)
		return ERR_MEMORY;
	pthread_mutex_init(&p->lock, NULL);
	p->page = getauxval(AT_PAGESZ);
	return ERR_OK;
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		reserve_release(p->blocks[i].at, p->blocks[i].len * POOL_SLOTS);
	free(p->blocks);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* From a page on to whole pages, so that they can be given back. */
static size_t rounded(const struct pool *p, size_t len)
{
	size_t unit = len < p->page ? LINE : p->page;

	return (len + unit - 1) / unit * unit;
}

static struct block *new_block(struct pool *p, size_t len)
{
	if (p->n == p->cap) {
		size_t cap = p->cap ? 2 * p->cap : 16;
		struct block *blocks = realloc(p->blocks, cap * sizeof(*blocks));
		if (!blocks)
			return NULL;
		p->blocks = blocks;
		p->cap = cap;
	}
	struct block b = { .len = len, .at = reserve_pages(len * POOL_SLOTS) };
	if (!b.at)
		return NULL;
	p->blocks[p->n] = b;
	return &p->blocks[p->n++];
}

static bool has_slot(const struct block *b)
{
	return b->n_taken < POOL_SLOTS || ~b->used;
}

static struct block *block_for(struct pool *p, size_t len)
{
	for (size_t i = p->n; i-- > 0;)
		if (p->blocks[i].len == len && has_slot(&p->blocks[i]))
			return &p->blocks[i];
	return new_block(p, len);
}

/* Who reads first is given a small page of zeros, and another small page when it writes. */
static void touch(uint8_t *at, size_t len, size_t page)
{
	for (size_t i = 0; i < len; i += page)
		((volatile uint8_t *)at)[i] = 0;
}

void *pool_take(struct pool *p, size_t len)
{
	uint8_t *at = NULL;

	if (!p)
		return reserve_pages(len);
	len = rounded(p, len);
	pthread_mutex_lock(&p->lock);
	struct block *b = block_for(p, len);
	if (b) {
		unsigned slot = b->n_taken < POOL_SLOTS ? b->n_taken++ : (unsigned)__builtin_ctzll(~b->used);
		b->used |= UINT64_C(1) << slot;
		at = b->at + slot * len;
	}
	pthread_mutex_unlock(&p->lock);
	if (at && len >= p->page)
		touch(at, len, p->page);
	return at;
}

/* Tables that share a page with others are emptied by hand: the system would take the whole page. */
static void empty(const struct pool *p, void *at, size_t len)
{
	if (len < p->page || madvise(at, len, MADV_DONTNEED))
		memset(at, 0, len);
}

void pool_give(struct pool *p, void *at, size_t len)
{
	if (!at)
		return;
	if (!p) {
		reserve_release(at, len);
		return;
	}
	len = rounded(p, len);
	empty(p, at, len);
	pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < p->n; i++) {
		struct block *b = &p->blocks[i];
		if (b->len != len || (uint8_t *)at < b->at || (uint8_t *)at >= b->at + len * POOL_SLOTS)
			continue;
		b->used &= ~(UINT64_C(1) << (size_t)((uint8_t *)at - b->at) / len);
		break;
	}
	pthread_mutex_unlock(&p->lock);
}
