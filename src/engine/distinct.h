/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many different things there were, for charts, where many such numbers lie side by side, one an
 * interval.  Exact for up to 768 in a set, behind that estimated (HyperLogLog: Flajolet, Fusy, Gandouet,
 * Meunier 2007; 4096 registers, standard error 1.6 %).  A set is known by hashes of what is in it: their
 * key is fixed, so that the same packets give the same number.
 */
#ifndef ENGINE_DISTINCT_H
#define ENGINE_DISTINCT_H

#include <stdint.h>

#include "base/err.h"

/* NULL-like when all zero: an empty set. */
struct distinct {
	uint8_t *block; /* small: 16 hashes, medium: 1024 places, large: 4096 registers */
	uint16_t n;     /* hashes in it; meaningless when large */
	uint8_t stage;
};

enum { DISTINCT_BLOCK = 4096, DISTINCT_EXACT = 768 };

/* Zero is a hash like any other.  ERR_MEMORY: the set is as it was. */
enum err distinct_add(struct distinct *d, uint64_t hash);

/* Adds all of `from`. */
enum err distinct_merge(struct distinct *into, const struct distinct *from);

double distinct_count(const struct distinct *d);
void distinct_release(struct distinct *d);

#endif
