/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Traffic made in a test, and the engine's whole answer to it.  Packets are raw IP frames with blocks of
 * exactly their size, so that a sanitizer sees the first byte read behind one.  The answer can be written
 * out as text, field by field: two that should be equal are compared as strings.
 */
#ifndef TESTS_ENGINE_TRAFFIC_H
#define TESTS_ENGINE_TRAFFIC_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/bytes.h"
#include "base/nstime.h"
#include "base/packet.h"
#include "engine/pipeline.h"

enum { TRAFFIC_NTP = 123, TRAFFIC_PORT = 40000 };

/* 2026-03-01T00:00:00Z */
#define TRAFFIC_START (INT64_C(1772323200) * NS_PER_S)

struct traffic {
	struct packet *at;
	size_t n, cap;
};

/* splitmix64 */
static inline uint64_t traffic_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* How many of n seeds to try: a third, where another build tries all. */
static inline uint64_t traffic_seeds(uint64_t n)
{
	return getenv("NTPSCOPE_BRIEF") ? (n + 2) / 3 : n;
}

static inline void traffic_free(struct traffic *t)
{
	for (size_t i = 0; i < t->n; i++)
		free((void *)(uintptr_t)t->at[i].data);
	free(t->at);
	*t = (struct traffic){ 0 };
}

/* A frame of any link type, copied. */
static inline struct packet *traffic_frame(struct traffic *t, int64_t time_ns, uint16_t link,
					   const uint8_t *data, uint32_t len)
{
	if (t->n == t->cap) {
		t->cap = t->cap ? 2 * t->cap : 256;
		t->at = realloc(t->at, t->cap * sizeof(*t->at));
	}
	uint8_t *copy = malloc(len ? len : 1);
	if (len)
		memcpy(copy, data, len);
	t->at[t->n] = (struct packet){ .data = copy,
				       .time_ns = time_ns,
				       .frame = t->n + 1,
				       .caplen = len,
				       .len = len,
				       .link = link,
				       .has_time = true };
	return &t->at[t->n++];
}

static inline void traffic_be16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void traffic_be64(uint8_t *p, uint64_t v)
{
	for (unsigned i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> (56 - 8 * i));
}

/* Puts an IP header before the len octets at body; both addresses must be of one family.  Returns the
 * start. */
static inline uint8_t *traffic_ip(uint8_t *body, uint32_t len, uint8_t proto, const struct addr *src,
				  const struct addr *dst)
{
	bool v4 = addr_is_v4(src);
	uint8_t *h = body - (v4 ? 20 : 40);
	memset(h, 0, v4 ? 20 : 40);
	if (v4) {
		h[0] = 0x45;
		traffic_be16(h + 2, len + 20);
		h[8] = 64;
		h[9] = proto;
		memcpy(h + 12, src->b + 12, 4);
		memcpy(h + 16, dst->b + 12, 4);
	} else {
		h[0] = 0x60;
		traffic_be16(h + 4, len);
		h[6] = proto;
		h[7] = 64;
		memcpy(h + 8, src->b, 16);
		memcpy(h + 24, dst->b, 16);
	}
	return h;
}

/* Puts UDP and IP before the payload; room for 48 octets must be there. */
static inline uint8_t *traffic_udp_ip(uint8_t *payload, uint32_t len, const struct addr *src, uint16_t sport,
				      const struct addr *dst, uint16_t dport)
{
	uint8_t *h = payload - 8;
	traffic_be16(h, sport);
	traffic_be16(h + 2, dport);
	traffic_be16(h + 4, len + 8);
	traffic_be16(h + 6, 0);
	return traffic_ip(h, len + 8, 17, src, dst);
}

static inline struct packet *traffic_udp(struct traffic *t, int64_t time_ns, const struct addr *src,
					 uint16_t sport, const struct addr *dst, uint16_t dport,
					 const uint8_t *payload, uint32_t len)
{
	uint8_t room[48 + 2048];
	memcpy(room + 48, payload, len);
	uint8_t *h = traffic_udp_ip(room + 48, len, src, sport, dst, dport);
	return traffic_frame(t, time_ns, LINK_RAW, h, len + (uint32_t)(room + 48 - h));
}

