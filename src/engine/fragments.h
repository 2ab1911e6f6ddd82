/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Puts fragmented IPv4 and IPv6 packets together again (RFC 791 section 3.2, RFC 8200 section 4.5).  The
 * pieces come as frame_decode() found them; when the last one is there the whole packet is handed out, to be
 * decoded like a captured one.
 *
 * Everything is bounded when the table is made: how many packets may be in the making, and how many bytes
 * their pieces may take.  What does not fit is counted and dropped.  A packet whose pieces overlap is given
 * up with all its pieces, since one of them may be forged (RFC 5722); a piece that comes twice unchanged is
 * ignored.  Time is that of the packets.
 *
 * One thread at a time.  Pieces have to come in capture order.
 */
#ifndef ENGINE_FRAGMENTS_H
#define ENGINE_FRAGMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/packet.h"
#include "proto/frame.h"

enum {
	FRAGMENTS_CAPACITY = 4096,   /* for most callers */
	FRAGMENTS_MEMORY = 16 << 20, /* likewise */
	FRAGMENTS_TIMEOUT_S = 30,    /* likewise */
	FRAGMENTS_PIECES_MAX = 2048, /* of one packet; more are refused */
};

/* Each piece ends in exactly one of: part of a reassembled packet, n_duplicates, n_overlaps (the one that
 * overlapped), n_bad, n_cut, n_refused, n_dropped, or it is still held. */
struct fragments_stats {
	uint64_t n_seen;        /* pieces given to fragments_add() */
	uint64_t n_reassembled; /* packets handed out */
	uint64_t n_pieces;      /* pieces that they were made of */
	uint64_t n_duplicates;  /* pieces that were there already, byte for byte */
	uint64_t n_overlaps;    /* packets given up since a piece overlapped another, or the end */
	uint64_t n_bad;         /* pieces without bytes, or that reach beyond the 65535 bytes of a packet */
	uint64_t n_cut;         /* packets given up since a piece was cut by the snap length */
	uint64_t n_refused;     /* pieces for which there was no room */
	uint64_t n_timed_out;   /* packets that never became whole in time */
	uint64_t n_dropped;     /* pieces of a packet that was given up or timed out, early and late */
};

struct fragment_train; /* a packet in the making */
struct fragment_block; /* bytes of a piece */

struct fragments {
	struct fragments_stats stats;
	uint32_t n_trains; /* packets in the making now, given-up ones included */
	/* Private. */
	uint32_t capacity, n_blocks, bucket_mask;
	int64_t timeout_ns;
	uint64_t secret;
	struct fragment_train *trains;
	struct fragment_block *blocks;
	uint32_t *buckets;
	uint32_t free_train, free_block;   /* heads of lists by number; 0 ends every list */
	uint32_t fresh_train, fresh_block; /* numbers from here on were never used */
	uint32_t n_blocks_used;
	uint32_t oldest, newest;
	uint8_t *whole;
};

/* At most capacity packets at once and memory bytes of pieces (rounded down to whole blocks of 1.5 KiB).
 * A packet not whole timeout_ns after its first piece is dropped.  secret keys the table and changes
 * nothing that is shown.  ERR_MEMORY, or ERR_USAGE when a bound leaves no room for a single piece; the table
 * is then zeroed and may be released. */
enum err fragments_init(struct fragments *f, uint32_t capacity, size_t memory, int64_t timeout_ns,
			uint64_t secret);

/* Accepts a zeroed table. */
void fragments_release(struct fragments *f);

/* Takes one piece: d of kind DATAGRAM_FRAGMENT, decoded from p; its bytes are copied.  True when it was the
 * one that was missing: *whole is then the packet, with link LINK_IPV4 or LINK_IPV6, its rebuilt length, and
 * time, frame, file and interface of p.  True as well for a first piece that the snap length cut: nothing can
 * be rebuilt any more, but its transport header is known; whole->len then exceeds whole->caplen.
 *
 * *whole begins with a plain IP header (options and extension headers that were not fragmented are left out).
 * Its bytes belong to the table until the next call.  The caller adds TUNNEL_REASSEMBLED and d->tunnels to
 * what it decodes from it.  On false *whole is left alone. */
bool fragments_add(struct fragments *f, const struct packet *p, const struct datagram *d,
		   struct packet *whole);

#endif
