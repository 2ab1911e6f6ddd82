/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clients of a census by their addresses: 20 bytes a client. */
#ifndef CMD_CLIENT_INDEX_H
#define CMD_CLIENT_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"
#include "base/err.h"
#include "engine/census.h"

struct client_place;

struct client_index {
	const struct census *census;
	struct client_place *at; /* by address */
	size_t n;
};

/* census stays the caller's and has to last as long as the index.  ERR_MEMORY leaves it empty. */
enum err client_index_init(struct client_index *index, const struct census *census);

/* Accepts a zeroed index. */
void client_index_release(struct client_index *index);

/* False when a is no client. */
bool client_index_find(const struct client_index *index, const struct addr *a, struct client_info *out);

#endif
