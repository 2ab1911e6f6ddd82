/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RAW_LEN = 128 << 10 };

static void fail(struct input *in, enum err e)
{
	in->is_over = true;
	if (in->failure)
		return;
	in->failure = e;
	in->sys_errno = e == ERR_SYS ? errno : 0;
}

/* Opens a parked file again and makes sure that it is the same one. */
static bool unpark(struct input *in)
{
	struct stat st;

	in->fd = open(in->path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0)
		return false;
	if (!fstat(in->fd, &st) && st.st_dev == in->device && st.st_ino == in->inode)
		return true;
	close(in->fd);
	in->fd = -1;
	errno = ESTALE;
	return false;
}

static size_t read_memory(struct input *in, uint8_t *out, size_t n)
{
	if (n > in->memory_len)
		n = in->memory_len;
	if (in->memory_step && n > in->memory_step)
		n = in->memory_step;
	if (!n)
		return 0;
	memcpy(out, in->memory, n);
	in->memory += n;
	in->memory_len -= n;
	return n;
}

static ssize_t read_some(struct input *in, uint8_t *out, size_t n)
{
	for (;;) {
		ssize_t got = in->is_regular ? pread(in->fd, out, n, in->position) : read(in->fd, out, n);
		if (got >= 0 || (errno != EINTR && errno != EAGAIN))
			return got;
		if (errno == EAGAIN) {
			struct pollfd p = { .fd = in->fd, .events = POLLIN };
			poll(&p, 1, -1);
		}
	}
}

/* As it lies in the file.  0 at its end and on failure. */
static size_t read_raw(struct input *in, uint8_t *out, size_t n)
{
	ssize_t got;

	if (!in->path) {
		got = (ssize_t)read_memory(in, out, n);
	} else if (in->fd < 0 && !unpark(in)) {
		fail(in, ERR_SYS);
		return 0;
	} else {
		got = read_some(in, out, n);
	}
	if (got < 0) {
		fail(in, ERR_SYS);
		return 0;
	}
	in->position += got;
	in->n_raw_bytes += (uint64_t)got;
	return (size_t)got;
}

/* Unpacks until there is a byte of output or no more input. */
static size_t read_unpacked(struct input *in, uint8_t *out, size_t n)
{
	size_t wrote = 0;

	while (!wrote) {
		size_t before = in->raw_len;
		enum err e = unpack_step(in->unpack, &in->raw_at, &in->raw_len, out, n, &wrote);

		if (e) {
			if (e != ERR_END)
				fail(in, e);
			in->is_over = true;
			break;
		}
		if (wrote || (in->raw_len && in->raw_len != before))
			continue;
		if (in->raw_len) { /* took nothing, gave nothing, though there was input */
			fail(in, ERR_FORMAT);
			break;
		}
		in->raw_at = in->raw;
		in->raw_len = read_raw(in, in->raw, RAW_LEN);
		if (!in->raw_len) {
			if (unpack_is_inside(in->unpack))
				fail(in, ERR_TRUNCATED);
			break;
		}
	}
	return wrote;
}

/* Moves what is left to the front of a block with room for `len` bytes. */
static bool make_room(struct input *in, size_t len)
{
	size_t left = input_left(in);
	uint8_t *block = in->block;

	if (len > in->block_len) {
		block = malloc(len);
		if (!block) {
			fail(in, ERR_MEMORY);
			return false;
		}
	}
	if (left && in->at != block)
		memmove(block, in->at, left);
	if (block != in->block) {
		free(in->block);
		in->block = block;
		in->block_len = len;
	}
	in->at = block;
	in->end = block + left;
	return true;
}

bool input_fill(struct input *in, size_t want)
{
	size_t room = want > in->block_wanted ? want : in->block_wanted;

	if (in->is_over || want > INPUT_BLOCK_MAX)
		return input_left(in) >= want;
	if (!make_room(in, room))
		return false;
	for (;;) {
		size_t have = input_left(in), got;

		if (have >= room || (have >= want && !in->is_regular))
			return true;
		got = in->unpack ? read_unpacked(in, in->block + have, room - have)
				 : read_raw(in, in->block + have, room - have);
		in->end += got;
		if (!got)
			in->is_over = true;
		if (in->is_over)
			return input_left(in) >= want;
	}
}

