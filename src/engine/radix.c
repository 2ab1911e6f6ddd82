/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/radix.h"

#include <stdlib.h>
#include <string.h>

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

/* One pass by the digit at shift; false when all keys have the same digit there and nothing moved. */
static int pass(const struct keyed *from, struct keyed *to, size_t n, unsigned shift)
{
	size_t start[DIGITS] = { 0 };
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		start[from[i].key >> shift & (DIGITS - 1)]++;
	if (start[from[0].key >> shift & (DIGITS - 1)] == n)
		return 0;
	for (size_t d = 0; d < DIGITS; d++) {
		size_t count = start[d];
		start[d] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		to[start[from[i].key >> shift & (DIGITS - 1)]++] = from[i];
	return 1;
}

enum err radix_sort(struct keyed *at, size_t n)
{
	if (n < 2)
		return ERR_OK;
	struct keyed *other = malloc(n * sizeof(*other));
	struct keyed *from = at, *to = other;
	if (!other)
		return ERR_MEMORY;
	for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
		if (pass(from, to, n, shift)) {
			struct keyed *t = from;
			from = to;
			to = t;
		}
	}
	if (from != at)
		memcpy(at, from, n * sizeof(*at));
	free(other);
	return ERR_OK;
}
