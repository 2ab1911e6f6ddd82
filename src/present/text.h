/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text of a report on a page of 100 columns, or of a narrow terminal: sections with a head at the left,
 * items that flow and wrap behind it, and tables.
 *
 *	CLIENTS   257,475 addresses · 64.7 % IPv6 · ...
 *	          goes on below the first item
 *
 * Only the few styles below exist; without color they are plain text.
 */
#ifndef PRESENT_TEXT_H
#define PRESENT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { TEXT_COLUMNS = 100, TEXT_INDENT = 10, TEXT_ITEM_MAX = 512 };

enum text_style {
	TEXT_PLAIN,
	TEXT_HEAD,   /* bold */
	TEXT_ACCENT, /* the one colour */
	TEXT_DIM,    /* what may be skipped */
	TEXT_WARN,   /* yellow */
	TEXT_ALARM,  /* red: needs a hand */
};

struct text {
	struct buf *out;
	bool color;
	bool has_items; /* the line has an item, so that the next one is set off by a dot */
	unsigned column;
	unsigned columns; /* of the page: TEXT_COLUMNS, unless changed */
	unsigned indent;  /* where items begin on a new line: TEXT_INDENT, unless changed */
};

void text_begin(struct text *t, struct buf *out, bool color);

/* Adds s in that style, and keeps the column. */
void text_put(struct text *t, enum text_style style, const char *s);

/* Adds s word by word, on the next line where one does not fit. */
void text_words(struct text *t, enum text_style style, const char *s);

/* A cell of a table, width columns wide with its text at the right, or with a negative width at the left.
 * What is wider sticks out, with one blank between it and its neighbour. */
void text_cell(struct text *t, enum text_style style, int width, const char *s);

/* Blanks up to column n (from 0); at least none. */
void text_pad_to(struct text *t, unsigned n);

/* Ends the line if there is anything in it. */
void text_line(struct text *t);
void text_blank_line(struct text *t);

/* Begins a section's line: ends the one before, writes the head, goes to TEXT_INDENT. */
void text_head(struct text *t, const char *head);

/* An item of a flowing line: set off by a dot, on the next line when it does not fit, and word by word when
 * it does not fit there either. */
void text_item(struct text *t, enum text_style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* s with its hidden characters escaped, for text from strangers and file names; at most n - 1 octets. */
void text_clean(const char *s, char *out, size_t n);

#endif
