/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An exchange: a request and what became of it.  Every NTP packet belongs to exactly one exchange, and has
 * its class; a row of `ntpscope exchanges` is one of these.
 */
#ifndef ENGINE_EXCHANGE_H
#define ENGINE_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/nstime.h"

enum exchange_class {
	CLASS_ANSWERED,
	CLASS_UNANSWERED,    /* no answer within the timeout, nor late */
	CLASS_LATE,          /* answered after the timeout */
	CLASS_DUPLICATE,     /* a second answer to one request */
	CLASS_UNSOLICITED,   /* an answer that nobody asked for */
	CLASS_KOD,           /* answered by a kiss-o'-death packet */
	CLASS_NAK,           /* answered by a crypto-NAK or an NTS NAK */
	CLASS_RETRANSMITTED, /* the same transmit timestamp again, without an answer of its own */
	/* NTP packets that are no part of an exchange: */
	CLASS_SYMMETRIC, /* mode 1 or 2 between peers, not an immediate answer */
	CLASS_BROADCAST,
	CLASS_MALFORMED,
	CLASS_OTHER, /* neither question nor answer, or not about a server named with --server */
	N_CLASSES,
};

/* "answered", "unanswered", ...; as in the CSV and JSON. */
const char *exchange_class_name(enum exchange_class c);

enum exchange_note {
	/* unsolicited within the timeout of the first packet: the request may have come before the capture
	 * began */
	NOTE_BEFORE_CAPTURE = 1 << 0,
	NOTE_CAPTURE_END = 1 << 1, /* unanswered, but the capture ended before the timeout */
	NOTE_INTERLEAVED = 1 << 2,
	NOTE_REORDERED = 1 << 3,   /* the answer was captured before its request */
	NOTE_FORGOTTEN = 1 << 4,   /* the table of open requests was full */
	NOTE_ZERO_ORIGIN = 1 << 5, /* an unsolicited answer with origin 0 */
	NOTE_CONTINUED = 1 << 6,   /* a further packet of an answer in mode 6 or 7: no row, see config.h */
};

struct exchange {
	uint64_t request_frame, response_frame; /* 0 = none */
	int64_t request_ns, response_ns;
	int64_t turnaround_ns; /* T3 - T2, where has_turnaround */
	/* The server's clock minus the capture's, where has_offset: ((T2 - T1) + (T3 - T4)) / 2 of RFC 5905
	 * section 8, with the capture times of request and response for T1 and T4.  With addresses only. */
	int64_t offset_ns;
	struct addr client, server;
	uint16_t client_port, server_port;
	uint8_t class;         /* enum exchange_class */
	uint8_t version, mode; /* of the request, or of a lone response */
	uint8_t kiss;          /* enum ntp_kiss of the response */
	uint8_t auth;          /* enum ntp_auth_kind of the request or lone response */
	uint8_t notes;         /* enum exchange_note */
	bool has_turnaround, has_offset;
};

static inline bool exchange_has_delta(const struct exchange *x)
{
	return x->request_frame && x->response_frame;
}

/* Capture time of the response minus that of the request; may be negative. */
static inline int64_t exchange_delta_ns(const struct exchange *x)
{
	return ns_minus(x->response_ns, x->request_ns);
}

/* Fills in offset_ns from the receive and transmit timestamps of the response (RFC 5905 section 6), neither
 * of them 0. */
void exchange_find_offset(struct exchange *x, uint64_t receive, uint64_t transmit);

/* The frame by which rows are ordered: the request's; that of a lone or second response.  Each frame is
 * that of one row at most. */
static inline uint64_t exchange_frame(const struct exchange *x)
{
	return x->request_frame && x->class != CLASS_DUPLICATE ? x->request_frame : x->response_frame;
}

#endif
