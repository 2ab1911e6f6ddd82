/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ntpgen writes captures of simulated NTP traffic together with the truth about them: which request
 * belongs to which response, and why some have none.  The same options give the same bytes.
 *
 *   ntpgen.c        options, summary          ntpgen_bench.c  plain poll traffic, fast, streamed
 *   ntpgen_sink.c   capture and truth files   ntpgen_scene*.c single phenomena, whose truth is exact
 *   ntpgen_frame.c  bytes on the wire         ntpgen_day*.c   a day of a pool server
 *   ntpgen_stage.c  packets kept in memory until their order in the file is known
 */
#ifndef NTPGEN_H
#define NTPGEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/addr.h"

#define MS  INT64_C(1000000)
#define SEC INT64_C(1000000000)

enum { FRAME_MAX = 2048, PAYLOAD_MAX = 1460, NTP_LEN = 48, PORT_NTP = 123, PORT_NTSKE = 4460 };

/* ---- randomness: xoshiro256++, seeded from one number and a stream name ---- */

struct rng {
	uint64_t s[4];
};

void rng_seed(struct rng *r, uint64_t seed, uint64_t stream);
uint64_t rng_next(struct rng *r);

static inline uint64_t rng_below(struct rng *r, uint64_t n)
{
	return (uint64_t)(((__uint128_t)rng_next(r) * n) >> 64);
}

/* One chance in n. */
static inline bool rng_one_in(struct rng *r, uint64_t n)
{
	return rng_below(r, n) == 0;
}

static inline bool rng_percent(struct rng *r, unsigned p)
{
	return rng_below(r, 100) < p;
}

static inline int64_t rng_range(struct rng *r, int64_t low, int64_t high)
{
	return low + (int64_t)rng_below(r, (uint64_t)(high - low + 1));
}

/* Exponentially distributed with the given mean: the gaps of a Poisson process. */
int64_t rng_exp(struct rng *r, int64_t mean);

void rng_fill(struct rng *r, uint8_t *out, size_t len);

/* ---- bytes on the wire ---- */

static inline void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static inline void put64(uint8_t *p, uint64_t v)
{
	put32(p, (uint32_t)(v >> 32));
	put32(p + 4, (uint32_t)v);
}

/* The NTP header of RFC 5905 section 7.3. */
struct ntp_fields {
	uint8_t li, version, mode, stratum;
	int8_t poll, precision;
	uint32_t root_delay, root_dispersion, refid;
	uint64_t reference, origin, receive, transmit;
};

/* Writes NTP_LEN octets. */
void ntp_put(uint8_t *out, const struct ntp_fields *f);

/* A time of ours as a 32.32 NTP timestamp. */
uint64_t ntp_time(int64_t t_ns);

struct endpoint {
	struct addr addr;
	uint16_t port;
};

/* Everything around a UDP payload. */
struct wire {
	struct endpoint src, dst;
	bool from_server;          /* decides the Ethernet addresses, and that short frames arrive padded */
	uint16_t vlan, outer_vlan; /* 0 = no tag */
	uint16_t ip_id;
	uint8_t ttl; /* 0 = 64 */
};

struct endpoint endpoint_of(const struct addr *a, uint16_t port);

/* Each writes a whole Ethernet frame to out (FRAME_MAX octets) and returns its length. */
size_t frame_udp(uint8_t *out, const struct wire *w, const uint8_t *payload, size_t len);
size_t frame_tcp(uint8_t *out, const struct wire *w, uint32_t seq, uint32_t ack, uint8_t flags,
		 const uint8_t *payload, size_t len);

/* An ICMP or ICMPv6 error from `from` that quotes the first quote_len octets of the IP packet in frame. */
size_t frame_icmp(uint8_t *out, const struct addr *from, uint8_t type, uint8_t code, uint32_t rest,
		  const uint8_t *frame, size_t frame_len, size_t quote_len);

/* Splits an untagged IPv4 or IPv6 UDP frame in two fragments; first_len octets of IP payload (a multiple
 * of 8) go into the first. */
void frame_split(const uint8_t *frame, size_t len, size_t first_len, uint32_t id, uint8_t *first,
		 size_t *first_out, uint8_t *second, size_t *second_out);

/* ---- output ---- */

enum class {
	CLASS_ANSWERED,
	CLASS_UNANSWERED,
	CLASS_DUPLICATE,
	CLASS_LATE,
	CLASS_UNSOLICITED,
	CLASS_KOD,
	CLASS_NAK,
	CLASS_RETRANSMITTED,
	CLASS_OTHER, /* a frame that belongs to no exchange: broadcast, ICMP, TCP, malformed */
	N_CLASSES
};

extern const char *const class_names[N_CLASSES];

/* One line of truth.  Frame 0 = there is none. */
struct truth_row {
	enum class class;
	uint64_t request_frame, response_frame;
	int64_t request_ns, response_ns;
	struct endpoint client, server;
	uint8_t version;
	const char *note;
};

struct sink {
	int fd;
	uint8_t *block;
	size_t used;
	bool nanoseconds;
	uint32_t snaplen;
	FILE *truth; /* may be NULL */
	uint64_t n_frames, n_octets, n_rows[N_CLASSES];
	uint64_t n_clients;
	int64_t first_ns, last_ns;
	int sys_errno; /* of the first failed write */
};

/* path "-" is standard output.  Both return 0, or -1 with errno. */
int sink_open(struct sink *s, const char *path, const char *truth_path, bool nanoseconds, uint32_t snaplen);
int sink_close(struct sink *s);

