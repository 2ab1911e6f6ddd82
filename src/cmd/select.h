/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * -Y: which frames a command counts.  captures_open() compiles the filter (in->display) and says what is
 * wrong with it; what then happens is the command's choice:
 *
 *	a command that counts frames calls select_begin() once the captures are open.  From then on
 *	captures_next() gives only frames that match, and pipeline_io_of() asks for no others.
 *
 *	a command that prints rows (row_feed.h) reads everything, adds filter_needs(in->display) to its own
 *	needs, and asks filter_matches() of each row, so that pairs are found before they are parted.
 *
 * A filter that only needs a frame's own octets runs where the engine decodes, in any thread.  One that needs
 * to know of other frames (pairs, streams, exchanges, clients) runs in a pass of its own, which keeps one bit
 * a frame.  A fragmented datagram is judged when it is whole, and all its pieces go with it.
 */
#ifndef CMD_SELECT_H
#define CMD_SELECT_H

#include <stdbool.h>

#include "base/packet.h"
#include "cmd/captures.h"
#include "field/filter.h"
#include "proto/frame.h"

struct select;

/* Compiles the text of -Y.  0, or STATUS_FAILED after the message, the filter and a mark under the place. */
int select_compile(const struct command *self, const char *text, struct filter **out);

/* Whether select_begin() will read the captures before the command does. */
bool select_reads_ahead(const struct capture_options *options, const struct filter *f);

/* Makes in->select from in->display; nothing without -Y.  0 or STATUS_FAILED. */
int select_begin(struct captures *in);
void select_free(struct select *s); /* accepts NULL */

/* Whether the frame is wanted; pieces of fragmented packets are, unless marked otherwise.  Any thread. */
bool select_passes(const struct select *s, const struct packet *p);

/* Whether the packet is wanted that was put together, d decoded from it; last is its last piece. */
bool select_whole_passes(const struct select *s, const struct packet *last, const struct packet *whole,
			 const struct datagram *d);

#endif
