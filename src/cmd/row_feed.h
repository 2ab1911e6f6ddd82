/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Packets as rows of the field table, one after the other, with whatever the fields that are asked for need
 * to know: it makes the passes over the captures that this takes.
 *
 *	struct row_feed *feed;
 *	const struct row *row;
 *	int status = row_feed_twice(&s.captures, needs)
 *		? captures_open_twice(&in, self, &s.captures, argc, argv)
 *		: captures_open(&in, self, &s.captures, argc, argv);
 *	if (!status)
 *		status = row_feed_open(&feed, &in, &s.captures, needs, false);
 *	while (!status && row_feed_next(feed, &row))
 *		...
 *	row_feed_close(feed);
 *
 * One pass, and memory that does not depend on the captures' length, when no row needs to know of frames to
 * come: no ROW_NEEDS_RESPONSE, _EXCHANGE, _CLIENT.  Otherwise the passes before keep 40 bytes an exchange
 * and 8 a frame (Wireshark's way: 28 a pair), and the census of the clients.
 */
#ifndef CMD_ROW_FEED_H
#define CMD_ROW_FEED_H

#include <stdbool.h>

#include "cmd/captures.h"
#include "field/row.h"

struct row_feed;

/* Whether row_feed_open() will read the captures more than once: then they have to be opened with
 * captures_open_twice().  needs: enum row_needs. */
bool row_feed_twice(const struct capture_options *options, unsigned needs);

/* Makes the first passes.  The captures are read by the feed alone from now on, and stay the caller's, as
 * options do.  all_frames: a row for every frame that passes -f; without, one for each NTP packet as the rule
 * of --match has it.  0, or STATUS_FAILED after one line; *out is then NULL. */
int row_feed_open(struct row_feed **out, struct captures *in, const struct capture_options *options,
		  unsigned needs, bool all_frames);

/* The same for callers that will take no more than the first max_rows rows (0: all): a pass before need not
 * look further than what those rows depend on. */
int row_feed_open_some(struct row_feed **out, struct captures *in, const struct capture_options *options,
		       unsigned needs, bool all_frames, uint64_t max_rows);

/* The next row, in the order of the frames.  It, its packet and all it points to are valid until the next
 * call.  False at the end, in whichever way it came: captures_finish() knows. */
bool row_feed_next(struct row_feed *feed, const struct row **row);

/* Warns when pairing had too little room.  NULL is accepted. */
void row_feed_close(struct row_feed *feed);

#endif
