/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/client_index.h"

#include <stdlib.h>

struct client_place {
	struct addr addr;
	uint32_t i; /* of census_client() */
};

static int by_address(const void *a, const void *b)
{
	const struct client_place *x = a, *y = b;
	return addr_compare(&x->addr, &y->addr);
}

enum err client_index_init(struct client_index *index, const struct census *census)
{
	struct client_info info;
	*index = (struct client_index){ .census = census, .n = census_n_clients(census) };
	if (index->n == 0)
		return ERR_OK;
	index->at = malloc(index->n * sizeof(*index->at));
	if (!index->at) {
		index->n = 0;
		return ERR_MEMORY;
	}
	for (size_t i = 0; i < index->n; i++) {
		census_client(census, i, &info);
		index->at[i] = (struct client_place){ .addr = info.addr, .i = (uint32_t)i };
	}
	qsort(index->at, index->n, sizeof(*index->at), by_address);
	return ERR_OK;
}

void client_index_release(struct client_index *index)
{
	free(index->at);
	*index = (struct client_index){ 0 };
}

bool client_index_find(const struct client_index *index, const struct addr *a, struct client_info *out)
{
	struct client_place key = { .addr = *a };
	const struct client_place *place = index->n ? bsearch(&key, index->at, index->n, sizeof(key),
							      by_address)
						    : NULL;
	if (place)
		census_client(index->census, place->i, out);
	return place != NULL;
}
