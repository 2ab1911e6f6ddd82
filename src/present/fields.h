/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The columns of `ntpscope packets -T fields`: Wireshark's names for what is in an NTP packet, printed as
 * tshark 4.0 prints them, so that scripts made for it read our output.  A field may occur several times in
 * one frame (the outer and the inner address of a tunnel, the extension fields of a packet); tshark joins the
 * occurrences, and so do we.
 *
 * A row borrows everything; nothing is allocated while rows are printed.
 */
#ifndef PRESENT_FIELDS_H
#define PRESENT_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/packet.h"
#include "engine/finder.h"
#include "proto/frame.h"

/* What has to be filled in besides packet and ntp; bits of field.needs. */
enum field_needs {
	FIELD_NEEDS_HEADERS = 1 << 0,
	FIELD_NEEDS_REQUEST = 1 << 1,  /* request_in and delta_ns */
	FIELD_NEEDS_RESPONSE = 1 << 2, /* response_in: knowledge of frames to come */
};

/* The IP and UDP headers of a frame, outermost first. */
struct row_header {
	const uint8_t *at;
	uint32_t len;
	uint8_t type; /* enum layer_type */
};

enum { ROW_HEADERS_MAX = 2 * LAYERS_MAX };

struct row {
	const struct packet *packet;
	const struct view_ntp *ntp;
	const struct found *found;
	uint64_t request_in, response_in; /* frames; 0: none */
	int64_t delta_ns;                 /* meaningful with request_in */
	unsigned n_headers;
	struct row_header headers[ROW_HEADERS_MAX];
};

/* A row of what was found, without pairing; both it and the packet are borrowed. */
void row_of_found(const struct found *found, struct row *row);

struct cell;

struct field {
	const char *name;
	void (*print)(const struct field *f, const struct row *row, struct cell *cell);
	unsigned needs; /* enum field_needs */
	uint16_t what;  /* for print */
};

/* NULL when there is no such field. */
const struct field *field_find(const char *name);

/* The table, for help; NULL beyond its end. */
const struct field *field_at(size_t i);

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
