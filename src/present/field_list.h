/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The field table itself, for people (a table for the terminal, a page in Markdown: docs/fields.md) and for
 * programs (JSON).
 */
#ifndef PRESENT_FIELD_LIST_H
#define PRESENT_FIELD_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum field_list_form { FIELD_LIST_TABLE, FIELD_LIST_JSON, FIELD_LIST_MARKDOWN };

/* Writes the fields that pattern picks: NULL for all; with * or ? a shell pattern for the whole name;
 * otherwise a word that the name or the meaning holds, whatever its case.  Returns how many. */
size_t field_list_write(enum field_list_form form, const char *pattern, struct buf *out);

#endif
