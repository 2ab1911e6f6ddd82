/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pairs requests and responses the way Wireshark 4.0 does for ntp.delta_time, mistakes included, so that our
 * figures can be laid beside its own.  What it does, as seen from outside:
 *
 *  - A conversation is the innermost address pair, the ports and UDP or TCP, in either direction.  It never
 *    ends: there is no timeout.
 *  - In it, modes 3 and 4 share one key, mode 6 goes by its sequence number, mode 7 by its implementation
 *    number.  Timestamps and versions are not looked at.  Modes 0, 1, 2 and 5 never pair.
 *  - A response belongs to the newest request before it.  In mode 4 only the first response to a request
 *    counts; in modes 6 and 7 every response does.
 *  - One octet of payload is enough in modes 3 and 4, four in mode 7, eight in mode 6.
 *
 * match_strict.h pairs by what the protocol says, and is what ntpscope itself believes.
 */
#ifndef ENGINE_MATCH_WIRESHARK_H
#define ENGINE_MATCH_WIRESHARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/wireshark_view.h"

enum { MATCH_WIRESHARK_CAPACITY = 16 << 20 }; /* for most callers: 1 GiB when full */

struct match_wireshark_entry;

struct match_wireshark {
	struct match_wireshark_entry *at; /* open addressing, 64 bytes an entry, doubles up to capacity */
	size_t n, mask;
	size_t capacity;
	uint64_t secret;
	uint64_t n_requests, n_paired; /* requests seen; responses that found one */
	uint64_t n_turned_away;        /* requests for which there was no room: their responses stay alone */
};

/* What one packet means. */
struct match_answer {
	uint64_t request; /* frame of the request this one responds to; 0: none */
	int64_t delta_ns;
};

/* At most capacity keys are remembered; memory grows with those that are there.  secret keys the table. */
enum err match_wireshark_init(struct match_wireshark *m, size_t capacity, uint64_t secret);
void match_wireshark_release(struct match_wireshark *m);

/* Fetches what match_wireshark_packet() will need for this packet soon. */
void match_wireshark_prefetch(const struct match_wireshark *m, const struct view_ntp *v);

/* The next NTP packet in file order.  time_ns is 0 for frames without a time. */
struct match_answer match_wireshark_packet(struct match_wireshark *m, const struct view_ntp *v,
					   uint64_t frame, int64_t time_ns);

#endif
