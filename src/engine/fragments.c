/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/fragments.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"

enum {
	BLOCK_BYTES = 1480, /* what an Ethernet frame holds of a fragmented IPv4 packet */
	IP4_LEN = 20,
	IP6_LEN = 40,
	PACKET_MAX = 65535,
	UNKNOWN = UINT32_MAX >> 1,
};

/* Trains and blocks are named by their number in the array plus one, so that 0 is "none". */

struct fragment_block {
	uint32_t next; /* with a greater offset */
	uint16_t offset, len;
	bool begins, ends; /* the first, the last block of a piece */
	uint8_t bytes[BLOCK_BYTES];
};

struct fragment_key {
	struct addr src, dst;
	uint32_t id;
	uint8_t version;
	uint8_t proto; /* 0 for IPv6, where only addresses and id count (RFC 8200 section 4.5) */
};

struct fragment_train {
	struct fragment_key key;
	int64_t first_ns;
	uint32_t next; /* in the bucket, or in the list of free ones */
	uint32_t older, newer;
	uint32_t blocks;     /* sorted by offset */
	uint32_t last_block; /* the one with the greatest offset: most pieces come in order */
	uint32_t end;        /* of the packet's payload; UNKNOWN before the last piece came */
	uint32_t n_bytes, n_pieces;
	bool given_up; /* kept to turn its other pieces away */
	uint8_t proto; /* of the piece at offset 0 */
};

static struct fragment_train *train_at(const struct fragments *f, uint32_t number)
{
	return &f->trains[number - 1];
}

static struct fragment_block *block_at(const struct fragments *f, uint32_t number)
{
	return &f->blocks[number - 1];
}

/* ---- blocks ---- */

static uint32_t block_take(struct fragments *f)
{
	uint32_t number = f->free_block;
	if (number)
		f->free_block = block_at(f, number)->next;
	else
		number = ++f->fresh_block;
	f->n_blocks_used++;
	return number;
}

static void blocks_free(struct fragments *f, struct fragment_train *t)
{
	while (t->blocks) {
		struct fragment_block *b = block_at(f, t->blocks);
		uint32_t next = b->next;
		b->next = f->free_block;
		f->free_block = t->blocks;
		f->n_blocks_used--;
		t->blocks = next;
	}
	t->last_block = 0;
}

/* ---- trains: a hash chain each, and one list in the order of their beginning ---- */

static uint32_t *bucket_of(const struct fragments *f, const struct fragment_key *k)
{
	uint64_t h = hash_addr(&k->src, f->secret);
	h = hash_addr(&k->dst, h);
	h = hash64(h ^ ((uint64_t)k->id << 16 | k->version << 8 | k->proto), f->secret);
	return &f->buckets[h & f->bucket_mask];
}

static bool key_equal(const struct fragment_key *a, const struct fragment_key *b)
{
	return a->id == b->id && a->version == b->version && a->proto == b->proto &&
	       addr_equal(&a->src, &b->src) && addr_equal(&a->dst, &b->dst);
}

static uint32_t train_find(const struct fragments *f, const struct fragment_key *k)
{
	for (uint32_t n = *bucket_of(f, k); n; n = train_at(f, n)->next)
		if (key_equal(&train_at(f, n)->key, k))
			return n;
	return 0;
}

/* 0 when the table is full. */
static uint32_t train_new(struct fragments *f, const struct fragment_key *k, int64_t now_ns)
{
	if (f->n_trains == f->capacity)
		return 0;
	uint32_t number = f->free_train;
	if (number)
		f->free_train = train_at(f, number)->next;
	else
		number = ++f->fresh_train;
	f->n_trains++;

	uint32_t *bucket = bucket_of(f, k);
	*train_at(f, number) = (struct fragment_train){
		.key = *k,
		.first_ns = now_ns,
		.next = *bucket,
		.older = f->newest,
		.end = UNKNOWN,
	};
	*bucket = number;
	if (f->newest)
		train_at(f, f->newest)->newer = number;
	else
		f->oldest = number;
	f->newest = number;
	return number;
}

