/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hashes for tables.  addr_shard() is fixed, since which shard a client belongs to must not differ from
 * run to run; hash64() takes a secret, since strangers choose the keys of our tables.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>
#include <string.h>

#include "base/addr.h"

/* 64 x 64 -> 128 multiply, folded: mixes well and costs one instruction. */
static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
	__uint128_t m = (__uint128_t)a * b;
	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* Both halves meet the secret before they are multiplied: a half that is zero then makes the product zero
 * whatever the other one is, and nobody may be able to choose such a half. */
static inline uint64_t hash_addr(const struct addr *a, uint64_t secret)
{
	uint64_t hi, lo;
	memcpy(&hi, a->b, 8);
	memcpy(&lo, a->b + 8, 8);
	hi ^= (secret << 32 | secret >> 32) ^ UINT64_C(0x9e3779b97f4a7c15);
	lo ^= secret ^ UINT64_C(0xd1b54a32d192ed03);
	return hash_fold(hash_fold(hi, lo) ^ secret, UINT64_C(0x8ebc6af09c88c6e3));
}

/* Without a secret, for what must not differ from run to run: each half is mixed on its own, so that neither
 * can silence the other. */
static inline uint64_t hash_addr_fixed(const struct addr *a)
{
	uint64_t hi, lo;
	memcpy(&hi, a->b, 8);
	memcpy(&lo, a->b + 8, 8);
	uint64_t mixed = hash_fold(hi ^ UINT64_C(0x2d358dccaa6c78a5), UINT64_C(0x9e3779b97f4a7c15)) + lo;
	return hash_fold(mixed ^ UINT64_C(0x8bb84b93962eacc9), UINT64_C(0x8ebc6af09c88c6e3));
}

/* A shard of 64, from the address alone. */
enum { N_SHARDS = 64 };

static inline unsigned addr_shard(const struct addr *a)
{
	return (unsigned)(hash_addr_fixed(a) >> 58);
}

static inline uint64_t hash64(uint64_t x, uint64_t secret)
{
	return hash_fold(x ^ secret, UINT64_C(0xa0761d6478bd642f) ^ (secret << 1));
}

/* Texts in a row: of the first with any number, of the next with what that gave.  Without a secret: for
 * tables of bounded size, where names that were chosen to collide cost no more than a walk along it. */
static inline uint64_t hash_text(const char *text, uint64_t h)
{
	do
		h = hash64((uint64_t)(unsigned char)*text, h);
	while (*text++);
	return h;
}

#endif
