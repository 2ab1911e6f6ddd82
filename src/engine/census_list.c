/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "engine/census_private.h"
#include "engine/radix.h"

/* ---- sorting ------------------------------------------------------------------------------------- */

/* One sorting: ties go by address. */
struct client_order {
	const struct census *census;
	enum client_sort by;
	bool descending;      /* though ties keep rising */
	const uint8_t *marks; /* keys of orders that need a client_info, which takes long to work out */
};

static uint64_t sort_key(const struct client_order *o, size_t i)
{
	if (o->marks)
		return o->descending ? (uint64_t)UINT8_MAX - o->marks[i] : o->marks[i];
	return client_sort_key(o->by, o->descending, census_hot(o->census, i), census_cold(o->census, i),
			       NULL);
}

static uint64_t address_word(const void *census, uint32_t i, unsigned word)
{
	return load_be64(census_hot(census, i)->addr.b + 8 * (size_t)word);
}

static uint64_t order_word(const void *order, uint32_t i, unsigned word)
{
	const struct client_order *o = order;
	return word ? address_word(o->census, i, word - 1) : sort_key(o, i);
}

static uint8_t *all_marks(const struct census *c, enum client_sort by)
{
	uint8_t *marks = malloc(c->n_clients + 1);
	struct client_info info;

	for (size_t i = 0; marks && i < c->n_clients; i++) {
		census_client(c, i, &info);
		marks[i] = (uint8_t)client_sort_key(by, false, NULL, NULL, &info);
	}
	return marks;
}

static enum err sort_by_key(const struct census *c, enum client_sort by, bool descending, uint32_t *ids)
{
	struct client_order o = { .census = c, .by = by, .descending = descending };
	uint8_t *marks = NULL;

	if (client_sort_needs_info(by) && !(o.marks = marks = all_marks(c, by)))
		return ERR_MEMORY;
	enum err e = radix_order(&(struct radix_keys){ .word = order_word, .arg = &o, .n_words = 3 },
				 c->n_clients, ids);
	free(marks);
	return e;
}

static enum err sort_by_address(const struct census *c, bool descending, uint32_t *ids)
{
	enum err e = radix_order(&(struct radix_keys){ .word = address_word, .arg = c, .n_words = 2 },
				 c->n_clients, ids);

	for (size_t i = 0; descending && i < c->n_clients / 2; i++) {
		uint32_t t = ids[i];
		ids[i] = ids[c->n_clients - 1 - i];
		ids[c->n_clients - 1 - i] = t;
	}
	return e;
}

enum err census_sort_clients(const struct census *c, enum client_sort by, bool descending, uint32_t **order)
{
	uint32_t *ids = malloc((c->n_clients + 1) * sizeof(*ids));

	*order = NULL;
	if (!ids)
		return ERR_MEMORY;
	enum err e = by == SORT_IP || by == SORT_NAME ? sort_by_address(c, descending, ids)
						      : sort_by_key(c, by, descending, ids);
	if (e) {
		free(ids);
		return e;
	}
	*order = ids;
	return ERR_OK;
}

static uint64_t packets_of(const struct census *c, size_t i)
{
	const struct lately_client *lately;

	if (!c->state->lately.is_known)
		return client_rx(census_hot(c, i), census_cold(c, i));
	lately = lately_of(&c->state->lately, &census_hot(c, i)->addr);
	return lately ? lately->rx : 0;
}

static bool louder(const struct census *c, size_t a, size_t b)
{
	uint64_t ra = packets_of(c, a), rb = packets_of(c, b);
	if (ra != rb)
		return ra > rb;
	return addr_compare(&census_hot(c, a)->addr, &census_hot(c, b)->addr) < 0;
}

size_t census_top_clients(const struct census *c, uint32_t *out, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; max && i < c->n_clients; i++) {
		if (n == max && !louder(c, i, out[n - 1]))
			continue;
		size_t at = n < max ? n++ : n - 1;
		while (at && louder(c, i, out[at - 1])) {
			out[at] = out[at - 1];
			at--;
		}
		out[at] = (uint32_t)i;
	}
	return n;
}
