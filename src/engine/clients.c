/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/client_count.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/hash.h"
#include "base/hist.h"

enum {
	INDEX_LEN_MIN = 512,
	EXPECTED_MAX = 1 << 20, /* an index for these costs a few MiB, should they not come */
	TAG_SHIFT = 26,
	ID_MASK = (1 << TAG_SHIFT) - 1,
};

_Static_assert(sizeof(struct client_hot) == 64, "one cache line");
_Static_assert(sizeof(struct client_cold) == 56, "the memory bound of a client counts on this");
_Static_assert(HIST_BINS <= 1 << 12, "client_hot.delta_max_bin");

static void *reserve(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	/* A million random records are 27,000 small pages: more than any TLB holds. */
	(void)madvise(p, len, MADV_HUGEPAGE);
	return p;
}

enum err client_arena_init(struct client_arena *a, size_t n_max, unsigned n_shards)
{
	*a = (struct client_arena){ .n_max = n_max + (size_t)n_shards * CLIENT_CHUNK };
	a->hot = reserve(a->n_max * sizeof(*a->hot));
	a->cold = reserve(a->n_max * sizeof(*a->cold));
	if (a->hot && a->cold)
		return ERR_OK;
	client_arena_release(a);
	return ERR_MEMORY;
}

void client_arena_release(struct client_arena *a)
{
	if (a->hot)
		munmap(a->hot, a->n_max * sizeof(*a->hot));
	if (a->cold)
		munmap(a->cold, a->n_max * sizeof(*a->cold));
	*a = (struct client_arena){ 0 };
}

void clients_drop_index(struct clients *c)
{
	pool_give(c->pool, c->index, c->index_len * sizeof(*c->index));
	c->index = NULL;
	c->index_len = 0;
}

/* An index that need not grow when as many come as are expected: growing costs a tenth of all work. */
static size_t first_index_len(const struct engine_config *config, unsigned n_shards)
{
	uint64_t n = config->clients_expected < config->capacity ? config->clients_expected
								 : config->capacity;
	size_t len = (size_t)(n < EXPECTED_MAX ? n : EXPECTED_MAX) / n_shards * 4 / 3;

	return len > INDEX_LEN_MIN ? len : INDEX_LEN_MIN;
}

enum err clients_init(struct clients *c, struct client_arena *a, struct pool *pool,
		      const struct engine_config *config, unsigned n_shards)
{
	*c = (struct clients){
		.arena = a,
		.pool = pool,
		.index_len = first_index_len(config, n_shards),
		.secret = config->secret,
		.free_head = CLIENT_NONE,
		.capacity = (config->capacity + n_shards - 1) / n_shards,
		.next_in_chunk = CLIENT_CHUNK,
		.age_out_ns = config->age_out_ns,
		.age_out_max_ns = config->age_out_ns,
		.age_out_min_ns = config->age_out_min_ns,
		.no_sweep_before_ns = INT64_MIN,
	};
	c->index = pool_take(pool, c->index_len * sizeof(*c->index));
	c->chunks_cap = c->capacity / CLIENT_CHUNK + 2;
	c->chunks = malloc(c->chunks_cap * sizeof(*c->chunks));
	return c->index && c->chunks ? ERR_OK : ERR_MEMORY;
}

void clients_release(struct clients *c)
{
	clients_drop_index(c);
	free(c->chunks);
	free(c->refused);
	*c = (struct clients){ 0 };
}

uint64_t clients_hash(const struct clients *c, const struct addr *a)
{
	return hash_addr(a, c->secret);
}

static size_t slot_of(const struct clients *c, uint64_t hash)
{
	return (size_t)((hash >> 32) * c->index_len >> 32);
}

static uint32_t tag_of(uint64_t hash)
{
	return (uint32_t)hash << TAG_SHIFT;
}

void clients_prefetch_index(const struct clients *c, uint64_t hash)
{
	__builtin_prefetch(&c->index[slot_of(c, hash)]);
}

