/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a live engine has counted, apart from the list. */
#include <stdlib.h>
#include <string.h>

#include "engine/census_private.h"
#include "engine/live_private.h"

/* Between two rounds through the list. */
static const int64_t RECOUNT_NS = 5 * NS_PER_S;

/* ---- servers and clients' context ---------------------------------------------------------------- */

static uint64_t bit_of_server(struct live *l, const struct addr *a)
{
	for (size_t i = 0; i < l->n_servers; i++)
		if (addr_equal(&l->servers[i], a))
			return UINT64_C(1) << i;
	if (l->n_servers == LIVE_SERVER_BITS)
		return UINT64_C(1) << 63;
	l->servers[l->n_servers] = *a;
	return UINT64_C(1) << l->n_servers++;
}

/* A client's mask has bits of their own for the first servers that its shard met. */
static void note_servers(struct live *l, unsigned shard)
{
	const struct servers *s = &l->state->shards[shard].servers;
	uint64_t *bits = l->context.server_bits[shard];

	bits[CLIENT_SERVERS] = UINT64_C(1) << 63;
	for (unsigned *k = &l->n_known[shard]; *k < s->n; ++*k)
		if (*k != SERVER_OTHERS && *k <= CLIENT_SERVERS)
			bits[*k - 1] = bit_of_server(l, &s->at[*k].addr);
	for (unsigned k = 1; k < s->n && k <= CLIENT_SERVERS; k++)
		if (s->at[k].tx)
			l->two_way_bits |= bits[k - 1];
	for (unsigned k = 0; k < s->n && !l->two_way; k++)
		l->two_way = s->at[k].tx != 0;
}

const struct client_context *live_context(struct live *l)
{
	if (l->context_step == l->n_steps + 1)
		return &l->context;
	l->context_step = l->n_steps + 1;
	for (unsigned i = 0; i < N_SHARDS; i++)
		note_servers(l, i);
	uint64_t met = l->n_servers == LIVE_SERVER_BITS ? INT64_MAX : (UINT64_C(1) << l->n_servers) - 1;
	l->context.one_way_bits = l->two_way ? met & ~l->two_way_bits : UINT64_MAX;
	l->context.now_ns = pipeline_now(l->pipeline);
	return &l->context;
}

size_t live_server_bits(struct live *l, struct addr out[LIVE_SERVER_BITS])
{
	size_t n = 0;
	fair_lock_take(&l->lock);
	if (l->state) {
		live_context(l);
		n = l->n_servers;
		memcpy(out, l->servers, n * sizeof(*out));
	}
	fair_lock_let_go(&l->lock);
	return n;
}

enum err live_servers(struct live *l, struct server_info **out, size_t *n)
{
	enum err e = ERR_USAGE;
	*out = NULL;
	*n = 0;
	fair_lock_take(&l->lock);
	if (l->state)
		e = census_fold_servers(l->state, out, n);
	fair_lock_let_go(&l->lock);
	if (e) {
		free(*out);
		*out = NULL;
	} else {
		census_drop_unseen(*out, n);
	}
	return e;
}

/* ---- round the list ------------------------------------------------------------------------------ */

bool live_recount_due(const struct live *l)
{
	int64_t age_ns = ns_minus(pipeline_now(l->pipeline), l->recounted.as_of_ns);
	return l->state && !l->recount.on_its_way && l->recounted_step != l->n_steps &&
	       (age_ns >= RECOUNT_NS || age_ns < 0);
}

void live_recount_begin(struct live *l)
{
	l->recount = (struct live_recount){
		.on_its_way = l->state != NULL,
		.step = l->n_steps,
		.sums.as_of_ns = pipeline_now(l->pipeline),
	};
}

static void recount_one(struct live_totals *t, const struct client_info *c)
{
	t->n_clients_v6 += !addr_is_v4(&c->addr);
	t->n_alert[c->alert]++;
	t->n_active += (c->classes & CLIENT_ACTIVE) != 0;
	t->n_abusive += (c->classes & CLIENT_ABUSIVE) != 0;
	t->n_rapid += (c->classes & CLIENT_RAPID) != 0;
	t->n_very_slow += (c->classes & CLIENT_VERY_SLOW) != 0;
	t->n_scanner += (c->classes & CLIENT_SCANNER) != 0;
	t->n_one_shot += c->rx == 1;
}

