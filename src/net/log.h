/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a program that runs for weeks tells: a line each, written at once, from any thread. To a terminal
 * or a file "2026-03-01T00:00:00Z warning: ..."; to systemd's journal, which knows the time itself, with
 * the priority that it understands ("<4>...").
 */
#ifndef NET_LOG_H
#define NET_LOG_H

#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

enum { LOG_LINE_MAX = 1024 };

struct log {
	int fd;
	atomic_int level; /* lines above this enum log_level are not written */
	bool is_journal;
};

/* Lines go to fd, which stays the caller's. */
void log_init(struct log *l, int fd, enum log_level level);

/* A line, cut at LOG_LINE_MAX.  Whatever is not printable ASCII is written as \xNN: names of strangers must
 * not act on a terminal. */
void log_say(struct log *l, enum log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
