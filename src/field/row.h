/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One frame with all that is known of it: what fields are read from, filters decide on and packets are
 * printed from.  A row borrows everything.
 */
#ifndef FIELD_ROW_H
#define FIELD_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/packet.h"
#include "engine/finder.h"
#include "proto/frame.h"

/* What has to be filled in besides packet, found and ntp; bits of field.needs and filter_needs(). */
enum row_needs {
	ROW_NEEDS_HEADERS = 1 << 0,  /* headers */
	ROW_NEEDS_REQUEST = 1 << 1,  /* request_in and delta_ns */
	ROW_NEEDS_RESPONSE = 1 << 2, /* response_in: knowledge of frames to come */
	ROW_NEEDS_STREAM = 1 << 3,   /* udp_stream, tcp_stream: every frame before it was seen */
	ROW_NEEDS_EXCHANGE = 1 << 4, /* exchange: knowledge of frames to come */
	ROW_NEEDS_CLIENT = 1 << 5,   /* client: knowledge of the whole capture */
	ROW_NEEDS_BEFORE = 1 << 6,   /* first_ns and before_ns: frames one after the other */
};

/* A header of a frame, outermost first. */
struct row_header {
	const uint8_t *at;
	uint32_t len;  /* captured octets of it */
	uint32_t have; /* captured octets from here to the end of the frame, at least len */
	uint8_t type;  /* enum layer_type */
};

enum { ROW_HEADERS_MAX = 2 * LAYERS_MAX, ROW_NO_STREAM = 0xffffffff };

struct exchange;
struct client_info;
struct stream_numbers;

struct row {
	const struct packet *packet;
	const struct found *found;
	const struct view_ntp *ntp;           /* NULL: no NTP packet in this frame */
	uint64_t request_in, response_in;     /* frames; 0: none */
	int64_t delta_ns;                     /* meaningful with request_in */
	int64_t first_ns, before_ns;          /* times of the capture's first frame and of the frame before */
	uint32_t udp_stream, tcp_stream;      /* innermost; ROW_NO_STREAM: none, or not asked for */
	const struct stream_numbers *streams; /* of every header, engine/streams.h; NULL: not asked for */
	const struct exchange *exchange;      /* that this packet is part of; NULL: unknown */
	const struct client_info *client;     /* NULL: unknown */
	unsigned n_headers;
	struct row_header headers[ROW_HEADERS_MAX];
};

/* A row of what was found, without pairing, streams or clients; both it and the packet are borrowed.
 * is_ntp false: the frame holds no NTP packet, and only its headers can be asked for. */
void row_of_found(const struct found *found, bool is_ntp, struct row *row);

#endif
