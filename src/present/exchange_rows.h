/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exchanges on their way out, one row each, as they come: table for people, JSON and CSV for programs.
 * docs/formats.md defines the columns.
 */
#ifndef PRESENT_EXCHANGE_ROWS_H
#define PRESENT_EXCHANGE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "engine/exchange.h"
#include "present/hosts.h"
#include "present/put.h"

enum exchange_format { EXCHANGES_TABLE, EXCHANGES_JSON, EXCHANGES_CSV };

struct exchange_rows {
	struct buf *out;
	const struct hosts *hosts; /* for the table; may be NULL */
	enum exchange_format format;
	bool color;

	/* the rest is private */
	struct put_day day;
	uint64_t n;
	char date[12]; /* of the row before, "2026-03-01" */
};

void exchange_rows_begin(struct exchange_rows *w, const char *const *paths, size_t n_paths);
void exchange_rows_row(struct exchange_rows *w, const struct exchange *x);

/* damage: what could not be read, "" for nothing. */
void exchange_rows_end(struct exchange_rows *w, const char *damage);

/* For the formats. */
void exchange_table_begin(struct exchange_rows *w);
void exchange_row_table(struct exchange_rows *w, const struct exchange *x);

#endif
