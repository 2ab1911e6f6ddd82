/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pcapng capture file format (draft-ietf-opsawg-pcapng): a chain of blocks, each framed by its length.
 * Pure: bytes in, fields out; who reads the file keeps the list of interfaces.
 *
 *	+--------------------------------+
 *	|  block type                    |
 *	+--------------------------------+
 *	|  total length, multiple of 4   |   some writers leave the padding out of the number
 *	+--------------------------------+
 *	|  body, padded to 4             |
 *	+--------------------------------+
 *	|  total length again            |
 *	+--------------------------------+
 *
 * A section header begins a section: byte order and the numbering of interfaces start anew there.
 */
#ifndef PROTO_PCAPNG_H
#define PROTO_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "proto/pcap.h"

enum {
	PCAPNG_FRAMING = 12,  /* octets of a block around its body */
	PCAPNG_HEAD_LEN = 12, /* what pcapng_block_parse wants to see: type, length, byte order */
	PCAPNG_TRAILER_LEN = 4,
	PCAPNG_ENHANCED_MIN = 32, /* an enhanced packet block without packet */
};

/* Longer blocks are damage; Wireshark's bound. */
#define PCAPNG_BLOCK_MAX UINT32_C(134348832)

enum pcapng_type {
	PCAPNG_INTERFACE = 0x00000001,
	PCAPNG_PACKET = 0x00000002, /* obsolete, still written */
	PCAPNG_SIMPLE_PACKET = 0x00000003,
	PCAPNG_NAMES = 0x00000004,
	PCAPNG_STATISTICS = 0x00000005,
	PCAPNG_ENHANCED_PACKET = 0x00000006,
	PCAPNG_JOURNAL = 0x00000009,
	PCAPNG_SECRETS = 0x0000000a,
	PCAPNG_SYSDIG = 0x00000204, /* three kinds of events of another tool */
	PCAPNG_SYSDIG_2 = 0x00000216,
	PCAPNG_SYSDIG_2_LARGE = 0x00000221,
	PCAPNG_CUSTOM = 0x00000bad,
	PCAPNG_CUSTOM_NO_COPY = 0x40000bad,
	PCAPNG_SECTION = 0x0a0d0d0a, /* reads the same in both byte orders */
};

struct pcapng_block {
	uint32_t type;
	uint32_t total_len; /* as written: the last word of the block must say the same */
	uint32_t len;       /* octets that the block takes in the file */
};

struct pcapng_interface {
	uint16_t link;
	uint8_t resolution; /* if_tsresol: exponent of 10, or of 2 with the top bit set; 6 when not given */
	uint32_t snaplen;   /* 0: no limit */
	int64_t offset_s;   /* if_tsoffset */
};

struct pcapng_packet {
	uint32_t interface;
	uint32_t caplen, len;
	uint64_t ticks;      /* in the interface's resolution */
	bool has_time;       /* false in simple packet blocks */
	const uint8_t *data; /* caplen octets, borrowed from the body */
};

static inline uint32_t pcapng_load32(const uint8_t *p, bool big_endian)
{
	return big_endian ? load_be32(p) : load_le32(p);
}

/* Reads the head of a block from PCAPNG_HEAD_LEN octets.  A section header sets *big_endian; other types
 * are read with it.  ERR_FORMAT: no byte order mark, or a length outside its bounds. */
enum err pcapng_block_parse(const uint8_t *p, bool *big_endian, struct pcapng_block *out);

/* The bodies below are b->len - PCAPNG_FRAMING octets. */

/* ERR_UNSUPPORTED: another version than 1.0 (or 1.2, its twin).  ERR_FORMAT: too short, or options that run
 * over the end of the block. */
enum err pcapng_section_parse(const uint8_t *body, size_t n, bool big_endian);

/* ERR_FORMAT: too short, or options that run over the end. */
enum err pcapng_interface_parse(const uint8_t *body, size_t n, bool big_endian, struct pcapng_interface *out);

/* Reads the packet of a block of type PCAPNG_PACKET, _SIMPLE_PACKET or _ENHANCED_PACKET.  simple_snaplen is
 * that of interface 0, needed by simple packets only.  ERR_FORMAT: too short for what it claims, more than
 * CAPTURE_CAPLEN_MAX captured, or options that run over the end.  *out is always written. */
enum err pcapng_packet_parse(uint32_t type, const uint8_t *body, size_t n, bool big_endian,
			     uint32_t simple_snaplen, struct pcapng_packet *out);

/* The quick way for what captures are made of: reads the enhanced packet block that begins at p when all of
 * it lies in the n octets there, every length agrees and it has no options.  False: not so simple, ask
 * pcapng_block_parse and pcapng_packet_parse.  *block_len is what it takes in the file.  Inline, with the
 * byte order as an argument, so that a loop is compiled for each. */
static inline __attribute__((always_inline)) bool pcapng_enhanced_load(const uint8_t *p, size_t n,
								       bool big_endian,
								       struct pcapng_packet *out,
								       uint32_t *block_len)
{
	uint32_t len, room;

	if (n < PCAPNG_ENHANCED_MIN || pcapng_load32(p, big_endian) != PCAPNG_ENHANCED_PACKET)
		return false;
	len = pcapng_load32(p + 4, big_endian);
	if (len < PCAPNG_ENHANCED_MIN || len > n || len % 4 ||
	    pcapng_load32(p + len - PCAPNG_TRAILER_LEN, big_endian) != len)
		return false;
	room = len - PCAPNG_ENHANCED_MIN;
	out->interface = pcapng_load32(p + 8, big_endian);
	out->ticks = (uint64_t)pcapng_load32(p + 12, big_endian) << 32 | pcapng_load32(p + 16, big_endian);
	out->caplen = pcapng_load32(p + 20, big_endian);
	out->len = pcapng_load32(p + 24, big_endian);
	out->data = p + 28;
	*block_len = len;
	return out->caplen <= CAPTURE_CAPLEN_MAX && out->caplen <= room && room - out->caplen < 4;
}

/* UTC nanoseconds of a packet, rounded down.  Resolutions finer than 10^-19 or 2^-63 s give 0, as in
 * Wireshark.  Beyond 1677 to 2262 the nearest border is given, and
 * *odd_time is set (else it is left alone). */
int64_t pcapng_time(const struct pcapng_interface *i, uint64_t ticks, bool *odd_time);

/* Does Wireshark give a frame number to a block of this type though it is no packet? */
bool pcapng_takes_number(uint32_t type);

#endif
