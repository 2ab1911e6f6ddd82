/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Little capture files made in memory, byte for byte, for the tests of this folder. */
#ifndef TESTS_MADE_H
#define TESTS_MADE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { MADE_MAX = 1 << 16 };

struct made {
	uint8_t data[MADE_MAX];
	size_t len;
	bool big;
};

static inline void made_16(struct made *m, uint16_t v)
{
	m->data[m->len++] = (uint8_t)(m->big ? v >> 8 : v);
	m->data[m->len++] = (uint8_t)(m->big ? v : v >> 8);
}

static inline void made_32(struct made *m, uint32_t v)
{
	made_16(m, (uint16_t)(m->big ? v >> 16 : v));
	made_16(m, (uint16_t)(m->big ? v : v >> 16));
}

static inline void made_zeros(struct made *m, size_t n)
{
	memset(m->data + m->len, 0, n);
	m->len += n;
}

/* caplen bytes that tell frames apart: each is the low byte of seed. */
static inline void made_payload(struct made *m, uint32_t seed, uint32_t caplen)
{
	memset(m->data + m->len, (int)(seed & 0xff), caplen);
	m->len += caplen;
}

static inline void made_pcap(struct made *m, uint32_t magic, uint16_t link)
{
	made_32(m, magic);
	made_16(m, 2);
	made_16(m, 4);
	made_zeros(m, 8);
	made_32(m, 65535);
	made_32(m, link);
}

static inline void made_record(struct made *m, uint32_t s, uint32_t fraction, uint32_t caplen, uint32_t len)
{
	made_32(m, s);
	made_32(m, fraction);
	made_32(m, caplen);
	made_32(m, len);
}

/* A whole packet of a pcap file. */
static inline void made_packet(struct made *m, uint32_t s, uint32_t fraction, uint32_t caplen)
{
	made_record(m, s, fraction, caplen, caplen);
	made_payload(m, s, caplen);
}

static inline size_t made_block(struct made *m, uint32_t type)
{
	made_32(m, type);
	made_32(m, 0);
	return m->len - 8;
}

/* Pads the block that began at `start` and writes both its lengths. */
static inline void made_block_end(struct made *m, size_t start)
{
	size_t end;

	made_zeros(m, -(m->len - start) & 3);
	end = m->len;
	m->len = start + 4;
	made_32(m, (uint32_t)(end - start + 4));
	m->len = end;
	made_32(m, (uint32_t)(end - start + 4));
}

static inline void made_section(struct made *m)
{
	size_t b = made_block(m, 0x0a0d0d0a);

	made_32(m, 0x1a2b3c4d);
	made_16(m, 1);
	made_16(m, 0);
	made_32(m, UINT32_MAX);
	made_32(m, UINT32_MAX);
	made_block_end(m, b);
}

/* resolution is if_tsresol; 0 leaves the option out. */
static inline void made_interface(struct made *m, uint16_t link, uint32_t snaplen, uint8_t resolution)
{
	size_t b = made_block(m, 1);

	made_16(m, link);
	made_16(m, 0);
	made_32(m, snaplen);
	if (resolution) {
		made_16(m, 9);
		made_16(m, 1);
		m->data[m->len++] = resolution;
		made_zeros(m, 3);
		made_32(m, 0);
	}
	made_block_end(m, b);
}

static inline void made_enhanced(struct made *m, uint32_t interface, uint64_t ticks, uint32_t caplen)
{
	size_t b = made_block(m, 6);

	made_32(m, interface);
	made_32(m, (uint32_t)(ticks >> 32));
	made_32(m, (uint32_t)ticks);
	made_32(m, caplen);
	made_32(m, caplen);
	made_payload(m, (uint32_t)ticks, caplen);
	made_block_end(m, b);
}

static inline void made_simple(struct made *m, uint32_t len, uint32_t caplen)
{
	size_t b = made_block(m, 3);

	made_32(m, len);
	made_payload(m, 0, caplen);
	made_block_end(m, b);
}

static inline void made_other(struct made *m, uint32_t type, size_t n)
{
	size_t b = made_block(m, type);

	made_zeros(m, n);
	made_block_end(m, b);
}

#endif