void live_recount_some(struct live *l, size_t max)
{
	struct live_recount *r = &l->recount;
	const struct client_context *x = live_context(l);
	for (; r->shard < N_SHARDS; r->shard++, r->place = 0) {
		const struct clients *c = &l->state->shards[r->shard].clients;
		size_t n = clients_n_places(c);
		for (; r->place < n; r->place++) {
			uint32_t id = clients_at(c, r->place);
			struct client_info info;
			if (max-- == 0)
				return;
			if (id == CLIENT_NONE)
				continue;
			client_info_make(x, client_hot_of(c, id), client_cold_of(c, id), &info);
			recount_one(&r->sums, &info);
		}
	}
	r->on_its_way = false;
	l->recounted = r->sums;
	l->recounted_step = r->step;
}

/* ---- sums ---------------------------------------------------------------------------------------- */

void live_unique_at(void *live, int64_t end_ns, uint64_t out[LIVE_POINT_WINDOWS])
{
	const struct live *l = live;
	int64_t last_ns = ns_minus(end_ns, 1), minute = windows_minute(last_ns);
	for (unsigned w = 0; w < LIVE_POINT_WINDOWS; w++) {
		out[w] = 0;
		for (unsigned i = 0; i < N_SHARDS; i++)
			out[w] += windows_sum_at(&l->state->shards[i].windows, minute, w);
	}
}

static const struct worker_sums *sums_of(const struct live *l, unsigned i)
{
	return i < l->config.n_threads ? pipeline_sums(l->pipeline, i) : &l->state->sums;
}

struct since *live_since(const struct live *l, int64_t at_ns)
{
	const struct worker_sums *sums[ENGINE_THREADS_MAX];
	struct since *s = since_new();

	for (unsigned i = 0; i < l->config.n_threads; i++)
		sums[i] = sums_of(l, i);
	if (s && since_take(s, l->state, sums, l->config.n_threads, at_ns)) {
		since_free(s);
		s = NULL;
	}
	return s;
}

bool live_server_delta(struct live *l, const struct addr *server, struct hist *out)
{
	*out = (struct hist){ 0 };
	fair_lock_take(&l->lock);
	for (unsigned i = 0; l->state && i <= l->config.n_threads; i++) {
		const struct server_time *t = server_times_find(&sums_of(l, i)->times, server);
		if (t)
			hist_merge(out, &t->delta);
	}
	fair_lock_let_go(&l->lock);
	return out->n > 0;
}

static void add_bins(uint64_t *restrict into, const uint64_t *restrict bins)
{
	for (unsigned i = 0; i < HIST_BINS; i++)
		into[i] += bins[i];
}

/* Each second: most of versions and sizes nobody uses. */
static void add_deltas(uint64_t *into, const struct tally *t)
{
	for (unsigned v = 0; v < 8; v++)
		for (unsigned z = 0; z < N_SIZES; z++)
			if (t->delta_of[v][z].n)
				add_bins(into, t->delta_of[v][z].bins);
}

void live_count_all(struct live *l, struct live_counts *out)
{
	*out = (struct live_counts){ 0 };
	for (unsigned i = 0; i <= l->config.n_threads; i++) {
		const struct tally *t = sums_of(l, i)->tally;
		out->requests += t->packets[0];
		out->answers += t->packets[1];
		out->icmp_errors += t->fates[FATE_ICMP_ERROR];
		for (unsigned k = KISS_NONE + 1; k < N_KISS; k++)
			out->kods += t->kisses[k];
		add_deltas(out->deltas, t);
	}
	for (unsigned i = 0; i < N_SHARDS; i++) {
		const struct shard *s = &l->state->shards[i];
		out->new_clients += s->clients.n + s->clients.n_aged_out;
		for (unsigned k = 0; k < s->servers.n; k++)
			out->unanswered += s->servers.at[k].exchanges[CLASS_UNANSWERED];
	}
}

