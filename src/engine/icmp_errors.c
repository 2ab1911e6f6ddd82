/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/icmp_errors.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/* Sources and clients are hashed apart.  (The complement of a secret of 0 would hash all alike.) */
#define CLIENT_SALT UINT64_C(0x5851f42d4c957f2d)

void icmp_errors_init(struct icmp_errors *s, uint64_t secret)
{
	*s = (struct icmp_errors){ .secret = secret };
	hashset_init(&s->sources, ICMP_DISTINCT_MAX);
	hashset_init(&s->clients, ICMP_DISTINCT_MAX);
	hashset_init(&s->row_sources, ICMP_DISTINCT_MAX);
	hashset_init(&s->row_clients, ICMP_DISTINCT_MAX);
}

void icmp_errors_release(struct icmp_errors *s)
{
	hashset_release(&s->sources);
	hashset_release(&s->clients);
	hashset_release(&s->row_sources);
	hashset_release(&s->row_clients);
}

static size_t row_of(struct icmp_errors *s, const struct datagram *d)
{
	for (size_t i = 0; i < s->n_rows; i++)
		if (s->rows[i].ip_version == d->ip_version && s->rows[i].type == d->icmp_type &&
		    s->rows[i].code == d->icmp_code)
			return i;
	if (s->n_rows == ICMP_ROWS_MAX)
		return ICMP_ROWS_MAX - 1;
	s->rows[s->n_rows] = (struct icmp_row){ .ip_version = d->ip_version,
						.type = d->icmp_type,
						.code = d->icmp_code };
	return s->n_rows++;
}

void icmp_errors_add(struct icmp_errors *s, const struct datagram *d, const struct event *e)
{
	size_t i = row_of(s, d);
	struct icmp_row *r = &s->rows[i];
	uint64_t source = hash_addr(&d->src, s->secret);
	uint64_t client = hash_addr(&e->client, s->secret ^ CLIENT_SALT);

	s->n_packets++;
	s->n_answer_quoted += e->quotes_answer;
	hashset_add(&s->sources, source);
	if (hashset_add(&s->clients, client))
		s->n_v6_clients += !addr_is_v4(&e->client);
	r->n_packets++;
	r->n_sources += hashset_add(&s->row_sources, hash64(source + i, s->secret));
	r->n_clients += hashset_add(&s->row_clients, hash64(client + i, s->secret));
	r->bounded |= s->row_sources.full || s->row_clients.full;
}

static int more_packets(const void *pa, const void *pb)
{
	const struct icmp_row *a = pa, *b = pb;
	if (a->n_packets != b->n_packets)
		return a->n_packets < b->n_packets ? 1 : -1;
	int d = a->ip_version - b->ip_version;
	if (!d)
		d = a->type - b->type;
	return d ? d : a->code - b->code;
}

enum err icmp_errors_info(const struct icmp_errors *s, struct icmp_info *out)
{
	*out = (struct icmp_info){
		.n_packets = s->n_packets,
		.n_sources = s->sources.n,
		.n_clients = s->clients.n,
		.n_v6_clients = s->n_v6_clients,
		.n_answer_quoted = s->n_answer_quoted,
	};
	if (!s->n_rows)
		return ERR_OK;
	out->rows = malloc(s->n_rows * sizeof(*out->rows));
	if (!out->rows)
		return ERR_MEMORY;
	out->n_rows = s->n_rows;
	memcpy(out->rows, s->rows, s->n_rows * sizeof(*out->rows));
	qsort(out->rows, out->n_rows, sizeof(*out->rows), more_packets);
	while (out->n_rows && !out->rows[out->n_rows - 1].n_packets)
		out->n_rows--; /* none in this part of the time */
	return ERR_OK;
}
