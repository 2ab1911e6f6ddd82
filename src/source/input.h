/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of one capture file as a window that moves forward: a plain or compressed file, a pipe, or
 * memory.  The window is one block of memory that is used again, small enough to stay in the cache; why
 * not mmap: docs/decisions/001-reading-files.md.
 *
 * Bytes between at and end are there to be read; the reader advances `at` itself.
 */
#ifndef SOURCE_INPUT_H
#define SOURCE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "source/unpack.h"

enum {
	INPUT_BLOCK_MIN = 64 << 10,
	INPUT_BLOCK_DEFAULT = 1 << 20,
	INPUT_BLOCK_MAX = 8 << 20, /* no more than this is ever kept */
};

struct input {
	const uint8_t *at, *end;
	uint64_t n_raw_bytes; /* taken from the file, before decompression */
	enum err failure;     /* why the bytes ended: ERR_OK at a proper end, ERR_TRUNCATED or ERR_FORMAT for
				 damaged compressed data, ERR_SYS (sys_errno) for a failed read */
	int sys_errno;

	/* the rest is private */
	const char *path; /* borrowed; NULL: memory */
	int fd;
	bool is_regular, is_over;
	dev_t device;
	ino_t inode;
	off_t position;
	const uint8_t *memory;
	size_t memory_len, memory_step;
	uint8_t *block;
	size_t block_len, block_wanted;
	struct unpack *unpack; /* NULL: plain */
	uint8_t *raw;
	const uint8_t *raw_at;
	size_t raw_len;
};

/* path is borrowed until the release; "-" is standard input.  ERR_SYS with errno, ERR_MEMORY,
 * ERR_UNSUPPORTED (a compression that we do not read).  *in is to be released even after a failure. */
enum err input_open(struct input *in, const char *path, size_t block_len);

/* The same over memory that stays the caller's; each read gives at most step bytes (0: no limit), and then
 * the window is as small as it can be: for tests. */
enum err input_open_memory(struct input *in, const uint8_t *data, size_t len, size_t step);

void input_release(struct input *in);

/* Makes at least want bytes (up to INPUT_BLOCK_MAX) readable and fills the block when that costs no
 * waiting.  What lay before `at` is gone, and the rest may have moved.  False: the input has fewer. */
bool input_fill(struct input *in, size_t want);

/* Fills the block when fewer than `least` bytes are left, if that means no waiting and little moving.
 * True when it did. */
bool input_refresh(struct input *in, size_t least);

/* Moves over n bytes without keeping them, however many.  False: the input ended before. */
bool input_skip(struct input *in, uint64_t n);

/* Asks for bigger blocks from the next fill on. */
void input_grow(struct input *in);

/* Closes the descriptor of a regular file until the next fill, for those who hold thousands of files. */
void input_park(struct input *in);

static inline size_t input_left(const struct input *in)
{
	return (size_t)(in->end - in->at);
}

#endif
