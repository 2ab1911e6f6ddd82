/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text from strangers (server names of TLS hellos, DNS names, file names) on its way to terminals, pages and
 * spreadsheets: what is not valid UTF-8, and what is valid but would act instead of being seen (controls,
 * bidirectional overrides, zero-width characters), is found here and escaped by the writers.
 */
#ifndef PRESENT_UTF8_H
#define PRESENT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define UTF8_BAD UINT32_C(0xffffffff)

/* Decodes one code point of s[0..len), len > 0.  Returns how many octets it took; what is no shortest-form
 * UTF-8 of a Unicode scalar value gives UTF8_BAD, one octet at a time. */
unsigned utf8_next(const char *s, size_t len, uint32_t *code_point);

/* True for characters that are not seen or that move their neighbours. */
bool utf8_is_hidden(uint32_t code_point);

/* Columns that s takes on a terminal: 2 for East Asian wide characters, 0 for combining ones. */
size_t utf8_columns(const char *s, size_t len);

/* Adds s with hidden characters as "\u202e" and stray octets as "\xff".  A backslash stays itself. */
void utf8_add_clean(struct buf *b, const char *s, size_t len);

/* The same into out, which ends in '\0': whole characters and escapes only, as many as size holds.  Needs no
 * memory, so that it serves messages about the want of it.  Returns the length; size > 0. */
size_t utf8_clean(const char *s, size_t len, char *out, size_t size);

#endif
