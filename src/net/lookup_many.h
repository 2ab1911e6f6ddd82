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

/* family 4, 6, or 0 for both.  For programs that end soon: of one that is not answered in time some memory
 * stays, into which the resolver's thread still writes (net/lookup_beside.h gives it back).  ERR_MEMORY:
 * nothing was asked. */
enum err lookup_many(struct lookup_one *list, size_t n, int family, int64_t timeout_ns);

struct addrinfo;
/* What getaddrinfo() answered, or its error; EAI_INPROGRESS: nothing in time. */
void lookup_one_fill(struct lookup_one *l, int error, const struct addrinfo *list);

#endif
