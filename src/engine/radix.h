/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of records by keys that are computed from them, in little memory: 10 octets a record and some
 * megabytes.  (Pairs of key and number in two buffers, which is the plain way, would be 32.)
 *
 * The records are cut into parts by the highest bits in which their keys differ, and these again, until a
 * part fits the cache; then it is sorted with its keys at hand, from the lowest digit up. */
#ifndef ENGINE_RADIX_H
#define ENGINE_RADIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { RADIX_PART = 1 << 17 };

/* A key is n_words words, the highest first; word() is asked for each of them several times. */
struct radix_keys {
	uint64_t (*word)(const void *arg, uint32_t i, unsigned word);
	bool (*wanted)(const void *arg, uint32_t i); /* NULL: all are */
	const void *arg;
	unsigned n_words;
};

/* out, which has room for n, gets those of the numbers 0..n-1 that are wanted, by key, then by number, and
 * *n_out how many they are.  n is below 2^26. */
enum err radix_order(const struct radix_keys *keys, size_t n, uint32_t *out, size_t *n_out);

#endif
