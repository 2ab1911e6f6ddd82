/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One value of a field, as Wireshark's types have it.  A value borrows the packet's bytes; its type is that
 * of its field.
 */
#ifndef FIELD_VALUE_H
#define FIELD_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

/* Named as in `tshark -G fields`; the widths of integers matter to filters (range errors) only. */
enum field_type {
	FIELD_NONE,    /* only there or not: ntp.ext */
	FIELD_BOOLEAN, /* u: 0 or 1 */
	FIELD_UINT8,   /* u */
	FIELD_UINT16,
	FIELD_UINT24,
	FIELD_UINT32,
	FIELD_UINT64,
	FIELD_INT8, /* i */
	FIELD_INT16,
	FIELD_INT32,
	FIELD_INT64,
	FIELD_DOUBLE,        /* d */
	FIELD_FRAMENUM,      /* u */
	FIELD_BYTES,         /* bytes */
	FIELD_ETHER,         /* bytes, 6 of them */
	FIELD_IPV4,          /* bytes, 4 of them */
	FIELD_IPV6,          /* bytes, 16 of them */
	FIELD_STRING,        /* bytes: packet bytes, hostile until escaped */
	FIELD_ABSOLUTE_TIME, /* time: since 1970, UTC */
	FIELD_RELATIVE_TIME, /* time: a duration, may be negative: s and ns have one sign then */
	FIELD_PROTOCOL,      /* bytes: its header; of frame, ntp, icmp and icmpv6 all there is */
};

struct row;

struct field_time {
	int64_t s;
	int32_t ns; /* -999999999 .. 999999999 */
};

struct field_value {
	union {
		uint64_t u;
		int64_t i;
		double d;
		struct field_time time;
		struct {
			const uint8_t *at;
			uint32_t len;
			const struct row *row; /* of FIELD_PROTOCOL: what field_print() looks at */
		} bytes;
	};
};

/* Takes the values of a field one by one, in the order of the packet.  Embed it in a struct of your own.
 * The bytes of a value last until take() returns.  A take() that returns false wants no more. */
struct field_sink {
	bool (*take)(struct field_sink *sink, const struct field_value *v);
};

#endif
