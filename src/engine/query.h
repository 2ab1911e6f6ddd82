/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asking one server for the time (RFC 5905, RFC 4330 section 5): a state machine without I/O.  Whoever drives
 * it moves the bytes and tells the times; so it runs in tests under a time of their own.
 *
 *	query_init(&q, &config, key, now_ns);
 *	for (;;)
 *		switch (query_next(&q, now_ns, &until_ns)) {
 *		case QUERY_SEND:  len = query_request(&q, now_ns, random, packet), send it, query_sent()
 *		case QUERY_WAIT:  until until_ns, or something comes: query_answer(), query_error()
 *		case QUERY_RENEW: new keys into q.nts, then query_renewed()
 *		case QUERY_DONE:  q.samples, query_summary()
 *		}
 *
 * now_ns is any clock that does not go back; T1 and T4 are UTC.  Nothing is allocated.
 */
#ifndef ENGINE_QUERY_H
#define ENGINE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "engine/nts.h"
#include "engine/query_result.h"
#include "proto/ntp.h"
#include "proto/ntp_keys.h"

enum {
	QUERY_SAMPLES_MAX = 64,
	QUERY_SENT_MAX = QUERY_SAMPLES_MAX + 1, /* one is sent again, with new keys */
	QUERY_PACKET_MAX = 4096, /* NTS with long cookies and placeholders; larger answers are malformed */
	QUERY_RANDOM_LEN = 16 + NTS_RANDOM_LEN,
};

struct query_config {
	uint8_t version;     /* 1 to 5; 5 is the draft */
	uint8_t samples;     /* 1 to QUERY_SAMPLES_MAX */
	int64_t interval_ns; /* from request to request */
	int64_t timeout_ns;  /* for one answer */
	bool is_interleaved; /* RFC 9769, version 4 only; costs a sample until the server joins in */
	bool has_nts;
};

struct query_sample {
	uint8_t result; /* enum query_result */
	bool has_times; /* offset and delay are set: also where the result is QUERY_UNSYNCHRONISED */
	bool is_interleaved;
	bool is_unsynchronised;    /* as it says itself, in the way of its version */
	bool kernel_t1, kernel_t4; /* the kernel's stamps; else our clock beside the system call */
	int64_t t1_ns;             /* UTC, when it was sent */
	int64_t offset_ns;         /* server minus us */
	int64_t delay_ns;          /* there and back; not below 0 */
	int64_t dispersion_ns;     /* of both clocks' reading, of ours meanwhile; and what was below 0 */
	struct ntp_header header;  /* of the answer; for version 5 with delays turned into 16.16 */
};

/* An ICMP error, or what this machine said (is_icmp false). */
struct query_error {
	bool is_icmp;
	bool is_refused; /* port unreachable */
	uint8_t ip_version, type, code;
	int system_error; /* errno; 0: none */
	struct addr from;
};

enum query_do { QUERY_SEND, QUERY_WAIT, QUERY_RENEW, QUERY_DONE };

struct query {
	struct query_config config;
	const struct ntp_key *key; /* NULL: none */
	struct nts nts;
	uint8_t n_sent, n_samples; /* the last one sent has no sample while it is waited for */
	bool is_waiting, is_over, wants_keys;
	bool had_nak; /* one is enough: with new keys it should know them */
	int64_t next_ns, deadline_ns;
	uint64_t transmit, receive; /* as we sent them: the origin of a right answer */
	struct {
		uint64_t transmit, receive;
	} sent[QUERY_SENT_MAX]; /* all of them: late and doubled answers are no strangers' */
	uint8_t worst_seen;     /* enum query_result of what came that was not it */
	int64_t t1_ns, t4_ns;
	bool kernel_t1;
	struct { /* the exchange before, for interleaved answers */
		bool is_set, kernel_t1, kernel_t4;
		uint64_t receive, transmit;
		int64_t t1_ns, t4_ns;
	} before;
	struct query_error error;
	char kiss[5]; /* of the last kiss-o'-death; "" none */
	struct query_sample samples[QUERY_SAMPLES_MAX];
};

/* The key is borrowed.  The first request is due at once. */
void query_init(struct query *q, const struct query_config *config, const struct ntp_key *key,
		int64_t now_ns);

enum query_do query_next(struct query *q, int64_t now_ns, int64_t *until_ns);

/* Makes the request; random is fresh.  Returns its length; 0 where it should be sealed and cannot. */
size_t query_request(struct query *q, int64_t now_ns, const uint8_t random[QUERY_RANDOM_LEN],
		     uint8_t out[QUERY_PACKET_MAX]);

/* When the nth request left (from 0): by our clock at first, then the kernel's, if that comes before the
 * answer. */
void query_sent(struct query *q, unsigned nth, int64_t t1_ns, bool by_kernel);

void query_answer(struct query *q, int64_t now_ns, const uint8_t *p, size_t len, int64_t t4_ns,
		  bool by_kernel);
void query_error(struct query *q, int64_t now_ns, const struct query_error *e);

/* After QUERY_RENEW: q->nts has new keys, or there are none (result says why: it is over). */
void query_renewed(struct query *q, int64_t now_ns, enum query_result result);

/* All of it together. */
struct query_summary {
	enum query_result result;        /* QUERY_OK when one sample is good, else the one that tells most */
	const struct query_sample *best; /* of the least delay; NULL: none with times */
	unsigned n_sent, n_good;
	int64_t jitter_ns; /* root mean square of the others' offsets from the best; 0 with one */
	int64_t root_delay_ns, root_dispersion_ns; /* as the best answer had them */
	int64_t bound_ns; /* the true offset is not farther from the best one's, if the server is honest */
};

void query_summary(const struct query *q, struct query_summary *out);

#endif