/* The 48 octets of a header: first octet, stratum, and the three times that pairing looks at. */
static inline void traffic_header(uint8_t out[48], uint8_t first, uint8_t stratum, uint64_t origin,
				  uint64_t receive, uint64_t transmit)
{
	memset(out, 0, 48);
	out[0] = first;
	out[1] = stratum;
	out[2] = 6;
	out[3] = 0xe9;
	memcpy(out + 12, (const uint8_t[4]){ 203, 0, 113, 9 }, 4);
	traffic_be64(out + 24, origin);
	traffic_be64(out + 32, receive);
	traffic_be64(out + 40, transmit);
}

static inline struct addr traffic_v4(unsigned a, unsigned b, unsigned c, unsigned d)
{
	return addr_from_v4((const uint8_t[4]){ (uint8_t)a, (uint8_t)b, (uint8_t)c, (uint8_t)d });
}

static inline struct addr traffic_v6(unsigned net, unsigned host)
{
	struct addr a = { .b = { 0x20, 1, 0xd, 0xb8 } };
	traffic_be16(a.b + 6, net);
	traffic_be16(a.b + 14, host);
	return a;
}

/* A plain NTPv4 question and its answer. */
static inline void traffic_ask(struct traffic *t, int64_t time_ns, const struct addr *client,
			       const struct addr *server, uint64_t transmit)
{
	uint8_t h[48];
	traffic_header(h, 0x23, 0, 0, 0, transmit);
	traffic_udp(t, time_ns, client, TRAFFIC_PORT, server, TRAFFIC_NTP, h, 48);
}

static inline void traffic_answer(struct traffic *t, int64_t time_ns, const struct addr *client,
				  const struct addr *server, uint64_t origin)
{
	uint8_t h[48];
	traffic_header(h, 0x24, 2, origin, origin + 1000, origin + 5000);
	traffic_udp(t, time_ns, server, TRAFFIC_NTP, client, TRAFFIC_PORT, h, 48);
}

/* ---- running ------------------------------------------------------------------------------------- */

/* A source that hands the packets out in batches whose sizes depend on the seed; 0 = as many as are
 * wanted. */
struct traffic_source {
	const struct traffic *t;
	size_t at;
	uint64_t seed;
};

static inline enum err traffic_next(void *arg, struct packet *out, size_t max, size_t *n)
{
	struct traffic_source *s = arg;
	*n = 0;
	if (s->at == s->t->n)
		return ERR_END;
	if (s->seed && traffic_random(&s->seed) % 4)
		max = 1 + traffic_random(&s->seed) % (max / 8 ? max / 8 : 1);
	for (; *n < max && s->at < s->t->n; s->at++)
		out[(*n)++] = s->t->at[s->at];
	return ERR_OK;
}

static inline enum err traffic_row(void *arg, const struct exchange *x)
{
	char client[ADDR_TEXT_MAX], server[ADDR_TEXT_MAX];
	addr_text(&x->client, client);
	addr_text(&x->server, server);
	fprintf(arg,
		"row %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 " %" PRId64
		" %d %s %u %s %u %s v%u m%u k%u a%u n%x\n",
		x->request_frame, x->response_frame, x->request_ns, x->response_ns,
		x->has_turnaround ? x->turnaround_ns : 0, x->has_turnaround, client, x->client_port, server,
		x->server_port, exchange_class_name(x->class), x->version, x->mode, x->kiss, x->auth,
		x->notes);
	return ERR_OK;
}

/* The census of the traffic; NULL on failure.  Rows go to that stream as lines, when it is given. */
static inline struct census *traffic_census(const struct traffic *t, const struct engine_config *config,
					    uint64_t batch_seed, FILE *rows)
{
	struct traffic_source source = { .t = t, .seed = batch_seed };
	struct engine_config c = *config;
	struct census *census;
	struct pipeline_io io = {
		.next = traffic_next,
		.source = &source,
		.row = rows ? traffic_row : NULL,
		.row_arg = rows,
	};
	c.want_rows = rows != NULL;
	if (pipeline_run(&c, &io, &census) != ERR_OK) {
		census_free(census);
		return NULL;
	}
	return census;
}

