/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The history as a folder of web pages that need nothing else: no script, no font, no picture from anywhere;
 * light or dark as the reader's system is, on paper light.  Pages are written piece by piece, in the order of
 * the functions below.  Names of servers are strangers': shown as text, and never part of a path.
 */
#ifndef PRESENT_HISTORY_SITE_H
#define PRESENT_HISTORY_SITE_H

#include "base/buf.h"
#include "present/history_view.h"

enum { SITE_FILE_MAX = 255 };

/* The name of a server's page: letters, digits, '-' and '.' as they are (not first), all
 * else as '_' and its code; no two servers have the same. */
void site_file_name(const char *name, char out[SITE_FILE_MAX]);

/* heading NULL: the index.  made_ns: when. */
void site_begin(struct buf *out, const char *heading, int64_t made_ns);
void site_end(struct buf *out);

/* A row of the index: what is known of its offset, or what comes closest, in the last week (n 0: nothing). */
struct site_row {
	const char *name;
	size_t n_series;
	int64_t first_ns, last_ns;
	const struct history_series *series;
	struct history_figures figures;
};
void site_index_begin(struct buf *out);
void site_index_row(struct buf *out, const struct site_row *row);
void site_index_end(struct buf *out);

/* A series, or several beside each other, with graphs and a table. */
void site_section(struct buf *out, const struct history_series *s, const char *title);
/* id: a number that no other picture of the page has. */
void site_graph(struct buf *out, const struct history_view *v, const char *caption, unsigned id);
void site_histogram(struct buf *out, const struct history_line *l, const char *caption, unsigned id);
/* Figures, a row each. */
void site_table_begin(struct buf *out);
void site_table_row(struct buf *out, const char *range, const struct history_line *l);
void site_section_end(struct buf *out, bool has_table);

#endif
