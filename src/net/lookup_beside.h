/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The addresses of names for those who must not wait: each is asked for in a thread of its own, since a
 * resolver that waits for a dead name server cannot be stopped, and the queue of getaddrinfo_a() is soon
 * full of such.  How many run at once is the caller's to bound; one that is given up goes on to run, and
 * counts, until the resolver is done with it.
 */
#ifndef NET_LOOKUP_BESIDE_H
#define NET_LOOKUP_BESIDE_H

#include "net/lookup_many.h"

struct lookups;
struct lookup_question;

/* ask: getaddrinfo(), or what behaves as it does; called in many threads at once.  ERR_MEMORY. */
enum err lookups_new(int (*ask)(const char *host, const char *service, const struct addrinfo *hints,
				struct addrinfo **out),
		     struct lookups **out);
void lookups_free(struct lookups *l); /* accepts NULL; those that run end by themselves */
size_t lookups_running(const struct lookups *l);

struct lookup_question *lookup_begin(struct lookups *l, const char *host); /* NULL: no memory, or no thread */
bool lookup_is_over(const struct lookup_question *q);
/* Gives it back, with its answer in *out (whose host is not touched); one that is not over is given up. */
void lookup_end(struct lookup_question *q, struct lookup_one *out);

#endif
