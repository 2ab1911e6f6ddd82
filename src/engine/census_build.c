/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "engine/census_private.h"
#include "engine/workers.h"

/* ---- the clients close up ------------------------------------------------------------------------ */

/* Which of the arena's records are clients: the others are free, or lie in a chunk not yet filled. */
struct live {
	const struct client_arena *arena;
	int64_t from_ns; /* those that were silent since then are left out */
	uint64_t *bits;
	size_t n;
};

static void mark_live(void *arg, uint32_t id)
{
	struct live *l = arg;
	if (client_last_ns(&l->arena->hot[id]) < l->from_ns)
		return;
	l->bits[id / 64] |= UINT64_C(1) << id % 64;
	l->n++;
}

static bool is_live(const struct live *l, size_t id)
{
	return l->bits[id / 64] >> id % 64 & 1;
}

/* The last live records move into the gaps before them, so that client i is record i. */
static void close_gaps(struct client_arena *a, const struct live *live)
{
	for (size_t gap = 0, from = live->n; from < a->n_max; from++) {
		if (from % 64 == 0 && !live->bits[from / 64]) {
			from += 63;
			continue;
		}
		if (!is_live(live, from))
			continue;
		while (is_live(live, gap))
			gap++;
		a->hot[gap] = a->hot[from];
		a->cold[gap++] = a->cold[from];
	}
}

/* Nothing is looked for any more: without indexes and open requests there is room to sort. */
static void drop_lookups(struct census *c)
{
	for (unsigned i = 0; i < N_SHARDS; i++) {
		struct shard *s = &c->state->shards[i];
		clients_drop_index(&s->clients);
		c->summary.n_forgotten_requests += s->match.n_forgotten;
		match_strict_release(&s->match);
	}
#ifdef __GLIBC__
	malloc_trim(0); /* they are many small blocks, which free() alone would keep */
#endif
}

static enum err take_clients(struct census *c)
{
	struct client_arena *a = &c->state->arena;
	struct live live = { .arena = a,
			     .from_ns = census_is_part(c) ? c->span.from_ns : INT64_MIN,
			     .bits = calloc(a->n_max / 64 + 1, sizeof(*live.bits)) };
	if (!live.bits)
		return ERR_MEMORY;
	for (unsigned i = 0; i < N_SHARDS; i++)
		clients_each(&c->state->shards[i].clients, mark_live, &live);
	close_gaps(a, &live);
	c->n_clients = live.n;
	free(live.bits);
	drop_lookups(c);
	return ERR_OK;
}

/* ---- the list as a whole ------------------------------------------------------------------------- */

/* Bins half an octave wide: twice the exponent, and one more from the root of two on. */
static unsigned list_bin(double v)
{
	uint64_t u;
	if (!(v > 1))
		return 0;
	memcpy(&u, &v, sizeof(u));
	unsigned octave = (unsigned)(u >> 52) - 1023;
	unsigned bin = 2 * octave + ((u & UINT64_C(0xfffffffffffff)) >= UINT64_C(0x6a09e667f3bcd));
	return bin < LIST_BINS - 1 ? bin : LIST_BINS - 1;
}

static void count_histograms(struct list_histograms *h, const struct client_info *i, int64_t now_ns)
{
	h->by_requests[list_bin((double)i->rx)]++;
	if (i->rx > 1)
		h->by_interval_s[list_bin(i->rx_every_s)]++;
	h->by_active_s[list_bin((double)(i->last_ns - i->first_ns) * 1e-9)]++;
	h->by_since_first_s[list_bin((double)(now_ns - i->first_ns) * 1e-9)]++;
	h->by_since_last_s[list_bin((double)(now_ns - i->last_ns) * 1e-9)]++;
}

static void count_versions(struct list_summary *s, uint32_t flags)
{
	static const uint32_t bit[8] = { 0, FLAG_V1, FLAG_V2, FLAG_V3, FLAG_V4, FLAG_V5, 0, 0 };
	for (unsigned v = 0; v < 8; v++)
		s->n_version[v] += (flags & bit[v]) != 0;
	s->n_version[0] += (flags & FLAG_VERSION_OTHER) != 0;
}

static void count_classes(struct list_summary *s, const struct client_info *i)
{
	s->n_active += (i->classes & CLIENT_ACTIVE) != 0;
	s->n_inactive += !(i->classes & CLIENT_ACTIVE);
	s->n_abusive += (i->classes & CLIENT_ABUSIVE) != 0;
	s->n_rapid += (i->classes & CLIENT_RAPID) != 0;
	s->n_very_slow += (i->classes & CLIENT_VERY_SLOW) != 0;
	s->n_scanner += (i->classes & CLIENT_SCANNER) != 0;
	s->n_one_shot += i->rx == 1;
	s->n_returning += i->last_ns - i->first_ns >= 3600 * NS_PER_S;
}

