/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "source/account.h"
#include "source/source.h"

struct memory {
	struct source base;
	const struct packet *packets;
	size_t at, n;
	int64_t prev_ns;
};

static enum err memory_next(struct source *s, struct packet *out, size_t max, size_t *n)
{
	struct memory *m = (struct memory *)s;
	size_t left = m->n - m->at;

	*n = left < max ? left : max;
	for (size_t i = 0; i < *n; i++) {
		out[i] = m->packets[m->at + i];
		out[i].frame = m->at + i + 1;
	}
	m->at += *n;
	account_packets(&s->stats, &m->prev_ns, out, *n);
	return *n ? ERR_OK : ERR_END;
}

static void memory_free(struct source *s)
{
	free(s);
}

struct source *source_from_memory(const struct packet *packets, size_t n)
{
	static const struct source_ops ops = { .next = memory_next, .free = memory_free };
	struct memory *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->base.ops = &ops;
	m->packets = packets;
	m->n = n;
	m->prev_ns = INT64_MIN;
	return &m->base;
}
