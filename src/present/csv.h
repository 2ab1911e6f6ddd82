/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cells of comma-separated values (RFC 4180, lines end in a plain newline).  Numbers and our own words need
 * nothing of this; text from strangers goes through csv_text().
 */
#ifndef PRESENT_CSV_H
#define PRESENT_CSV_H

#include <stddef.h>

#include "base/buf.h"

/* Adds s as one cell: hidden characters and stray octets as \u202e and \xff, quotes where RFC 4180 wants
 * them. A cell that a spreadsheet would run as a formula (it begins with = + - @) gets an apostrophe in
 * front. */
void csv_text(struct buf *b, const char *s, size_t len);

#endif
