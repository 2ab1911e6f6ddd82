/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A snapshot as a file: a header, then blocks of at most a mebibyte, each with its length and checksum, then
 * an empty one.  All numbers are big-endian.
 *
 *   magic:8  version:4  0:4  wall:8  boot:8  boot id:16  identity:8  crc:4       60 octets
 *   { length:4  crc:4  octets }    crc of number, length, octets
 *
 * The header's checksum is that of what stands before it.  A block's number is part of its checksum, so that
 * none can be lost or be in another's place.
 */
#ifndef STORE_SNAPSHOT_FILE_H
#define STORE_SNAPSHOT_FILE_H

#include "base/err.h"
#include "store/crc32c.h"
#include "store/snapshot.h"

enum { SNAPSHOT_VERSION = 1, SNAPSHOT_HEADER = 60, SNAPSHOT_BLOCK = 1 << 20 };

struct snapshot_file {
	int fd;
	struct crc32c crc;
	uint8_t *block; /* SNAPSHOT_BLOCK */
	size_t at, len;
	uint32_t number; /* of the block at work */
	enum snapshot_state state;
};

/* fd stays the caller's. */
enum err snapshot_file_init(struct snapshot_file *f, int fd);
void snapshot_file_release(struct snapshot_file *f);

/* Writing: false when the system refused; errno says why. */
bool snapshot_file_begin(struct snapshot_file *f, const struct snapshot_moment *made, uint64_t identity);
bool snapshot_file_write(void *file, const void *data, size_t len);
bool snapshot_file_end(struct snapshot_file *f);

/* Reading: false when the file is damaged, or of another version; f->state says which. */
bool snapshot_file_header(struct snapshot_file *f, struct snapshot_moment *made, uint64_t *identity);
bool snapshot_file_read(void *file, void *data, size_t len);
bool snapshot_file_is_at_end(struct snapshot_file *f);

#endif