static void train_free(struct fragments *f, uint32_t number)
{
	struct fragment_train *t = train_at(f, number);
	uint32_t *link = bucket_of(f, &t->key);

	while (*link != number)
		link = &train_at(f, *link)->next;
	*link = t->next;
	*(t->older ? &train_at(f, t->older)->newer : &f->oldest) = t->newer;
	*(t->newer ? &train_at(f, t->newer)->older : &f->newest) = t->older;
	blocks_free(f, t);
	t->next = f->free_train;
	f->free_train = number;
	f->n_trains--;
}

/* The pieces go, the entry stays until its time is over. */
static void give_up(struct fragments *f, struct fragment_train *t, uint64_t *counter)
{
	++*counter;
	f->stats.n_dropped += t->n_pieces;
	blocks_free(f, t);
	t->n_pieces = 0;
	t->given_up = true;
}

static void expire(struct fragments *f, int64_t now_ns)
{
	while (f->oldest) {
		struct fragment_train *t = train_at(f, f->oldest);
		/* A piece from far ahead, with a false date, is as old as one from long ago. */
		uint64_t age_ns = now_ns < t->first_ns ? (uint64_t)t->first_ns - (uint64_t)now_ns
						       : (uint64_t)now_ns - (uint64_t)t->first_ns;
		if (age_ns <= (uint64_t)f->timeout_ns)
			return;
		if (!t->given_up) {
			f->stats.n_timed_out++;
			f->stats.n_dropped += t->n_pieces;
		}
		train_free(f, f->oldest);
	}
}

/* ---- pieces ---- */

struct piece {
	const uint8_t *bytes;
	uint32_t offset, len;
	bool last;
};

enum fit { FIT_NEW, FIT_DUPLICATE, FIT_OVERLAP };

static bool goes_last(const struct fragments *f, const struct fragment_train *t, const struct piece *p)
{
	if (!t->last_block)
		return true;
	const struct fragment_block *b = block_at(f, t->last_block);
	return p->offset >= (uint32_t)b->offset + b->len;
}

/* A duplicate begins, ends and reads exactly as a piece that is there. */
static enum fit fit(const struct fragments *f, const struct fragment_train *t, const struct piece *p)
{
	uint32_t at = p->offset, end = p->offset + p->len;
	bool ends = false;

	if (goes_last(f, t, p))
		return FIT_NEW;
	for (uint32_t n = t->blocks; n; n = block_at(f, n)->next) {
		const struct fragment_block *b = block_at(f, n);
		uint32_t b_end = (uint32_t)b->offset + b->len;
		if (b_end <= p->offset)
			continue;
		if (b->offset >= end)
			break;
		if (b->offset != at || b_end > end || b->begins != (at == p->offset) ||
		    memcmp(b->bytes, p->bytes + (at - p->offset), b->len) != 0)
			return FIT_OVERLAP;
		at = b_end;
		ends = b->ends;
	}
	if (at == p->offset)
		return FIT_NEW;
	return at == end && ends ? FIT_DUPLICATE : FIT_OVERLAP;
}

/* Two ends that differ, or bytes behind the end. */
static bool contradicts_end(const struct fragment_train *t, const struct fragments *f, const struct piece *p)
{
	uint32_t end = p->offset + p->len;

	if (t->end != UNKNOWN)
		return p->last ? end != t->end : end > t->end;
	if (!p->last || !t->last_block)
		return false;
	const struct fragment_block *b = block_at(f, t->last_block);
	return (uint32_t)b->offset + b->len > end;
}

