/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of records by keys that are computed from them, in little memory: 10 octets a record and some
 * megabytes.  (Pairs of key and number in two buffers, which is the plain way, would be 32.)
 *
 * The records are cut into parts by the highest bits in which their keys differ, and these again, until a
 * part fits the cache; then it is sorted with its keys at hand, from the lowest digit up. */
#ifndef ENGINE_RADIX_H
#define ENGINE_RADIX_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { RADIX_PART = 1 << 17 };

/* A key is n_words words, the highest first; word() is asked for each of them several times. */
struct radix_keys {
	uint64_t (*word)(const void *arg, uint32_t i, unsigned word);
	const void *arg;
	unsigned n_words;
};

/* out, which has room for n, gets the numbers 0..n-1 by key, then by number.  n is below 2^26. */
enum err radix_order(const struct radix_keys *keys, size_t n, uint32_t *out);

#endif
