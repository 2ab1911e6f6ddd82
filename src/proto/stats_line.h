/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of the statistics files that daemons write: ntpd's and NTPsec's loopstats, peerstats, rawstats,
 * clockstats and sysstats, NTPsec's logs of gpsd and of temperatures, chrony's measurements.log,
 * statistics.log, tracking.log, refclocks.log and selection.log.  Which one it is shows in the line itself.
 *
 * Every offset comes out as server minus us.  ntpd's files, measurements.log and refclocks.log have it
 * so; statistics.log and tracking.log have the opposite sign, and are turned.  Every frequency comes out
 * positive when the clock runs fast, as chrony has it; loopstats has what the clock is to be sped up by, and
 * is turned.  Counts of sysstats come out as rates over the time that the line names.
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
	STATS_SELECTION,
	STATS_CLOCKSTATS, /* may have no values: not every clock's code says something to us */
	STATS_SYSSTATS,
	STATS_GPSD,
	STATS_TEMPS,
	STATS_POOL, /* pool_csv.h */
	N_STATS_KINDS
};

enum { STATS_NAME_MAX = 64, STATS_VALUES_MAX = 8 };

struct stats_value {
	const char *series; /* "offset_s", "frequency_ppm", ... */
	double value;
};

struct stats_line {
	enum stats_kind kind;
	int64_t time_ns; /* UTC */
	/* The peer's address or the reference clock's name; "" for the clock itself. */
	char name[STATS_NAME_MAX];
	bool is_part; /* that is a part of the machine itself: a receiver, a thermometer */
	size_t n;
	struct stats_value at[STATS_VALUES_MAX];
};

/* len octets without a newline.  Returns out->kind. */
enum stats_kind stats_line_parse(const char *line, size_t len, struct stats_line *out);

/* A decimal number, with or without exponent, and nothing else. */
bool stats_number(const char *text, size_t len, double *out);
/* The name of a line: printable, without blanks.  False: it is none, or too long. */
bool stats_name(const char *text, size_t len, struct stats_line *out);

/* "peerstats", "measurements.log"; never NULL. */
const char *stats_kind_name(enum stats_kind kind);

#endif
