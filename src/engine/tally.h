/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sums over packets that need no table: each thread has its own, and they add in any order.
 */
#ifndef ENGINE_TALLY_H
#define ENGINE_TALLY_H

#include <stdint.h>

#include "base/err.h"
#include "base/hist.h"
#include "engine/decode.h"
#include "engine/event.h"
#include "engine/exchange.h"
#include "engine/plain.h"
#include "proto/ntp.h"

enum { N_TUNNELS = 13, N_AUTH = 8, N_SIZES = 6 };

/* Classes of NTP payload sizes: short, 48, with a MAC (up to 72), up to 256, up to 1024, more. */
unsigned tally_size_class(unsigned payload_len);
const char *tally_size_name(unsigned size_class);

/* Questions of mode 6 or 7, and what they drew. */
struct exposure {
	uint64_t n_requests, n_responses;       /* packets */
	uint64_t request_bytes, response_bytes; /* NTP payload octets */
	uint64_t n_answered;                    /* requests with at least one answer */
	uint64_t by_opcode[256];                /* requests, by opcode or request code */
};

struct tally {
	uint64_t n_frames, n_bytes;
	uint64_t fates[N_FATES];
	/* NTP packets of servers not named with --server: in no sum below */
	uint64_t n_outside;
	uint64_t n_reassembled; /* NTP packets that came in fragments */
	uint64_t n_udp_length_lies, n_ip_length_lies, n_cut_payload;
	uint64_t tunnels[N_TUNNELS]; /* NTP packets inside, by bit number of enum tunnel */
	/* NTP packets, [0] from clients, [1] from servers */
	uint64_t first_octets[2][256]; /* leap, version, mode as sent */
	uint64_t versions[2][8], modes[2][8], auth[2][N_AUTH], sizes[2][N_SIZES], bytes[2], packets[2];
	uint64_t n_ipv6;                /* NTP packets over IPv6 */
	uint64_t polls[256];            /* of requests in modes 1, 3: poll exponent + 128 */
	uint64_t strata[256], leaps[4]; /* of answers and broadcasts */
	uint64_t kisses[N_KISS];
	uint64_t n_extension, n_bad_trailer; /* packets with extension fields; with a rest that is none */
	struct exposure control, private_;
	uint64_t n_monlist_requests, n_monlist_responses;
	/* Outcomes */
	/* adds up to fates[FATE_NTP]; these two are made with the census */
	uint64_t class_packets[N_CLASSES];
	uint64_t class_exchanges[N_CLASSES]; /* rows */
	uint64_t n_before_capture;           /* unsolicited, but the request may precede the capture */
	uint64_t n_capture_end;              /* unanswered, but the capture ended too early */
	uint64_t n_interleaved, n_reordered, n_zero_origin;
	struct hist delta;                /* of answered, late, kod and nak exchanges for time; this one,
						turnaround and outside_server are made with the census */
	struct hist delta_of[8][N_SIZES]; /* by version of the request and size of the answer */
	struct hist delta_by_version[8];  /* their sums, made by tally_finish() */
	struct hist delta_by_size[N_SIZES];
	struct hist turnaround;
	/* from our latest answer to the client until the error about it */
	struct hist icmp_after_answer;
	/* delta - turnaround: card, kernel and queue of the server's host */
	struct hist outside_server;
};

/* Zeroed, on the heap (it is large). */
struct tally *tally_new(void);
void tally_free(struct tally *t);

void tally_fate(struct tally *t, const struct packet *p, const struct datagram *d, enum fate fate);
void tally_event(struct tally *t, const struct datagram *d, const struct event *e);
/* Both for plain events; but for the sums of tally_plain_sums(). */
static inline void tally_plain(struct tally *t, const struct plain_event *e)
{
	bool request = plain_is_request(e);
	t->n_ipv6 += (e->bits & PLAIN_OVER_V6) != 0;
	t->tunnels[0] += (e->bits & PLAIN_IN_VLAN) != 0; /* the bit of TUNNEL_VLAN */
	t->first_octets[!request][e->first]++;
	if (request) {
		t->polls[(uint8_t)(e->poll_log2s + 128)]++;
		return;
	}
	t->strata[e->stratum]++;
	if (e->first >> 6)
		t->leaps[e->first >> 6]++;
}

static inline void tally_plain_sums(struct tally *t, uint64_t n, uint64_t n_requests, uint64_t n_bytes)
{
	t->n_frames += n;
	t->n_bytes += n_bytes;
	t->fates[FATE_NTP] += n;
	t->packets[0] += n_requests;
	t->packets[1] += n - n_requests;
	t->bytes[0] += n_requests * NTP_HEADER_LEN;
	t->bytes[1] += (n - n_requests) * NTP_HEADER_LEN;
}

/* Books a row; payload_len is that of its answer. */
void tally_outcome(struct tally *t, const struct exchange *x, unsigned payload_len);
void tally_merge(struct tally *into, const struct tally *from);
/* What came since from was a copy of t; before tally_finish(). */
void tally_take_away(struct tally *t, const struct tally *from);

/* Works out what the hot path leaves to subtraction: the commonest entry of several tables, versions and
 * modes.  Once, when all has been added. */
void tally_finish(struct tally *t);

#endif
