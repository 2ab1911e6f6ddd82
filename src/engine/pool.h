/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory for the tables that every shard has one of.  They grow at much the same time, so those of one size
 * lie side by side: 64 small tables are in a few large pages then, and looking something up in them misses
 * the TLB as seldom as in a single one.
 */
#ifndef ENGINE_POOL_H
#define ENGINE_POOL_H

#include <stddef.h>

#include "base/err.h"

enum { POOL_SLOTS = 64 };

struct pool;

enum err pool_new(struct pool **out); /* ERR_MEMORY */
/* All that was taken is gone.  Accepts NULL. */
void pool_free(struct pool *p);

/* Zeroed, on a border of 64 octets; NULL without memory.  Any thread.  Without a pool (NULL) each table has
 * pages of its own. */
void *pool_take(struct pool *p, size_t len);
/* at and len as they were taken: pages go back to the system.  at may be NULL. */
void pool_give(struct pool *p, void *at, size_t len);

#endif
