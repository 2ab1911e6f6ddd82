/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The NTP Pool's log of scores as CSV (/scores/ADDRESS/log): what its monitors saw of one server.  The first
 * line names the columns; known by name are ts_epoch or ts, offset (s, server minus monitor), step, score,
 * monitor_name.  Each monitor is a part; the score that counts, "recentmedian", is the server's.
 */
#ifndef PROTO_POOL_CSV_H
#define PROTO_POOL_CSV_H

#include "proto/stats_line.h"

enum { POOL_COLUMNS = 6 };

struct pool_csv {
	bool is_known;
	unsigned char column[POOL_COLUMNS]; /* from 1; 0: there is none */
};

/* Whether this is the first line of such a file; then *out knows its columns. */
bool pool_csv_begin(struct pool_csv *out, const char *line, size_t len);

/* A line after it.  Returns out->kind: STATS_POOL, STATS_NONE of an empty line, or STATS_BAD. */
enum stats_kind pool_csv_line(const struct pool_csv *c, const char *line, size_t len, struct stats_line *out);

#endif
