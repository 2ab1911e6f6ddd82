/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/distinct.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SMALL, MEDIUM, LARGE };
enum { N_SMALL = 16, N_PLACES = DISTINCT_BLOCK / 4, N_REGISTERS = DISTINCT_BLOCK, INDEX_BITS = 12 };

static uint32_t load(const uint8_t *block, unsigned i)
{
	uint32_t h;
	memcpy(&h, block + 4 * (size_t)i, 4);
	return h;
}

static void store(uint8_t *block, unsigned i, uint32_t h)
{
	memcpy(block + 4 * (size_t)i, &h, 4);
}

/* 0 marks an empty place. */
static uint32_t short_hash(uint64_t hash)
{
	uint32_t h = (uint32_t)(hash >> 32) ^ (uint32_t)hash;
	return h ? h : 1;
}

/* Register: the first 12 bits; rank: where the first one stands in the 20 behind them. */
static void note_large(uint8_t *block, uint32_t h)
{
	uint32_t rest = h << INDEX_BITS | 1u << (INDEX_BITS - 1);
	uint8_t rank = (uint8_t)(__builtin_clz(rest) + 1);
	uint8_t *at = &block[h >> (32 - INDEX_BITS)];

	if (rank > *at)
		*at = rank;
}

/* True when it was not there before. */
static bool note_medium(uint8_t *block, uint32_t h)
{
	unsigned i = (h * UINT32_C(0x9e3779b1)) >> 22;

	for (;; i = (i + 1) % N_PLACES) {
		uint32_t have = load(block, i);
		if (have == h)
			return false;
		if (!have) {
			store(block, i, h);
			return true;
		}
	}
}

static enum err to_medium(struct distinct *d)
{
	uint8_t *block = calloc(1, DISTINCT_BLOCK);
	if (!block)
		return ERR_MEMORY;
	for (unsigned i = 0; i < d->n; i++)
		note_medium(block, load(d->block, i));
	free(d->block);
	d->block = block;
	d->stage = MEDIUM;
	return ERR_OK;
}

static void to_large(struct distinct *d)
{
	uint8_t places[DISTINCT_BLOCK];

	memcpy(places, d->block, sizeof(places));
	memset(d->block, 0, DISTINCT_BLOCK);
	for (unsigned i = 0; i < N_PLACES; i++)
		if (load(places, i))
			note_large(d->block, load(places, i));
	d->stage = LARGE;
}

static enum err add_small(struct distinct *d, uint32_t h)
{
	if (!d->block) {
		d->block = calloc(N_SMALL, 4);
		if (!d->block)
			return ERR_MEMORY;
	}
	for (unsigned i = 0; i < d->n; i++)
		if (load(d->block, i) == h)
			return ERR_OK;
	store(d->block, d->n++, h);
	return ERR_OK;
}

static enum err add_short(struct distinct *d, uint32_t h)
{
	if (d->stage == SMALL) {
		if (d->n < N_SMALL)
			return add_small(d, h);
		enum err e = to_medium(d);
		if (e)
			return e;
	}
	if (d->stage == MEDIUM) {
		d->n = (uint16_t)(d->n + note_medium(d->block, h));
		if (d->n > DISTINCT_EXACT)
			to_large(d);
		return ERR_OK;
	}
	note_large(d->block, h);
	return ERR_OK;
}

enum err distinct_add(struct distinct *d, uint64_t hash)
{
	return add_short(d, short_hash(hash));
}

static enum err become_large(struct distinct *d)
{
	enum err e = d->stage == SMALL ? to_medium(d) : ERR_OK;
	if (!e && d->stage == MEDIUM)
		to_large(d);
	return e;
}

enum err distinct_merge(struct distinct *into, const struct distinct *from)
{
	unsigned n = from->stage == SMALL ? from->n : from->stage == MEDIUM ? N_PLACES : 0;
	enum err e = ERR_OK;

	for (unsigned i = 0; i < n && !e; i++)
		if (load(from->block, i))
			e = add_short(into, load(from->block, i));
	if (from->stage != LARGE || e)
		return e;
	e = become_large(into);
	for (unsigned i = 0; i < N_REGISTERS && !e; i++)
		if (from->block[i] > into->block[i])
			into->block[i] = from->block[i];
	return e;
}

double distinct_count(const struct distinct *d)
{
	double sum = 0, m = N_REGISTERS, alpha = 0.7213 / (1 + 1.079 / m);
	unsigned empty = 0;

	if (d->stage != LARGE)
		return d->n;
	for (unsigned i = 0; i < N_REGISTERS; i++) {
		sum += ldexp(1, -d->block[i]);
		empty += d->block[i] == 0;
	}
	double estimate = alpha * m * m / sum;
	/* Many empty registers tell more than the others do. */
	return estimate <= 2.5 * m && empty ? m * log(m / empty) : estimate;
}

void distinct_release(struct distinct *d)
{
	free(d->block);
	*d = (struct distinct){ 0 };
}
