/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The latest packets of some clients, put together to exchanges. */
#ifndef WEB_RECENT_H
#define WEB_RECENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/live.h"

enum { RECENT_PACKETS = 1 << 15, RECENT_NONE = 0xffffffff, INTERVAL_BINS = 128 };

/* A request, its answer, or both; indexes into recent.packets, RECENT_NONE for none. */
struct recent_exchange {
	uint32_t request, answer;
	int64_t delta_ns; /* INT64_MIN: not known */
};

struct recent {
	struct live_packet *packets; /* in order of time; the latest RECENT_PACKETS of them */
	size_t n;
	struct recent_exchange *exchanges; /* in order of their first packet */
	size_t n_exchanges;
	uint64_t secret;
	int64_t since_ns; /* time of the first packet that was looked at, of whomever; 0: none was */
};

/* Packets of clients in net/bits.  ERR_MEMORY leaves nothing to release. */
enum err recent_init(struct recent *r, struct live *l, const struct addr *net, unsigned bits);
void recent_release(struct recent *r);

/* Latest first, or longest delta time first, those without one behind. */
void recent_sort(struct recent *r, bool by_delta);

/* Times between requests, in bins: bin i holds [2^((i - 64) / 2), 2^((i - 63) / 2)) seconds. */
void recent_intervals(const struct recent *r, uint64_t bins[INTERVAL_BINS]);

#endif
