/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cursor over borrowed bytes with a sticky error: read down the page, ask b->bad once at the end.
 * After the first read past the end every further read gives 0 (or NULL) and moves nothing.
 * NULL with length 0 is a valid empty cursor.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *at, *end;
	bool bad;
};

static inline struct bytes bytes_of(const uint8_t *p, size_t len)
{
	return (struct bytes){ .at = p, .end = len ? p + len : p, .bad = false };
}

static inline size_t bytes_left(const struct bytes *b)
{
	return b->bad ? 0 : (size_t)(b->end - b->at);
}

/* The next n bytes, or NULL (and bad) when fewer are left. */
static inline const uint8_t *bytes_take(struct bytes *b, size_t n)
{
	if (b->bad || (size_t)(b->end - b->at) < n) {
		b->bad = true;
		return NULL;
	}
	const uint8_t *p = b->at;
	if (n)
		b->at += n;
	return p;
}

/* Loads from bytes that are known to be there; no alignment needed. */
static inline uint16_t load_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t load_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t load_be64(const uint8_t *p)
{
	return (uint64_t)load_be32(p) << 32 | load_be32(p + 4);
}

static inline uint16_t load_le16(const uint8_t *p)
{
	return (uint16_t)(p[1] << 8 | p[0]);
}

static inline uint32_t load_le32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static inline uint64_t load_le64(const uint8_t *p)
{
	return (uint64_t)load_le32(p + 4) << 32 | load_le32(p);
}

/* Stores; no alignment needed. */
static inline void store_be16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void store_be32(uint8_t *p, uint32_t v)
{
	store_be16(p, (uint16_t)(v >> 16));
	store_be16(p + 2, (uint16_t)v);
}

static inline void store_be64(uint8_t *p, uint64_t v)
{
	store_be32(p, (uint32_t)(v >> 32));
	store_be32(p + 4, (uint32_t)v);
}

static inline uint8_t bytes_u8(struct bytes *b)
{
	const uint8_t *p = bytes_take(b, 1);
	return p ? *p : 0;
}

static inline uint16_t bytes_be16(struct bytes *b)
{
	const uint8_t *p = bytes_take(b, 2);
	return p ? load_be16(p) : 0;
}

static inline uint32_t bytes_be32(struct bytes *b)
{
	const uint8_t *p = bytes_take(b, 4);
	return p ? load_be32(p) : 0;
}

static inline uint64_t bytes_be64(struct bytes *b)
{
	const uint8_t *p = bytes_take(b, 8);
	return p ? load_be64(p) : 0;
}

#endif
