/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The addresses of many names, asked for side by side and for no longer than a given time. */
#ifndef NET_LOOKUP_MANY_H
#define NET_LOOKUP_MANY_H

#include "net/lookup.h"

struct lookup_one {
	const char *host; /* in: as for lookup() */
	size_t n;         /* out: addresses, in the order to try them */
	struct lookup_addr at[LOOKUP_MAX];
	char why[LOOKUP_WHY_MAX]; /* out: when there is none */
};

/* What lookups that were given up have left: the resolver's threads still write into it.  For those who
 * look up again and again; begins as zeros. */
struct lookup_left {
	struct lookup_question *first;
};

/* family 4, 6, or 0 for both.  left (NULL: of a program that ends soon) is looked through first, and
 * what is done with there freed.  ERR_MEMORY: nothing was asked. */
enum err lookup_many(struct lookup_one *list, size_t n, int family, int64_t timeout_ns,
		     struct lookup_left *left);

/* One name, for those who must not wait: it is asked for beside. */
struct lookup_question *lookup_begin(const char *host, int family); /* NULL: no memory */
bool lookup_is_over(struct lookup_question *q);
/* Gives it back, with its answer in *out (whose host is not touched); one that is not over is given up. */
void lookup_end(struct lookup_question *q, struct lookup_one *out, struct lookup_left *left);

/* Frees what can be freed. */
void lookup_sweep(struct lookup_left *left);

#endif
