/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buf.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 1 << 16 };

enum err buf_init(struct buf *b, int fd)
{
	*b = (struct buf){ .fd = fd };
	b->data = malloc(BLOCK);
	if (!b->data)
		return b->err = ERR_MEMORY;
	b->cap = BLOCK;
	return ERR_OK;
}

void buf_lend(struct buf *b, char *data, size_t cap)
{
	*b = (struct buf){ .data = data, .cap = cap, .fd = -1, .is_lent = true };
}

void buf_release(struct buf *b)
{
	if (!b->is_lent)
		free(b->data);
	b->is_lent = false;
	b->data = NULL;
	b->len = b->cap = 0;
}

static void fail_sys(struct buf *b)
{
	b->sys_errno = errno;
	b->err = ERR_SYS;
}

/* Output may be a pipe or terminal that somebody else made non-blocking: wait for it. */
static bool may_go_on(int fd)
{
	if (errno == EINTR)
		return true;
	if (errno != EAGAIN)
		return false;
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	return poll(&p, 1, -1) >= 0 || errno == EINTR;
}

static void write_all(struct buf *b, const char *data, size_t len)
{
	while (len && !b->err) {
		ssize_t n = write(b->fd, data, len);
		if (n >= 0) {
			data += n;
			len -= (size_t)n;
		} else if (!may_go_on(b->fd)) {
			fail_sys(b);
		}
	}
}

enum err buf_flush(struct buf *b)
{
	if (b->fd >= 0 && b->len) {
		write_all(b, b->data, b->len);
		b->len = 0;
	}
	return b->err;
}

/* Room for need bytes in all; doubles, so that adding stays linear. */
static bool grow(struct buf *b, size_t need)
{
	size_t cap = b->cap ? b->cap : BLOCK;

	while (cap < need) {
		if (cap > SIZE_MAX / 2) {
			b->err = ERR_MEMORY;
			return false;
		}
		cap *= 2;
	}
	char *data = realloc(b->is_lent ? NULL : b->data, cap);
	if (!data) {
		b->err = ERR_MEMORY;
		return false;
	}
	if (b->is_lent && b->len)
		memcpy(data, b->data, b->len);
	b->is_lent = false;
	b->data = data;
	b->cap = cap;
	return true;
}

char *buf_room(struct buf *b, size_t n)
{
	if (b->err)
		return NULL;
	if (b->cap - b->len >= n)
		return b->data + b->len;
	if (b->fd >= 0 && buf_flush(b))
		return NULL;
	if (n > SIZE_MAX - b->len) {
		b->err = ERR_MEMORY;
		return NULL;
	}
	if (b->cap - b->len < n && !grow(b, b->len + n))
		return NULL;
	return b->data + b->len;
}

void buf_add(struct buf *b, const char *data, size_t len)
{
	if (b->fd >= 0 && len > b->cap) {
		if (!buf_flush(b))
			write_all(b, data, len);
		return;
	}
	char *to = len ? buf_room(b, len) : NULL;
	if (to) {
		memcpy(to, data, len);
		b->len += len;
	}
}

void buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_char(struct buf *b, char c)
{
	char *to = buf_room(b, 1);
	if (to) {
		*to = c;
		b->len++;
	}
}

void buf_u64(struct buf *b, uint64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	buf_add(b, digits + at, sizeof(digits) - at);
}

void buf_i64(struct buf *b, int64_t v)
{
	if (v < 0)
		buf_char(b, '-');
	buf_u64(b, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args, again;

	if (b->err)
		return;
	va_start(args, format);
	va_copy(again, args);
	size_t left = b->cap - b->len;
	int n = vsnprintf(left ? b->data + b->len : NULL, left, format, args);
	if (n < 0) {
		fail_sys(b);
	} else if ((size_t)n < left) {
		b->len += (size_t)n;
	} else {
		char *to = buf_room(b, (size_t)n + 1);
		if (to) {
			vsnprintf(to, (size_t)n + 1, format, again);
			b->len += (size_t)n;
		}
	}
	va_end(again);
	va_end(args);
}