bool input_refresh(struct input *in, size_t least)
{
	size_t left = input_left(in);

	if (!in->is_regular || in->is_over || left >= least || left >= in->block_wanted / 4)
		return false;
	input_fill(in, left + 1);
	return true;
}

bool input_skip(struct input *in, uint64_t n)
{
	while (n > input_left(in)) {
		n -= input_left(in);
		in->at = in->end;
		if (!input_fill(in, 1))
			return false;
	}
	in->at += n;
	return true;
}

void input_grow(struct input *in)
{
	if (in->block_wanted < INPUT_BLOCK_MAX / 2)
		in->block_wanted *= 2;
}

void input_park(struct input *in)
{
	if (!in->is_regular || in->fd < 0)
		return;
	close(in->fd);
	in->fd = -1;
}

/* Looks at the first bytes, and puts an unpacker between when they ask for one. */
static enum err detect_packing(struct input *in)
{
	enum packing kind;
	enum err e;

	input_fill(in, PACKING_MAGIC_LEN);
	if (in->failure) {
		errno = in->sys_errno;
		return in->failure;
	}
	kind = packing_of(in->at, input_left(in));
	if (kind == PACKING_NONE)
		return ERR_OK;
	if (kind == PACKING_OTHER)
		return ERR_UNSUPPORTED;
	e = unpack_new(kind, &in->unpack);
	if (e)
		return e;
	/* The block becomes the first piece of raw input. */
	in->raw = malloc(in->block_len > RAW_LEN ? in->block_len : RAW_LEN);
	if (!in->raw)
		return ERR_MEMORY;
	in->raw_len = input_left(in);
	in->raw_at = in->raw;
	memcpy(in->raw, in->at, in->raw_len);
	in->end = in->at;
	in->is_over = false;
	return ERR_OK;
}

static enum err open_descriptor(struct input *in)
{
	struct stat st;

	in->fd = strcmp(in->path, "-") ? open(in->path, O_RDONLY | O_CLOEXEC)
				       : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	if (in->fd < 0 || fstat(in->fd, &st))
		return ERR_SYS;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return ERR_SYS;
	}
	/* A redirected standard input is read from where it stands, and cannot be opened again. */
	in->is_regular = S_ISREG(st.st_mode) && strcmp(in->path, "-");
	in->device = st.st_dev;
	in->inode = st.st_ino;
	/* Fewer, bigger reads; a kernel that refuses only makes it slower. */
	if (S_ISFIFO(st.st_mode))
		fcntl(in->fd, F_SETPIPE_SZ, INPUT_BLOCK_DEFAULT);
	if (in->is_regular)
		posix_fadvise(in->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return ERR_OK;
}

enum err input_open(struct input *in, const char *path, size_t block_len)
{
	enum err e;

	*in = (struct input){ .path = path, .fd = -1, .block_wanted = block_len };
	e = open_descriptor(in);
	return e ? e : detect_packing(in);
}

enum err input_open_memory(struct input *in, const uint8_t *data, size_t len, size_t step)
{
	/* No more than there is to read: who opens many small ones, as the fuzzer does, has no use
	 * for more. */
	size_t block_len = len < INPUT_BLOCK_MIN       ? INPUT_BLOCK_MIN
			   : len < INPUT_BLOCK_DEFAULT ? len
						       : INPUT_BLOCK_DEFAULT;

	*in = (struct input){ .fd = -1,
			      .memory = data,
			      .memory_len = len,
			      .memory_step = step,
			      .block_wanted = step ? 1 : block_len,
			      .is_regular = !step };
	return detect_packing(in);
}

void input_release(struct input *in)
{
	if (in->fd >= 0 && in->path)
		close(in->fd);
	unpack_free(in->unpack);
	free(in->raw);
	free(in->block);
	*in = (struct input){ .fd = -1 };
}
