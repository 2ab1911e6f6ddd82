/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An IPv4 or IPv6 address as 16 bytes.  IPv4 is kept as ::ffff:a.b.c.d, so that one list, one hash and
 * one order serve both.  A genuine IPv6 packet from ::ffff:0:0/96 is shown as the IPv4 address it maps.
 */
#ifndef BASE_ADDR_H
#define BASE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct addr {
	uint8_t b[16];
};

enum { ADDR_TEXT_MAX = 48 };

static inline struct addr addr_from_v4(const uint8_t v4[4])
{
	struct addr a = { .b = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, v4[0], v4[1], v4[2], v4[3] } };
	return a;
}

static inline struct addr addr_from_v6(const uint8_t v6[16])
{
	struct addr a;
	memcpy(a.b, v6, 16);
	return a;
}

static inline bool addr_is_v4(const struct addr *a)
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
	return memcmp(a->b, mapped, 12) == 0;
}

static inline bool addr_equal(const struct addr *a, const struct addr *b)
{
	return memcmp(a->b, b->b, 16) == 0;
}

/* Order of the bytes: all IPv4 lies between ::fffe:… and ::1:0:0:0. */
static inline int addr_compare(const struct addr *a, const struct addr *b)
{
	return memcmp(a->b, b->b, 16);
}

/* RFC 5952 text (IPv4 as dotted quad).  out holds ADDR_TEXT_MAX; returns the length. */
size_t addr_text(const struct addr *a, char *out);

/* "192.0.2.1" or "2001:db8::1" into *out; false when it is neither. */
bool addr_parse(const char *text, struct addr *out);

/* Clears all bits behind the first `bits` of the 128-bit form: IPv4 /24 is 120. */
struct addr addr_truncate(const struct addr *a, unsigned bits);

/* Of 127.0.0.0/8, or ::1. */
bool addr_is_loopback(const struct addr *a);

#endif