uint32_t clients_prefetch_record(const struct clients *c, uint64_t hash)
{
	const uint32_t *at = &c->index[slot_of(c, hash)], *end = c->index + c->index_len;
	uint32_t tag = tag_of(hash);
	for (unsigned tries = 0; tries < 16 && *at; tries++) {
		if ((*at ^ tag) <= ID_MASK) {
			uint32_t id = (*at ^ tag) - 1;
			__builtin_prefetch(&c->arena->hot[id], 1);
			return id;
		}
		if (++at == end)
			at = c->index;
	}
	return CLIENT_NONE;
}

uint32_t clients_find(const struct clients *c, const struct addr *a, uint64_t hash)
{
	size_t i = slot_of(c, hash);
	uint32_t tag = tag_of(hash);
	while (c->index[i]) {
		uint32_t id = (c->index[i] & ID_MASK) - 1;
		if ((c->index[i] & ~(uint32_t)ID_MASK) == tag && addr_equal(&c->arena->hot[id].addr, a))
			return id;
		if (++i == c->index_len)
			i = 0;
	}
	return CLIENT_NONE;
}

static void index_put(uint32_t *index, size_t len, uint64_t hash, uint32_t id)
{
	size_t i = (size_t)((hash >> 32) * len >> 32);
	while (index[i])
		if (++i == len)
			i = 0;
	index[i] = tag_of(hash) | (id + 1);
}

void clients_each(const struct clients *c, void (*f)(void *arg, uint32_t id), void *arg)
{
	for (size_t k = 0; k < c->n_chunks; k++) {
		size_t n = k + 1 == c->n_chunks ? c->next_in_chunk : CLIENT_CHUNK;
		for (size_t i = 0; i < n; i++)
			if (!c->arena->hot[c->chunks[k] + i].dead)
				f(arg, c->chunks[k] + (uint32_t)i);
	}
}

size_t clients_n_places(const struct clients *c)
{
	return c->n_chunks ? (c->n_chunks - 1) * CLIENT_CHUNK + c->next_in_chunk : 0;
}

uint32_t clients_at(const struct clients *c, size_t place)
{
	uint32_t id = c->chunks[place / CLIENT_CHUNK] + (uint32_t)(place % CLIENT_CHUNK);
	return c->arena->hot[id].dead ? CLIENT_NONE : id;
}

struct reindex {
	const struct clients *c;
	uint32_t *index;
	size_t len;
};

static void reindex_one(void *arg, uint32_t id)
{
	struct reindex *r = arg;
	index_put(r->index, r->len, clients_hash(r->c, &r->c->arena->hot[id].addr), id);
}

/* Builds the index anew with len slots: to grow, and after entries have left. */
static bool index_rebuild(struct clients *c, size_t len)
{
	uint32_t *index = pool_take(c->pool, len * sizeof(*index));
	if (!index)
		return false;
	struct reindex r = { c, index, len };
	clients_each(c, reindex_one, &r);
	clients_drop_index(c);
	c->index = index;
	c->index_len = len;
	return true;
}

static uint32_t take_record(struct clients *c)
{
	if (c->free_head != CLIENT_NONE) {
		uint32_t id = c->free_head;
		c->free_head = c->arena->hot[id].rx_flags;
		return id;
	}
	if (c->next_in_chunk == CLIENT_CHUNK) {
		size_t first = atomic_fetch_add(&c->arena->n_taken, CLIENT_CHUNK);
		if (first + CLIENT_CHUNK > c->arena->n_max || c->n_chunks == c->chunks_cap)
			return CLIENT_NONE;
		c->chunks[c->n_chunks++] = (uint32_t)first;
		c->next_in_chunk = 0;
	}
	return c->chunks[c->n_chunks - 1] + (uint32_t)c->next_in_chunk++;
}

static int64_t last_of(const struct client_hot *h)
{
	return h->last_rx_ns > h->last_tx_ns ? h->last_rx_ns : h->last_tx_ns;
}

struct sweep {
	struct clients *c;
	int64_t before_ns;
	uint64_t n;
};

static void sweep_one(void *arg, uint32_t id)
{
	struct sweep *s = arg;
	struct client_hot *h = client_hot_of(s->c, id);
	if (last_of(h) >= s->before_ns)
		return;
	h->dead = 1;
	h->rx_flags = s->c->free_head;
	s->c->free_head = id;
	s->n++;
}

