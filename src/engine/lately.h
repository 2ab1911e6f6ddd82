/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets of each client in a part of the time, counted from the latest packets where these reach back so
 * far. */
#ifndef ENGINE_LATELY_H
#define ENGINE_LATELY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"

struct lately_client {
	struct addr addr;
	uint32_t rx, tx; /* both 0: a free place */
};

struct lately {
	struct lately_client *at; /* open addressing */
	size_t cap, n;
	uint64_t secret; /* strangers choose the keys */
	bool is_known;
};

void lately_release(struct lately *l);

/* A packet from or to that client. */
enum err lately_add(struct lately *l, const struct addr *a, bool to_server);

/* NULL: there was none. */
const struct lately_client *lately_of(const struct lately *l, const struct addr *a);

#endif
