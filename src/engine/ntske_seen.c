/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/ntske_seen.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "proto/ntp.h"
#include "proto/ntske.h"

enum err ntske_seen_init(struct ntske_seen *s, uint64_t secret)
{
	*s = (struct ntske_seen){ .secret = secret };
	hashset_init(&s->clients, NTSKE_CLIENTS_MAX);
	s->names = calloc(NTSKE_NAMES_MAX, sizeof(*s->names));
	return s->names ? ERR_OK : ERR_MEMORY;
}

void ntske_seen_release(struct ntske_seen *s)
{
	free(s->names);
	hashset_release(&s->clients);
	*s = (struct ntske_seen){ 0 };
}

static void count_name(struct ntske_seen *s, const char *name)
{
	for (size_t i = 0; i < s->n_names; i++) {
		if (strcmp(s->names[i].name, name) == 0) {
			s->names[i].n++;
			return;
		}
	}
	if (s->n_names == NTSKE_NAMES_MAX)
		return;
	struct sni_row *r = &s->names[s->n_names++];
	size_t len = strnlen(name, sizeof(r->name) - 1);
	memcpy(r->name, name, len);
	r->name[len] = '\0';
	r->n = 1;
}

void ntske_seen_add(struct ntske_seen *s, const struct datagram *d)
{
	struct tls_hello h;

	s->sums.n_segments++;
	if (!d->payload_len)
		return;
	tls_hello_parse(d->payload, d->payload_len, &h);
	switch (h.seen) {
	case TLS_CLIENT_HELLO:
		s->sums.n_client_hellos++;
		s->sums.n_without_alpn += !h.alpn_ntske && !h.cut;
		s->sums.n_cut += h.cut;
		s->sums.n_clients += hashset_add(&s->clients, hash_addr(&d->src, s->secret));
		if (h.sni[0])
			count_name(s, h.sni);
		break;
	case TLS_SERVER_HELLO: s->sums.n_server_hellos++; break;
	case TLS_ALERT: s->sums.n_alerts++; break;
	case TLS_NONE:
	case TLS_OTHER: break;
	}
}

static int more_often(const void *pa, const void *pb)
{
	const struct sni_row *a = pa, *b = pb;
	if (a->n != b->n)
		return a->n < b->n ? 1 : -1;
	return strcmp(a->name, b->name);
}

void ntske_seen_info(const struct ntske_seen *s, struct ntske_info *out)
{
	size_t max = sizeof(out->names) / sizeof(out->names[0]);
	*out = s->sums;
	qsort(s->names, s->n_names, sizeof(*s->names), more_often);
	out->n_names = s->n_names < max ? s->n_names : max;
	memcpy(out->names, s->names, out->n_names * sizeof(*s->names));
	while (out->n_names && !out->names[out->n_names - 1].n)
		out->n_names--; /* none in this part of the time */
}
