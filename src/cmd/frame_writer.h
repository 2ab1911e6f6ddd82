/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * -w: the frames that matched, as pcapng, in the order of the captures.  A datagram that came in fragments is
 * chosen as a whole, and all frames that carried it are written; so frames wait while it is not known
 * whether the fragments before them are wanted, at most 30 s of capture time, 8192 frames and 16 MiB.
 */
#ifndef CMD_FRAME_WRITER_H
#define CMD_FRAME_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/captures.h"
#include "cmd/output.h"
#include "field/row.h"
#include "source/pcapng_writer.h"

struct waiting_frame;

struct frame_writer {
	struct output out;
	struct pcapng_writer pcapng;
	/* The rest is private. */
	struct waiting_frame *frames; /* from head on, in order */
	size_t head, n, cap;
	uint8_t *bytes; /* of those frames */
	size_t bytes_head, n_bytes, bytes_cap;
	enum err err;
};

/* path "-" is standard output.  0, or STATUS_FAILED after one line: no such place, a terminal, or one of the
 * captures. */
int frame_writer_open(struct frame_writer *w, const struct command *self, const struct captures *in,
		      const char *path);

/* The next frame of the feed, all of them in order, and whether it is wanted. */
void frame_writer_row(struct frame_writer *w, const struct row *row, bool matches);

static inline bool frame_writer_broken(const struct frame_writer *w)
{
	return w->err != ERR_OK || output_broken(&w->out);
}

/* Writes what waits and closes; see output_finish(). */
int frame_writer_finish(struct frame_writer *w, int status);

#endif
