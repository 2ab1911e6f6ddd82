/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The field table: everything in a frame that has a name.  Names, types and printed forms are Wireshark's
 * (4.0) where it knows the field; ours beside them.  One table serves `-T fields -e`, -Y, `ntpscope fields`
 * and the docs.
 */
#ifndef FIELD_FIELD_H
#define FIELD_FIELD_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "field/row.h"
#include "field/value.h"

/* How tshark prints numbers. */
enum field_base {
	FIELD_BASE_DEC,
	FIELD_BASE_HEX,      /* 0x and as many digits as the type's width has */
	FIELD_BASE_NTP_TIME, /* of ABSOLUTE_TIME: what is 1970 sharp prints as NULL */
};

struct field {
	const char *name;    /* ntp.refid */
	const char *meaning; /* for `ntpscope fields`: what it is, with its unit */
	uint8_t type;        /* enum field_type */
	uint8_t base;        /* enum field_base */
	uint8_t needs;       /* enum row_needs */
	bool ours;           /* not a name of Wireshark's */
	uint32_t what;       /* for get */
	/* Hands every value that the row has of this field to the sink; none is no error. */
	void (*get)(const struct field *f, const struct row *row, struct field_sink *sink);
};

/* NULL when there is no such field. */
const struct field *field_find(const char *name);

/* The table, sorted by name; NULL beyond its end. */
const struct field *field_at(size_t i);

/* Appends the value as tshark -T fields prints it.  Strings come as they are: the caller escapes. */
void field_print(const struct field *f, const struct field_value *v, struct buf *out);

const char *field_type_name(enum field_type t); /* "FT_UINT8" without the FT_: "UINT8" */

#endif