/* False when there is no room. */
static bool store(struct fragments *f, struct fragment_train *t, const struct piece *p)
{
	uint32_t n_needed = (p->len + BLOCK_BYTES - 1) / BLOCK_BYTES;
	if (n_needed > f->n_blocks - f->n_blocks_used || t->n_pieces == FRAGMENTS_PIECES_MAX)
		return false;
	uint32_t *link = &t->blocks;
	if (t->last_block && goes_last(f, t, p))
		link = &block_at(f, t->last_block)->next;
	while (*link && block_at(f, *link)->offset < p->offset)
		link = &block_at(f, *link)->next;
	for (uint32_t at = 0; at < p->len; at += BLOCK_BYTES) {
		uint32_t number = block_take(f), len = p->len - at;
		struct fragment_block *b = block_at(f, number);
		if (len > BLOCK_BYTES)
			len = BLOCK_BYTES;
		b->next = *link;
		b->offset = (uint16_t)(p->offset + at);
		b->len = (uint16_t)len;
		b->begins = at == 0;
		b->ends = at + len == p->len;
		memcpy(b->bytes, p->bytes + at, len);
		*link = number;
		link = &b->next;
		if (!b->next)
			t->last_block = number;
	}
	t->n_pieces++;
	t->n_bytes += p->len;
	if (p->last)
		t->end = p->offset + p->len;
	return true;
}

/* ---- the whole ---- */