static uint64_t sweep(struct clients *c, int64_t before_ns)
{
	struct sweep s = { c, before_ns, 0 };
	clients_each(c, sweep_one, &s);
	c->n -= s.n;
	c->n_aged_out += s.n;
	if (s.n)
		(void)index_rebuild(c, c->index_len);
	return s.n;
}

void clients_set_age_out(struct clients *c, int64_t age_out_ns)
{
	bool is_full_length = c->age_out_ns >= c->age_out_max_ns;

	c->age_out_max_ns = age_out_ns;
	if (is_full_length || c->age_out_ns > age_out_ns)
		c->age_out_ns = age_out_ns;
}

void clients_age_out(struct clients *c, int64_t now_ns)
{
	/* After the pressure the age-out grows back, by a quarter each time this is called. */
	if (c->age_out_ns < c->age_out_max_ns) {
		c->age_out_ns += c->age_out_ns / 4;
		if (c->age_out_ns > c->age_out_max_ns)
			c->age_out_ns = c->age_out_max_ns;
	}
	(void)sweep(c, now_ns - c->age_out_ns);
}

/* At capacity: shortens the age-out step by step until something leaves.  A fruitless search is not
 * repeated for a second of packet time, or a flood of new addresses would cost a sweep a packet. */
static bool make_room(struct clients *c, int64_t now_ns)
{
	if (now_ns < c->no_sweep_before_ns)
		return false;
	for (;;) {
		if (sweep(c, now_ns - c->age_out_ns))
			return true;
		if (c->age_out_ns <= c->age_out_min_ns)
			break;
		c->age_out_ns -= c->age_out_ns / 4;
		if (c->age_out_ns < c->age_out_min_ns)
			c->age_out_ns = c->age_out_min_ns;
	}
	c->no_sweep_before_ns = now_ns + NS_PER_S;
	return false;
}

static void refuse(struct clients *c, const struct addr *a)
{
	c->n_refused_packets++;
	if (!c->refused)
		c->refused = calloc(REFUSED_REGISTERS, 1);
	if (!c->refused)
		return;
	/* Mixed once more, since within a shard some bits of it agree. */
	uint64_t h = hash_fold(hash_addr_fixed(a), UINT64_C(0x589965cc75374cc3));
	uint8_t rank = (uint8_t)(__builtin_ctzll(h >> REFUSED_LOG2 | UINT64_C(1) << (63 - REFUSED_LOG2)) + 1);
	uint8_t *reg = &c->refused[h & (REFUSED_REGISTERS - 1)];
	if (rank > *reg)
		*reg = rank;
}

uint32_t clients_enter_unknown(struct clients *c, const struct addr *a, uint64_t hash, int64_t now_ns,
			       bool *is_new)
{
	uint32_t id = clients_find(c, a, hash);
	*is_new = false;
	if (id != CLIENT_NONE)
		return id;
	if (c->n >= c->capacity && !make_room(c, now_ns)) {
		refuse(c, a);
		return CLIENT_NONE;
	}
	if ((c->n + 1) * 5 > c->index_len * 4 && !index_rebuild(c, c->index_len + c->index_len / 2)) {
		refuse(c, a);
		return CLIENT_NONE;
	}
	id = take_record(c);
	if (id == CLIENT_NONE) {
		refuse(c, a);
		return CLIENT_NONE;
	}
	*client_hot_of(c, id) = (struct client_hot){ .addr = *a };
	*client_cold_of(c, id) = (struct client_cold){ .first_ns = now_ns };
	index_put(c->index, c->index_len, hash, id);
	c->n++;
	*is_new = true;
	return id;
}

static uint64_t at_most(uint64_t v, unsigned bits)
{
	uint64_t max = (UINT64_C(1) << bits) - 1;
	return v < max ? v : max;
}

static int64_t whole_s(int64_t ns)
{
	return ns / NS_PER_S;
}