/* Appends a frame and returns its number.  Times lose what the file cannot hold: see sink_time(). */
uint64_t sink_frame(struct sink *s, int64_t t_ns, const uint8_t *data, size_t len);

/* The same, but the capture holds only the first `keep` octets of it. */
uint64_t sink_frame_cut(struct sink *s, int64_t t_ns, const uint8_t *data, size_t len, size_t keep);
void sink_row(struct sink *s, const struct truth_row *row);

/* A time as the file will hold it. */
static inline int64_t sink_time(const struct sink *s, int64_t t_ns)
{
	return s->nanoseconds ? t_ns : t_ns / 1000 * 1000;
}

/* ---- packets in memory ---- */

/* A packet waiting for its place: packets are written in order of due_ns, which is when the tap saw them,
 * but stamped time_ns, which differs once the clock of the capturing host has been stepped. */
struct staged {
	int64_t due_ns, time_ns;
	uint64_t frame;            /* known after stage_write() */
	size_t at;                 /* in the bytes of the stage */
	uint32_t len, kept, order; /* kept < len: cut by the capture */
};

struct staged_row {
	enum class class;
	int32_t request, response; /* indexes of packets, -1 = none */
	struct endpoint client, server;
	uint8_t version;
	const char *note;
};

enum { STEPS_MAX = 64 };

struct stage {
	struct rng rng;
	struct {
		int64_t at_ns, step_ns;
	} steps[STEPS_MAX];
	size_t n_steps;
	struct staged *packets;
	struct staged_row *rows;
	uint8_t *bytes;
	size_t n_packets, cap_packets, n_rows, cap_rows, n_bytes, cap_bytes;
};

void stage_init(struct stage *st, uint64_t seed, uint64_t stream);
void stage_release(struct stage *st);

/* Keeps a frame; the index is for rows. */
int32_t stage_frame(struct stage *st, int64_t due_ns, const uint8_t *frame, size_t len);
void stage_row(struct stage *st, const struct staged_row *row);

/* From at_ns on, the clock of the capturing host is step_ns ahead of where it was.  Steps beyond STEPS_MAX
 * are not made. */
void stage_step_clock(struct stage *st, int64_t at_ns, int64_t step_ns);

/* Sorts and writes everything. */
void stage_write(struct stage *st, struct sink *s);

/* ---- one client and one server ---- */

enum trailer { TRAILER_NONE, TRAILER_MD5, TRAILER_SHA1, TRAILER_CRYPTO_NAK, TRAILER_NTS, TRAILER_NTS_NAK };

/* The fields of ask and reply that talk_ask() and talk_reply() do not set are sent as they stand. */
struct talk {
	struct stage *st;
	struct endpoint client, server;
	struct ntp_fields ask, reply;
	enum trailer ask_trailer, reply_trailer;
	uint8_t uid[32];   /* NTS unique identifier */
	uint8_t n_cookies; /* NTS: placeholders asked for, and cookies sent, beyond the first */
	uint16_t vlan, outer_vlan;
	const char *note;
};

/* Mode 3 and mode 4 of one version, with a server of stratum 2. */
struct talk talk_of(struct stage *st, const struct endpoint *client, const struct endpoint *server,
		    uint8_t version, const char *note);

/* A request that carries this transmit timestamp; a response that was sent a little before t_ns. */
int32_t talk_ask(struct talk *t, int64_t t_ns, uint64_t transmit);
int32_t talk_reply(struct talk *t, int64_t t_ns, uint64_t origin);

/* A Kiss-o'-Death with this code, for example "RATE" (RFC 5905 section 7.4). */
int32_t talk_kiss(struct talk *t, int64_t t_ns, uint64_t origin, const char *code);

/* Any other payload, from the client or from the server. */
int32_t talk_send(struct talk *t, int64_t t_ns, bool from_server, const uint8_t *payload, size_t len);

/* A second copy of a packet that the tap saw. */
int32_t talk_again(struct talk *t, int32_t packet, int64_t t_ns);

/* request or response may be -1. */
void talk_row(struct talk *t, enum class class, int32_t request, int32_t response);

/* A whole exchange that goes well; the response comes delta_ns later. */
void talk_exchange(struct talk *t, int64_t t_ns, int64_t delta_ns);

/* Tens of microseconds with a tail: what a good server's answer takes at the tap. */
int64_t draw_delta(struct rng *r);

uint32_t refid_of(const char *code);

/* ---- profiles ---- */

struct options {
	const char *profile, *scenes;
	uint64_t seed, n_packets, n_clients, first_client, rate, loss_permille, repeat;
	int64_t start_ns;
};

/* Each writes its packets and rows to s.  0, or 2 when the options name something unknown. */
int bench_run(const struct options *o, struct sink *s);
int scenes_run(const struct options *o, struct sink *s);
int day_run(const struct options *o, struct sink *s);

void scenes_list(FILE *out);

/* ---- scenes: each plays one phenomenon once ---- */

enum place { ANYWHERE, AT_START, AT_END };

struct scene {
	const char *name, *help;
	void (*play)(struct talk *t, int64_t t_ns);
	enum place place;
};

/* Tables that end with a row without name. */
extern const struct scene scenes_basic[], scenes_other[];

/* The two addresses of the simulated server. */
struct addr server_address(bool v4);

/* A fictional client: 198.18.0.0/15, 100.64.0.0/10 or 2001:db8::/32, so that nobody real is named. */
struct addr client_address(struct rng *r, bool v4);

#endif