/* Small tables: the defaults reserve for a busy server. */
static inline struct engine_config traffic_config(void)
{
	struct engine_config c = engine_config_default();
	c.capacity = 1 << 16;
	c.pending_capacity = 1 << 20;
	return c;
}

/* ---- as text ------------------------------------------------------------------------------------- */

static inline void traffic_put_u64s(FILE *f, const char *name, const uint64_t *v, size_t n)
{
	fprintf(f, "%s", name);
	for (size_t i = 0; i < n; i++)
		if (v[i])
			fprintf(f, " %zu:%" PRIu64, i, v[i]);
	fputc('\n', f);
}

static inline void traffic_put_hist(FILE *f, const char *name, const struct hist *h)
{
	if (!h || h->n + h->n_negative == 0)
		return;
	fprintf(f, "%s n %" PRIu64 " negative %" PRIu64 " min %" PRId64 " max %" PRId64 " sum %.17g", name,
		h->n, h->n_negative, h->min, h->max, (double)h->sum);
	traffic_put_u64s(f, "", h->bins, HIST_BINS);
}

static inline void traffic_put_tally(FILE *f, const struct tally *t)
{
	const uint64_t *at = (const uint64_t *)t;
	size_t n = offsetof(struct tally, delta) / sizeof(*at);
	traffic_put_u64s(f, "tally", at, n);
	traffic_put_hist(f, "delta", &t->delta);
	for (unsigned i = 0; i < 8; i++)
		traffic_put_hist(f, "delta by version", &t->delta_by_version[i]);
	for (unsigned i = 0; i < N_SIZES; i++)
		traffic_put_hist(f, "delta by size", &t->delta_by_size[i]);
	traffic_put_hist(f, "turnaround", &t->turnaround);
	traffic_put_hist(f, "icmp after answer", &t->icmp_after_answer);
	traffic_put_hist(f, "outside server", &t->outside_server);
}

static inline void traffic_put_server(FILE *f, const struct server_info *s)
{
	char text[ADDR_TEXT_MAX];
	addr_text(&s->addr, text);
	fprintf(f,
		"server %s rx %" PRIu64 " tx %" PRIu64 " bytes %" PRIu64 " %" PRIu64 " requests %" PRIu64
		" clients %" PRIu64 " interleaved %" PRIu64 " last %" PRIu64
		" stratum %u leap %u refid %02x%02x%02x%02x"
		" one-way %d\n",
		text, s->rx, s->tx, s->rx_bytes, s->tx_bytes, s->n_requests, s->n_clients, s->n_interleaved,
		s->last_answer_frame, s->stratum, s->leap, s->refid[0], s->refid[1], s->refid[2], s->refid[3],
		s->one_way);
	traffic_put_u64s(f, " packets", s->packets, N_CLASSES);
	traffic_put_u64s(f, " exchanges", s->exchanges, N_CLASSES);
	traffic_put_u64s(f, " kisses", s->kisses, N_KISS);
	traffic_put_hist(f, " delta", s->delta);
	traffic_put_hist(f, " turnaround", s->turnaround);
	for (unsigned i = 0; i < s->n_worst; i++) {
		const struct worst *w = &s->worst[i];
		addr_text(&w->client, text);
		fprintf(f, " worst %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 " %s\n", w->request_frame,
			w->response_frame, w->delta_ns, w->request_ns, text);
	}
}

static inline void traffic_put_client(FILE *f, const struct client_info *c)
{
	char text[ADDR_TEXT_MAX];
	addr_text(&c->addr, text);
	fprintf(f,
		"client %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " rx %" PRIu64 " tx %" PRIu64
		" bytes %" PRIu64 " %" PRIu64 " flags %x %x every %.17g recent %.17g owed %" PRIu64
		" peaks %u %u kod %u %u %u icmp %u"
		" port %u poll %d deltas %" PRIu64 " %.17g %" PRId64 " alert %s classes %x servers %" PRIx64
		"\n",
		text, c->first_ns, c->last_ns, c->first_rx_ns, c->last_rx_ns, c->rx, c->tx, c->rx_bytes,
		c->tx_bytes, c->rx_flags, c->tx_flags, c->rx_every_s, c->recent_every_s, c->owed, c->peak_1s,
		c->peak_10s, c->kod_rate, c->kod_deny, c->kod_rstr, c->icmp_errors, c->last_port,
		c->poll_log2s, c->n_deltas, c->delta_mean_s, c->delta_max_ns, alert_name(c->alert),
		c->classes, c->servers);
}