/* Highest packets in one second and in ten: windows on whole seconds of packet time. */
static void count_burst(struct client_hot *h, struct client_cold *c, int64_t now_ns)
{
	int64_t now_s = whole_s(now_ns), last_s = whole_s(h->last_rx_ns);
	if (h->calm) {
		h->calm = 0;
		c->now_1s = 1;
		c->now_10s = 1;
	}
	c->now_1s = now_s == last_s ? at_most(c->now_1s + UINT64_C(1), 32) : 1;
	c->now_10s = now_s / 10 == last_s / 10 ? at_most(c->now_10s + UINT64_C(1), 24) : 1;
	if (c->now_1s > c->peak_1s)
		c->peak_1s = at_most(c->now_1s, 24);
	if (c->now_10s > c->peak_10s)
		c->peak_10s = c->now_10s;
}

void client_begin_rx(struct client_hot *h, struct client_cold *c, int64_t time_ns, uint16_t port)
{
	c->first_rx_ns = h->last_rx_ns = time_ns;
	h->calm = 1;
	c->peak_1s = 1;
	c->peak_10s = 1;
	h->last_port = port;
	if (time_ns < c->first_ns)
		c->first_ns = time_ns;
}

void client_soon_rx(struct client_hot *h, struct client_cold *c, int64_t time_ns)
{
	count_burst(h, c, time_ns);
	if (time_ns >= h->last_rx_ns)
		return;
	if (time_ns < c->first_rx_ns)
		c->first_rx_ns = time_ns;
	if (time_ns < c->first_ns)
		c->first_ns = time_ns;
}

void client_first_tx(struct client_hot *h, struct client_cold *c, int64_t time_ns)
{
	if (time_ns > h->last_tx_ns || (h->tx == 0 && c->tx_high == 0))
		h->last_tx_ns = time_ns;
	if (time_ns < c->first_ns)
		c->first_ns = time_ns;
}

void client_count_rx(struct clients *clients, uint32_t id, const struct event *e, bool valid)
{
	struct client_cold *c = client_cold_of(clients, id);

	client_add_rx(clients, id, e->time_ns, e->flags, e->client_port, e->poll_log2s, valid);
	if (e->payload_len != NTP_HEADER_LEN)
		c->rx_more += (int64_t)e->payload_len - NTP_HEADER_LEN;
}

static void count_kisses(struct client_cold *c, uint32_t flags)
{
	if (flags & FLAG_KOD_RATE)
		c->kod_rate = at_most(c->kod_rate + UINT64_C(1), 16);
	if (flags & FLAG_KOD_DENY)
		c->kod_deny = at_most(c->kod_deny + UINT64_C(1), 16);
	if (flags & FLAG_KOD_RSTR)
		c->kod_rstr = at_most(c->kod_rstr + UINT64_C(1), 16);
}

void client_count_tx(struct clients *clients, uint32_t id, const struct event *e)
{
	struct client_cold *c = client_cold_of(clients, id);

	client_add_tx(clients, id, e->time_ns, e->flags);
	if (e->payload_len != NTP_HEADER_LEN)
		c->tx_more += (int64_t)e->payload_len - NTP_HEADER_LEN;
	if (e->flags & (FLAG_KOD_RATE | FLAG_KOD_DENY | FLAG_KOD_RSTR))
		count_kisses(c, e->flags);
}

uint32_t client_many_deltas(struct client_hot *h, struct client_cold *c)
{
	if (client_n_deltas(h, c) == UINT32_MAX)
		return UINT32_MAX;
	h->n_deltas = h->n_deltas + 1;
	if (h->n_deltas == 0)
		c->n_deltas_high++;
	h->many = 1;
	return client_n_deltas(h, c);
}

double refused_estimate(const uint8_t registers[REFUSED_REGISTERS])
{
	double sum = 0;
	unsigned zero = 0;
	for (unsigned i = 0; i < REFUSED_REGISTERS; i++) {
		sum += ldexp(1.0, -registers[i]);
		zero += registers[i] == 0;
	}
	double m = REFUSED_REGISTERS;
	double estimate = 0.7213 / (1 + 1.079 / m) * m * m / sum;
	if (estimate <= 2.5 * m && zero)
		estimate = m * log(m / zero);
	return estimate;
}
