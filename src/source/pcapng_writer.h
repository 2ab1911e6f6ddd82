/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes frames as a pcapng capture (draft-ietf-opsawg-pcapng): one section, little-endian, times in
 * nanoseconds.  What was one interface of one file becomes an interface block of its own, with its link type,
 * when its first frame comes.  Lengths on the wire are kept; names, comments and statistics are not.
 *
 *	 enhanced packet block                            interface block
 *	+--------------------------------+               +----------------+---------------+
 *	| 6                              |               | 1                              |
 *	| total length                   |               | 32                             |
 *	| interface                      |               | link type      | 0             |
 *	| nanoseconds, high and low      |               | snap length 0: no limit        |
 *	| captured length                |               | if_tsresol     | 1             |
 *	| length on the wire             |               | 9              | 0             |
 *	| bytes, padded to 4             |               | end of options                 |
 *	| total length                   |               | 32                             |
 *	+--------------------------------+               +--------------------------------+
 *
 * Frames without a time go into simple packet blocks where those can say all that is known (the first
 * interface, nothing cut off), otherwise they get the time 0.  Frames from before 1970 get an interface whose
 * times count from 1650 on (if_tsoffset).
 */
#ifndef SOURCE_PCAPNG_WRITER_H
#define SOURCE_PCAPNG_WRITER_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/packet.h"

struct pcapng_written; /* an interface */

struct pcapng_writer {
	struct buf *out; /* failed writes show there */
	uint64_t n_frames;
	/* The rest is private. */
	struct pcapng_written *interfaces;
	uint32_t *table; /* open addressing: number of an interface, plus 1 */
	uint32_t n, cap; /* the table has room for 2 * cap */
	uint32_t latest;
};

/* Writes the section header.  out stays the caller's. */
void pcapng_writer_init(struct pcapng_writer *w, struct buf *out);
void pcapng_writer_release(struct pcapng_writer *w);

/* ERR_MEMORY when there is no room for another interface; the frame is then not written. */
enum err pcapng_writer_add(struct pcapng_writer *w, const struct packet *p);

#endif
