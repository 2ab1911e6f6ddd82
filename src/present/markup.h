/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text on its way into SVG and HTML.  Whatever octets come in, what goes out is well-formed character data,
 * in elements and in quoted attributes alike: hidden characters and stray octets are shown as \u202e and
 * \xff, < > & " ' become references.
 */
#ifndef PRESENT_MARKUP_H
#define PRESENT_MARKUP_H

#include <stddef.h>

#include "base/buf.h"

void markup_text_n(struct buf *b, const char *s, size_t len);
void markup_text(struct buf *b, const char *s);

/* v with at most `decimals` (0 to 6) of them, without trailing zeros: "12.5", "-0.25", "3". */
void markup_number(struct buf *b, double v, unsigned decimals);

#endif
