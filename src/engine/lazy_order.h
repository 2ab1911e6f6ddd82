/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An order that is worked out where somebody looks.  A page of a list of millions needs no more than to know
 * which rows are before it: those are cut off by a few bits of their words, which is a walk through them, and
 * only the rows of the page are compared with each other.  What was found out stays, so that looking at all
 * rows from the first to the last one costs about what sorting them costs.
 *
 * A row is a number and a word of 64 bits, 12 octets.  Rows that have a word in common are told apart by
 * further words, by levels, which are asked for when it comes to that; those that have all in common are in
 * no order.
 */
#ifndef ENGINE_LAZY_ORDER_H
#define ENGINE_LAZY_ORDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	LAZY_ORDER_LEVELS = 255, /* and no level: nothing more tells those apart */
	LAZY_ORDER_BYTES = 12,   /* of a row */
};

struct lazy_words {
	/* The words of n rows at that level. */
	void (*words)(void *arg, unsigned level, const uint32_t *ids, size_t n, uint64_t *out);
	/* Where to go on among rows that have that word in common: a higher level, or LAZY_ORDER_LEVELS. */
	unsigned (*next)(void *arg, unsigned level, uint64_t word);
	void *arg;
};

struct lazy_order {
	uint32_t *ids;   /* in order where it was looked at */
	uint64_t *words; /* of the level of the part that a row is in */
	size_t n, cap;
	struct lazy_part *parts; /* each row of a part is before each one of the next */
	size_t n_parts, parts_cap;
};

/* Room for cap rows, of which what is used becomes memory. */
enum err lazy_order_init(struct lazy_order *o, size_t cap);
void lazy_order_release(struct lazy_order *o);

static inline void lazy_order_add(struct lazy_order *o, uint64_t word, uint32_t id)
{
	o->words[o->n] = word;
	o->ids[o->n++] = id;
}

/* All rows are there, with their words of that level. */
enum err lazy_order_close(struct lazy_order *o, unsigned level);

/* Puts rows in their places, those from `from` to before `to` at the least. */
enum err lazy_order_settle(struct lazy_order *o, const struct lazy_words *w, size_t from, size_t to);

#endif
