/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stable sorting of (key, value) pairs by unsigned keys: a million take some 20 ms. */
#ifndef ENGINE_RADIX_H
#define ENGINE_RADIX_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct keyed {
	uint64_t key;
	uint32_t value;
};

/* Sorts at[0..n) by key, equal ones in their old order. */
enum err radix_sort(struct keyed *at, size_t n);

#endif
