/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Those whom readings come from (a target, a part of it, and a way to ask), in a table of bounded size.  What
 * else is known of each is its owner's: entries are of a struct that begins with struct heard.
 *
 * Who finds no place has that of the one not heard of for longest, if that one is late and may go.  Entries
 * move: a pointer to one holds until the next heard_add(), heard_remove() or heard_sweep().
 */
#ifndef ENGINE_HEARD_H
#define ENGINE_HEARD_H

#include "engine/reading.h"

/* Who was not heard of for three days is gone. */
enum { HEARD_MOST = 8192, HEARD_GONE_S = 3 * 86400 };

struct heard {
	uint64_t hash;
	char *target, *part; /* the table's */
	enum watch_via via;
	/* Set by the owner: by a clock that nobody sets; 0: not heard of yet. */
	int64_t heard_ns, every_ns;
};

struct heard_kind {
	size_t size;                       /* of an entry */
	void (*release)(void *entry);      /* what it has beside its struct heard */
	bool (*may_go)(const void *entry); /* NULL: anybody may, late as he is */
};

struct heard_table {
	const struct heard_kind *kind;
	void *at;
	size_t n, cap;
};

void heard_release(struct heard_table *t);

static inline void *heard_at(const struct heard_table *t, size_t i)
{
	return (char *)t->at + i * t->kind->size;
}

/* NULL: it is not there. */
void *heard_find(const struct heard_table *t, const char *target, const char *part, enum watch_via via);

/* One that is not there yet, zero but for its names, which are copied.  NULL: there is no room for it, no
 * memory, or a name is too long. */
void *heard_add(struct heard_table *t, const char *target, const char *part, enum watch_via via,
		int64_t now_ns);

/* Gives up the i-th; those behind move up. */
void heard_remove(struct heard_table *t, size_t i);

/* Gives up those who are gone and may go; their silence counts from began_ns at the earliest. */
void heard_sweep(struct heard_table *t, int64_t began_ns, int64_t now_ns);

#endif
