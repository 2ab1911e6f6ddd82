/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counting what a source hands out. */
#ifndef SOURCE_ACCOUNT_H
#define SOURCE_ACCOUNT_H

#include "source/source.h"

/* Counts n packets, in the order in which they are handed out.  *prev_ns carries the last time over; it
 * begins as INT64_MIN. */
void account_packets(struct source_stats *s, int64_t *prev_ns, const struct packet *p, size_t n);

#endif
