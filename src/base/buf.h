/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Output bytes on their way to a file: a block of memory that is written out when it is full.  Presenters
 * write into it and never see a FILE.  The first failed write is remembered; later writes do nothing.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct buf {
	char *data;
	size_t len, cap;
	int fd;       /* where full blocks go; -1: memory only, grows as needed */
	bool is_lent; /* data is the caller's */
	enum err err; /* sticky; errno of a failed write in sys_errno */
	int sys_errno;
};

/* fd -1 keeps everything in memory. */
enum err buf_init(struct buf *b, int fd);
void buf_release(struct buf *b);

/* In memory that stays the caller's.  What does not fit moves to memory of its own, is_lent tells; then it
 * has to be released. */
void buf_lend(struct buf *b, char *data, size_t cap);

/* Writes out what is left.  Returns the sticky error. */
enum err buf_flush(struct buf *b);

void buf_add(struct buf *b, const char *data, size_t len);
void buf_str(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_u64(struct buf *b, uint64_t v);
void buf_i64(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Ensures room for n more bytes and returns where they go; buf_wrote() then takes n of them.  NULL on
 * error. */
char *buf_room(struct buf *b, size_t n);
static inline void buf_wrote(struct buf *b, size_t n)
{
	b->len += n;
}

#endif