static uint32_t write_ip4(uint8_t *h, const struct fragment_train *t, uint32_t len, uint8_t ttl)
{
	memset(h, 0, IP4_LEN);
	h[0] = 0x45;
	store_be16(h + 2, (uint16_t)(IP4_LEN + len));
	store_be16(h + 4, (uint16_t)t->key.id);
	h[8] = ttl;
	h[9] = t->proto;
	memcpy(h + 12, t->key.src.b + 12, 4);
	memcpy(h + 16, t->key.dst.b + 12, 4);
	uint32_t sum = 0; /* RFC 1071 */
	for (unsigned i = 0; i < IP4_LEN; i += 2)
		sum += (uint32_t)h[i] << 8 | h[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	store_be16(h + 10, (uint16_t) ~(sum + (sum >> 16)));
	return IP4_LEN;
}

static uint32_t write_ip6(uint8_t *h, const struct fragment_train *t, uint32_t len, uint8_t ttl)
{
	memset(h, 0, IP6_LEN);
	h[0] = 0x60;
	store_be16(h + 4, (uint16_t)len);
	h[6] = t->proto;
	h[7] = ttl;
	memcpy(h + 8, t->key.src.b, 16);
	memcpy(h + 24, t->key.dst.b, 16);
	return IP6_LEN;
}

/* An IP header for len bytes of payload; returns its length. */
static uint32_t write_ip(struct fragments *f, const struct fragment_train *t, uint32_t len, uint8_t ttl)
{
	return t->key.version == 4 ? write_ip4(f->whole, t, len, ttl) : write_ip6(f->whole, t, len, ttl);
}

static void name_whole(const struct fragments *f, const struct fragment_train *t, const struct packet *p,
		       struct packet *whole)
{
	*whole = *p;
	whole->data = f->whole;
	whole->link = t->key.version == 4 ? LINK_IPV4 : LINK_IPV6;
}

static void write_whole(struct fragments *f, const struct fragment_train *t, const struct packet *p,
			const struct datagram *d, struct packet *whole)
{
	uint32_t header = write_ip(f, t, t->end, d->ttl);

	for (uint32_t n = t->blocks; n; n = block_at(f, n)->next) {
		const struct fragment_block *b = block_at(f, n);
		memcpy(f->whole + header + b->offset, b->bytes, b->len);
	}
	name_whole(f, t, p, whole);
	whole->caplen = whole->len = header + t->end;
}

/* The beginning of a packet that will never be whole. */
static void write_cut(struct fragments *f, struct fragment_train *t, const struct packet *p,
		      const struct datagram *d, struct packet *whole)
{
	t->proto = d->ip_proto;
	uint32_t header = write_ip(f, t, d->payload_wire_len, d->ttl);
	memmove(f->whole + header, d->payload, d->payload_len);
	name_whole(f, t, p, whole);
	whole->caplen = header + d->payload_len;
	whole->len = header + d->payload_wire_len;
}

/* ---- the door ---- */

static bool is_bad(const struct datagram *d)
{
	uint32_t max = d->ip_version == 4 ? PACKET_MAX - IP4_LEN : PACKET_MAX, len = d->payload_wire_len;

	return !len || len > max || d->fragment_offset > max - len;
}

static bool is_cut(const struct datagram *d)
{
	return d->payload_len < d->payload_wire_len || (d->findings & FRAME_IP_LENGTH_LIES);
}

/* Puts the piece where it belongs; true when the packet is whole now. */
static bool take_piece(struct fragments *f, struct fragment_train *t, const struct datagram *d)
{
	struct piece p = { d->payload, d->fragment_offset, d->payload_len, !d->fragment_more };

	if (t->given_up) {
		f->stats.n_dropped++;
		return false;
	}
	enum fit how = contradicts_end(t, f, &p) ? FIT_OVERLAP : fit(f, t, &p);
	if (how == FIT_OVERLAP) {
		give_up(f, t, &f->stats.n_overlaps);
		return false;
	}
	if (how == FIT_DUPLICATE) {
		f->stats.n_duplicates++;
		return false;
	}
	if (!store(f, t, &p)) {
		f->stats.n_refused++;
		return false;
	}
	if (!p.offset)
		t->proto = d->ip_proto;
	return t->n_bytes == t->end;
}

bool fragments_add(struct fragments *f, const struct packet *p, const struct datagram *d,
		   struct packet *whole)
{
	struct fragment_key key = {
		.src = d->src,
		.dst = d->dst,
		.id = d->fragment_id,
		.version = d->ip_version,
		.proto = d->ip_version == 4 ? d->ip_proto : 0,
	};

	f->stats.n_seen++;
	expire(f, p->time_ns);
	if (is_bad(d)) {
		f->stats.n_bad++;
		return false;
	}
	uint32_t number = train_find(f, &key);
	if (!number)
		number = train_new(f, &key, p->time_ns);
	if (!number) {
		f->stats.n_refused++;
		return false;
	}
	struct fragment_train *t = train_at(f, number);
	if (is_cut(d) && !t->given_up) {
		give_up(f, t, &f->stats.n_cut);
		if (d->fragment_offset)
			return false;
		write_cut(f, t, p, d, whole);
		return true;
	}
	if (!take_piece(f, t, d))
		return false;
	write_whole(f, t, p, d, whole);
	f->stats.n_reassembled++;
	f->stats.n_pieces += t->n_pieces;
	train_free(f, number);
	return true;
}

enum err fragments_init(struct fragments *f, uint32_t capacity, size_t memory, int64_t timeout_ns,
			uint64_t secret)
{
	size_t n_blocks = memory / sizeof(struct fragment_block), n_buckets = 16;

	memset(f, 0, sizeof(*f));
	if (!capacity || capacity > UINT32_MAX / 4 || !n_blocks || n_blocks >= UINT32_MAX || timeout_ns < 0)
		return ERR_USAGE;
	while (n_buckets < capacity)
		n_buckets *= 2;
	f->trains = calloc(capacity, sizeof(*f->trains));
	f->blocks = calloc(n_blocks, sizeof(*f->blocks));
	f->buckets = calloc(n_buckets, sizeof(*f->buckets));
	f->whole = malloc(IP6_LEN + PACKET_MAX);
	if (!f->trains || !f->blocks || !f->buckets || !f->whole) {
		fragments_release(f);
		return ERR_MEMORY;
	}
	f->capacity = capacity;
	f->n_blocks = (uint32_t)n_blocks;
	f->bucket_mask = (uint32_t)(n_buckets - 1);
	f->timeout_ns = timeout_ns;
	f->secret = secret;
	return ERR_OK;
}

void fragments_release(struct fragments *f)
{
	free(f->trains);
	free(f->blocks);
	free(f->buckets);
	free(f->whole);
	memset(f, 0, sizeof(*f));
}
