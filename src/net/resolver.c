/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/resolver.h"

#include <ares.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "net/name_cache.h"
#include "net/ptr_reply.h"

#define SECOND_NS INT64_C(1000000000)

/* Addresses in the order in which they came. */
struct queue {
	struct addr at[RESOLVER_QUEUE];
	size_t first, n;
};

struct resolver {
	struct loop *loop;
	ares_channel channel;
	bool has_channel;
	double rate;
	int64_t again_ns, ticked_ns;
	int64_t saved_ns; /* time that was not spent on lookups, at most a second's worth */
	bool has_ticked, asks_private;
	struct name_cache cache;
	struct queue important, others;
	struct resolver_stats stats;
};

/* ---- who may be asked about ---------------------------------------------------------------------- */

static const struct net {
	uint8_t bytes[4];
	unsigned bits;
} special[] = { /* IPv4, RFC 6890 */
		{ { 0 }, 8 },         { { 10 }, 8 },       { { 100, 64 }, 10 },      { { 127 }, 8 },
		{ { 169, 254 }, 16 }, { { 172, 16 }, 12 }, { { 192, 0, 0 }, 24 },    { { 192, 0, 2 }, 24 },
		{ { 192, 168 }, 16 }, { { 198, 18 }, 15 }, { { 198, 51, 100 }, 24 }, { { 203, 0, 113 }, 24 },
		{ { 224 }, 3 }
};

static bool is_in(const uint8_t *b, const struct net *net)
{
	unsigned whole = net->bits / 8, rest = net->bits % 8;
	return memcmp(b, net->bytes, whole) == 0 &&
	       (!rest || (b[whole] ^ net->bytes[whole]) >> (8 - rest) == 0);
}

bool resolver_is_public(const struct addr *a)
{
	if (!addr_is_v4(a)) /* global unicast, but for the addresses of documents */
		return a->b[0] >> 5 == 1 && memcmp(a->b, "\x20\x01\x0d\xb8", 4) != 0;
	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (is_in(a->b + 12, &special[i]))
			return false;
	return true;
}

/* ---- queues -------------------------------------------------------------------------------------- */

static bool push(struct queue *q, const struct addr *a)
{
	if (q->n == RESOLVER_QUEUE)
		return false;
	q->at[(q->first + q->n++) % RESOLVER_QUEUE] = *a;
	return true;
}

static bool pop(struct queue *q, struct addr *out)
{
	if (q->n == 0)
		return false;
	*out = q->at[q->first];
	q->first = (q->first + 1) % RESOLVER_QUEUE;
	q->n--;
	return true;
}

bool resolver_want(struct resolver *r, const struct addr *a, bool matters, int64_t now_ns)
{
	struct queue *q = matters ? &r->important : &r->others;
	struct name_entry *e = name_cache_find(&r->cache, a);

	if (!r->asks_private && !resolver_is_public(a))
		return true;
	if (e && (e->asked_ns == NAME_NEVER || now_ns - e->asked_ns < r->again_ns))
		return true;
	if (!push(q, a)) {
		r->stats.n_turned_away++;
		return false;
	}
	if (!e)
		e = name_cache_add(&r->cache, a);
	e->asked_ns = NAME_NEVER;
	return true;
}

size_t resolver_room(const struct resolver *r, bool matters)
{
	return RESOLVER_QUEUE - (matters ? r->important.n : r->others.n);
}

/* ---- asking -------------------------------------------------------------------------------------- */

/* One lookup. */
struct question {
	struct resolver *resolver;
	struct addr addr;
};

static void take_answer(struct resolver *r, struct name_entry *e, const uint8_t *message, size_t len)
{
	char name[PTR_NAME_MAX];
	enum err why = ptr_reply_name(message, len, name);

	if (why == ERR_FORMAT) {
		r->stats.n_failed++;
		return;
	}
	if (why)
		r->stats.n_without_name++;
	else
		r->stats.n_answered++;
	if (e)
		name_cache_set(&r->cache, e, why ? NULL : name);
}

static void answered(void *arg, int status, int timeouts, unsigned char *message, int len)
{
	struct question *q = arg;
	struct resolver *r = q->resolver;
	struct name_entry *e = name_cache_find(&r->cache, &q->addr);
	(void)timeouts;

	r->stats.n_in_flight--;
	if (status == ARES_SUCCESS) {
		take_answer(r, e, message, (size_t)len);
	} else if (status == ARES_ENOTFOUND || status == ARES_ENODATA) {
		r->stats.n_without_name++;
		if (e)
			name_cache_set(&r->cache, e, NULL);
	} else {
		r->stats.n_failed++; /* the name it had stays */
	}
	free(q);
}

/* "7.2.0.192.in-addr.arpa", or 32 digits and "ip6.arpa" (RFC 3596 section 2.5). */
static void reverse_name(const struct addr *a, char out[80])
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	if (addr_is_v4(a)) {
		snprintf(out, 80, "%u.%u.%u.%u.in-addr.arpa", a->b[15], a->b[14], a->b[13], a->b[12]);
		return;
	}
	for (size_t i = 16; i-- > 0;) {
		out[n++] = digits[a->b[i] & 15];
		out[n++] = '.';
		out[n++] = digits[a->b[i] >> 4];
		out[n++] = '.';
	}
	memcpy(out + n, "ip6.arpa", sizeof("ip6.arpa"));
}

