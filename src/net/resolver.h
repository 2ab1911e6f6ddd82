/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of addresses by reverse DNS, in the background and within a budget: so many lookups a second, each
 * address once in a long while, whatever came of it.  One thread, that of the loop.
 *
 * A name is what whoever owns the address's reverse zone wants us to show: any printable ASCII (see
 * ptr_reply.h), at most 255 of it. Escape it wherever it goes.
 */
#ifndef NET_RESOLVER_H
#define NET_RESOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "net/loop.h"

enum { RESOLVER_QUEUE = 4096, RESOLVER_IN_FLIGHT = 256 };

struct resolver_config {
	const char *servers; /* "192.0.2.53,[2001:db8::53]:5353"; NULL: those of resolv.conf */
	double rate;         /* lookups a second */
	int64_t again_ns;    /* an address is not asked for again before */
	int64_t timeout_ns;  /* how long a server may take; 0: 5 s */
	size_t cache;        /* addresses that are remembered */
	bool asks_private;   /* also about addresses that are not of the public internet */
	uint64_t secret;     /* keys the table */
};

struct resolver_stats {
	size_t n_known;   /* names */
	size_t n_waiting; /* addresses whose turn has not come */
	size_t n_in_flight;
	uint64_t n_asked, n_answered, n_without_name, n_failed;
	uint64_t n_turned_away; /* not taken, since too many waited */
};

struct resolver;

/* ERR_USAGE: servers is no list of addresses.  The loop has to outlive it. */
enum err resolver_new(const struct resolver_config *c, struct loop *loop, struct resolver **out);
void resolver_free(struct resolver *r); /* accepts NULL */

/* Another budget from now on. */
void resolver_set_budget(struct resolver *r, double rate, int64_t again_ns);

/* The name of an address, NULL while none is known; valid until the loop runs on. */
const char *resolver_name(const struct resolver *r, const struct addr *a);

/* An address whose name would be good to have.  Those that matter go first.  Nothing happens when it waits
 * already, was asked for not long ago, or is private.  False when there is no room for it now. */
bool resolver_want(struct resolver *r, const struct addr *a, bool matters, int64_t now_ns);

/* To be called each second or oftener: sends what the budget allows, gives up what waited too long.
 * now_ns is any clock that does not go back; resolver_want() has the same. */
void resolver_tick(struct resolver *r, int64_t now_ns);

/* How many more resolver_want() takes of either kind. */
size_t resolver_room(const struct resolver *r, bool matters);

void resolver_stats(const struct resolver *r, struct resolver_stats *out);

/* "1.18.1", the version of c-ares. */
const char *resolver_library(void);

/* Whether an address is of the public internet, so that strangers' servers may be asked about it. */
bool resolver_is_public(const struct addr *a);

#endif