static void add_tally(struct live_totals *to, const struct tally *t)
{
	to->n_frames += t->n_frames;
	to->n_bytes += t->n_bytes;
	to->n_ntp += t->fates[FATE_NTP];
	to->n_icmp_errors += t->fates[FATE_ICMP_ERROR];
	to->n_nts_ke += t->fates[FATE_NTS_KE];
	to->n_malformed += t->fates[FATE_MALFORMED];
	to->requests += t->packets[0];
	to->answers += t->packets[1];
	for (unsigned k = KISS_NONE + 1; k < N_KISS; k++)
		to->kisses[k] += t->kisses[k];
}

static void add_servers(struct live_totals *to, const struct servers *s)
{
	for (unsigned k = 0; k < s->n; k++) {
		for (unsigned i = 0; i < N_CLASSES; i++) {
			to->packets[i] += s->at[k].packets[i];
			to->exchanges[i] += s->at[k].exchanges[i];
		}
	}
}

static void add_clients(struct live_totals *to, const struct shard *s, uint8_t *registers)
{
	to->n_clients += s->clients.n;
	to->n_aged_out += s->clients.n_aged_out;
	to->n_refused_packets += s->clients.n_refused_packets;
	to->n_forgotten_requests += s->match.n_forgotten;
	for (unsigned k = 0; s->clients.refused && k < REFUSED_REGISTERS; k++)
		if (s->clients.refused[k] > registers[k])
			registers[k] = s->clients.refused[k];
}

static void count_windows(struct live_totals *to, const struct live *l)
{
	int64_t minute = windows_minute(to->now_ns);
	for (unsigned w = 0; w < WINDOW_ALL; w++)
		for (unsigned i = 0; i < N_SHARDS; i++)
			to->unique[w] += windows_sum_at(&l->state->shards[i].windows, minute, w);
	to->unique[WINDOW_ALL] = to->n_clients + to->n_aged_out;
}

static void take_recount(struct live_totals *to, const struct live_totals *r)
{
	to->as_of_ns = r->as_of_ns;
	to->n_clients_v6 = r->n_clients_v6;
	memcpy(to->n_alert, r->n_alert, sizeof(to->n_alert));
	to->n_active = r->n_active;
	to->n_abusive = r->n_abusive;
	to->n_rapid = r->n_rapid;
	to->n_very_slow = r->n_very_slow;
	to->n_scanner = r->n_scanner;
	to->n_one_shot = r->n_one_shot;
}

static uint64_t shard_bytes(const struct shard *s)
{
	const struct match_ring *q = &s->match.ring;
	return s->clients.index_len * sizeof(*s->clients.index) +
	       s->clients.chunks_cap * sizeof(*s->clients.chunks) +
	       (s->clients.refused ? REFUSED_REGISTERS : 0) + s->servers.cap * sizeof(*s->servers.at) +
	       s->servers.pairs.cap * sizeof(*s->servers.pairs.at) +
	       q->cap * (sizeof(*q->at) + (MATCH_RING_CHAINS + 1) * sizeof(*q->by_key)) +
	       WINDOWS_MINUTES * (sizeof(*s->windows.last_seen) + sizeof(*s->windows.history));
}

static uint64_t table_bytes(const struct live *l)
{
	const struct engine_state *s = l->state;
	uint64_t n = s->arena.n_taken * (sizeof(struct client_hot) + sizeof(struct client_cold));
	for (unsigned i = 0; i < N_SHARDS; i++)
		n += shard_bytes(&s->shards[i]);
	for (unsigned i = 0; i <= l->config.n_threads; i++) {
		const struct worker_sums *w = sums_of(l, i);
		n += sizeof(*w->tally) + w->series.n * sizeof(*w->series.at) +
		     w->times.n * sizeof(struct server_time);
	}
	n += (s->icmp.sources.cap + s->icmp.clients.cap + s->icmp.row_sources.cap + s->icmp.row_clients.cap +
	      s->ntske.clients.cap) *
	     sizeof(uint64_t);
	n += (l->recent.n < LIVE_RECENT ? l->recent.n : LIVE_RECENT) * 64 + live_marks_bytes(&l->marks);
	return n + (l->seconds.cap + l->minutes.cap) * sizeof(struct live_point) +
	       PIPELINE_BLOCK * (sizeof(struct packet) + sizeof(struct event) + sizeof(struct plain_event));
}

