/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Open connections.  There is always room for one more: when there are too many, of one address or in all,
 * the one on which nothing has moved for longest goes.  Readers of long lists who stopped reading cannot keep
 * others, or /healthz, from an answer.
 */
#ifndef WEB_CONNECTIONS_H
#define WEB_CONNECTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

/* More than the limits that MHD accepts, for as long as it takes it to close those that went. */
enum { CONNECTIONS_SPARE = 32 };

struct connection {
	struct connection *next, *before;
	int fd;
	struct addr from;              /* behind a trusted proxy: whoever asked last */
	struct tls_identity *identity; /* NULL without TLS */
	int64_t waits_since_ns;        /* for a whole request; 0: one is being answered */
	int64_t moved_ns;              /* when a request or a piece of an answer went through */
	bool dropped;
};

struct connections {
	struct connection *first;
	unsigned n; /* without those that were dropped */
};

/* From a new connection on; makes room. */
void connections_add(struct connections *all, struct connection *c, unsigned max, unsigned max_per_address);
/* It belongs to another address from now on, which makes room in its turn. */
void connections_belong(struct connections *all, struct connection *c, const struct addr *from,
			unsigned max_per_address);
void connections_remove(struct connections *all, struct connection *c);

void connections_drop_all(struct connections *all);

/* It is closed as soon as MHD looks at it. */
void connections_drop(struct connections *all, struct connection *c);

/* A request that dribbles in keeps MHD's timer from running out. */
void connections_drop_dribblers(struct connections *all, int64_t now_ns, int64_t limit_ns);

#endif
