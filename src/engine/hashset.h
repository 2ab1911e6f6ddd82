/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A set of 64-bit hashes that only grows, up to a bound: for counting distinct things.  Two things with the
 * same hash count as one (one in 2^64).
 */
#ifndef ENGINE_HASHSET_H
#define ENGINE_HASHSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hashset {
	uint64_t *at; /* open addressing, 0 = free */
	size_t cap, n, n_max;
	bool full; /* something was turned away */
};

/* An empty set of at most n_max; takes memory as it fills. */
void hashset_init(struct hashset *s, size_t n_max);
void hashset_release(struct hashset *s);

/* True when h was not in the set; false when it was, or when the set is full. */
bool hashset_add(struct hashset *s, uint64_t h);

#endif