static void count_state(struct live *l, struct live_totals *to)
{
	uint8_t registers[REFUSED_REGISTERS] = { 0 };
	to->first_ns = l->state->first_ns;
	to->now_ns = pipeline_now(l->pipeline);
	for (unsigned i = 0; i <= l->config.n_threads; i++)
		add_tally(to, sums_of(l, i)->tally);
	for (unsigned i = 0; i < N_SHARDS; i++) {
		add_servers(to, &l->state->shards[i].servers);
		add_clients(to, &l->state->shards[i], registers);
	}
	to->n_waiting = to->n_ntp;
	for (unsigned c = 0; c < N_CLASSES; c++)
		to->n_waiting -= to->packets[c] < to->n_waiting ? to->packets[c] : to->n_waiting;
	to->n_malformed += to->packets[CLASS_MALFORMED];
	to->n_fragments = l->state->fragments.stats.n_seen;
	if (to->n_refused_packets)
		to->refused_addresses = refused_estimate(registers);
	count_windows(to, l);
	to->memory_bytes = table_bytes(l);
}

void live_totals(struct live *l, struct live_totals *out)
{
	*out = (struct live_totals){ .capacity = l->config.capacity };
	fair_lock_take(&l->lock);
	if (l->state) {
		count_state(l, out);
		if (out->n_clients <= LIVE_SLICE && l->recounted_step != l->n_steps) {
			live_recount_begin(l);
			while (l->recount.on_its_way)
				live_recount_some(l, SIZE_MAX);
		}
		take_recount(out, &l->recounted);
	}
	fair_lock_let_go(&l->lock);
}

size_t live_points_frozen(const struct live *l, uint32_t width_s, int64_t from_ns, struct live_point *out,
			  size_t max)
{
	if (width_s == 1)
		return live_points_copy(&l->seconds, from_ns, out, max);
	return width_s == 60 ? live_points_copy(&l->minutes, from_ns, out, max) : 0;
}

size_t live_points(struct live *l, uint32_t width_s, int64_t from_ns, struct live_point *out, size_t max)
{
	fair_lock_take(&l->lock);
	size_t n = live_points_frozen(l, width_s, from_ns, out, max);
	fair_lock_let_go(&l->lock);
	return n;
}

/* ---- the latest packets -------------------------------------------------------------------------- */

enum { RECENT_SLICE = LIVE_RECENT / 16 };

size_t live_recent(struct live *l, uint64_t after, const struct addr *net, unsigned bits,
		   struct live_packet *out, size_t max, uint64_t *last)
{
	uint64_t at = after + 1, end;
	size_t n = 0;

	fair_lock_take(&l->lock);
	end = l->recent.n;
	while (l->recent.n_paired < end && live_recent_pair(&l->recent, RECENT_SLICE)) {
		fair_lock_let_go(&l->lock);
		fair_lock_take(&l->lock);
	}
	if (after > end) /* a number of before a restart */
		at = 1;
	while (at <= end && n < max) {
		uint64_t to;
		if (at < live_recent_oldest(&l->recent))
			at = live_recent_oldest(&l->recent);
		to = at + RECENT_SLICE - 1;
		n += live_recent_find(&l->recent, &at, to < end ? to : end, net, bits, out + n, max - n);
		fair_lock_let_go(&l->lock);
		fair_lock_take(&l->lock);
	}
	fair_lock_let_go(&l->lock);
	*last = at - 1;
	return n;
}

uint64_t live_recent_newest(struct live *l)
{
	fair_lock_take(&l->lock);
	uint64_t newest = l->recent.n;
	fair_lock_let_go(&l->lock);
	return newest;
}
