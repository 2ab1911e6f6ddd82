/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers the conversations of a capture as Wireshark 4.0 does for udp.stream and tcp.stream: UDP and TCP
 * apart, each from 0 in order of appearance.  What makes a conversation, as seen from outside:
 *
 *  - the two ends, address and port each, in either direction; neither time nor interface nor VLAN nor the
 *    tunnel around it matters.
 *  - Every UDP and TCP header of a frame counts, outermost first: that of the tunnel (VXLAN, Geneve, GTP-U,
 *    Teredo, MPLS in UDP), that inside, and that of a packet which an ICMP error quotes.
 *  - A fragmented packet counts on the frame that makes it whole.
 *  - TCP ports are taken again: a SYN (without ACK) whose sequence number is not that with which its end
 *    began makes a new conversation, whatever came of the old one.
 *
 * EVERY frame has to be shown to it, in file order, NTP or not: numbers come from what was there before.
 * tests/golden/streams.py compares with tshark; docs/differences.md says where we do not follow.
 */
#ifndef ENGINE_STREAMS_H
#define ENGINE_STREAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "engine/finder.h"

#define STREAM_NONE UINT32_MAX

enum {
	STREAMS_CAPACITY = 16 << 20, /* for most callers: under 1 GiB when full */
	STREAMS_PER_FRAME = 8,       /* more nested headers than that are not looked at */
};

struct stream_ends {
	struct addr low, high; /* the end with the lower address (then port) first */
	uint16_t low_port, high_port;
};

/* One kind of conversations, UDP's or TCP's. */
struct stream_table {
	struct stream_ends *ends; /* by number */
	struct stream_tcp *tcp;   /* likewise; NULL for UDP */
	uint32_t n, room;
	uint64_t *slots; /* open addressing: hash and number, grows with n */
	size_t mask;
};

struct streams {
	struct stream_table udp, tcp;
	uint32_t capacity; /* of each of them */
	uint64_t secret;
	uint64_t n_refused; /* headers that would have begun a conversation for which there was no room */
};

/* A UDP or TCP header that belongs to a conversation. */
struct stream_header {
	struct stream_ends ends;
	uint32_t number;
	bool tcp;
	bool from_high;    /* sent by the high end */
	bool quoted;       /* inside an ICMP error: not sent again by its end */
	const uint8_t *at; /* the header, in the frame or in what was put together */
	uint32_t len;      /* octets there from at on, within what IP and UDP say */
	uint32_t wire_len; /* octets that IP and UDP say there were; more than len when cut */
};

/* Those of one frame, outermost first. */
struct stream_numbers {
	unsigned n;
	struct stream_header at[STREAMS_PER_FRAME];
};

/* At most capacity conversations of each kind; memory grows with those that are there and is not taken for
 * a packet once it is large enough.  secret keys the tables and changes no number. */
enum err streams_init(struct streams *s, uint32_t capacity, uint64_t secret);
void streams_release(struct streams *s);

/* The next frame, as finder_packet() left it in *f, whether or not that found NTP. */
void streams_number(struct streams *s, const struct found *f, struct stream_numbers *out);

/* The number of the innermost UDP or TCP header, STREAM_NONE without one. */
uint32_t stream_innermost_udp(const struct stream_numbers *n);
uint32_t stream_innermost_tcp(const struct stream_numbers *n);

#endif
