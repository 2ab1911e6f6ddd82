/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/fields.h"

#include <string.h>

#include "present/cell.h"

/* A character as -E takes it: itself, or /t for a tab and /s for a space. */
static bool character(const char *text, char *out)
{
	if (strcmp(text, "/t") == 0)
		*out = '\t';
	else if (strcmp(text, "/s") == 0)
		*out = ' ';
	else if (text[0] && !text[1] && (unsigned char)text[0] >= 0x20)
		*out = text[0];
	else
		return false;
	return true;
}

static bool one_of(const char *text, const char *letters, int *index)
{
	const char *found = text[0] && !text[1] ? strchr(letters, text[0]) : NULL;
	*index = found ? (int)(found - letters) : 0;
	return found != NULL;
}

enum err fields_style_set(struct fields_style *style, const char *setting)
{
	static const char quotes[] = { 0, '"', '\'' };
	static const enum field_occurrence occurrences[] = { OCCURRENCE_ALL, OCCURRENCE_FIRST,
							     OCCURRENCE_LAST };
	size_t len = strcspn(setting, "=");
	const char *value = setting[len] ? setting + len + 1 : "";
	bool good = false;
	int i;
	if (strncmp(setting, "separator=", len + 1) == 0) {
		good = character(value, &style->separator);
	} else if (strncmp(setting, "aggregator=", len + 1) == 0) {
		good = character(value, &style->aggregator);
	} else if (strncmp(setting, "header=", len + 1) == 0) {
		good = one_of(value, "ny", &i);
		style->header = i == 1;
	} else if (strncmp(setting, "quote=", len + 1) == 0) {
		good = one_of(value, "nds", &i);
		style->quote = quotes[i];
	} else if (strncmp(setting, "occurrence=", len + 1) == 0) {
		good = one_of(value, "afl", &i);
		style->occurrence = occurrences[i];
	}
	return good ? ERR_OK : ERR_USAGE;
}

void fields_header(const struct fields_style *style, const struct field *const *columns, size_t n,
		   struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(out, style->separator);
		buf_str(out, columns[i]->name);
	}
	buf_char(out, '\n');
}

/* tshark's "last" needs to know how many there are before the first is written. */
static unsigned only_value(const struct fields_style *style, const struct field *f, const struct row *row)
{
	struct cell count = { .style = style };
	switch (style->occurrence) {
	case OCCURRENCE_ALL: return 0;
	case OCCURRENCE_FIRST: return 1;
	case OCCURRENCE_LAST: break;
	}
	cell_fill(&count, f, row);
	return count.n ? count.n : 1;
}

void fields_row(const struct fields_style *style, const struct field *const *columns, size_t n,
		const struct row *row, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		struct cell cell = { .out = out, .style = style, .only = only_value(style, columns[i], row) };
		if (i)
			buf_char(out, style->separator);
		cell_fill(&cell, columns[i], row);
		if (cell.n && style->quote)
			buf_char(out, style->quote);
	}
	buf_char(out, '\n');
}
