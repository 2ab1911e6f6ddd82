/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/snapshot_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"

static const uint8_t magic[8] = { 'N', 'T', 'P', 's', 'c', 'o', 'p', 'e' };

enum err snapshot_file_init(struct snapshot_file *f, int fd)
{
	*f = (struct snapshot_file){ .fd = fd, .block = malloc(SNAPSHOT_BLOCK) };
	crc32c_init(&f->crc);
	return f->block ? ERR_OK : ERR_MEMORY;
}

void snapshot_file_release(struct snapshot_file *f)
{
	free(f->block);
	f->block = NULL;
}

static void put_be32(uint8_t *p, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static void put_be64(uint8_t *p, uint64_t v)
{
	put_be32(p, (uint32_t)(v >> 32));
	put_be32(p + 4, (uint32_t)v);
}

static uint32_t block_crc(const struct snapshot_file *f, size_t len)
{
	uint8_t head[8];
	put_be32(head, f->number);
	put_be32(head + 4, (uint32_t)len);
	return crc32c(&f->crc, crc32c(&f->crc, 0, head, sizeof(head)), f->block, len);
}

/* ---- writing ------------------------------------------------------------------------------------- */

static bool write_all(int fd, const void *data, size_t len)
{
	const uint8_t *at = data;
	while (len) {
		ssize_t n = write(fd, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

bool snapshot_file_begin(struct snapshot_file *f, const struct snapshot_moment *made, uint64_t identity)
{
	uint8_t h[SNAPSHOT_HEADER] = { 0 };
	memcpy(h, magic, 8);
	put_be32(h + 8, SNAPSHOT_VERSION);
	put_be64(h + 16, (uint64_t)made->wall_ns);
	put_be64(h + 24, (uint64_t)made->boot_ns);
	memcpy(h + 32, made->boot_id, 16);
	put_be64(h + 48, identity);
	put_be32(h + 56, crc32c(&f->crc, 0, h, 56));
	return write_all(f->fd, h, sizeof(h));
}

static bool write_block(struct snapshot_file *f)
{
	uint8_t head[8];
	put_be32(head, (uint32_t)f->at);
	put_be32(head + 4, block_crc(f, f->at));
	bool done = write_all(f->fd, head, sizeof(head)) && write_all(f->fd, f->block, f->at);
	f->at = 0;
	f->number++;
	return done;
}

bool snapshot_file_write(void *file, const void *data, size_t len)
{
	struct snapshot_file *f = file;
	const uint8_t *from = data;
	while (len) {
		size_t n = SNAPSHOT_BLOCK - f->at < len ? SNAPSHOT_BLOCK - f->at : len;
		memcpy(f->block + f->at, from, n);
		f->at += n;
		from += n;
		len -= n;
		if (f->at == SNAPSHOT_BLOCK && !write_block(f))
			return false;
	}
	return true;
}

bool snapshot_file_end(struct snapshot_file *f)
{
	return (f->at == 0 || write_block(f)) && write_block(f);
}

/* ---- reading ------------------------------------------------------------------------------------- */

static bool damaged(struct snapshot_file *f)
{
	f->state = SNAPSHOT_DAMAGED;
	return false;
}

/* Less than len octets at the end. */
static size_t read_up_to(int fd, uint8_t *data, size_t len)
{
	size_t have = 0;
	while (have < len) {
		ssize_t n = read(fd, data + have, len - have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		have += (size_t)n;
	}
	return have;
}

bool snapshot_file_header(struct snapshot_file *f, struct snapshot_moment *made, uint64_t *identity)
{
	uint8_t h[SNAPSHOT_HEADER];
	size_t len = read_up_to(f->fd, h, sizeof(h));
	if (len < 12 || memcmp(h, magic, 8) != 0)
		return damaged(f);
	if (load_be32(h + 8) != SNAPSHOT_VERSION) {
		f->state = SNAPSHOT_OTHER_VERSION;
		return false;
	}
	if (len < sizeof(h) || load_be32(h + 56) != crc32c(&f->crc, 0, h, 56))
		return damaged(f);
	made->wall_ns = (int64_t)load_be64(h + 16);
	made->boot_ns = (int64_t)load_be64(h + 24);
	memcpy(made->boot_id, h + 32, 16);
	*identity = load_be64(h + 48);
	return true;
}

static bool read_block(struct snapshot_file *f)
{
	uint8_t head[8];
	f->at = f->len = 0;
	if (f->state || read_up_to(f->fd, head, sizeof(head)) < sizeof(head))
		return damaged(f);
	size_t len = load_be32(head);
	if (len > SNAPSHOT_BLOCK || read_up_to(f->fd, f->block, len) < len)
		return damaged(f);
	if (block_crc(f, len) != load_be32(head + 4))
		return damaged(f);
	f->len = len;
	f->number++;
	return true;
}

bool snapshot_file_read(void *file, void *data, size_t len)
{
	struct snapshot_file *f = file;
	uint8_t *to = data;
	while (len) {
		if (f->at == f->len && (!read_block(f) || f->len == 0))
			return damaged(f);
		size_t n = f->len - f->at < len ? f->len - f->at : len;
		memcpy(to, f->block + f->at, n);
		f->at += n;
		to += n;
		len -= n;
	}
	return true;
}

bool snapshot_file_is_at_end(struct snapshot_file *f)
{
	uint8_t more;
	if (f->at != f->len || !read_block(f) || f->len != 0 || read_up_to(f->fd, &more, 1) != 0)
		return damaged(f);
	return true;
}
