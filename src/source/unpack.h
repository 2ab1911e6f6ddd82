/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Compressed input, a piece at a time: gzip, zstd and lz4 frames, recognised by their first bytes.  Members
 * that follow each other read as one stream; zero padding or other bytes behind the last gzip member are
 * ignored, as gunzip does.  Memory does not grow with the input, however well it was compressed.
 */
#ifndef SOURCE_UNPACK_H
#define SOURCE_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum packing {
	PACKING_NONE,
	PACKING_GZIP,
	PACKING_ZSTD,
	PACKING_LZ4,
	PACKING_OTHER, /* known, but not read here: xz, bzip2 */
};

enum { PACKING_MAGIC_LEN = 6 };

/* What the first n bytes of a file say; PACKING_NONE for everything unknown. */
enum packing packing_of(const uint8_t *p, size_t n);

struct unpack;

/* kind is one of the three that can be read.  ERR_MEMORY. */
enum err unpack_new(enum packing kind, struct unpack **out);
void unpack_free(struct unpack *u);

/* Takes bytes from (*in, *in_len), advancing both, and writes at most out_len bytes; *wrote says how many.
 * Nothing taken and nothing written: it wants more input.  ERR_END: what is left is not ours (trailing
 * bytes).  ERR_FORMAT: damaged; what came before stays good. */
enum err unpack_step(struct unpack *u, const uint8_t **in, size_t *in_len, uint8_t *out, size_t out_len,
		     size_t *wrote);

/* At the end of the input: did a member stop in its middle? */
bool unpack_is_inside(const struct unpack *u);

#endif
