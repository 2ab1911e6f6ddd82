/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The classic capture file format: one file header, then records of header and bytes
 * (draft-ietf-opsawg-pcap).  Pure: bytes in, fields out.  Public names say pcapfile, because pcap_ belongs
 * to libpcap.
 *
 *	 file header, 24 octets (28 in IXIA's)           record header, 16 octets (24 modified)
 *	+----------------+---------------+              +--------------------------------+
 *	|      magic: byte order, unit   |              |   seconds since 1970, unsigned |
 *	+----------------+---------------+              +--------------------------------+
 *	|     major      |     minor     |              |  microseconds or nanoseconds   |
 *	+----------------+---------------+              +--------------------------------+
 *	|     time zone (never used)     |              |  captured length               |
 *	+--------------------------------+              +--------------------------------+
 *	|     accuracy (never used)      |              |  length on the wire            |
 *	+--------------------------------+              +--------------------------------+
 *	|     snap length (may lie)      |              |  modified only: interface, ... |
 *	+----+-+----------+--------------+              +--------------------------------+
 *	|FCS |f| reserved |  link type   |
 *	+----+-+----------+--------------+
 */
#ifndef PROTO_PCAP_H
#define PROTO_PCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
	PCAPFILE_HEADER_LEN = 24,
	PCAPFILE_HEADER_MAX = 28,
	PCAPFILE_RECORD_LEN = 16,
	PCAPFILE_RECORD_MAX = 24,
	/* No record claims more captured bytes than this; one that does is damage.  Wireshark's bound. */
	CAPTURE_CAPLEN_MAX = 262144,
};

/* Writers before version 2.3 put the two lengths the other way round; 2.3 did both. */
enum pcapfile_lengths {
	PCAPFILE_LENGTHS_NAMED,
	PCAPFILE_LENGTHS_SWAPPED,
	PCAPFILE_LENGTHS_MAYBE_SWAPPED,
};

struct pcapfile {
	bool big_endian;
	bool nanoseconds;
	uint8_t header_len; /* where the first record begins */
	uint8_t record_len; /* octets of a record header */
	enum pcapfile_lengths lengths;
	uint16_t major, minor;
	uint16_t link;    /* LINKTYPE_; the system-dependent raw types 12 and 14 are given as 101 */
	uint32_t snaplen; /* as written, not to be trusted */
};

struct pcapfile_record {
	int64_t time_ns;
	uint32_t caplen; /* not checked: compare with CAPTURE_CAPLEN_MAX and with what is there */
	uint32_t len;
	bool odd_time; /* the fraction was a second or more: carried into the seconds */
};

/* Reads a file header.  ERR_FORMAT: not this format; ERR_TRUNCATED: right magic, too few octets;
 * ERR_UNSUPPORTED: a version before 2, or reserved bits in the link type field.  *out is always written. */
enum err pcapfile_parse(const uint8_t *p, size_t n, struct pcapfile *out);

/* LINKTYPE_ number for what the file says; shared with pcapng. */
uint16_t capture_link_type(uint16_t link);

/* Seconds and a fraction that may be out of range.  Such a fraction is taken as Wireshark takes it: a
 * signed 32-bit count of nanoseconds, so that all ones means "just before the second". */
static inline int64_t pcapfile_time(uint32_t s, uint32_t fraction, bool nanoseconds)
{
	uint32_t ns = nanoseconds ? fraction : fraction * 1000;

	return (int64_t)s * 1000000000 + (int32_t)ns;
}

/* Reads the record header at p (f->record_len octets that are there).  Inline, with the two properties as
 * arguments, so that a loop over a file is compiled for its kind. */
static inline struct pcapfile_record pcapfile_record_load(const uint8_t *p, bool big_endian, bool nanoseconds)
{
	uint32_t s = big_endian ? load_be32(p) : load_le32(p);
	uint32_t fraction = big_endian ? load_be32(p + 4) : load_le32(p + 4);
	struct pcapfile_record r = {
		.time_ns = pcapfile_time(s, fraction, nanoseconds),
		.caplen = big_endian ? load_be32(p + 8) : load_le32(p + 8),
		.len = big_endian ? load_be32(p + 12) : load_le32(p + 12),
		.odd_time = fraction >= (nanoseconds ? 1000000000U : 1000000U),
	};
	return r;
}

/* Puts the lengths of an old file right. */
static inline void pcapfile_order_lengths(enum pcapfile_lengths order, struct pcapfile_record *r)
{
	if (order == PCAPFILE_LENGTHS_SWAPPED ||
	    (order == PCAPFILE_LENGTHS_MAYBE_SWAPPED && r->caplen > r->len)) {
		uint32_t caplen = r->len;
		r->len = r->caplen;
		r->caplen = caplen;
	}
}

#endif