static void ask(struct resolver *r, const struct addr *a, int64_t now_ns)
{
	enum { CLASS_IN = 1, TYPE_PTR = 12 };
	struct name_entry *e = name_cache_find(&r->cache, a);
	struct question *q = malloc(sizeof(*q));
	char name[80];

	if (!q)
		return;
	if (!e) /* it had to make place meanwhile */
		e = name_cache_add(&r->cache, a);
	e->asked_ns = now_ns;
	*q = (struct question){ .resolver = r, .addr = *a };
	r->stats.n_asked++;
	r->stats.n_in_flight++;
	reverse_name(a, name);
	ares_query(r->channel, name, CLASS_IN, TYPE_PTR, answered, q);
}

void resolver_tick(struct resolver *r, int64_t now_ns)
{
	struct addr a;
	int64_t price_ns = (int64_t)(1e9 / r->rate), most_ns = price_ns > SECOND_NS ? price_ns : SECOND_NS;

	ares_process_fd(r->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); /* timeouts */
	if (!r->has_ticked || now_ns - r->ticked_ns > most_ns ||
	    (r->saved_ns += now_ns - r->ticked_ns) > most_ns)
		r->saved_ns = most_ns;
	r->has_ticked = true;
	r->ticked_ns = now_ns;
	while (r->saved_ns >= price_ns && r->stats.n_in_flight < RESOLVER_IN_FLIGHT &&
	       (pop(&r->important, &a) || pop(&r->others, &a))) {
		r->saved_ns -= price_ns;
		ask(r, &a, now_ns);
	}
}

const char *resolver_name(const struct resolver *r, const struct addr *a)
{
	const struct name_entry *e = name_cache_find(&r->cache, a);
	return e ? e->name : NULL;
}

void resolver_stats(const struct resolver *r, struct resolver_stats *out)
{
	*out = r->stats;
	out->n_known = r->cache.n_named;
	out->n_waiting = r->important.n + r->others.n;
}

/* ---- sockets ------------------------------------------------------------------------------------- */

static void socket_ready(void *arg, int fd, uint32_t events)
{
	struct resolver *r = arg;
	ares_process_fd(r->channel, events & (EPOLLIN | EPOLLERR | EPOLLHUP) ? fd : ARES_SOCKET_BAD,
			events & EPOLLOUT ? fd : ARES_SOCKET_BAD);
}

/* c-ares tells which of its sockets wait for what; neither: it is about to be closed. */
static void socket_state(void *arg, ares_socket_t fd, int readable, int writable)
{
	struct resolver *r = arg;
	uint32_t events = (readable ? EPOLLIN : 0u) | (writable ? EPOLLOUT : 0u);

	if (!events)
		loop_remove(r->loop, fd);
	else if (loop_change(r->loop, fd, events))
		loop_add(r->loop, fd, events, socket_ready, r);
}

static enum err open_channel(struct resolver *r, const struct resolver_config *c)
{
	int64_t timeout_ns = c->timeout_ns ? c->timeout_ns : INT64_C(5000000000);
	struct ares_options o = {
		.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES,
		.timeout = (int)(timeout_ns / 1000000),
		.tries = 1,
		.sock_state_cb = socket_state,
		.sock_state_cb_data = r,
	};
	int status = ares_init_options(&r->channel, &o,
				       ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
					       ARES_OPT_SOCK_STATE_CB);
	if (status != ARES_SUCCESS)
		return status == ARES_ENOMEM ? ERR_MEMORY : ERR_SYS;
	r->has_channel = true;
	if (c->servers && ares_set_servers_ports_csv(r->channel, c->servers) != ARES_SUCCESS)
		return ERR_USAGE;
	return ERR_OK;
}

enum err resolver_new(const struct resolver_config *c, struct loop *loop, struct resolver **out)
{
	struct resolver *r = calloc(1, sizeof(*r));

	*out = NULL;
	if (!r)
		return ERR_MEMORY;
	r->loop = loop;
	resolver_set_budget(r, c->rate, c->again_ns);
	r->asks_private = c->asks_private;
	enum err e = name_cache_init(&r->cache, c->cache, c->secret);
	if (!e)
		e = open_channel(r, c);
	if (e)
		resolver_free(r);
	else
		*out = r;
	return e;
}

void resolver_set_budget(struct resolver *r, double rate, int64_t again_ns)
{
	r->rate = rate;
	r->again_ns = again_ns;
}

void resolver_free(struct resolver *r)
{
	if (!r)
		return;
	if (r->has_channel)
		ares_destroy(r->channel); /* answers what is open as cancelled */
	name_cache_release(&r->cache);
	free(r);
}

const char *resolver_library(void)
{
	return ares_version(NULL);
}
