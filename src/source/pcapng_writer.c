/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/pcapng_writer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/nstime.h"
#include "proto/pcapng.h"

enum {
	ORDER_MARK = 0x1a2b3c4d,
	OPTION_TSRESOL = 9,
	OPTION_TSOFFSET = 14,
	INTERFACES_AT_FIRST = 8,
	NO_INTERFACE = 0xffffffff,
};

/* Seconds from the zero of early interfaces to 1970; 64 bits of nanoseconds reach back to 1677. */
static const int64_t early_s = INT64_C(320) * 365 * 86400;

struct pcapng_written {
	uint16_t file, link;
	uint32_t interface;
	bool early; /* its times count from 1650 on */
};

static void put16(struct buf *b, uint16_t v)
{
	char bytes[2] = { (char)v, (char)(v >> 8) };
	buf_add(b, bytes, sizeof(bytes));
}

static void put32(struct buf *b, uint32_t v)
{
	char bytes[4] = { (char)v, (char)(v >> 8), (char)(v >> 16), (char)(v >> 24) };
	buf_add(b, bytes, sizeof(bytes));
}

static void put64(struct buf *b, uint64_t v)
{
	put32(b, (uint32_t)v);
	put32(b, (uint32_t)(v >> 32));
}

void pcapng_writer_init(struct pcapng_writer *w, struct buf *out)
{
	*w = (struct pcapng_writer){ .out = out };
	put32(out, PCAPNG_SECTION);
	put32(out, 28);
	put32(out, ORDER_MARK);
	put16(out, 1);
	put16(out, 0);
	put64(out, UINT64_MAX); /* the section's length: not said */
	put32(out, 28);
}

void pcapng_writer_release(struct pcapng_writer *w)
{
	free(w->interfaces);
	free(w->table);
	*w = (struct pcapng_writer){ 0 };
}

/* ---- interfaces ---------------------------------------------------------------------------------- */

static bool is_same(const struct pcapng_written *a, const struct pcapng_written *b)
{
	return a->file == b->file && a->link == b->link && a->interface == b->interface &&
	       a->early == b->early;
}

/* Where in the table this interface is, or would go. */
static uint32_t *slot_of(const struct pcapng_writer *w, const struct pcapng_written *i)
{
	uint32_t mask = 2 * w->cap - 1;
	uint64_t key = (uint64_t)i->interface << 32 | (uint32_t)i->file << 16 | i->link;
	uint32_t at = (uint32_t)(hash64(key, i->early) >> 32) & mask;
	while (w->table[at] && !is_same(&w->interfaces[w->table[at] - 1], i))
		at = (at + 1) & mask;
	return &w->table[at];
}

static bool grow(struct pcapng_writer *w)
{
	uint32_t cap = w->cap ? 2 * w->cap : INTERFACES_AT_FIRST;
	uint32_t *table = calloc(2 * (size_t)cap, sizeof(*table));
	struct pcapng_written *interfaces = realloc(w->interfaces, cap * sizeof(*interfaces));
	if (interfaces)
		w->interfaces = interfaces;
	if (!interfaces || !table) {
		free(table);
		return false;
	}
	free(w->table);
	w->table = table;
	w->cap = cap;
	for (uint32_t i = 0; i < w->n; i++)
		*slot_of(w, &w->interfaces[i]) = i + 1;
	return true;
}

static void put_interface(struct buf *b, const struct pcapng_written *i)
{
	uint32_t len = i->early ? 44 : 32;
	put32(b, PCAPNG_INTERFACE);
	put32(b, len);
	put16(b, i->link);
	put16(b, 0);
	put32(b, 0);
	put16(b, OPTION_TSRESOL);
	put16(b, 1);
	put32(b, 9); /* nanoseconds, and three octets of padding */
	if (i->early) {
		put16(b, OPTION_TSOFFSET);
		put16(b, 8);
		put64(b, (uint64_t)-early_s);
	}
	put32(b, 0);
	put32(b, len);
}

/* The number of the frame's interface, which is written when it is new; NO_INTERFACE: no memory. */
static uint32_t interface_of(struct pcapng_writer *w, const struct packet *p)
{
	struct pcapng_written i = {
		.file = p->file,
		.link = p->link,
		.interface = p->interface,
		.early = p->has_time && p->time_ns < 0,
	};
	if (w->n && is_same(&w->interfaces[w->latest], &i))
		return w->latest;
	if (w->n == w->cap && !grow(w))
		return NO_INTERFACE;
	uint32_t *slot = slot_of(w, &i);
	if (!*slot) {
		w->interfaces[w->n++] = i;
		*slot = w->n;
		put_interface(w->out, &i);
	}
	w->latest = *slot - 1;
	return w->latest;
}

/* ---- frames -------------------------------------------------------------------------------------- */

static void put_bytes(struct buf *b, const struct packet *p)
{
	static const char padding[3];
	if (p->caplen)
		buf_add(b, (const char *)p->data, p->caplen);
	buf_add(b, padding, -p->caplen & 3);
}

static void put_simple(struct buf *b, const struct packet *p)
{
	uint32_t len = 16 + ((p->caplen + 3) & ~3U);
	put32(b, PCAPNG_SIMPLE_PACKET);
	put32(b, len);
	put32(b, p->len);
	put_bytes(b, p);
	put32(b, len);
}

static void put_enhanced(struct buf *b, const struct packet *p, uint32_t interface)
{
	uint32_t len = PCAPNG_ENHANCED_MIN + ((p->caplen + 3) & ~3U);
	uint64_t ticks = p->has_time ? (uint64_t)p->time_ns : 0;
	if (p->has_time && p->time_ns < 0)
		ticks += (uint64_t)early_s * (uint64_t)NS_PER_S;
	put32(b, PCAPNG_ENHANCED_PACKET);
	put32(b, len);
	put32(b, interface);
	put32(b, (uint32_t)(ticks >> 32));
	put32(b, (uint32_t)ticks);
	put32(b, p->caplen);
	put32(b, p->len);
	put_bytes(b, p);
	put32(b, len);
}

enum err pcapng_writer_add(struct pcapng_writer *w, const struct packet *p)
{
	uint32_t interface = interface_of(w, p);
	if (interface == NO_INTERFACE)
		return ERR_MEMORY;
	if (!p->has_time && interface == 0 && p->caplen == p->len)
		put_simple(w->out, p);
	else
		put_enhanced(w->out, p, interface);
	w->n_frames++;
	return ERR_OK;
}
