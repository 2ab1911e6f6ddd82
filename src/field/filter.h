/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Display filters: Wireshark's language (4.0) over the field table, compiled once, run on rows without
 * allocation.  See docs/filters.md.
 */
#ifndef FIELD_FILTER_H
#define FIELD_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "field/row.h"

struct filter;
struct frame_plain;

struct filter_error {
	size_t column; /* octets into the text where the fault begins */
	size_t len;    /* octets that are at fault, at least 1 */
	char message[200];
};

/* ERR_OK and *out (the caller frees it), or ERR_USAGE and *error, or ERR_MEMORY.  An empty filter matches
 * everything.  Times without a zone are local: TZ decides. */
enum err filter_compile(const char *text, struct filter **out, struct filter_error *error);
void filter_free(struct filter *f); /* accepts NULL */

/* What rows have to bring: enum row_needs. */
unsigned filter_needs(const struct filter *f);

/* May be called from several threads at once with rows of their own. */
bool filter_matches(const struct filter *f, const struct row *row);

/* A filter that asks only for what lies at a fixed place in a plain frame, or for frame numbers and lengths.
 * Its rows need no headers.  filter_matches_plain() says what filter_matches() would, and needs no row, if
 * filter_direct_fits() (filter_direct.h) says that the frame is one of those. */
bool filter_is_direct(const struct filter *f);
bool filter_matches_plain(const struct filter *f, const struct packet *p, const struct frame_plain *plain);

#endif