static inline void traffic_put_series(FILE *f, const struct series *s)
{
	fprintf(f, "series %" PRId64 " width %u n %zu\n", s->start_s, s->width_s, s->n);
	for (size_t i = 0; i < s->n; i++) {
		const struct bucket *b = &s->at[i];
		if (b->requests | b->answers | b->unanswered | b->new_clients | b->n_deltas)
			fprintf(f, " %zu: %u %u %u %u %u %" PRId64 " %" PRId64 "\n", i, b->requests,
				b->answers, b->unanswered, b->new_clients, b->n_deltas, b->delta_max_ns,
				b->delta_sum_ns);
	}
}

static inline void traffic_put_summary(FILE *f, const struct census *c)
{
	const struct list_summary *s = census_summary(c);
	const struct unique_clients *u = census_unique(c);
	const struct icmp_info *i = census_icmp(c);
	const struct ntske_info *k = census_ntske(c);
	const struct fragment_info *g = census_fragments(c);

	traffic_put_u64s(f, "summary", (const uint64_t *)s,
			 offsetof(struct list_summary, refused_addresses) / 8);
	fprintf(f, "refused %.17g forgotten %" PRIu64 "\n", s->refused_addresses, s->n_forgotten_requests);
	traffic_put_u64s(f, "histograms", (const uint64_t *)&s->histograms, sizeof(s->histograms) / 8);
	traffic_put_u64s(f, "unique", u->now, N_WINDOWS);
	traffic_put_u64s(f, "unique v6", u->now_v6, N_WINDOWS);
	for (unsigned w = 0; w < 3; w++)
		fprintf(f, "most %" PRIu64 " at %" PRId64 "\n", u->most[w], u->most_ns[w]);
	fprintf(f, "icmp %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %.17g\n", i->n_packets,
		i->n_sources, i->n_clients, i->n_v6_clients, i->n_answer_quoted, i->v6_client_share);
	for (size_t r = 0; r < i->n_rows; r++)
		fprintf(f, " %u %u %u: %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", i->rows[r].ip_version,
			i->rows[r].type, i->rows[r].code, i->rows[r].n_packets, i->rows[r].n_sources,
			i->rows[r].n_clients);
	fprintf(f, "ntske %" PRIu64 " %" PRIu64 " %" PRIu64 " %zu\n", k->n_segments, k->n_client_hellos,
		k->n_clients, k->n_names);
	fprintf(f, "fragments %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", g->n_fragments,
		g->n_reassembled, g->n_timed_out, g->n_overlaps, g->n_refused);
}

static inline void traffic_put_census(FILE *f, const struct census *c)
{
	struct client_info info;
	fprintf(f, "from %" PRId64 " to %" PRId64 " one-way %d\n", census_first_ns(c), census_last_ns(c),
		census_one_way(c));
	traffic_put_tally(f, census_tally(c));
	for (size_t i = 0; i < census_n_servers(c); i++)
		traffic_put_server(f, census_server(c, i));
	uint32_t *order;
	if (census_sort_clients(c, SORT_IP, false, &order))
		return;
	for (size_t i = 0; i < census_n_clients(c); i++) {
		census_client(c, order[i], &info);
		traffic_put_client(f, &info);
	}
	free(order);
	traffic_put_series(f, census_series(c));
	traffic_put_summary(f, c);
}

/* Everything the engine says about the traffic; to be freed.  NULL on failure. */
static inline char *traffic_text(const struct traffic *t, const struct engine_config *config,
				 uint64_t batch_seed, bool rows)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	struct census *c = traffic_census(t, config, batch_seed, rows ? f : NULL);
	if (c)
		traffic_put_census(f, c);
	fclose(f);
	if (!c) {
		free(text);
		return NULL;
	}
	census_free(c);
	return text;
}

#endif
