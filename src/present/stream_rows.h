/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conversations on their way out, one row each: table for people, JSON and CSV for programs.
 * docs/formats.md defines the columns.
 */
#ifndef PRESENT_STREAM_ROWS_H
#define PRESENT_STREAM_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "engine/stream_list.h"
#include "present/hosts.h"
#include "present/put.h"
#include "present/text.h"

enum stream_format { STREAMS_TABLE, STREAMS_JSON, STREAMS_CSV };

struct stream_rows {
	struct buf *out;
	const struct hosts *hosts; /* may be NULL */
	enum stream_format format;
	bool color;
	unsigned columns; /* of the page; 0: as wide as it takes */

	/* the rest is private */
	unsigned hidden; /* columns of the table that have no room, as bits */
	struct put_day day;
	uint64_t n;
	char date[12]; /* of the row before, "2026-03-01" */
};

void stream_rows_begin(struct stream_rows *w, const char *const *paths, size_t n_paths);
void stream_rows_row(struct stream_rows *w, const struct stream_info *s);

/* damage: what could not be read, "" for nothing. */
void stream_rows_end(struct stream_rows *w, const char *damage);

/* "192.0.2.1:123", "[2001:db8::1]:123", or a name and its port. */
void stream_end_text(struct text *t, const struct hosts *hosts, const struct addr *a, uint16_t port);

/* The flags that are set, of TCP's eight: "SYN ACK"; the longest needs STREAM_FLAGS_MAX. */
enum { STREAM_FLAGS_MAX = 40 };
size_t stream_tcp_flags(uint8_t flags, char *out);

/* For the formats. */
void stream_table_begin(struct stream_rows *w);
void stream_row_table(struct stream_rows *w, const struct stream_info *s);

#endif
