/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One conversation, both sides in order, for `ntpscope follow`:
 *
 *	text  a line or a short block for each packet or event: NTP decoded, with what changed; TLS records of
 *	      TCP streams; any other payload as the text or the octets that it is
 *	raw   the payload alone
 *	hex   the payload in hex, a head line for each piece
 *	json  everything, one object an event
 *
 * Side 0, "a", is the one that sent the first packet.  Memory is bounded: see engine/tcp_stream.h.
 */
#ifndef PRESENT_FOLLOW_H
#define PRESENT_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "engine/streams.h"
#include "engine/tcp_stream.h"
#include "field/row.h"
#include "present/hosts.h"
#include "present/json.h"
#include "present/put.h"
#include "proto/ntp.h"
#include "proto/tls.h"

enum follow_format { FOLLOW_TEXT, FOLLOW_RAW, FOLLOW_HEX, FOLLOW_JSON };

/* What was last seen of NTP from one side. */
struct follow_ntp {
	bool known;
	struct ntp_header header;
};

/* TLS records of one side in the making. */
struct follow_tls {
	bool asked, is_tls; /* the first octets were looked at; and are a record's */
	uint32_t have;      /* octets of the record that is being put together, its header included */
	uint8_t *at;        /* room for one */
};

struct follow {
	struct buf *out;
	const struct hosts *hosts; /* may be NULL */
	enum follow_format format;
	bool color;
	bool verbose; /* the tree of each packet behind its line */
	int only;     /* print what side 0 or 1 sent; -1: both */
	bool tcp;
	uint32_t number;
	const char *const *paths;
	size_t n_paths;

	/* The rest is private. */
	bool begun;
	bool high_is_a;
	struct stream_ends ends;
	int64_t before_ns; /* time of the event before */
	uint64_t n_events;
	char date[12];
	struct put_day day;
	struct follow_ntp ntp[2];
	struct follow_tls tls[2];
	struct tcp_sink sink; /* of stream */
	struct tcp_stream stream;
	const struct row *row; /* the one that is being looked at */
	struct jw json;
};

/* The fields above "private" are the caller's, the rest zero.  ERR_MEMORY. */
enum err follow_init(struct follow *f);
void follow_release(struct follow *f); /* accepts a zeroed one */

/* The next frame: whichever of its headers belong to the stream are shown.  row needs its streams; pairing
 * and exchange are told as far as they are known. */
void follow_row(struct follow *f, const struct row *row);

/* damage: what could not be read of the capture, "" for nothing. */
void follow_end(struct follow *f, const char *damage);

#endif
