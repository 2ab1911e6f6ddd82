/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first pass of commands that show packets beside what answers them, Wireshark's way. */
#ifndef CMD_PAIRING_H
#define CMD_PAIRING_H

#include <stdint.h>

#include "base/err.h"
#include "cmd/captures.h"
#include "engine/match_wireshark.h"
#include "engine/pairs.h"

/* Reads the captures to their end and puts every pair into *pairs, sealed.  secret keys the tables. */
enum err pairing_wireshark(struct captures *in, struct match_wireshark *match, struct pairs *pairs,
			   uint64_t secret);

/* The time that counts for a frame that may have none: as in Wireshark. */
static inline int64_t pairing_time(const struct packet *p)
{
	return p->has_time ? p->time_ns : 0;
}

#endif
