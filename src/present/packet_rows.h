/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NTP packets one by one, for people (a table), for spreadsheets (CSV) and for programs (JSON).  Each has a
 * beginning, a row a packet and, in JSON, an end.
 */
#ifndef PRESENT_PACKET_ROWS_H
#define PRESENT_PACKET_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "present/fields.h"
#include "present/hosts.h"
#include "present/json.h"

struct packet_writer {
	struct buf *out;
	const struct hosts *hosts;
	bool color;
	uint64_t n;     /* rows so far */
	struct jw json; /* of packet_json_*() */
};

void packet_table_begin(struct packet_writer *w);
void packet_table_row(struct packet_writer *w, const struct row *row);

void packet_csv_begin(struct packet_writer *w);
void packet_csv_row(struct packet_writer *w, const struct row *row);

/* {"schema": "ntpscope-packets-1", "source": [files], "packets": [...]} */
void packet_json_begin(struct packet_writer *w, const char *const *paths, size_t n_paths);
void packet_json_row(struct packet_writer *w, const struct row *row);
void packet_json_end(struct packet_writer *w);

#endif