static void count_client(struct list_summary *s, const struct client_info *i, int64_t now_ns)
{
	s->n++;
	s->n_v6 += !addr_is_v4(&i->addr);
	s->rx += i->rx;
	count_classes(s, i);
	s->n_alert[i->alert]++;
	s->n_never_answered += i->rx && !i->tx;
	count_versions(s, i->rx_flags);
	s->n_mac += (i->rx_flags & FLAG_MAC) != 0;
	s->n_nts += (i->rx_flags & FLAG_NTS) != 0;
	s->n_control += (i->rx_flags & FLAG_CONTROL) != 0;
	s->n_private += (i->rx_flags & FLAG_PRIVATE) != 0;
	s->n_kod += (i->tx_flags & (FLAG_NTS_NAK | FLAG_KOD_RATE | FLAG_KOD_DENY | FLAG_KOD_RSTR |
				    FLAG_KOD_AUTH | FLAG_KOD_CRYP | FLAG_KOD_OTHER)) != 0;
	s->n_owed += i->owed > 0;
	count_histograms(&s->histograms, i, now_ns);
}

static void count_unique(struct unique_clients *u, const struct client_info *i, int64_t now_ns)
{
	bool v6 = !addr_is_v4(&i->addr);
	int64_t n_ago = windows_minute(now_ns) - windows_minute(i->last_ns);
	for (unsigned w = 0; w < N_WINDOWS; w++) {
		bool in = w == WINDOW_ALL || n_ago < window_ns(w) / (60 * NS_PER_S);
		u->now[w] += in;
		u->now_v6[w] += in && v6;
	}
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void summarise_refusals(struct census *c)
{
	uint8_t registers[REFUSED_REGISTERS] = { 0 };
	struct list_summary *s = &c->summary;
	for (unsigned i = 0; i < N_SHARDS; i++) {
		const struct shard *shard = &c->state->shards[i];
		s->n_aged_out += shard->clients.n_aged_out;
		s->n_refused_packets += shard->clients.n_refused_packets;
		for (unsigned k = 0; shard->clients.refused && k < REFUSED_REGISTERS; k++)
			if (shard->clients.refused[k] > registers[k])
				registers[k] = shard->clients.refused[k];
	}
	if (s->n_refused_packets)
		s->refused_addresses = refused_estimate(registers);
	if (!census_is_part(c)) {
		c->unique.now[WINDOW_ALL] += s->n_aged_out;
		return;
	}
	s->n_aged_out -= least(s->n_aged_out, c->state->since->n_aged_out);
	s->n_refused_packets -= least(s->n_refused_packets, c->state->since->n_refused_packets);
	s->n_forgotten_requests -= least(s->n_forgotten_requests, c->state->since->n_forgotten);
}

/* Of a part of the time it is not known who used which server in it. */
static void count_users(struct census *c, const struct client_info *i)
{
	for (uint64_t left = i->servers; left; left &= left - 1) {
		size_t k = (size_t)__builtin_ctzll(left);
		if (k < 63 && k < c->n_servers && !c->servers[k].clients_unknown)
			c->servers[k].n_clients++;
	}
}

/* Some of the clients: what a thread adds up. */
struct sums {
	struct list_summary summary;
	struct unique_clients unique;
};

struct summing {
	struct census *c;
	struct sums of[ENGINE_THREADS_MAX];
};

enum { CLIENTS_A_TASK = 1 << 15 };

static void summarise_some(void *arg, unsigned worker, unsigned task)
{
	struct summing *m = arg;
	struct census *c = m->c;
	struct sums *s = &m->of[worker];
	size_t from = (size_t)task * CLIENTS_A_TASK, to = least(from + CLIENTS_A_TASK, c->n_clients);

	for (size_t i = from; i < to; i++) {
		struct client_info info;
		if (i + 8 < c->n_clients) {
			__builtin_prefetch(census_hot(c, i + 8));
			__builtin_prefetch(census_cold(c, i + 8));
		}
		census_client(c, i, &info);
		count_client(&s->summary, &info, c->state->now_ns);
		if (census_is_part(c))
			count_users(c, &info);
		count_unique(&s->unique, &info, c->state->now_ns);
	}
}

/* Both are counters and nothing else; what is none has not been set yet. */
static void add_words(void *into, const void *from, size_t len)
{
	for (size_t i = 0; i < len; i += sizeof(uint64_t)) {
		uint64_t a, b;
		memcpy(&a, (char *)into + i, sizeof(a));
		memcpy(&b, (const char *)from + i, sizeof(b));
		a += b;
		memcpy((char *)into + i, &a, sizeof(a));
	}
}

_Static_assert(sizeof(struct list_summary) % sizeof(uint64_t) == 0, "add_words()");
_Static_assert(sizeof(struct unique_clients) % sizeof(uint64_t) == 0, "add_words()");

static enum err summarise(struct census *c)
{
	struct summing *m = calloc(1, sizeof(*m));
	struct workers w;

	if (!m)
		return ERR_MEMORY;
	m->c = c;
	/* count_users() is not for several at a time. */
	workers_start(&w,
		      census_is_part(c) || c->n_clients < CLIENTS_A_TASK ? 1 : c->state->config.n_threads);
	workers_run(&w, summarise_some, m, (unsigned)((c->n_clients + CLIENTS_A_TASK - 1) / CLIENTS_A_TASK),
		    NULL);
	workers_stop(&w);
	for (unsigned i = 0; i < ENGINE_THREADS_MAX; i++) {
		add_words(&c->summary, &m->of[i].summary, sizeof(c->summary));
		add_words(&c->unique, &m->of[i].unique, sizeof(c->unique));
	}
	free(m);
	summarise_refusals(c);
	return ERR_OK;
}

/* ---- most clients at one time -------------------------------------------------------------------- */

static void most_at_minute(struct census *c, int64_t minute, int64_t end_minute)
{
	struct unique_clients *u = &c->unique;
	for (unsigned k = 0; k < WINDOWS_KEPT; k++) {
		unsigned minutes = (unsigned)(window_ns((enum window)k) / (60 * NS_PER_S));
		uint64_t sum = 0;
		for (unsigned i = 0; i < N_SHARDS; i++) {
			const struct windows *w = &c->state->shards[i].windows;
			sum += minute == w->minute && minute == end_minute ? windows_sum(w, minutes)
									   : windows_kept(w, minute, k);
		}
		if (sum > u->most[k]) {
			u->most[k] = sum;
			u->most_ns[k] = (minute + 1) * 60 * NS_PER_S;
		}
	}
}

static void find_most(struct census *c)
{
	int64_t first = INT64_MAX, end = windows_minute(c->state->now_ns);
	for (unsigned i = 0; i < N_SHARDS; i++) {
		const struct windows *w = &c->state->shards[i].windows;
		if (!w->began)
			continue;
		first = w->first_minute < first ? w->first_minute : first;
	}
	if (end - first > WINDOWS_MINUTES)
		first = end - WINDOWS_MINUTES;
	if (census_is_part(c) && windows_minute(c->span.from_ns) > first)
		first = windows_minute(c->span.from_ns);
	for (int64_t m = first; m <= end; m++)
		most_at_minute(c, m, end);
}

/* ---- the rest ------------------------------------------------------------------------------------ */

static enum err take_icmp(struct census *c)
{
	enum err e = icmp_errors_info(&c->state->icmp, &c->icmp);
	uint64_t v6 = c->summary.n_v6;
	c->icmp.after_answer = &c->state->sums.tally->icmp_after_answer;
	/* Refused clients may be among those of the errors. */
	if (v6 < c->icmp.n_v6_clients)
		v6 = c->icmp.n_v6_clients;
	c->icmp.v6_client_share = v6 ? (double)c->icmp.n_v6_clients / (double)v6 : -1;
	return e;
}

static void take_fragments(struct census *c)
{
	const struct fragments_stats *s = &c->state->fragments.stats;
	c->fragments = (struct fragment_info){
		.n_fragments = s->n_seen,
		.n_reassembled = s->n_reassembled,
		.n_timed_out = s->n_timed_out,
		.n_overlaps = s->n_overlaps,
		.n_refused = s->n_refused,
	};
}

/* Of a part of the time: the buckets that begin in it. */
static void take_series(struct census *c)
{
	const struct series_builder *b = &c->state->sums.series;
	struct series *s = &c->series;
	*s = (struct series){
		.start_s = b->first * (INT64_C(1) << b->width_log2),
		.width_s = UINT32_C(1) << b->width_log2,
		.n = b->n,
		.at = b->at,
	};
	for (; census_is_part(c) && s->n && ns_times(s->start_s, NS_PER_S) < c->span.from_ns; s->n--, s->at++)
		s->start_s += s->width_s;
}

/* Before anything is made of the sums. */
static void take_span(struct census *c)
{
	struct engine_state *s = c->state;

	c->began_ns = s->first_ns;
	if (!s->since)
		return;
	since_take_away(s->since, s);
	c->span = (struct census_span){
		.asked_ns = s->since->asked_ns,
		.from_ns = s->since->from_ns,
		.to_ns = s->now_ns,
		.whole = s->since->whole,
		.packets_known = s->since->whole || s->lately.is_known,
	};
	if (!s->since->whole)
		s->first_ns = s->since->from_ns;
}

enum err census_build(struct engine_state *state, struct census **out)
{
	*out = NULL;
	struct census *c = calloc(1, sizeof(*c));
	if (!c)
		return ERR_MEMORY;
	c->state = state;
	c->context.config = &state->config;
	c->context.now_ns = state->now_ns;
	take_span(c);
	tally_finish(state->sums.tally);
	enum err e = take_clients(c);
	if (!e)
		e = census_build_servers(c);
	if (!e) {
		e = summarise(c);
	}
	if (!e) {
		find_most(c);
		take_fragments(c);
		take_series(c);
		ntske_seen_info(&state->ntske, &c->ntske);
		e = take_icmp(c);
	}
	if (e) {
		c->state = NULL; /* stays the caller's */
		census_free(c);
		return e;
	}
	*out = c;
	return ERR_OK;
}
