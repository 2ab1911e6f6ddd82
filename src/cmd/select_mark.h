/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One bit a frame: whether it is wanted.  The pieces of a fragmented packet are marked when the piece that
 * completes it is; the last SELECT_PIECES of them are remembered for that.
 */
#ifndef CMD_SELECT_MARK_H
#define CMD_SELECT_MARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "field/row.h"

enum { SELECT_PIECES = 4096 };

/* A piece of a packet that may still become whole. */
struct select_piece {
	struct addr src, dst;
	uint64_t frame;
	uint32_t id;
};

struct select_marks {
	uint64_t *bits;
	size_t n_words;
	struct select_piece *pieces; /* a ring */
	uint32_t n_pieces, next_piece;
};

enum err select_marks_init(struct select_marks *m);
void select_marks_release(struct select_marks *m); /* accepts a zeroed one */

/* The next frame, with whether it matches.  ERR_MEMORY. */
enum err select_marks_add(struct select_marks *m, const struct row *row, bool matches);

static inline bool select_marks_has(const struct select_marks *m, uint64_t frame)
{
	return frame / 64 < m->n_words && (m->bits[frame / 64] >> (frame % 64) & 1);
}

#endif
