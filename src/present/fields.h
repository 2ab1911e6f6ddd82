/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The columns of `ntpscope packets -T fields`: Wireshark's names for what is in an NTP packet, printed as
 * tshark 4.0 prints them, so that scripts made for it read our output.  A field may occur several times in
 * one frame (the outer and the inner address of a tunnel, the extension fields of a packet); tshark joins the
 * occurrences, and so do we.
 *
 * Nothing is allocated while rows are printed.
 */
#ifndef PRESENT_FIELDS_H
#define PRESENT_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "field/field.h"
#include "field/row.h"

enum field_occurrence { OCCURRENCE_ALL, OCCURRENCE_FIRST, OCCURRENCE_LAST };

/* tshark's -E. */
struct fields_style {
	char separator;  /* between columns: tab */
	char aggregator; /* between occurrences: comma */
	char quote;      /* around each value; 0: none */
	enum field_occurrence occurrence;
	bool header; /* names in the first line */
};

#define FIELDS_STYLE_DEFAULT                         \
	{                                            \
		.separator = '\t', .aggregator = ',' \
	}

/* One setting, "separator=/t", as tshark's -E takes it.  ERR_USAGE when it is none. */
enum err fields_style_set(struct fields_style *style, const char *setting);

void fields_header(const struct fields_style *style, const struct field *const *columns, size_t n,
		   struct buf *out);
void fields_row(const struct fields_style *style, const struct field *const *columns, size_t n,
		const struct row *row, struct buf *out);

#endif
