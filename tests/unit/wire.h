/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames for tests, built from the inside out: begin with a payload, then put one header after the other
 * before it.  Lengths are filled in right; a test that wants them wrong changes w.at[...] afterwards, where
 * offsets count from the outermost header.
 */
#ifndef TESTS_UNIT_WIRE_H
#define TESTS_UNIT_WIRE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/packet.h"

enum { WIRE_ROOM = 4096, WIRE_END = 3900 };

struct wire {
	uint8_t room[WIRE_ROOM];
	uint8_t *at; /* the outermost header */
	uint32_t len;
};

/* len bytes of payload: 0x23 (an NTPv4 request's first byte), then a count. */
static inline void wire_begin(struct wire *w, uint32_t len)
{
	memset(w->room, 0, sizeof(w->room));
	w->at = w->room + WIRE_END - len;
	w->len = len;
	for (uint32_t i = 0; i < len; i++)
		w->at[i] = i ? (uint8_t)i : 0x23;
}

static inline void wire_push(struct wire *w, const void *header, uint32_t len)
{
	w->at -= len;
	w->len += len;
	memcpy(w->at, header, len);
}

/* "08 00 45": spaces are for the reader. */
static inline void wire_hex(struct wire *w, const char *hex)
{
	uint8_t bytes[256];
	uint32_t n = 0;
	unsigned digits = 0, value = 0;

	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		value = value << 4 | (unsigned)(*hex <= '9' ? *hex - '0' : *hex - 'a' + 10);
		if (++digits == 2) {
			bytes[n++] = (uint8_t)value;
			digits = value = 0;
		}
	}
	wire_push(w, bytes, n);
}

static inline void wire_be16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void wire_udp(struct wire *w, uint16_t sport, uint16_t dport)
{
	uint8_t h[8] = { 0 };
	wire_be16(h, sport);
	wire_be16(h + 2, dport);
	wire_be16(h + 4, w->len + 8);
	wire_be16(h + 6, 0xbeef);
	wire_push(w, h, 8);
}

/* 192.0.2.1 to 198.51.100.7, TTL 61, id 0x1234. */
static inline void wire_ip4(struct wire *w, uint8_t proto)
{
	uint8_t h[20] = { 0x45, 0, 0, 0, 0x12, 0x34, 0, 0, 61, proto, 0, 0, 192, 0, 2, 1, 198, 51, 100, 7 };
	wire_be16(h + 2, w->len + 20);
	wire_push(w, h, 20);
}

/* 2001:db8::1 to 2001:db8::7, hop limit 62. */
static inline void wire_ip6(struct wire *w, uint8_t proto)
{
	uint8_t h[40] = { 0x60, 0,   0,    0,        0,           0, proto, 62,   0x20,
			  1,    0xd, 0xb8, [23] = 1, [24] = 0x20, 1, 0xd,   0xb8, [39] = 7 };
	wire_be16(h + 4, w->len);
	wire_push(w, h, 40);
}

static inline void wire_ether(struct wire *w, uint16_t type)
{
	uint8_t h[14] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 };
	wire_be16(h + 12, type);
	wire_push(w, h, 14);
}

/* The frame, cut to caplen, in a block of exactly its size: a sanitizer sees the first byte read behind it.
 * Release with wire_free(). */
static inline struct packet wire_packet(const struct wire *w, uint16_t link, uint32_t caplen)
{
	uint8_t *copy = malloc(caplen ? caplen : 1);
	memcpy(copy, w->at, caplen);
	return (struct packet){
		.data = copy, .caplen = caplen, .len = w->len, .link = link, .frame = 1, .has_time = true
	};
}

static inline void wire_free(struct packet *p)
{
	free((void *)(uintptr_t)p->data);
	p->data = NULL;
}

#endif
