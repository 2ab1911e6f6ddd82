/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NTP packets one by one, for people (a table), for spreadsheets (CSV), for programs (JSON) and for
 * Elasticsearch (its bulk format).  Each has a beginning, a row a packet and, in JSON, an end.  Frames
 * without an NTP packet may be among them.
 */
#ifndef PRESENT_PACKET_ROWS_H
#define PRESENT_PACKET_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "field/field.h"
#include "field/row.h"
#include "present/hosts.h"
#include "present/json.h"

struct packet_writer {
	struct buf *out;
	const struct hosts *hosts;
	bool color;
	unsigned columns;   /* of the terminal; 0: not one, so that lines may be as long as they are */
	unsigned end_width; /* of the longest address and port so far, where nothing is cut */
	uint64_t n;         /* rows so far */
	struct jw json;     /* of packet_json_*() */
	struct buf scratch; /* of packet_ek_row(): in memory, the caller's to set up and release */
};

/* One line a packet, as wide as the terminal allows. */
void packet_table_begin(struct packet_writer *w);
void packet_table_row(struct packet_writer *w, const struct row *row);

void packet_csv_begin(struct packet_writer *w);
void packet_csv_row(struct packet_writer *w, const struct row *row);

/* {"schema": "ntpscope-packets-1", "source": [files], "packets": [...]} */
void packet_json_begin(struct packet_writer *w, const char *const *paths, size_t n_paths);
void packet_json_row(struct packet_writer *w, const struct row *row);
void packet_json_end(struct packet_writer *w);

/* Two lines a packet, as tshark's -T ek: what to do with it, and the fields that have values, each an array
 * of texts under its name with "_" for ".". */
void packet_ek_row(struct packet_writer *w, const struct field *const *columns, size_t n,
		   const struct row *row);

#endif
