/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/table.h"

static void get_number(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	take_u64(sink, row->packet->frame);
}

static void get_len(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	take_u64(sink, row->packet->len);
}

static void get_caplen(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	take_u64(sink, row->packet->caplen);
}

static void get_epoch(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	if (row->packet->has_time)
		take_ns(sink, row->packet->time_ns);
}

static const struct field fields[] = {
	{ "frame.cap_len", "octets of the frame in the capture", FIELD_UINT32, 0, 0, false, 0, get_caplen },
	{ "frame.len", "octets of the frame on the wire", FIELD_UINT32, 0, 0, false, 0, get_len },
	{ "frame.number", "number of the frame, from 1", FIELD_UINT32, 0, 0, false, 0, get_number },
	{ "frame.time_epoch", "when it was captured, seconds since 1970", FIELD_RELATIVE_TIME, 0, 0, false, 0,
	  get_epoch },
};

const struct field_table table_frame = { fields, sizeof(fields) / sizeof(fields[0]) };
