/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of the statistics files that daemons write: ntpd's and NTPsec's loopstats, peerstats and
 * rawstats, chrony's measurements.log, statistics.log, tracking.log and refclocks.log.  Which one it is
 * shows in the line itself.
 *
 * Every offset comes out as server minus us.  ntpd's files, measurements.log and refclocks.log have it
 * so; statistics.log and tracking.log have the opposite sign, and are turned.
 */
#ifndef PROTO_STATS_LINE_H
#define PROTO_STATS_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum stats_kind {
	STATS_NONE, /* a heading, an empty line, a comment */
	STATS_BAD,  /* none of those known */
	STATS_LOOPSTATS,
	STATS_PEERSTATS,
	STATS_RAWSTATS,
	STATS_MEASUREMENTS,
	STATS_STATISTICS,
	STATS_TRACKING,
	STATS_REFCLOCKS,
	N_STATS_KINDS
};

enum { STATS_NAME_MAX = 64, STATS_VALUES_MAX = 8 };

struct stats_line {
	enum stats_kind kind;
	int64_t time_ns; /* UTC */
	/* The peer's address or the reference clock's name; "" for the clock itself. */
	char name[STATS_NAME_MAX];
	size_t n;
	struct {
		const char *series; /* "offset_s", "frequency_ppm", ... */
		double value;
	} at[STATS_VALUES_MAX];
};

/* len octets without a newline.  Returns out->kind. */
enum stats_kind stats_line_parse(const char *line, size_t len, struct stats_line *out);

/* "peerstats", "measurements.log"; never NULL. */
const char *stats_kind_name(enum stats_kind kind);

#endif
