/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ICMP errors about NTP packets: who sends them, about which clients, of which type.  The source of an error
 * may be a router, so clients are those of the quoted packet.
 */
#ifndef ENGINE_ICMP_ERRORS_H
#define ENGINE_ICMP_ERRORS_H

#include "engine/census.h"
#include "engine/event.h"
#include "engine/hashset.h"
#include "proto/frame.h"

enum { ICMP_ROWS_MAX = 128, ICMP_DISTINCT_MAX = 1 << 20 };

struct icmp_errors {
	uint64_t n_packets, n_answer_quoted, n_v6_clients;
	struct icmp_row rows[ICMP_ROWS_MAX]; /* in order of appearance; the last one takes the rest */
	size_t n_rows;
	struct hashset sources, clients, row_sources, row_clients;
	uint64_t secret;
};

void icmp_errors_init(struct icmp_errors *s, uint64_t secret);
void icmp_errors_release(struct icmp_errors *s);

/* d: the error itself; e: what it is about. */
void icmp_errors_add(struct icmp_errors *s, const struct datagram *d, const struct event *e);

/* Everything but after_answer and the share, which need the client list.  rows are the caller's to free. */
enum err icmp_errors_info(const struct icmp_errors *s, struct icmp_info *out);

#endif
