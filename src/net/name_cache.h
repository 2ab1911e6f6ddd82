/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of addresses, with the time when they were asked for: a table of fixed size. When it is full, a
 * new address takes the place of one that was asked for long ago.
 */
#ifndef NET_NAME_CACHE_H
#define NET_NAME_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"

struct name_entry {
	struct addr addr;
	bool used;
	char *name;       /* NULL: none that is known */
	int64_t asked_ns; /* when last; NAME_NEVER: it waits for its turn */
};

#define NAME_NEVER INT64_MIN

struct name_cache {
	struct name_entry *at; /* open addressing, linear */
	size_t mask, n, most;
	size_t hand; /* where it looked last for a place to take */
	size_t n_named;
	uint64_t n_dropped; /* names that had to make place */
	uint64_t secret;
};

/* Room for capacity addresses. */
enum err name_cache_init(struct name_cache *c, size_t capacity, uint64_t secret);
void name_cache_release(struct name_cache *c);

/* NULL: not there.  Valid until the next name_cache_add() or _remove(). */
struct name_entry *name_cache_find(const struct name_cache *c, const struct addr *a);

/* The entry of an address that is not there yet: without a name, waiting. */
struct name_entry *name_cache_add(struct name_cache *c, const struct addr *a);

/* What was asked and what came of it; name may be NULL and is copied.  False: no memory. */
bool name_cache_set(struct name_cache *c, struct name_entry *e, const char *name);

void name_cache_remove(struct name_cache *c, struct name_entry *e);

#endif
